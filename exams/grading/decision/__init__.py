"""A decision: a registrar certifies a result or declines it. It is taken once, by a person who did not examine the candidate.

Only an upheld appeal opens a decided case again (`appeal.py`). The new decision follows the earlier one, which stays on record,
and is another person's.

ISO/IEC 17024, 9.4: the decision rests with people who took no part in examining or training the candidate. Whoever authored or
published a task of the paper, raised an incident in the session, or sat it, is refused here, and by a trigger of the database
too. An incident's reviewer may decide: reviewing an incident is not examining.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from exams.errors import AlreadyDecided, InvalidInput, NotDecidable, NotImpartial
from exams.grading.result import Result
from exams.ids import AccountId, AppealId, DecisionId, ResultId
from exams.proctoring.reason import written_reason
from exams.proctoring.review import IncidentRecord, ReviewOutcome
from exams.sessions.session import Session


class DecisionOutcome(StrEnum):
    """A certificate follows from the first, and from nothing else."""

    CERTIFY = "certify"
    DECLINE = "decline"


class Obstacle(StrEnum):
    """Why a case cannot be decided yet, or cannot be certified at all."""

    NOT_GRADED = "not-graded"
    """the session is over, everything is judged, and the sum is about to be made"""
    JUDGING_WAITS = "judging-waits"
    """a submission still waits for its judgement"""
    JUDGING_FAILED = "judging-failed"
    """a submission could not be judged by us, again and again; never the candidate's fault"""
    INCIDENT_OPEN = "incident-open"
    """an incident has no review"""
    LATE_TEXT = "late-text"
    """a text that arrived after the end waits for a person, or for the result that it is part of"""
    NOT_PASSED = "not-passed"
    """the score is below the cut: cannot be certified"""
    REJUDGING = "rejudging"
    """a program of the session is being judged again, or what came of it waits for a second person"""
    REHEARSAL = "rehearsal"
    """the session was a rehearsal: it is never decided, either way"""
    SESSION_VOID = "session-void"
    """a review made the session void: cannot be certified"""
    APPEAL_REJUDGING = "appeal-rejudging"
    """an upheld appeal demands that the programs are judged again first"""


class Standing(StrEnum):
    """Where a case stands with the registrars. Derived, never stored."""

    READY = "ready"
    HELD = "held"
    DECIDED = "decided"


class Remedy(StrEnum):
    """What an upheld appeal leads to, before the new decision."""

    REJUDGE = "rejudge"
    """the programs are judged again, and what comes of it is applied or cancelled by two people"""
    REDECIDE = "redecide"
    """the case is decided anew as it is"""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why `decided_by` decided as they did is part of it. Every revision after the first follows from an upheld appeal."""

    decision_id: DecisionId
    result_id: ResultId
    decided_by: AccountId
    outcome: DecisionOutcome
    reason: str
    decided_at: datetime
    revision: int = 1
    appeal_id: AppealId | None = None


@dataclass(frozen=True, slots=True)
class Reopening:
    """An upheld appeal opened the case again. `is_rejudged`: a rejudge set with its programs was ended since then."""

    appeal_id: AppealId
    remedy: Remedy
    reopened_at: datetime
    is_rejudged: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a decision rests on, of one session that is over.

    `authored_by` are the people who imported or published a task of the paper. `unjudged` counts the submissions that have no
    judgement, `undetermined` those among them that we have failed to judge at least once. `is_rejudged` says that a rejudge set
    with a program of this session is neither applied nor cancelled. `decision` is the one that stands; `earlier` are those
    before it, oldest first. While an upheld appeal has opened the case again there is a `reopening` and no `decision`.
    `has_late_text` says that a text which arrived after the end is not decided, or accepted and not yet part of the result.
    """

    session: Session
    candidate_name: str
    scheme_names: dict[str, str]
    result: Result | None
    authored_by: frozenset[AccountId]
    incidents: tuple[IncidentRecord, ...]
    unjudged: int
    undetermined: int
    decision: Decision | None
    is_rejudged: bool = False
    is_rehearsal: bool = False
    earlier: tuple[Decision, ...] = ()
    reopening: Reopening | None = None
    has_late_text: bool = False

    @property
    def void(self) -> bool:
        """Whether a review made the session void."""
        return any(r.review is not None and r.review.outcome is ReviewOutcome.SESSION_VOID for r in self.incidents)

    @property
    def examined_by(self) -> frozenset[AccountId]:
        """Everybody who must not decide this case, the candidate included."""
        raised_by = {by for record in self.incidents if (by := record.incident.raised_by) is not None}
        return self.authored_by | raised_by | {self.session.candidate_id}

    @property
    def barred(self) -> frozenset[AccountId]:
        """Whom `decide` refuses: whoever examined, and whoever took an earlier decision that an appeal overturned."""
        return self.examined_by | {one.decided_by for one in self.earlier}


def holds(case: Case) -> tuple[Obstacle, ...]:
    """What keeps the case from being decided, either way. Empty if nothing does.

    A submission that is judged after the result was made could not have changed it, so only a case without a result waits for
    judging.
    """
    found: list[Obstacle] = []
    if case.is_rehearsal:
        found.append(Obstacle.REHEARSAL)
    if case.result is None:
        if case.undetermined:
            found.append(Obstacle.JUDGING_FAILED)
        if case.unjudged > case.undetermined:
            found.append(Obstacle.JUDGING_WAITS)
        if not case.unjudged:
            found.append(Obstacle.NOT_GRADED)
    if case.is_rejudged:
        found.append(Obstacle.REJUDGING)
    elif case.reopening is not None and case.reopening.remedy is Remedy.REJUDGE and not case.reopening.is_rejudged:
        found.append(Obstacle.APPEAL_REJUDGING)
    if any(record.review is None for record in case.incidents):
        found.append(Obstacle.INCIDENT_OPEN)
    if case.has_late_text:
        found.append(Obstacle.LATE_TEXT)
    return tuple(found)


def bars(case: Case) -> tuple[Obstacle, ...]:
    """What keeps a case that may be decided from being certified. Empty if nothing does."""
    found: list[Obstacle] = []
    if case.result is not None and not case.result.graded.passed:
        found.append(Obstacle.NOT_PASSED)
    if case.void:
        found.append(Obstacle.SESSION_VOID)
    return tuple(found)


def standing(case: Case) -> Standing:
    """Where the case stands now."""
    if case.decision is not None:
        return Standing.DECIDED
    return Standing.HELD if holds(case) else Standing.READY


def decide(case: Case, decided_by: AccountId, outcome: str, reason: str, now: datetime) -> Decision:
    """Certify or decline.

    Raises, in this order: `AlreadyDecided`; `NotImpartial` for anybody in `case.barred`; `NotDecidable` with the obstacles
    while the case is held, and for `certify` also if it did not pass or is void; `InvalidInput` for an unknown outcome or a
    reason that `written_reason` refuses.
    """
    if case.decision is not None:
        raise AlreadyDecided
    if decided_by in case.barred:
        raise NotImpartial
    held = holds(case)
    if held or case.result is None:
        raise NotDecidable(*held)
    try:
        known = DecisionOutcome(outcome)
    except ValueError:
        raise InvalidInput("outcome", "unknown") from None
    if known is DecisionOutcome.CERTIFY and (barred := bars(case)):
        raise NotDecidable(*barred)
    return Decision(
        DecisionId(uuid4()),
        case.result.result_id,
        decided_by,
        known,
        written_reason("reason", reason),
        now,
        revision=len(case.earlier) + 1,
        appeal_id=None if case.reopening is None else case.reopening.appeal_id,
    )
