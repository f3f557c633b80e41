"""The web process's pulse: once a second it says that it is there, and credits what it finds missing.

No page of a candidate is answered before the time that was lost until then is credited: `fresh` sees to that, so that nobody
whose deadline passed while the server was away is told that the exam is over.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import structlog

from app import timekeeping
from app.database import Pool, is_unavailable, transaction
from exams.sessions.ledger import store as ledgers
from exams.sessions.pulse import BEAT_EVERY_S, Beat, following, missed, set_back

STALE_AFTER: Final = timedelta(seconds=2.5)
"""Two beats and a half: then something is wrong, and a candidate's page waits for the next one."""

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")

log = structlog.get_logger(__name__)


def uptime_s() -> float:
    """Seconds of this run of the machine, asleep or not."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def boot_id() -> str:
    """Which run of which machine this is; where nobody can say, each process is its own."""
    return BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else str(uuid4())


class Pulse:
    """Started and stopped with the web process. `now` and `uptime` are arguments for tests that set clocks."""

    def __init__(
        self, pool: Pool, now: Callable[[], datetime] = lambda: datetime.now(UTC), uptime: Callable[[], float] = uptime_s
    ) -> None:
        self._pool = pool
        self._now = now
        self._uptime = uptime
        self._boot_id = boot_id()
        self._beat_at: datetime | None = None
        self._lock = asyncio.Lock()
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """The first beat, before anybody is served; then one each second until `stop`. Raises if the database is away."""
        await self.beat()
        self._beating = asyncio.create_task(self._keep_beating())

    async def stop(self) -> None:
        """No more beats. What follows until the next start is an outage, whoever ordered it."""
        if self._beating is not None:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating

    async def fresh(self) -> None:
        """Return when no lost time is left uncredited. Raises what the database raises if it is away."""
        if self._is_stale():
            async with self._lock:
                if self._is_stale():
                    await self._beat()

    async def beat(self) -> None:
        """Say that we are there; credit what was missed since anybody said so."""
        async with self._lock:
            await self._beat()

    def _is_stale(self) -> bool:
        return self._beat_at is None or abs(self._now() - self._beat_at) > STALE_AFTER

    async def _beat(self) -> None:
        async with transaction(self._pool) as db:
            before = await ledgers.beat_to_follow(db)
            beat = Beat(self._now(), self._boot_id, self._uptime())
            await ledgers.keep_beat(db, following(before, beat))
            if before is not None:
                lost = missed(before, beat)
                if lost is not None:
                    sessions = await timekeeping.credit_outage(db, before, beat, lost)
                    log.warning("pulse.missed", since=lost.since, until=lost.until, sessions=sessions)
                elif (back := set_back(before, beat)) is not None:
                    log.warning("pulse.clock-set-back", seconds=back.total_seconds())
            await timekeeping.end_exhausted_breaks(db, beat.at)
            await timekeeping.credit_waits(db, beat.at)
        self._beat_at = beat.at

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001 - the next beat finds what this one missed
                log.warning("pulse.failed", away=is_unavailable(error), error=repr(error))
