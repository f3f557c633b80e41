"""An incident: what a proctor observed, in words. While one has no review, the result of its session is held."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from exams.errors import AlreadyDecided, InvalidInput, NotImpartial, SessionNotStarted
from exams.ids import AccountId, IncidentId, SessionId
from exams.proctoring.reason import written_reason
from exams.sessions.session import Session


class Category(StrEnum):
    """Where it came from; the five groups of TAO's taxonomy of irregularities."""

    ENVIRONMENT = "environment"
    """the room: noise, an alarm, somebody came in"""
    CANDIDATE = "candidate"
    """what the candidate did"""
    PROCTOR = "proctor"
    """what we did: a mistake of the staff"""
    TECHNICAL = "technical"
    """a machine, the line, the power"""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that happened in one session, as `raised_by` saw it; None: Sarap itself noticed it."""

    incident_id: IncidentId
    session_id: SessionId
    raised_by: AccountId | None
    category: Category
    description: str
    opened_at: datetime


def noticed(session: Session, description: str, now: datetime) -> Incident:
    """Put on record what Sarap itself noticed, in English: a technical matter that a person has to look at."""
    return Incident(IncidentId(uuid4()), session.session_id, None, Category.TECHNICAL, description, now)


def open_incident(
    session: Session, raised_by: AccountId, category: str, description: str, now: datetime, *, decided: bool
) -> Incident:
    """Put on record what `raised_by` observed.

    Raises `SessionNotStarted` before the clock runs; `AlreadyDecided` once the result is decided (from then on a certificate is
    suspended or revoked instead); `NotImpartial` for the candidate's own session; `InvalidInput` for an unknown category or a
    description that `written_reason` refuses.
    """
    if session.candidate_id == raised_by:
        raise NotImpartial
    if session.started_at is None:
        raise SessionNotStarted
    if decided:
        raise AlreadyDecided
    try:
        known = Category(category)
    except ValueError:
        raise InvalidInput("category", "unknown") from None
    words = written_reason("description", description)
    return Incident(IncidentId(uuid4()), session.session_id, raised_by, known, words, now)
