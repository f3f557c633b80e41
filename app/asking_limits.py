"""How often strangers may ask for what costs something. Counted in this process's memory, as for signing in.

None of it keeps a secret: a number has 80 random bits and an entry is sealed. The limits keep one caller from taking the time
of all.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from app.client_address import site_of
from app.fair_turns import FairTurns
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


@dataclass(frozen=True, slots=True)
class Places:
    """How many uploads of a kind may be here at once, from their first byte until they are done with: of one caller, of all."""

    kind: str
    of_one: int
    of_all: int


ARCHIVE_PLACES: Final = Places("archives", of_one=2, of_all=8)
"""Each has 64 MiB at the most and may take half an hour to arrive: together half a gibibyte of disk, or of memory where `/tmp`
is kept in it."""

FILE_PLACES: Final = Places("files", of_one=40, of_all=400)
"""Each has 1 MiB in memory at the most: what a crowded office sends in one moment, and 400 MiB together."""


class AskedTooOften(TooOften):
    """An address asked more than the others leave it."""

    code = "asked-too-often"


CHECKS_AT_ONCE: Final = 2
"""Checking a certificate of ours costs about a millisecond of one core, a hostile file a second."""

RETRY_S: Final = 30
"""After how long an archive finds its turn: the largest one takes half a minute."""

ARCHIVES_WAITING_MAX: Final = 2
"""Archives that wait for the one that is being checked. Each takes a place on disk, and its sender waits."""


class AskingLimits:
    """Counts what an address asks for and how much of it is here, and lets one archive be checked at a time."""

    def __init__(self) -> None:
        self._here: Counter[tuple[str, str]] = Counter()
        self.checks = FairTurns(CHECKS_AT_ONCE)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._archive = asyncio.Lock()
        self._archives = 0

    async def count(self, limit: RateLimitItem, address: str) -> None:
        """Count one request before it is answered. Raises `AskedTooOften`."""
        who = site_of(address)
        if not await self._limiter.hit(limit, who):
            window = await self._limiter.get_window_stats(limit, who)
            raise AskedTooOften(max(1, round(window.reset_time - time.time())))

    @contextmanager
    def place(self, places: Places, address: str) -> Generator[None]:
        """Hold a place for an upload while the block lasts. Raises `AskedTooOften` before any of it is read.

        Who sends slowly keeps a place for long, so one caller has few of them.
        """
        own, all_of_kind = (places.kind, site_of(address)), (places.kind, "")
        if self._here[own] >= places.of_one or self._here[all_of_kind] >= places.of_all:
            raise AskedTooOften(RETRY_S)
        self._here.update((own, all_of_kind))
        try:
            yield
        finally:
            self._here.subtract((own, all_of_kind))
            if not self._here[own]:
                del self._here[own]

    def refuse_where_archives_wait(self) -> None:
        """Say before an archive is sent that no place is left for it. Raises `AskedTooOften`.

        Nothing is kept free for whoever is let in: a slow sender would take the turn of all.
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
