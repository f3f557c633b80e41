"""Score the groups of a dataset (ICPC/Kattis package format 2025-09, "Result aggregation").

A group that stops at its first failure scores the same whether the rest of it is run for thoroughness or not.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, assert_never

from exams.judging.judgement import CaseResult, GroupResult
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, TestCase, TestGroup

SCORE_STEP: Final = Decimal("0.0001")
"""Scores are exact to four places, as the database keeps them: 100 / 3 three times is 100.0000."""

RunCase = Callable[[TestCase], Awaitable[CaseResult]]


@dataclass(frozen=True, slots=True)
class Graded:
    """What a group came to: every case that ran in it, the results of it and of the groups in it, its verdict and score."""

    cases: tuple[CaseResult, ...]
    groups: tuple[GroupResult, ...]
    verdict: Verdict
    score: Decimal


async def run_cases(cases: tuple[TestCase, ...], run: RunCase, *, stop: bool) -> tuple[CaseResult, ...]:
    """Run cases in order, until the first that is not accepted if `stop`."""
    results: list[CaseResult] = []
    for case in cases:
        results.append(await run(case))
        if stop and results[-1].verdict is not Verdict.AC:
            break
    return tuple(results)


async def grade_group(group: TestGroup, run: RunCase, *, thorough: bool) -> Graded:
    """Run a group's cases and groups and score it. What a stopped group ran only for thoroughness has no part in the score."""
    cases = await run_cases(group.cases, run, stop=group.stop_at_failure and not thorough)
    verdicts = [result.verdict for result in cases]
    scores = [group.case_score if result.verdict is Verdict.AC else Decimal(0) for result in cases]
    parts: list[Graded] = []
    for part in group.groups:
        if group.stop_at_failure and not thorough and any(verdict is not Verdict.AC for verdict in verdicts):
            break
        graded = await grade_group(part, run, thorough=thorough)
        parts.append(graded)
        verdicts.append(graded.verdict)
        scores.append(graded.score)
    verdict = next((verdict for verdict in verdicts if verdict is not Verdict.AC), Verdict.AC)
    if group.stop_at_failure and verdict is not Verdict.AC:
        scores = scores[: verdicts.index(verdict) + 1]
    score = score_of(group, verdict, scores)
    inner = tuple(result for graded in parts for result in graded.groups)
    return Graded(
        cases + tuple(result for graded in parts for result in graded.cases),
        (*inner, GroupResult(group.name, verdict, score, group.max_score)),
        verdict,
        score,
    )


def score_of(group: TestGroup, verdict: Verdict, scores: list[Decimal]) -> Decimal:
    """A group's score from those of its parts (format 2025-09, "Scoring test data groups"), never above its maximum."""
    match group.aggregation:
        case Aggregation.PASS_FAIL:
            score = group.max_score if verdict is Verdict.AC else Decimal(0)
        case Aggregation.SUM:
            score = sum(scores, Decimal(0))
        case Aggregation.MIN:
            score = min(scores, default=Decimal(0))
        case _:
            assert_never(group.aggregation)
    return min(score, group.max_score).quantize(SCORE_STEP)


def first_failure(cases: tuple[CaseResult, ...]) -> Verdict:
    """The first verdict that is not accepted, else AC."""
    return next((case.verdict for case in cases if case.verdict is not Verdict.AC), Verdict.AC)
