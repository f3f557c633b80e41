"""How often a sign-in may be tried. Counted in this process's memory: a restart forgives, and no table grows.

A whole examination room may share one address at nine in the morning, so an address has a wide limit, a login from one address
a narrow one. A login alone has a wide limit too: guessing from many addresses is slowed, yet nobody can lock a candidate out by
failing on purpose from one.
"""

import time
from typing import Final

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from app.auth.errors import TooManyAttempts
from app.client_address import site_of

PER_LOGIN_AND_ADDRESS: Final = RateLimitItemPerMinute(10, 15, namespace="login-address")
"""10 in 15 minutes: somebody who forgot, not somebody who guesses. A right password clears it."""

PER_LOGIN: Final = RateLimitItemPerHour(100, namespace="login")
"""100 in an hour from all addresses together."""

PER_ADDRESS: Final = RateLimitItemPerMinute(600, 15, namespace="address")
"""600 in 15 minutes: twice a large examination room behind one address."""


class SignInAttempts:
    """Counts sign-in attempts."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def count(self, login: str, address: str) -> None:
        """Count one attempt before it is looked at. Raises `TooManyAttempts` over any limit."""
        site = site_of(address)
        await self._hit(PER_ADDRESS, site)
        await self._hit(PER_LOGIN_AND_ADDRESS, login, site)
        await self._hit(PER_LOGIN, login)

    async def forgive(self, login: str, address: str) -> None:
        """Forget this login's failures from this address: the right password was given."""
        await self._limiter.clear(PER_LOGIN_AND_ADDRESS, login, site_of(address))

    async def _hit(self, limit: RateLimitItem, *identifiers: str) -> None:
        if not await self._limiter.hit(limit, *identifiers):
            window = await self._limiter.get_window_stats(limit, *identifiers)
            raise TooManyAttempts(max(1, round(window.reset_time - time.time())))
