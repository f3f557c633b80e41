"""The moves of a session: consent, start, finish, seal. Each takes a loaded session and the time, and refuses by raising."""

from dataclasses import replace
from datetime import datetime

from exams.errors import NotEligible, SessionClosed, SessionNotStarted, SessionPaused
from exams.sessions.session import SealReason, Session
from exams.sessions.timing import Phase, deadline, phase, seal_due, takes_work


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
        case Phase.IN_PROGRESS | Phase.PAUSED:
            return session
        case Phase.CONSENTED:
            return replace(session, started_at=now)


def work(session: Session, now: datetime) -> None:
    """Whether a save may happen now; also while the clock is stopped. Raises `SessionNotStarted` or `SessionClosed`."""
    if session.started_at is None:
        raise SessionNotStarted
    if not takes_work(session, now):
        raise SessionClosed


def ask_of_judging(session: Session, now: datetime) -> None:
    """Whether a sample run or a hand-in may happen now. As `work`, and raises `SessionPaused` while the clock is stopped."""
    work(session, now)
    if phase(session, now) is Phase.PAUSED:
        raise SessionPaused


def finish(session: Session, now: datetime) -> Session:
    """The candidate ends the exam. Raises `SessionNotStarted`, or `SessionClosed` if it is sealed already."""
    if session.started_at is None:
        raise SessionNotStarted
    if session.sealed_at is not None:
        raise SessionClosed
    # In the seconds between the deadline and the server's own seal the button still works; the reason stays true.
    reason = SealReason.TIME_UP if phase(session, now) is Phase.OVER else SealReason.FINISHED
    return replace(session, sealed_at=now, seal_reason=reason)


def seal_overdue(session: Session, now: datetime, beat_at: datetime | None) -> Session | None:
    """The session as the server seals it, or None if there is nothing to do yet, or any more.

    `beat_at` is the last pulse of the web (`pulse.py`), None if there never was one. A session is sealed only when the web was
    there after its deadline: else the time is not up, it was lost, and the next pulse will credit it.
    """
    due, up = seal_due(session), deadline(session)
    if session.sealed_at is not None or due is None or up is None or now < due:
        return None
    if beat_at is not None and beat_at < up:
        return None
    return replace(session, sealed_at=now, seal_reason=SealReason.TIME_UP)
