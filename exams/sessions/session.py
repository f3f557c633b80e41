"""A session: one candidate sitting one paper. What may be done with it is `sitting.py`; how late it is, `timing.py`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exams.ids import AccountId, PaperId, SchemeId, SessionId


class SealReason(StrEnum):
    """Why nothing can be added any more."""

    FINISHED = "finished"
    """the candidate said so"""
    TIME_UP = "time_up"
    """the server said so, at the deadline"""


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting. Its phase follows from these times and the present one, and is stored nowhere.

    `allotted_seconds` counts from the candidate's own `started_at`, never from a common start.
    """

    session_id: SessionId
    scheme_id: SchemeId
    paper_id: PaperId
    candidate_id: AccountId
    opened_at: datetime
    consented_at: datetime | None
    camera_consent: bool
    started_at: datetime | None
    allotted_seconds: int
    sealed_at: datetime | None
    seal_reason: SealReason | None
