"""A rejudge set: made by one person with a reason, judged in the background, applied or cancelled by a person, once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exams.errors import AlreadyDecided, InvalidInput, NotDecidable, NotImpartial
from exams.ids import AccountId, RejudgeSetId, SessionId
from exams.proctoring.reason import written_reason
from exams.rejudging.change import SessionChange
from exams.rejudging.choice import Choice


class RejudgeStage(StrEnum):
    """Where a set stands; derived, never stored."""

    JUDGING = "judging"
    """some of its programs still wait"""
    READY = "ready"
    """all are judged, or could not be: a second person applies or cancels"""
    APPLYING = "applying"
    """somebody decided to apply it, and the registry's worker is about to"""
    APPLIED = "applied"
    CANCELLED = "cancelled"


class EndingOutcome(StrEnum):
    """What a person decides of a set."""

    APPLY = "apply"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class RejudgeEnding:
    """What was decided of a set. `lowered` are the sessions whose points may fall, each with the reason that somebody wrote."""

    rejudge_set_id: RejudgeSetId
    outcome: EndingOutcome
    decided_by: AccountId
    reason: str
    lowered: dict[SessionId, str]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class RejudgeSet:
    """A set and how far it is: of its `members`, `judged` have a new judgement and `failed` could not be judged."""

    rejudge_set_id: RejudgeSetId
    choice: Choice
    reason: str
    made_by: AccountId
    made_at: datetime
    members: int
    judged: int
    failed: int
    ending: RejudgeEnding | None
    applied_at: datetime | None

    @property
    def stage(self) -> RejudgeStage:
        """Where it stands."""
        match self.ending:
            case None:
                return RejudgeStage.JUDGING if self.judged + self.failed < self.members else RejudgeStage.READY
            case RejudgeEnding(outcome=EndingOutcome.CANCEL):
                return RejudgeStage.CANCELLED
            case _:
                return RejudgeStage.APPLYING if self.applied_at is None else RejudgeStage.APPLIED


def apply(
    found: RejudgeSet,
    changes: tuple[SessionChange, ...],
    candidates: frozenset[AccountId],
    *,
    decided_by: AccountId,
    reason: str,
    lowered: dict[SessionId, str],
    now: datetime,
) -> RejudgeEnding:
    """Decide to apply a set. `lowered` are the sessions that were ticked to fall, each with a reason of its own.

    Raises `AlreadyDecided`; `NotImpartial` for whoever made the set or sat one of its sessions (`candidates`); `NotDecidable`
    while it is being judged; `InvalidInput` for a reason that is missing or too long, and for a tick at a session that would
    not fall.
    """
    if found.ending is not None:
        raise AlreadyDecided
    if decided_by == found.made_by or decided_by in candidates:
        raise NotImpartial
    if found.stage is not RejudgeStage.READY:
        raise NotDecidable("judging-waits")
    may_fall = {change.session_id for change in changes if change.falls and not change.is_decided}
    if not lowered.keys() <= may_fall:
        raise InvalidInput("lowered", "unknown")
    return RejudgeEnding(
        found.rejudge_set_id,
        EndingOutcome.APPLY,
        decided_by,
        written_reason("reason", reason),
        {session_id: written_reason("lowered_reason", each) for session_id, each in lowered.items()},
        now,
    )


def cancel(found: RejudgeSet, *, decided_by: AccountId, reason: str, now: datetime) -> RejudgeEnding:
    """Decide to leave everything as it is. Whoever made a set may also cancel it.

    Raises `AlreadyDecided`, and `InvalidInput` for a reason that is missing or too long.
    """
    if found.ending is not None:
        raise AlreadyDecided
    return RejudgeEnding(found.rejudge_set_id, EndingOutcome.CANCEL, decided_by, written_reason("reason", reason), {}, now)
