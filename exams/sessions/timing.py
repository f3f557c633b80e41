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
    """Where a session stands. Time alone only ever leads down this list."""

    OPENED = "opened"
    """a paper is set; the candidate has not accepted what is recorded"""
    CONSENTED = "consented"
    """accepted; the clock has not begun"""
    PAUSED = "paused"
    """the clock is stopped; what was typed is still taken, nothing is run and nothing sealed"""
    IN_PROGRESS = "in_progress"
    OVER = "over"
    """finished, or past the deadline"""


def deadline(session: Session) -> datetime | None:
    """When the time is up: the candidate's own start, what was allotted, and every line of the ledger.

    None before the start, and while the clock is stopped without an end in time. During a break: the latest that it can become.
    """
    if session.started_at is None or (session.paused_since is not None and session.pause_max_seconds is None):
        return None
    return session.started_at + timedelta(seconds=granted_seconds(session) + (session.pause_max_seconds or 0))


def granted_seconds(session: Session) -> int:
    """All the time of the session: what was allotted and what the ledger comes to."""
    return session.allotted_seconds + session.credited_seconds


def paused(session: Session, now: datetime) -> bool:
    """Whether the clock is stopped at `now`. A break stops it until its allowance is used up, whether it is ended or not."""
    if session.sealed_at is not None or session.paused_since is None:
        return False
    return session.pause_max_seconds is None or now < session.paused_since + timedelta(seconds=session.pause_max_seconds)


def phase(session: Session, now: datetime) -> Phase:
    """Where the session stands at `now`."""
    if session.sealed_at is not None:
        return Phase.OVER
    if paused(session, now):
        return Phase.PAUSED
    due = deadline(session)
    if due is not None:
        return Phase.IN_PROGRESS if now < due else Phase.OVER
    return Phase.OPENED if session.consented_at is None else Phase.CONSENTED


def remaining(session: Session, now: datetime) -> timedelta:
    """The time left: all of it before the start, as much as there was while the clock is stopped, never less than none."""
    if session.sealed_at is not None:
        return timedelta(0)
    granted = timedelta(seconds=granted_seconds(session))
    if session.started_at is None:
        return granted
    if session.paused_since is not None and paused(session, now):
        left = session.started_at + granted - session.paused_since
    else:
        due = deadline(session)
        assert due is not None  # only an endless pause has none, and it is stopped at every moment
        left = due - now
    return min(max(left, timedelta(0)), granted)


def seal_due(session: Session) -> datetime | None:
    """From when on the server seals the session by itself: the deadline and the grace for what is on its way."""
    due = deadline(session)
    return None if due is None else due + timedelta(seconds=SAVE_GRACE_S)


def takes_work(session: Session, now: datetime) -> bool:
    """Whether a save that arrives at `now` counts; it does while the clock is stopped."""
    if session.sealed_at is not None or session.started_at is None:
        return False
    due = seal_due(session)
    return due is None or now < due
