"""The laws of scoring, over every tree of groups that the three package forms can make."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.judging.judgement import CaseResult
from exams.judging.scoring import Graded, grade_group
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, FailureRule, ScoreCondition, TestCase, TestGroup

FAILURES = [Verdict.WA, Verdict.TLE, Verdict.RTE, Verdict.MLE, Verdict.OLE]


async def graded(
    group: TestGroup,
    verdicts: Mapping[str, Verdict],
    *,
    thorough: bool = False,
    known: Mapping[str, Verdict] | None = None,
    scores: Mapping[str, Decimal] | None = None,
) -> Graded:
    """What a group comes to if its cases end so; those not named are accepted."""

    async def run(case: TestCase, _group: TestGroup | None) -> CaseResult:
        verdict = verdicts.get(case.name, Verdict.AC)
        score = (scores or {}).get(case.name) if verdict is Verdict.AC else None
        return CaseResult(case.name, verdict, 1, 1, 1, score=score)

    return await grade_group(group, run, known or {}, thorough=thorough)


points = st.integers(0, 40).map(Decimal)


@st.composite
def groups(draw: st.DrawFn, name: str = "secret", depth: int = 2) -> TestGroup:
    """A group as a package that may be published describes it.

    No average stops early, nor the least of groups that are worth something without being accepted; rejecting never pays.
    """
    aggregation, condition = draw(st.sampled_from(list(Aggregation))), draw(st.sampled_from(list(ScoreCondition)))
    case_score, most = draw(points), draw(points)
    reject_score = draw(st.sampled_from([Decimal(0), case_score / 2]))
    cases = tuple(TestCase(f"{name}/{number}", b"", b"") for number in range(draw(st.integers(0 if depth else 1, 3))))
    inner = tuple(draw(groups(f"{name}/g{number}", depth - 1)) for number in range(draw(st.integers(0, 2)) if depth else 0))
    partial = any(one.aggregation is not Aggregation.PASS_FAIL and one.condition is ScoreCondition.ALWAYS for one in inner)
    never = aggregation is Aggregation.AVERAGE or (aggregation is Aggregation.MIN and partial)
    return TestGroup(
        name,
        aggregation,
        most,
        case_score,
        draw(st.booleans()) and not never,
        cases,
        inner,
        reject_score,
        condition,
        draw(st.sampled_from(list(FailureRule))),
    )


@st.composite
def judgings(draw: st.DrawFn) -> tuple[TestGroup, dict[str, Verdict]]:
    """A tree, and what its cases end in."""
    group = draw(groups())
    return group, {case.name: draw(st.sampled_from([Verdict.AC, *FAILURES])) for case in group.all_cases()}


@given(judgings())
async def test_no_group_ever_earns_more_than_its_maximum_or_less_than_nothing(
    judging: tuple[TestGroup, dict[str, Verdict]],
) -> None:
    result = await graded(*judging)
    assert all(0 <= one.score <= one.max_score for one in result.groups)


@given(judgings())
async def test_running_more_cases_than_needed_changes_neither_verdict_nor_score(
    judging: tuple[TestGroup, dict[str, Verdict]],
) -> None:
    quick, thorough = await graded(*judging), await graded(*judging, thorough=True)
    assert quick.part == thorough.part
    assert len(thorough.cases) == sum(1 for _ in judging[0].all_cases())


@given(judgings(), st.data())
async def test_a_case_that_turns_right_never_lowers_the_score(
    judging: tuple[TestGroup, dict[str, Verdict]], data: st.DataObject
) -> None:
    group, verdicts = judging
    failing = [name for name, verdict in verdicts.items() if verdict is not Verdict.AC]
    if failing:
        mended = verdicts | {data.draw(st.sampled_from(failing)): Verdict.AC}
        assert (await graded(group, mended)).part.score >= (await graded(group, verdicts)).part.score


@given(judgings(), st.randoms())
async def test_the_order_of_cases_does_not_matter_where_nothing_stops(
    judging: tuple[TestGroup, dict[str, Verdict]], random: object
) -> None:
    group, verdicts = judging
    group = replace(group, stop_at_failure=False, groups=())
    cases = list(group.cases)
    random.shuffle(cases)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    shuffled = await graded(replace(group, cases=tuple(cases)), verdicts)
    assert shuffled.part.score == (await graded(group, verdicts)).part.score


@given(judgings())
async def test_the_least_is_no_more_than_any_part(judging: tuple[TestGroup, dict[str, Verdict]]) -> None:
    group, verdicts = judging
    result = await graded(replace(group, aggregation=Aggregation.MIN), verdicts, thorough=True)
    inner = [one.score for one in result.groups if one.name.count("/") == 1]
    assert all(result.part.score <= score for score in inner)


@given(groups())
async def test_everything_right_is_accepted(group: TestGroup) -> None:
    filled = replace(group, cases=(*group.cases, TestCase("secret/last", b"", b"")))
    part = (await graded(filled, {})).part
    assert (part.verdict, part.accepted) == (Verdict.AC, True)


def plain(how: Aggregation, *, condition: ScoreCondition = ScoreCondition.ALWAYS, stop: bool = False) -> TestGroup:
    """Three cases of 10 points each."""
    cases = tuple(TestCase(f"secret/{number}", b"", b"") for number in (1, 2, 3))
    return TestGroup("secret", how, Decimal(30), Decimal(10), stop, cases, (), condition=condition)


ONE_WRONG = {"secret/2": Verdict.WA}


@pytest.mark.parametrize(
    ("group", "score"),
    [
        (plain(Aggregation.SUM), 20),
        (plain(Aggregation.SUM, stop=True), 10),
        (plain(Aggregation.SUM, condition=ScoreCondition.ALL), 0),
        (plain(Aggregation.SUM, condition=ScoreCondition.ANY), 20),
        (plain(Aggregation.MIN), 0),
        (plain(Aggregation.MAX), 10),
        (plain(Aggregation.AVERAGE), Decimal("6.6667")),
        (plain(Aggregation.PASS_FAIL), 0),
        (replace(plain(Aggregation.SUM), reject_score=Decimal(4)), 24),
        (replace(plain(Aggregation.MIN), reject_score=Decimal(4)), 4),
    ],
)
async def test_each_rule_on_three_cases_with_one_wrong(group: TestGroup, score: Decimal) -> None:
    assert (await graded(group, ONE_WRONG)).part.score == score


async def test_a_validators_scores_take_the_place_of_the_groups() -> None:
    scores = {"secret/1": Decimal("2.5"), "secret/2": Decimal(0), "secret/3": Decimal(7)}
    assert (await graded(plain(Aggregation.SUM), {}, scores=scores)).part.score == Decimal("9.5")
    assert (await graded(plain(Aggregation.MIN), {}, scores=scores)).part.score == 0


@pytest.mark.parametrize(("rule", "verdict"), [(FailureRule.FIRST, Verdict.WA), (FailureRule.WORST, Verdict.RTE)])
async def test_the_first_or_the_worst_failure_is_shown(rule: FailureRule, verdict: Verdict) -> None:
    group = replace(plain(Aggregation.SUM), failure=rule)
    assert (await graded(group, {"secret/1": Verdict.WA, "secret/3": Verdict.RTE})).part.verdict is verdict


def tree(*, stop: bool = False, condition: ScoreCondition = ScoreCondition.ALWAYS) -> TestGroup:
    """Two groups of one case each, 40 and 60 points."""
    inner = tuple(
        TestGroup(
            f"secret/{name}",
            Aggregation.PASS_FAIL,
            Decimal(most),
            Decimal(most),
            True,
            (TestCase(f"secret/{name}/1", b"", b""),),
            (),
        )
        for name, most in (("a", 40), ("b", 60))
    )
    return TestGroup("secret", Aggregation.SUM, Decimal(100), Decimal(0), stop, (), inner, condition=condition)


@pytest.mark.parametrize(("condition", "score"), [("always", 60), ("any", 60), ("all", 0)])
async def test_a_legacy_task_counts_its_parts_only_if_any_accepted_part_is_enough(condition: str, score: int) -> None:
    result = await graded(tree(condition=ScoreCondition(condition)), {"secret/a/1": Verdict.WA})
    assert (result.part.verdict, result.part.score) == (Verdict.WA, score)


class TestRequiredGroups:
    """`require_pass`."""

    DATA = tree()
    B_NEEDS_A = replace(DATA, groups=(DATA.groups[0], replace(DATA.groups[1], requires=("secret/a", "sample"))))

    async def test_a_group_whose_condition_is_met_earns_its_points(self) -> None:
        assert (await graded(self.B_NEEDS_A, {}, known={"sample": Verdict.AC})).part.score == 100

    @pytest.mark.parametrize("thorough", [True, False])
    async def test_a_group_whose_condition_is_not_met_earns_nothing_though_it_is_right(self, thorough: bool) -> None:
        result = await graded(self.B_NEEDS_A, {"secret/a/1": Verdict.TLE}, thorough=thorough, known={"sample": Verdict.AC})
        assert result.part.score == 0
        assert [(one.name, one.verdict, one.score) for one in result.groups[:2]] == [
            ("secret/a", Verdict.TLE, 0),
            ("secret/b", Verdict.TLE, 0),
        ]
        assert ("secret/b/1" in [one.name for one in result.cases]) is thorough

    async def test_samples_can_be_required(self) -> None:
        assert (await graded(self.B_NEEDS_A, {}, known={"sample": Verdict.WA})).part.score == 40

    async def test_a_whole_task_can_require_its_samples(self) -> None:
        group = replace(self.DATA, requires=("sample",))
        result = await graded(group, {}, known={"sample": Verdict.RTE})
        assert (result.part.verdict, result.part.score, result.cases) == (Verdict.RTE, 0, ())
        assert [one.score for one in result.groups] == [0, 0, 0]
