"""A sample run: the candidate's program on the samples that the statement shows, or on their own input.

No score follows from it, and from a run on one's own input no verdict either: nobody knows the right answer to it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from exams.errors import InvalidInput, TooOften
from exams.ids import SampleRunId, SessionId
from exams.papers.paper import Item
from exams.sessions.ledger import Interval
from exams.sessions.session import Session
from exams.sessions.sitting import ask_of_judging
from exams.submissions.submission import Answer, check

SAMPLE_RUNS_PER_MINUTE: Final = 20
"""For one session. One every three seconds is faster than reading their output."""


OWN_INPUT_MAX_BYTES: Final = 64 * 1024
"""Of one's own input in UTF-8: more than anybody types, and enough to paste a large case that one has in mind."""


@dataclass(frozen=True, slots=True)
class SampleRun:
    """A run that was asked for. `report` is what the judging worker wrote, or None while it runs.

    `own_input` is what the candidate gave it to read; None if it was run on the samples.
    """

    sample_run_id: SampleRunId
    answer: Answer
    requested_at: datetime
    report: dict[str, Any] | None
    own_input: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A run that was in our queue for `waited`; the candidate's own runs before it do not count."""

    sample_run_id: SampleRunId
    session_id: SessionId
    waited: Interval


def request(
    session: Session, item: Item, answer: Answer, *, in_last_minute: int, now: datetime, own_input: str | None = None
) -> None:
    """Refuse a sample run that may not happen now.

    Raises `SessionNotStarted`, `SessionClosed`, `SessionPaused`, `InvalidInput` as a hand-in does and for the field `input`,
    and `TooOften` past `SAMPLE_RUNS_PER_MINUTE`.
    """
    ask_of_judging(session, now)
    check(item, answer)
    if answer.is_blank:
        raise InvalidInput("source", "missing")
    if own_input is not None:
        check_input(own_input)
    if in_last_minute >= SAMPLE_RUNS_PER_MINUTE:
        raise TooOften(int(timedelta(minutes=1).total_seconds()) // SAMPLE_RUNS_PER_MINUTE)


def check_input(own_input: str) -> None:
    """Raise `InvalidInput` if one's own input is no text, or longer than `OWN_INPUT_MAX_BYTES`."""
    if "\0" in own_input:
        raise InvalidInput("input", "nul-byte")
    try:
        size = len(own_input.encode())
    except UnicodeEncodeError:
        raise InvalidInput("input", "not-unicode") from None
    if size > OWN_INPUT_MAX_BYTES:
        raise InvalidInput("input", "too-large", OWN_INPUT_MAX_BYTES)
