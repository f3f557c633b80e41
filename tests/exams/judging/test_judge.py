"""Judging, with a sandbox whose outcomes are written by the test."""

import asyncio
import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.judging.judge import judge, run_samples
from exams.judging.judgement import CaseResult, Judged, Undetermined
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, CheckerOptions, Dataset, JudgingKind, TestCase, TestGroup
from sandbox import languages
from sandbox.errors import SandboxBroken, SandboxError
from sandbox.limits import Limits
from sandbox.runner import (
    CpuTimeExceeded,
    Ending,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    Outcome,
    OutputExceeded,
    Program,
    Signalled,
    SourceFile,
    WallTimeExceeded,
)
from sandbox.scripted_runner import ScriptedRunner, ended, exited

PYTHON = languages.catalogue()["python3"]
PROGRAM = Program(PYTHON, (SourceFile("main.py", b"print(input())"),))


def case(name: str) -> TestCase:
    """A case whose answer is its input."""
    return TestCase(name, f"{name}\n".encode(), f"{name}\n".encode())


def group(
    name: str, *parts: TestCase | TestGroup, how: Aggregation = Aggregation.PASS_FAIL, points: int = 1, stop: bool = True
) -> TestGroup:
    """A group; in one that sums, each case is worth its share."""
    cases = tuple(part for part in parts if isinstance(part, TestCase))
    groups = tuple(part for part in parts if isinstance(part, TestGroup))
    share = Decimal(points) / len(cases) if how is Aggregation.SUM and cases else Decimal(points)
    return TestGroup(name, how, Decimal(points), share, stop, cases, groups)


def dataset(secret: TestGroup, *samples: TestCase, kind: JudgingKind = JudgingKind.DEFAULT) -> Dataset:
    """A dataset with small limits."""
    return Dataset(kind, CheckerOptions(), 1000, 64, 1024, samples, secret)


def echo(_program: Program, stdin: bytes, _limits: Limits) -> Outcome:
    """A program that is always right."""
    return exited(stdin)


def wrong_on(*names: str, ending: Ending | None = None) -> ScriptedRunner:
    """A program that fails on some inputs: with `ending`, else with a wrong answer."""

    def script(_program: Program, stdin: bytes, _limits: Limits) -> Outcome:
        if stdin.decode().strip() in names:
            return ended(ending) if ending else exited(b"nonsense\n")
        return exited(stdin)

    return ScriptedRunner(script)


async def judged(runner: ScriptedRunner, data: Dataset, *, thorough: bool = False) -> Judged:
    """The judgement, which must be one."""
    result = await judge(runner, data, PROGRAM, thorough=thorough)
    assert isinstance(result, Judged)
    return result


PLAIN = dataset(group("secret", case("secret/1"), case("secret/2"), case("secret/3")), case("sample/1"))
SCORED = dataset(
    group(
        "secret",
        group("secret/a", case("secret/a/1"), case("secret/a/2"), points=30),
        group(
            "secret/b", case("secret/b/1"), case("secret/b/2"), case("secret/b/3"), how=Aggregation.SUM, points=50, stop=False
        ),
        group("secret/c", case("secret/c/1"), case("secret/c/2"), how=Aggregation.MIN, points=20),
        how=Aggregation.SUM,
        points=100,
        stop=False,
    ),
    case("sample/1"),
)


async def test_a_right_program_is_accepted_with_every_case_and_full_score() -> None:
    result = await judged(ScriptedRunner(echo), SCORED)
    assert (result.verdict, result.score, result.max_score) == (Verdict.AC, Decimal(100), Decimal(100))
    assert [one.name for one in result.cases] == ["sample/1", *(one.name for one in SCORED.secret.all_cases())]
    assert result.evidence["engine"] == "scripted"


@pytest.mark.parametrize(
    ("ending", "verdict"),
    [
        (Exited(1), Verdict.RTE),
        (Signalled(11), Verdict.RTE),
        (CpuTimeExceeded(), Verdict.TLE),
        (WallTimeExceeded(), Verdict.TLE),
        (MemoryExceeded(MemoryEvidence.CGROUP), Verdict.MLE),
        (MemoryExceeded(MemoryEvidence.RUNTIME), Verdict.MLE),
        (OutputExceeded(), Verdict.OLE),
    ],
)
async def test_each_ending_has_its_verdict_and_is_not_compared(ending: Ending, verdict: Verdict) -> None:
    result = await judged(wrong_on("secret/2", ending=ending), PLAIN)
    assert (result.verdict, result.score) == (verdict, Decimal(0))


async def test_a_program_that_does_not_compile_runs_nothing() -> None:
    runner = ScriptedRunner(echo, rejects=lambda _: "main.py:1: no\0")
    result = await judged(runner, PLAIN)
    assert (result.verdict, result.score, result.cases) == (Verdict.CE, Decimal(0), ())
    assert result.compile_log == "main.py:1: no\N{REPLACEMENT CHARACTER}"
    assert runner.runs == []


async def test_the_first_verdict_that_is_not_accepted_stands() -> None:
    def script(_program: Program, stdin: bytes, _limits: Limits) -> Outcome:
        return {b"secret/2\n": ended(Signalled(6)), b"secret/3\n": exited(b"no")}.get(stdin, exited(stdin))

    result = await judged(ScriptedRunner(script), PLAIN, thorough=True)
    assert result.verdict is Verdict.RTE
    assert [one.verdict for one in result.cases] == [Verdict.AC, Verdict.AC, Verdict.RTE, Verdict.WA]


async def test_a_pass_fail_task_stops_at_the_first_failure() -> None:
    runner = wrong_on("secret/2")
    result = await judged(runner, PLAIN)
    assert [one.name for one in result.cases] == ["sample/1", "secret/1", "secret/2"]


async def test_a_pass_fail_task_needs_its_samples_accepted() -> None:
    for thorough in (False, True):
        result = await judged(wrong_on("sample/1"), PLAIN, thorough=thorough)
        assert (result.verdict, result.score) == (Verdict.WA, Decimal(0))


async def test_samples_have_no_part_in_the_score_of_a_scoring_task() -> None:
    result = await judged(wrong_on("sample/1"), SCORED)
    assert (result.verdict, result.score) == (Verdict.AC, Decimal(100))


@pytest.mark.parametrize(
    ("failing", "score"),
    [
        (["secret/a/2"], Decimal(70)),
        (["secret/b/2"], Decimal("83.3333")),
        (["secret/b/1", "secret/b/2", "secret/b/3"], Decimal(50)),
        (["secret/c/1"], Decimal(80)),
        (["secret/a/1", "secret/c/2"], Decimal(50)),
    ],
)
async def test_groups_score_by_their_aggregation(failing: list[str], score: Decimal) -> None:
    result = await judged(wrong_on(*failing), SCORED)
    assert (result.verdict, result.score) == (Verdict.WA, score)


async def test_thirds_add_up_to_the_whole() -> None:
    result = await judged(ScriptedRunner(echo), SCORED)
    assert {one.name: one.score for one in result.groups}["secret/b"] == Decimal(50)


async def test_a_group_that_stops_leaves_the_other_groups_alone() -> None:
    result = await judged(wrong_on("secret/a/1"), SCORED)
    names = [one.name for one in result.cases]
    assert "secret/a/2" not in names
    assert "secret/b/1" in names


@given(st.sets(st.sampled_from([one.name for one in (*SCORED.samples, *SCORED.secret.all_cases())])), st.booleans())
async def test_thoroughness_changes_neither_verdict_nor_score(failing: set[str], stop_at_first: bool) -> None:
    secret = SCORED.secret
    data = dataset(
        TestGroup("secret", Aggregation.SUM, Decimal(100), Decimal(100), stop_at_first, secret.cases, secret.groups),
        case("sample/1"),
    )
    quick, thorough = [await judged(wrong_on(*failing), data, thorough=flag) for flag in (False, True)]
    assert (quick.verdict, quick.score) == (thorough.verdict, thorough.score)
    assert len(thorough.cases) == 8


@given(st.sets(st.sampled_from([one.name for one in SCORED.secret.all_cases()])))
async def test_the_score_stays_between_nothing_and_all(failing: set[str]) -> None:
    result = await judged(wrong_on(*failing), SCORED)
    assert 0 <= result.score <= result.max_score
    assert (result.score == result.max_score) == (not failing)


async def test_a_sample_says_where_it_differs_and_a_secret_case_does_not() -> None:
    result = await judged(wrong_on("sample/1", "secret/1"), PLAIN, thorough=True)
    hints = {one.name: one.hint for one in result.cases}
    assert hints["sample/1"] == "#1: sample/1 ≠ nonsense"
    assert hints["secret/1"] == ""


@pytest.mark.parametrize(
    "kind", [JudgingKind.CUSTOM, JudgingKind.INTERACTIVE, JudgingKind.MULTI_PASS, JudgingKind.SUBMIT_ANSWER]
)
async def test_a_kind_that_cannot_be_judged_here_is_undetermined_and_runs_nothing(kind: JudgingKind) -> None:
    runner = ScriptedRunner(echo)
    result = await judge(runner, dataset(PLAIN.secret, kind=kind), PROGRAM)
    assert isinstance(result, Undetermined)
    assert result.code == "checker-unavailable"
    assert runner.runs == []


async def test_a_dataset_without_cases_is_never_accepted() -> None:
    assert isinstance(await judge(ScriptedRunner(echo), dataset(group("secret")), PROGRAM), Undetermined)


async def test_a_fault_of_the_sandbox_is_no_verdict() -> None:
    def script(_program: Program, stdin: bytes, _limits: Limits) -> Outcome:
        raise SandboxBroken("the supervisor is gone")

    with pytest.raises(SandboxError):
        await judge(ScriptedRunner(script), PLAIN, PROGRAM)


async def test_answers_never_reach_the_sandbox() -> None:
    data = dataset(group("secret", TestCase("secret/1", b"question", b"the answer")))
    runner = ScriptedRunner(echo)
    await judge(runner, data, PROGRAM)
    assert [run.stdin for run in runner.runs] == [b"question"]
    assert runner.runs[0].limits == Limits(cpu_time_ms=1000, memory_mib=64, output_kib=1024)


async def test_progress_is_told_case_by_case() -> None:
    heard: list[CaseResult] = []
    await judge(ScriptedRunner(echo), PLAIN, PROGRAM, on_case=heard.append)
    assert [one.name for one in heard] == ["sample/1", "secret/1", "secret/2", "secret/3"]


async def test_a_sample_run_shows_output_errors_and_the_difference() -> None:
    def script(_program: Program, stdin: bytes, _limits: Limits) -> Outcome:
        return ended(Exited(0), b"4\0\n", b"warn\xff")

    report = await run_samples(ScriptedRunner(script), dataset(PLAIN.secret, TestCase("sample/1", b"2 2", b"5\n")), PROGRAM)
    (sample,) = report.samples
    assert (report.verdict, sample.verdict) == (Verdict.WA, Verdict.WA)
    assert sample.output == "4\N{REPLACEMENT CHARACTER}\n"
    assert sample.error == "warn\N{REPLACEMENT CHARACTER}"
    assert sample.difference is not None
    assert sample.difference.expected == "5"


async def test_a_sample_run_touches_no_secret_case() -> None:
    runner = ScriptedRunner(echo)
    await run_samples(runner, PLAIN, PROGRAM)
    assert [run.stdin for run in runner.runs] == [b"sample/1\n"]


async def test_a_sample_run_of_what_does_not_compile_shows_the_log() -> None:
    report = await run_samples(ScriptedRunner(echo, rejects=lambda _: "line 1: oh"), PLAIN, PROGRAM)
    assert (report.verdict, report.compile_log, report.samples) == (Verdict.CE, "line 1: oh", ())


async def test_a_long_output_is_compared_without_keeping_the_worker_from_anything_else() -> None:
    count, beats = 300_000, 0
    group = TestGroup(
        "secret",
        Aggregation.PASS_FAIL,
        Decimal(1),
        Decimal(0),
        stop_at_failure=True,
        cases=(TestCase("secret/1", b"", b"1 " * count),),
        groups=(),
    )
    options = CheckerOptions(float_absolute_tolerance=1e-6)
    data = Dataset(JudgingKind.DEFAULT, options, 1000, 64, 8192, (), group)

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beat())
    await asyncio.sleep(0)

    def script(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
        return exited(b"1. " * count)

    judged = await judge(ScriptedRunner(script), data, PROGRAM)
    heart.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await heart
    assert isinstance(judged, Judged)
    assert judged.verdict is Verdict.AC
    assert beats > 0
