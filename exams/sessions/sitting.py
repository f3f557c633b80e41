"""The moves of a session: consent, start, finish, seal. Each takes a loaded session and the time, and refuses by raising."""

from dataclasses import replace
from datetime import datetime

from exams.errors import NotEligible, SessionClosed, SessionNotStarted
from exams.sessions.session import SealReason, Session
from exams.sessions.timing import Phase, phase, seal_due, takes_work


def consent(session: Session, *, camera: bool, now: datetime) -> Session:
    """The candidate accepts what is recorded; `camera` says whether pictures are part of it.

    May be said again until the clock begins. Raises `SessionClosed` afterwards: consent is not changed under way by a form.
    """
    if phase(session, now) not in {Phase.OPENED, Phase.CONSENTED}:
        raise SessionClosed("the clock has begun")
    return replace(session, consented_at=now, camera_consent=camera)


def start(session: Session, now: datetime) -> Session:
    """The clock begins. Starting twice changes nothing, so that a double click costs no time.

    Raises `NotEligible` before consent, `SessionClosed` when the session is over.
    """
    match phase(session, now):
        case Phase.OPENED:
            raise NotEligible("consent comes first")
        case Phase.OVER:
            raise SessionClosed
        case Phase.IN_PROGRESS:
            return session
        case Phase.CONSENTED:
            return replace(session, started_at=now)


def work(session: Session, now: datetime) -> None:
    """Whether a save, a sample run or a hand-in may happen now. Raises `SessionNotStarted` or `SessionClosed`."""
    if session.started_at is None:
        raise SessionNotStarted
    if not takes_work(session, now):
        raise SessionClosed


def finish(session: Session, now: datetime) -> Session:
    """The candidate ends the exam. Raises `SessionNotStarted`, or `SessionClosed` if it is sealed already."""
    if session.started_at is None:
        raise SessionNotStarted
    if session.sealed_at is not None:
        raise SessionClosed
    # In the seconds between the deadline and the server's own seal the button still works; the reason stays true.
    reason = SealReason.FINISHED if phase(session, now) is Phase.IN_PROGRESS else SealReason.TIME_UP
    return replace(session, sealed_at=now, seal_reason=reason)


def seal_overdue(session: Session, now: datetime) -> Session | None:
    """The session as the server seals it, or None if there is nothing to do yet, or any more."""
    due = seal_due(session)
    if session.sealed_at is not None or due is None or now < due:
        return None
    return replace(session, sealed_at=now, seal_reason=SealReason.TIME_UP)
