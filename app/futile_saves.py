"""How often saves that come to nothing are looked at. Counted in this process's memory, as for signing in.

A save that is taken has its limits in the journal. One that is refused leaves nothing there to count, and replaying its edits
costs as much: without a limit a loop of them takes the time of all.
"""

import time
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from exams.errors import TooOften
from exams.ids import AccountId

FUTILE_SAVES: Final = RateLimitItemPerMinute(60, namespace="futile-saves")
"""60 in a minute. A page begins anew three times for each item and then waits for its candidate to type something else."""


class FutileSaves:
    """Counts the saves of each candidate that were refused for what they are."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def refuse_flood(self, account_id: AccountId) -> None:
        """Raise `TooOften` before a save is looked at, if too many of this candidate's came to nothing."""
        if not await self._limiter.test(FUTILE_SAVES, str(account_id)):
            window = await self._limiter.get_window_stats(FUTILE_SAVES, str(account_id))
            raise TooOften(max(1, round(window.reset_time - time.time())))

    async def count(self, account_id: AccountId) -> None:
        """One more came to nothing."""
        await self._limiter.hit(FUTILE_SAVES, str(account_id))
