"""The result of a session: what each item earned by its best submission, and whether the sum passes.

An item's points are its points in the blueprint times score / max_score of its best judged submission. The comparison with the
cut score is exact (fractions), so that rounding never decides; only what is stored and shown is rounded, to `POINTS_STEP`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from exams.ids import ResultId, SessionId, SubmissionId
from exams.judging.verdict import Verdict
from exams.papers.paper import Item
from exams.submissions.progress import Earned, Stage, SubmissionProgress

POINTS_STEP: Final = Decimal("0.0001")
"""What the columns of points keep. A paper of 100 points needs two places; four leave room for thirds."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one item `earned` of its `points`. `submission_id` and `verdict` are its best submission's, if it has one."""

    position: int
    content_area: str
    points: int
    earned: Decimal
    submission_id: SubmissionId | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Graded:
    """A whole result, not yet stored."""

    score: Decimal
    max_score: Decimal
    cut_score_percent: int
    passed: bool
    items: tuple[ItemResult, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A result that is kept and never changed; what counts later is another revision of it."""

    result_id: ResultId
    session_id: SessionId
    graded: Graded
    graded_at: datetime


class HoldReason(StrEnum):
    """Why a session cannot be graded yet."""

    WAITING = "waiting"
    """a submission that could change the result waits to be judged"""
    UNDETERMINED = "undetermined"
    """a submission that could change the result could not be judged, by our fault"""


@dataclass(frozen=True, slots=True)
class Held:
    """No result yet, and why: the reason for each submission that is waited for."""

    reasons: tuple[tuple[SubmissionId, HoldReason], ...]


def grade(items: Sequence[Item], submissions: Sequence[SubmissionProgress], cut_score_percent: int) -> Graded | Held:
    """The result of a sealed session, or why there is none yet.

    A submission without a judgement holds the result, for it might be the best one; unless its item has full points already.
    """
    best = {item.position: _best(item, submissions) for item in items}
    open_positions = {position for position, top in best.items() if top is None or _share(top[1]) < 1}
    waited_for = tuple(
        (one.submission.submission_id, HoldReason.UNDETERMINED if one.stage is Stage.DELAYED else HoldReason.WAITING)
        for one in submissions
        if one.earned is None and one.submission.answer.position in open_positions
    )
    if waited_for:
        return Held(waited_for)
    total = Fraction(0)
    results: list[ItemResult] = []
    for item in items:
        top = best[item.position]
        points = Fraction(0) if top is None else item.points * _share(top[1])
        total += points
        results.append(
            ItemResult(
                position=item.position,
                content_area=item.task.content_area,
                points=item.points,
                earned=_rounded(points),
                submission_id=None if top is None else top[0],
                verdict=None if top is None else top[1].verdict,
            )
        )
    max_points = sum(item.points for item in items)
    return Graded(
        score=_rounded(total),
        max_score=Decimal(max_points),
        cut_score_percent=cut_score_percent,
        passed=total * 100 >= Fraction(max_points) * cut_score_percent,
        items=tuple(results),
    )


def points_so_far(items: Sequence[Item], submissions: Sequence[SubmissionProgress]) -> Decimal:
    """What a session has earned by what is judged, whether or not its result can be made yet."""
    total = sum((item.points * _share(top[1]) for item in items if (top := _best(item, submissions)) is not None), Fraction(0))
    return _rounded(total)


def _best(item: Item, submissions: Sequence[SubmissionProgress]) -> tuple[SubmissionId, Earned] | None:
    """The judged submission of the item with the greatest share; the earliest of equals."""
    judged = [
        (one.submission.submission_id, one.earned)
        for one in sorted(submissions, key=lambda one: one.submission.submitted_at)
        if one.earned is not None and one.submission.answer.position == item.position
    ]
    return max(judged, key=lambda pair: _share(pair[1]), default=None)


def _share(earned: Earned) -> Fraction:
    """The part of its item's points that a judgement earns, from 0 to 1, exactly."""
    if earned.max_score <= 0:
        return Fraction(1 if earned.verdict is Verdict.AC else 0)
    return min(max(Fraction(earned.score) / Fraction(earned.max_score), Fraction(0)), Fraction(1))


def _rounded(points: Fraction) -> Decimal:
    """The nearest step of `POINTS_STEP`, halves up."""
    steps = points / Fraction(POINTS_STEP)
    return Decimal((steps + Fraction(1, 2)).__floor__()) * POINTS_STEP
