"""What a rejudge set would change: verdict and score of each submission, points of each session and whether it passes.

The rule of who may lose (`effect_of`): our failure never costs a candidate a point. Where a new judgement gives a session fewer
points, what stands goes on to stand, unless the person who applies the set ticks that session and writes why. Where a
registrar has decided, nothing is switched at all: the case is put before a registrar, who looks at it and writes what was done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from exams.grading.decision import DecisionOutcome
from exams.grading.result import Graded, Result, grade, points_so_far
from exams.ids import DecisionId, SessionId, SubmissionId
from exams.papers.paper import Item
from exams.submissions.progress import Earned, SubmissionProgress


class Effect(StrEnum):
    """What applying a set does to a session."""

    SWITCHED = "switched"
    """the new judgements count from now on; its result follows"""
    KEPT = "kept"
    """its points would fall and nobody wrote why they may: everything stays as it is"""
    DECIDED = "decided"
    """a registrar has decided: everything stays as it is, and a registrar is told what was found"""


@dataclass(frozen=True, slots=True)
class SubmissionChange:
    """One submission whose verdict or share of points would be another. `before` is None if it has no judgement yet."""

    submission_id: SubmissionId
    position: int
    before: Earned | None
    after: Earned


@dataclass(frozen=True, slots=True)
class Standing:
    """What a session has: points so far, of how many, and whether it passes; None while its result cannot be made."""

    points: Decimal
    max_points: Decimal
    passed: bool | None


@dataclass(frozen=True, slots=True)
class SessionChange:
    """A session before and after, with the submissions that differ. `decision` is what a registrar decided, if they did."""

    session_id: SessionId
    before: Standing
    after: Standing
    submissions: tuple[SubmissionChange, ...]
    decision_id: DecisionId | None
    decision: DecisionOutcome | None

    @property
    def is_decided(self) -> bool:
        """Whether a registrar has decided on it."""
        return self.decision is not None

    @property
    def falls(self) -> bool:
        """Whether it would have fewer points, or pass no more."""
        return self.after.points < self.before.points or (self.before.passed is True and self.after.passed is False)

    @property
    def matters(self) -> bool:
        """Whether its points, or whether it passes, would be another."""
        return self.before != self.after


def effect_of(change: SessionChange, may_fall: Mapping[SessionId, str]) -> Effect:
    """What applying does to a session. `may_fall` are the sessions for which somebody wrote why their points may fall."""
    if change.is_decided:
        return Effect.DECIDED
    return Effect.KEPT if change.falls and change.session_id not in may_fall else Effect.SWITCHED


def change_of(
    session_id: SessionId,
    items: Sequence[Item],
    submissions: Sequence[SubmissionProgress],
    rejudged: Mapping[SubmissionId, Earned],
    cut_score_percent: int,
    result: Result | None,
    decision: tuple[DecisionId, DecisionOutcome] | None,
) -> SessionChange:
    """What the new judgements `rejudged` would make of a session's `submissions` as they stand."""
    after = switched(submissions, rejudged)
    differing = tuple(
        SubmissionChange(now.submission.submission_id, now.submission.answer.position, now.earned, then.earned)
        for now, then in zip(submissions, after, strict=True)
        if then.earned is not None and (now.earned is None or differs(now.earned, then.earned))
    )
    graded = grade(items, after, cut_score_percent)
    max_points = Decimal(sum(item.points for item in items))
    passed_after = graded.passed if result is not None and isinstance(graded, Graded) else None
    return SessionChange(
        session_id,
        Standing(points_so_far(items, submissions), max_points, None if result is None else result.graded.passed),
        Standing(points_so_far(items, after), max_points, passed_after),
        differing,
        None if decision is None else decision[0],
        None if decision is None else decision[1],
    )


def switched(
    submissions: Sequence[SubmissionProgress], rejudged: Mapping[SubmissionId, Earned]
) -> tuple[SubmissionProgress, ...]:
    """The submissions with the new judgements in the place of what counts now."""
    return tuple(replace(one, earned=rejudged.get(one.submission.submission_id, one.earned)) for one in submissions)


def differs(before: Earned, after: Earned) -> bool:
    """Whether two judgements say something different. Datasets may give different maxima: what counts is the share."""
    return before.verdict is not after.verdict or before.score * after.max_score != after.score * before.max_score
