"""How late it is in a session: phase, deadline and remaining time as functions of the server's present time."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from exams.sessions.session import Session

SAVE_GRACE_S: Final = 3
"""Seconds after the deadline in which a save or a hand-in still counts: it was sent in time and was on its way.

Longer would be a gift to fast typists, shorter would take the last words from slow lines. The server seals when it is over.
"""


class Phase(StrEnum):
    """Where a session stands."""

    OPENED = "opened"
    """a paper is set; the candidate has not accepted what is recorded"""
    CONSENTED = "consented"
    """accepted; the clock has not begun"""
    IN_PROGRESS = "in_progress"
    OVER = "over"
    """finished, or past the deadline"""


def deadline(session: Session) -> datetime | None:
    """When the time is up, or None before the start."""
    return None if session.started_at is None else session.started_at + timedelta(seconds=session.allotted_seconds)


def phase(session: Session, now: datetime) -> Phase:
    """Where the session stands at `now`."""
    due = deadline(session)
    if session.sealed_at is not None:
        return Phase.OVER
    if due is not None:
        return Phase.IN_PROGRESS if now < due else Phase.OVER
    return Phase.OPENED if session.consented_at is None else Phase.CONSENTED


def remaining(session: Session, now: datetime) -> timedelta:
    """The time left: all of it before the start, never less than none."""
    due = deadline(session)
    if session.sealed_at is not None:
        return timedelta(0)
    if due is None:
        return timedelta(seconds=session.allotted_seconds)
    return min(max(due - now, timedelta(0)), timedelta(seconds=session.allotted_seconds))


def seal_due(session: Session) -> datetime | None:
    """From when on the server seals the session by itself: the deadline and the grace for what is on its way."""
    due = deadline(session)
    return None if due is None else due + timedelta(seconds=SAVE_GRACE_S)


def takes_work(session: Session, now: datetime) -> bool:
    """Whether a save or a hand-in that arrives at `now` counts."""
    due = seal_due(session)
    return session.sealed_at is None and due is not None and now < due
