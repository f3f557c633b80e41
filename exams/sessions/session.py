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


class PauseKind(StrEnum):
    """Who stopped the clock."""

    PAUSE = "pause"
    """a proctor: an alarm, a telephone, a fault of the room; it ends when somebody ends it"""
    BREAK = "break"
    """the candidate, within the allowance of an accommodation; it ends at the latest when that is used up"""


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting. Its phase follows from these times and the present one, and is stored nowhere.

    `allotted_seconds` counts from the candidate's own `started_at`, never from a common start. `credited_seconds` is what the
    time ledger (`ledger`) comes to, and `ledger_revision` how many lines it has. While the clock is stopped, `paused_since`
    says since when; of a break, `pause_max_seconds` says for how long at most.
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
    credited_seconds: int = 0
    ledger_revision: int = 0
    paused_since: datetime | None = None
    pause_kind: PauseKind | None = None
    pause_max_seconds: int | None = None
