"""How often a voucher code that does not count may be tried. Counted in this process's memory, as for signing in.

A code has 80 random bits, so nobody guesses one; the limit keeps a script from trying all day, and a typing slip from costing
more than a minute.
"""

import time
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from app.client_address import site_of
from exams.errors import VoucherTooOften
from exams.ids import AccountId

PER_ACCOUNT: Final = RateLimitItemPerMinute(10, 10, namespace="voucher-account")
"""10 in 10 minutes: somebody who reads a code from a crumpled paper."""

PER_ADDRESS: Final = RateLimitItemPerMinute(200, 10, namespace="voucher-address")
"""200 in 10 minutes: a class that books together behind one address."""


class VoucherAttempts:
    """Counts attempts; those that counted are forgiven."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def count(self, account_id: AccountId, address: str) -> None:
        """Count one attempt before it is looked at. Raises `VoucherTooOften`."""
        await self._hit(PER_ACCOUNT, str(account_id))
        await self._hit(PER_ADDRESS, site_of(address))

    async def forgive(self, account_id: AccountId) -> None:
        """Forget this account's attempts: a voucher counted."""
        await self._limiter.clear(PER_ACCOUNT, str(account_id))

    async def _hit(self, limit: RateLimitItem, identifier: str) -> None:
        if not await self._limiter.hit(limit, identifier):
            window = await self._limiter.get_window_stats(limit, identifier)
            raise VoucherTooOften(max(1, round(window.reset_time - time.time())))
