"""A sample run: the candidate's program on the samples that the statement shows. No score follows from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from exams.errors import InvalidInput, TooOften
from exams.ids import SampleRunId
from exams.papers.paper import Item
from exams.sessions.session import Session
from exams.sessions.sitting import work
from exams.submissions.submission import Answer, check

SAMPLE_RUNS_PER_MINUTE: Final = 20
"""For one session. One every three seconds is faster than reading their output."""


@dataclass(frozen=True, slots=True)
class SampleRun:
    """A run that was asked for. `report` is what the judging worker wrote, or None while it runs."""

    sample_run_id: SampleRunId
    answer: Answer
    requested_at: datetime
    report: dict[str, Any] | None


def request(session: Session, item: Item, answer: Answer, *, in_last_minute: int, now: datetime) -> None:
    """Refuse a sample run that may not happen now.

    Raises `SessionNotStarted`, `SessionClosed`, `InvalidInput` as a hand-in does, and `TooOften` past `SAMPLE_RUNS_PER_MINUTE`.
    """
    work(session, now)
    check(item, answer)
    if not answer.source.strip():
        raise InvalidInput("source", "missing")
    if in_last_minute >= SAMPLE_RUNS_PER_MINUTE:
        raise TooOften(int(timedelta(minutes=1).total_seconds()) // SAMPLE_RUNS_PER_MINUTE)
