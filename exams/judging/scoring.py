"""Score the groups of a dataset (ICPC/Kattis package format 2025-09, "Result aggregation"; legacy, "Default Grader").

A group that stops at its first failure scores the same whether the rest of it is run for thoroughness or not.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, assert_never

from exams.judging.judgement import CaseResult, GroupResult
from exams.judging.validator import SCORE_STEP, CheckerBroken
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, FailureRule, ScoreCondition, TestCase, TestGroup

SAMPLE: Final = "sample"
"""What `requires` calls the samples."""

WORST_FIRST: Final = (Verdict.RTE, Verdict.MLE, Verdict.TLE, Verdict.OLE, Verdict.WA)
"""The legacy grader's order of failures (`worst_error`)."""

RunCase = Callable[[TestCase, TestGroup | None], Awaitable[CaseResult]]
"""Runs a case of a group; samples have none."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one case or group adds to the group that it is in. `accepted` is what the group's rules look at.

    A group that any accepted part makes accepted still shows the verdict of those that are not.
    """

    verdict: Verdict
    score: Decimal
    accepted: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """What a group came to: every case that ran in it, the results of it and of the groups in it, and its part."""

    cases: tuple[CaseResult, ...]
    groups: tuple[GroupResult, ...]
    part: Part


async def run_cases(
    cases: tuple[TestCase, ...], group: TestGroup | None, run: RunCase, *, stop: bool
) -> tuple[CaseResult, ...]:
    """Run cases in order, until the first that is not accepted if `stop`."""
    results: list[CaseResult] = []
    for case in cases:
        results.append(await run(case, group))
        if stop and results[-1].verdict is not Verdict.AC:
            break
    return tuple(results)


async def grade_group(group: TestGroup, run: RunCase, known: Mapping[str, Verdict], *, thorough: bool) -> Graded:
    """Run a group's cases and groups and score it. What a stopped group ran only for thoroughness has no part in the score.

    `known` are the verdicts of the samples and of earlier groups, which `requires` may name. Raises `CheckerBroken`.
    """
    barred = next((known[name] for name in group.requires if known.get(name, Verdict.AC) is not Verdict.AC), None)
    if barred is not None and not thorough:
        return Graded((), nothing_for(group, barred), Part(barred, Decimal(0), accepted=False))
    stop = group.stop_at_failure and not thorough
    cases = await run_cases(group.cases, group, run, stop=stop)
    parts = [part_of(group, result) for result in cases]
    inner: list[Graded] = []
    for each in group.groups:
        if stop and not all(part.accepted for part in parts):
            break
        earlier = {one.name: one.verdict for graded in inner for one in graded.groups}
        graded = await grade_group(each, run, {**known, **earlier}, thorough=thorough)
        inner.append(graded)
        parts.append(graded.part)
    part = together(group, parts, validator_scored=any(result.score is not None for result in cases))
    results = (
        *(result for graded in inner for result in graded.groups),
        GroupResult(group.name, part.verdict, part.score, group.max_score),
    )
    if barred is not None:
        part, results = Part(barred, Decimal(0), accepted=False), nothing_for(group, barred)
    return Graded(cases + tuple(result for graded in inner for result in graded.cases), results, part)


def part_of(group: TestGroup, result: CaseResult) -> Part:
    """What a case adds to its group: what the validator gave, else the group's own score of a case."""
    if result.verdict is not Verdict.AC:
        return Part(result.verdict, group.reject_score, accepted=False)
    return Part(result.verdict, group.case_score if result.score is None else result.score, accepted=True)


def together(group: TestGroup, parts: Sequence[Part], *, validator_scored: bool = False) -> Part:
    """What a group's parts come to. Of a group that stops, those after the first that is not accepted do not count.

    Raises `CheckerBroken` if scores that the validator gave come to more than the group has.
    """
    failed = next((number for number, part in enumerate(parts, start=1) if not part.accepted), len(parts))
    counted = parts[:failed] if group.stop_at_failure else parts
    any_is_enough = group.condition is ScoreCondition.ANY and len(counted) > 0
    accepted = any(part.accepted for part in counted) if any_is_enough else all(part.accepted for part in counted)
    score = Decimal(0)
    if accepted or group.condition is ScoreCondition.ALWAYS:
        score = score_of(group, [part.score for part in counted] + unseen(group, len(counted)), accepted=accepted)
    if validator_scored and score > group.max_score + SCORE_STEP:
        raise CheckerBroken(f"{group.name}: the output validator gave {score:f} of {group.max_score:f}")
    return Part(verdict_of_group(group, counted), min(score, group.max_score).quantize(SCORE_STEP), accepted)


def unseen(group: TestGroup, counted: int) -> list[Decimal]:
    """The least that the parts after a stop can be worth, where the least of all counts: else failing early would pay."""
    if group.aggregation is not Aggregation.MIN or counted == len(group.cases) + len(group.groups):
        return []
    return [Decimal(0) if group.groups else group.reject_score]


def score_of(group: TestGroup, scores: Sequence[Decimal], *, accepted: bool) -> Decimal:
    """A group's score from those of its parts."""
    match group.aggregation:
        case Aggregation.PASS_FAIL:
            return group.max_score if accepted else Decimal(0)
        case Aggregation.SUM:
            return sum(scores, Decimal(0))
        case Aggregation.MIN:
            return min(scores, default=Decimal(0))
        case Aggregation.MAX:
            return max(scores, default=Decimal(0))
        case Aggregation.AVERAGE:
            return sum(scores, Decimal(0)) / len(scores) if scores else Decimal(0)
        case _:
            assert_never(group.aggregation)


def verdict_of_group(group: TestGroup, parts: Sequence[Part]) -> Verdict:
    """The verdict that a group shows: of those that are not accepted the first, or the worst."""
    failures = [part.verdict for part in parts if part.verdict is not Verdict.AC]
    if group.failure is FailureRule.WORST:
        failures.sort(key=lambda verdict: WORST_FIRST.index(verdict) if verdict in WORST_FIRST else len(WORST_FIRST))
    return failures[0] if failures else Verdict.AC


def nothing_for(group: TestGroup, verdict: Verdict) -> tuple[GroupResult, ...]:
    """The results of a group, and of those in it, that was not looked at because an earlier one had to be accepted first."""
    inner = [result for each in group.groups for result in nothing_for(each, verdict)]
    return (*inner, GroupResult(group.name, verdict, Decimal(0), group.max_score))


def first_failure(cases: tuple[CaseResult, ...]) -> Verdict:
    """The first verdict that is not accepted, else AC."""
    return next((case.verdict for case in cases if case.verdict is not Verdict.AC), Verdict.AC)
