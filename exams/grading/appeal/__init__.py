"""An appeal: a candidate says what is wrong with a decision, and a registrar who had no part in it answers.

    open ── acknowledged ──┬── upheld ──▶ judged again, or decided anew, by another person than before
      │          │         └── not upheld, with the reason
      └──────────┴── withdrawn by the candidate

ISO/IEC 17024, 9.8: appeals are handled by people who took no part in the decision, without delay, and nobody is worse off for
having appealed. So an appeal by itself changes nothing: while it is open the decision stands, and so does the certificate. Only
an upheld one opens the case again; judging again then lets nobody's points fall by itself (`exams/rejudging/change.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final
from uuid import uuid4

from exams.errors import AlreadyDecided, InvalidInput, NotAppealable, NotFound, NotImpartial, NotReleased
from exams.grading.decision import Case, Remedy
from exams.grading.release import after_days, released_at
from exams.ids import AccountId, AppealId, DecisionId, SessionId
from exams.papers.rules import Rules
from exams.proctoring.reason import written_reason

ANSWER_WITHIN_DAYS: Final = 30
"""Of the centre's zone, after the day of the appeal. Both sides see the date; an appeal that is late is marked and listed
first."""

APPEALS_PER_DECISION_MAX: Final = 3
"""Withdrawn ones count. Whoever forgot something may try again; nobody has to answer the same words every week."""


class AppealKind(StrEnum):
    """What the candidate says is wrong."""

    TASK = "task"
    JUDGEMENT = "judgement"
    DISTURBANCE = "disturbance"
    OTHER = "other"


class AppealOutcome(StrEnum):
    """How an appeal ended."""

    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


class AppealStage(StrEnum):
    """Where an appeal stands; derived, never stored."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    """a registrar has read it"""
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who has read an appeal, and when."""

    acknowledged_by: AccountId
    acknowledged_at: datetime


@dataclass(frozen=True, slots=True)
class AppealEnding:
    """How an appeal ended. A withdrawn one has no `reason`; only an upheld one has a `remedy`."""

    outcome: AppealOutcome
    remedy: Remedy | None
    ended_by: AccountId
    reason: str | None
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Appeal:
    """What a candidate appealed against, of what kind, in their words, and what has become of it."""

    appeal_id: AppealId
    decision_id: DecisionId
    session_id: SessionId
    kind: AppealKind
    reason: str
    made_by: AccountId
    made_at: datetime
    acknowledgement: Acknowledgement | None = None
    ending: AppealEnding | None = None

    @property
    def stage(self) -> AppealStage:
        """Where it stands."""
        if self.ending is not None:
            return AppealStage(self.ending.outcome)
        return AppealStage.OPEN if self.acknowledgement is None else AppealStage.ACKNOWLEDGED

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to answer."""
        return self.ending is None

    def answer_due(self, zone: tzinfo) -> datetime:
        """The first moment at which the answer is late."""
        return after_days(self.made_at, ANSWER_WITHIN_DAYS, zone)


@dataclass(frozen=True, slots=True)
class AppealCase:
    """An appeal as registrars see it: whose, of what, who must not answer, and how many programs there are to judge again."""

    appeal: Appeal
    candidate_name: str
    scheme_names: dict[str, str]
    took_part: frozenset[AccountId]
    submissions: int


def appeal_until(case: Case, rules: Rules, zone: tzinfo) -> datetime | None:
    """The first moment at which it is too late to appeal against the decision that stands; None if there is none."""
    if case.decision is None:
        return None
    return after_days(released_at(case.session, rules, case.decision), rules.appeal_days, zone)


def check_appealable(case: Case | None, earlier: Sequence[Appeal], rules: Rules, zone: tzinfo, now: datetime) -> None:
    """Pass if the candidate may appeal now. `earlier` are the appeals against the decisions of this session so far.

    Raises `NotReleased` before there is a decision that the candidate may know, and `NotAppealable` with `open`, `too-late` or
    `too-many`.
    """
    if case is None or case.decision is None or now < released_at(case.session, rules, case.decision):
        raise NotReleased
    if any(one.is_open for one in earlier):
        raise NotAppealable("open")
    until = appeal_until(case, rules, zone)
    if until is None or now >= until:
        raise NotAppealable("too-late")
    if sum(one.decision_id == case.decision.decision_id for one in earlier) >= APPEALS_PER_DECISION_MAX:
        raise NotAppealable("too-many")


def make_appeal(
    case: Case | None,
    earlier: Sequence[Appeal],
    *,
    made_by: AccountId,
    kind: str,
    reason: str,
    rules: Rules,
    zone: tzinfo,
    now: datetime,
) -> Appeal:
    """Appeal against the decision that stands.

    Raises what `check_appealable` raises; `NotFound` for somebody else's session; `InvalidInput` for an unknown kind or a
    reason that `written_reason` refuses.
    """
    if case is not None and case.session.candidate_id != made_by:
        raise NotFound
    check_appealable(case, earlier, rules, zone, now)
    assert case is not None
    assert case.decision is not None
    try:
        known = AppealKind(kind)
    except ValueError:
        raise InvalidInput("kind", "unknown") from None
    words = written_reason("reason", reason)
    return Appeal(AppealId(uuid4()), case.decision.decision_id, case.session.session_id, known, words, made_by, now)


def acknowledge(found: AppealCase, acknowledged_by: AccountId, now: datetime) -> Appeal:
    """Say that it was read. Reading decides nothing, so anybody but the candidate may; twice changes nothing.

    Raises `NotAppealable` (`ended`) once it has ended, `NotImpartial` for the candidate.
    """
    appeal = found.appeal
    if appeal.ending is not None:
        raise NotAppealable("ended")
    if acknowledged_by == appeal.made_by:
        raise NotImpartial
    if appeal.acknowledgement is not None:
        return appeal
    return replace(appeal, acknowledgement=Acknowledgement(acknowledged_by, now))


def withdraw(appeal: Appeal, made_by: AccountId, now: datetime) -> Appeal:
    """The candidate takes it back; the decision stands as if nothing had been said.

    Raises `NotFound` for somebody else's, `NotAppealable` (`ended`) once it has ended.
    """
    if appeal.made_by != made_by:
        raise NotFound
    if appeal.ending is not None:
        raise NotAppealable("ended")
    return replace(appeal, ending=AppealEnding(AppealOutcome.WITHDRAWN, None, made_by, None, now))


def answer(found: AppealCase, answered_by: AccountId, *, outcome: str, remedy: str, reason: str, now: datetime) -> Appeal:
    """Uphold it, with what follows, or not; in both cases with the reason, which the candidate reads.

    Raises, in this order: `AlreadyDecided` if it has been answered, `NotAppealable` (`ended`) if it was withdrawn;
    `NotImpartial` for anybody in `found.took_part`; `InvalidInput` for an unknown outcome or remedy, for judging again where
    there is no program (`nothing-found`), and for a reason that `written_reason` refuses.
    """
    appeal = found.appeal
    if appeal.ending is not None:
        if appeal.ending.outcome is AppealOutcome.WITHDRAWN:
            raise NotAppealable("ended")
        raise AlreadyDecided
    if answered_by in found.took_part or answered_by == appeal.made_by:
        raise NotImpartial
    if outcome not in {AppealOutcome.UPHELD, AppealOutcome.NOT_UPHELD}:
        raise InvalidInput("outcome", "unknown")
    upheld = outcome == AppealOutcome.UPHELD
    try:
        then = Remedy(remedy) if upheld else None
    except ValueError:
        raise InvalidInput("remedy", "unknown") from None
    if then is Remedy.REJUDGE and not found.submissions:
        raise InvalidInput("remedy", "nothing-found")
    ending = AppealEnding(AppealOutcome(outcome), then, answered_by, written_reason("reason", reason), now)
    return replace(appeal, ending=ending)
