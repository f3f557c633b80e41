"""A hold: a session waits for a proctor before its next step, because a check failed or because a proctor said so.

It stops no clock and refuses no save; at the deadline the session is sealed with what was saved, held or not. A check that
passes ends a hold that a failed one began. A proctor who ends a hold lets the session go on without checks, and says why.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from exams.errors import AlreadyDecided, LockdownHeld, LockdownUnproven, NotImpartial
from exams.ids import AccountId, SessionId
from exams.proctoring.reason import written_reason
from exams.proctoring.seb.check import Fault
from exams.sessions.session import Session


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold. `held_by` is None where a check failed (`fault` says how), `released_by` where a later one passed."""

    hold_id: UUID
    session_id: SessionId
    held_at: datetime
    fault: Fault | None
    held_by: AccountId | None
    reason: str
    released_at: datetime | None = None
    released_by: AccountId | None = None
    release_reason: str = ""
    our_fault: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the session still waits."""
        return self.released_at is None


def hold_for(session_id: SessionId, fault: Fault, now: datetime) -> Hold:
    """A check failed."""
    return Hold(uuid4(), session_id, now, fault, None, "")


def hold_by(session: Session, newest: Hold | None, proctor: AccountId, reason: str, now: datetime) -> Hold:
    """A proctor wants to look first. Raises `AlreadyDecided` if the session is held, `NotImpartial` for the candidate's own."""
    if proctor == session.candidate_id:
        raise NotImpartial
    if newest is not None and newest.is_open:
        raise AlreadyDecided
    return Hold(uuid4(), session.session_id, now, None, proctor, written_reason("reason", reason))


def release(session: Session, hold: Hold | None, proctor: AccountId, reason: str, now: datetime, *, our_fault: bool) -> Hold:
    """A proctor lets the session go on. Raises `AlreadyDecided` if it is not held, `NotImpartial` for the candidate's own."""
    if proctor == session.candidate_id:
        raise NotImpartial
    if hold is None or not hold.is_open:
        raise AlreadyDecided
    words = written_reason("reason", reason)
    return replace(hold, released_at=now, released_by=proctor, release_reason=words, our_fault=our_fault)


def passed(hold: Hold, now: datetime) -> Hold:
    """A later check passed. A proctor's own hold stays."""
    return replace(hold, released_at=now) if hold.is_open and hold.held_by is None else hold


def is_waived(newest: Hold | None) -> bool:
    """Whether a proctor lets the session go on without checks."""
    return newest is not None and newest.released_by is not None


def refuse_step(newest: Hold | None, *, is_proven: bool) -> None:
    """Raise `LockdownHeld` or `LockdownUnproven` unless the next step may be taken."""
    if is_waived(newest):
        return
    if newest is not None and newest.is_open and (newest.held_by is not None or not is_proven):
        raise LockdownHeld
    if not is_proven:
        raise LockdownUnproven
