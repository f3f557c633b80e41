"""Stopping the clock of a session, and letting it go on.

A proctor stops it for as long as it takes: an alarm, a telephone that rings, a fault of the room. There is no error in which
such a pause could end; one that was forgotten stands on the board until somebody ends it. A candidate stops it for a break,
within the allowance of an accommodation; when that is used up the clock goes on by itself.

While the clock is stopped nothing is sealed, run or handed in; what was typed is still saved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import uuid4

from exams.errors import AlreadyPaused, NotEligible, NotImpartial, NotPaused, SessionClosed, SessionNotStarted
from exams.ids import AccountId, PauseId, SessionId
from exams.sessions.ledger import EntryKind, Interval, TimeEntry, short_reason, stopped
from exams.sessions.session import PauseKind, Session
from exams.sessions.timing import Phase, phase

FORGOTTEN_AFTER: Final = timedelta(minutes=15)
"""A pause that is older is marked on the board: most alarms are over by then."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock was stopped at `began_at`; a break has `max_seconds`, what was left of the allowance."""

    session_id: SessionId
    kind: PauseKind
    actor_id: AccountId
    reason: str
    began_at: datetime
    max_seconds: int | None = None
    pause_id: PauseId = field(default_factory=lambda: PauseId(uuid4()))


def pause(session: Session, actor_id: AccountId, reason: str, now: datetime) -> Pause:
    """A proctor stops the clock.

    Raises `NotImpartial` for one's own session, `SessionNotStarted`, `SessionClosed`, `AlreadyPaused`, `InvalidInput`.
    """
    if session.candidate_id == actor_id:
        raise NotImpartial
    _refuse(session, now)
    return Pause(session.session_id, PauseKind.PAUSE, actor_id, short_reason(reason), now)


def take_break(session: Session, allowance_seconds: int, entries: Iterable[TimeEntry], now: datetime) -> Pause:
    """The candidate stops their own clock. Raises as `pause`, and `NotEligible` when nothing is left of the allowance."""
    _refuse(session, now)
    left = break_left_seconds(allowance_seconds, entries)
    if left <= 0:
        raise NotEligible("no break is left")
    return Pause(session.session_id, PauseKind.BREAK, session.candidate_id, "", now, left)


def break_left_seconds(allowance_seconds: int, entries: Iterable[TimeEntry]) -> int:
    """What is left of an allowance after the breaks that the ledger tells of, each rounded up to a whole second."""
    taken = [entry.interval for entry in entries if entry.kind is EntryKind.BREAK and entry.interval is not None]
    return max(0, allowance_seconds - sum(ceil((one.until - one.since) / timedelta(seconds=1)) for one in taken))


def ends_at(one: Pause, now: datetime) -> datetime:
    """When a pause that is ended at `now` is over: a break at the latest when its allowance is used up."""
    if one.max_seconds is None:
        return max(now, one.began_at)
    return max(min(now, one.began_at + timedelta(seconds=one.max_seconds)), one.began_at)


def resume(session: Session, one: Pause, entries: Iterable[TimeEntry], now: datetime) -> TimeEntry:
    """The clock goes on; the line that the pause makes, all of it. Raises `NotPaused`."""
    if session.paused_since != one.began_at or session.sealed_at is not None:
        raise NotPaused
    interval = Interval(one.began_at, ends_at(one, now))
    kind = EntryKind.PAUSE if one.kind is PauseKind.PAUSE else EntryKind.BREAK
    evidence = {"pause_id": str(one.pause_id), "stopped_by": str(one.actor_id)}
    once = f"{kind}:{one.pause_id}"
    return stopped(session, entries, interval, kind=kind, once=once, now=now, reason=one.reason, evidence=evidence)


def with_pause(session: Session, one: Pause) -> Session:
    """The session with its clock stopped, as the database has it too."""
    return replace(session, paused_since=one.began_at, pause_kind=one.kind, pause_max_seconds=one.max_seconds)


def without_pause(session: Session) -> Session:
    """The session with its clock going."""
    return replace(session, paused_since=None, pause_kind=None, pause_max_seconds=None)


def _refuse(session: Session, now: datetime) -> None:
    match phase(session, now):
        case Phase.OPENED | Phase.CONSENTED:
            raise SessionNotStarted
        case Phase.OVER:
            raise SessionClosed
        case Phase.PAUSED | Phase.IN_PROGRESS:
            if session.paused_since is not None:
                raise AlreadyPaused
