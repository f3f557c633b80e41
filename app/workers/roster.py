"""The judging workers as they are on record: who works, who took itself out and why, and which languages nobody can judge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

HEARD_INTERVAL_S: Final = 15
"""How often a worker says that it is there."""

SILENT_AFTER: Final = timedelta(seconds=60)
"""Four times in a row unheard: it has died, or its way to the database is cut."""

KEPT: Final = timedelta(days=30)
"""A process that is gone stays on record for so long, for whoever asks where something was judged."""


SHOWN: Final = timedelta(days=1)
"""Whoever was last heard of before is no news."""


class State(StrEnum):
    """What a worker says of itself."""

    PROVING = "proving"
    """it has just started, and has not proved itself yet"""
    WORKING = "working"
    OUT = "out"
    """it takes no jobs: its self-check failed, or its engine is away; it tries again by itself"""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class JudgingWorker:
    """One process. `self_check` is what the last one said: `{"failures": [], "unchecked": [], "took_ms": 2900}`."""

    worker_id: UUID
    host: str
    slots: int
    runner: str
    started_at: datetime
    last_heard_at: datetime
    state: State
    reason: str
    languages: tuple[str, ...]
    engine: dict[str, Any]
    self_check: dict[str, Any] | None
    self_checked_at: datetime | None

    def is_silent(self, now: datetime) -> bool:
        """Whether it should have been heard of since."""
        return self.state is not State.STOPPED and now - self.last_heard_at > SILENT_AFTER

    def works(self, now: datetime) -> bool:
        """Whether it takes jobs."""
        return self.state is State.WORKING and not self.is_silent(now)

    def condition(self, now: datetime) -> str:
        """Its state in one word, as metrics and lists say it: the five are `State` and `silent`."""
        return "silent" if self.is_silent(now) else self.state.value


CONDITIONS: Final = (*(state.value for state in State if state is not State.STOPPED), "silent")
"""What `condition` says of workers that should be there."""


def unserved(workers: Iterable[JudgingWorker], wanted: Iterable[str], now: datetime) -> list[str]:
    """Languages that are wanted and that no working worker has."""
    served = {code for worker in workers if worker.works(now) for code in worker.languages}
    return sorted(set(wanted) - served)


def lines(workers: Sequence[JudgingWorker], now: datetime) -> list[str]:
    """The roster as `sarap workers` prints it: one line for each that is not stopped, the newest first on each host."""
    shown: list[str] = []
    for worker in workers:
        if worker.state is State.STOPPED:
            continue
        proved = "not yet" if worker.self_checked_at is None else f"{_ago(now - worker.self_checked_at)} ago"
        line = (
            f"{worker.host}  {str(worker.worker_id)[:8]}  {worker.condition(now)}  {worker.slots} slots  "
            f"{worker.engine.get('name', worker.runner)}  self-check {proved}  heard {_ago(now - worker.last_heard_at)} ago  "
            f"{', '.join(sorted(worker.languages)) or 'no language'}"
        )
        shown += [line, *([f"    {worker.reason}"] if worker.reason else [])]
    return shown


def _ago(time: timedelta) -> str:
    seconds = max(0, int(time.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
