"""How often strangers may ask for what costs something. Counted in this process's memory, as for signing in.

None of it keeps a secret: a number has 80 random bits and an entry is sealed. The limits keep one caller from taking the time
of all.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from app.client_address import site_of
from exams.errors import TooOften

CROWDS: Final = RateLimitItemPerMinute(600, 10, namespace="crowds")
"""600 in 10 minutes from an address: an employer's list of numbers."""

CHECK_RECEIPTS: Final = RateLimitItemPerMinute(30, 10, namespace="check-receipts")
"""30 in 10 minutes from an address. A receipt is for everything that was checked in one go."""

BULK_CHECKS: Final = RateLimitItemPerMinute(10, 10, namespace="bulk-checks")
"""10 in 10 minutes from an address, of up to twenty thousand files each."""


WALLET_REQUESTS: Final = RateLimitItemPerMinute(600, 10, namespace="wallet")
"""600 in 10 minutes from an address, tokens and nonces together: a class behind one address that takes its certificates home. A
wallet needs one of each, and a second nonce when it was slow. The tries at an offer's digits have a limit of their own."""


class AskedTooOften(TooOften):
    """An address asked more than the others leave it."""

    code = "asked-too-often"


RETRY_S: Final = 30
"""After how long an archive finds its turn: the largest one takes half a minute."""

ARCHIVES_WAITING_MAX: Final = 2
"""Archives that wait for the one that is being checked. Each takes a place on disk, and its sender waits."""


class AskingLimits:
    """Counts what an address asks for, and lets one archive be checked at a time."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._archive = asyncio.Lock()
        self._archives = 0

    async def count(self, limit: RateLimitItem, address: str) -> None:
        """Count one request before it is answered. Raises `AskedTooOften`."""
        who = site_of(address)
        if not await self._limiter.hit(limit, who):
            window = await self._limiter.get_window_stats(limit, who)
            raise AskedTooOften(max(1, round(window.reset_time - time.time())))

    def refuse_where_archives_wait(self) -> None:
        """Say before an archive is sent that no place is left for it. Raises `AskedTooOften`.

        Nothing is kept free for whoever is let in: a slow sender would take the place of all.
        """
        if self._archives > ARCHIVES_WAITING_MAX:
            raise AskedTooOften(RETRY_S)

    @asynccontextmanager
    async def archive_turn(self) -> AsyncGenerator[None]:
        """Wait until no other archive is being checked. Raises `AskedTooOften` if enough others wait already."""
        self.refuse_where_archives_wait()
        self._archives += 1
        try:
            async with self._archive:
                yield
        finally:
            self._archives -= 1
