"""A review: what another person decided of an incident. There is at most one, and it is never changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exams.errors import AlreadyDecided, InvalidInput, NotImpartial
from exams.ids import AccountId, IncidentId
from exams.proctoring.incident import Incident
from exams.proctoring.reason import written_reason


class ReviewOutcome(StrEnum):
    """What the incident means for the result."""

    NO_EFFECT = "no_effect"
    """the result stands"""
    WARNING = "warning"
    """the result stands; the warning stays on record"""
    SESSION_VOID = "session_void"
    """the result cannot be certified; a person still declines it"""


@dataclass(frozen=True, slots=True)
class Review:
    """Why `reviewed_by` decided as they did is part of it."""

    incident_id: IncidentId
    reviewed_by: AccountId
    outcome: ReviewOutcome
    reason: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An incident with its review, if it has one."""

    incident: Incident
    review: Review | None


@dataclass(frozen=True, slots=True)
class ListedIncident:
    """An incident on the page of all incidents, with the names that a person needs to recognise it."""

    record: IncidentRecord
    candidate_name: str
    scheme_names: dict[str, str]
    raised_by_name: str | None


def review(
    record: IncidentRecord, *, candidate_id: AccountId, reviewed_by: AccountId, outcome: str, reason: str, now: datetime
) -> Review:
    """Decide what an incident means.

    Raises `AlreadyDecided` if it has a review; `NotImpartial` for whoever raised it and for the candidate; `InvalidInput` for
    an unknown outcome or a reason that `written_reason` refuses.
    """
    if record.review is not None:
        raise AlreadyDecided
    if reviewed_by in (record.incident.raised_by, candidate_id):
        raise NotImpartial
    try:
        known = ReviewOutcome(outcome)
    except ValueError:
        raise InvalidInput("outcome", "unknown") from None
    return Review(record.incident.incident_id, reviewed_by, known, written_reason("reason", reason), now)
