"""Judging by the task's own validator, with a sandbox whose outcomes are written by the test."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from exams.judging.judge import judge, run_samples
from exams.judging.judgement import Judged, Judgement, Undetermined
from exams.judging.validator import VALIDATION_LIMITS
from exams.judging.verdict import Verdict
from exams.tasks.dataset import (
    Aggregation,
    CheckerOptions,
    Dataset,
    JudgingKind,
    TestCase,
    TestGroup,
    Validator,
    ValidatorFile,
    ValidatorScore,
)
from sandbox import languages
from sandbox.errors import SandboxBroken
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
    Usage,
    WallTimeExceeded,
    Workspace,
)
from sandbox.scripted_runner import ScriptedRunner, ended, exited

PYTHON = languages.catalogue()["python3"]
PROGRAM = Program(PYTHON, (SourceFile("main.py", b"print(input())"),))
VALIDATOR = Validator("python3", (ValidatorFile("validate.py", b"..."), ValidatorFile("rules.py", b"...")))

Says = Callable[[bytes, Workspace], Outcome]
"""What the validator answers to an output in a workspace."""


def says(
    code: int = 42, files: Mapping[str, bytes] | None = None, *, stderr: bytes = b"", ending: Ending | None = None
) -> Outcome:
    """An answer of a validator."""
    return Outcome(ending or Exited(code), Usage(1000, 1000, 1000), b"", stderr, files=files or {})


def answering(answer: Outcome) -> Says:
    """A validator that always answers the same."""
    return lambda _output, _place: answer


def always(code: int = 42, files: Mapping[str, bytes] | None = None, *, stderr: bytes = b"") -> Says:
    """A validator that always answers so."""
    return answering(says(code, files, stderr=stderr))


def nothing(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
    """A program that writes nothing."""
    return exited()


def runner(validator: Says, program: Callable[[bytes], Outcome] = exited) -> ScriptedRunner:
    """An engine in which the validator and the program do what the test says."""
    engine: ScriptedRunner

    def script(which: Program, stdin: bytes, _limits: Limits) -> Outcome:
        if which.files[0].name == "validate.py":
            return validator(stdin, engine.runs[-1].workspace)
        return program(stdin)

    engine = ScriptedRunner(script)
    return engine


def secret(*names: str, how: Aggregation = Aggregation.PASS_FAIL, points: int = 1, case_score: int | None = None) -> TestGroup:
    """A group of cases whose input is their name; the first is told `loud` to the validator."""
    cases = tuple(
        TestCase(f"secret/{name}", name.encode(), b"answer", ("loud",) if number == 0 else ())
        for number, name in enumerate(names)
    )
    each = Decimal(points if case_score is None else case_score)
    return TestGroup("secret", how, Decimal(points), each, False, cases, ())


def dataset(
    group: TestGroup | None = None,
    kind: JudgingKind = JudgingKind.CUSTOM,
    *,
    passes: int = 1,
    score: ValidatorScore = ValidatorScore.NONE,
    samples: tuple[TestCase, ...] = (),
) -> Dataset:
    """A dataset with a validator."""
    validator = replace(VALIDATOR, passes=passes, score=score)
    return Dataset(kind, CheckerOptions(), 1000, 64, 1024, samples, group or secret("a", "b"), validator)


def judged(result: Judgement) -> Judged:
    """The judgement, which must be one."""
    assert isinstance(result, Judged), result
    return result


def broken(result: Judgement) -> str:
    """The detail of a judgement that the validator made impossible."""
    assert isinstance(result, Undetermined), result
    assert result.code == "checker-broken"
    return result.detail


async def test_the_validator_gets_input_answer_folder_arguments_and_the_output() -> None:
    engine = runner(always())
    result = judged(await judge(engine, dataset(), PROGRAM))
    asked = [run for run in engine.runs if run.program.files[0].name == "validate.py"]
    assert [one.stdin for one in asked] == [b"a", b"b"]
    assert asked[0].workspace == Workspace(
        ("in", "ans", "feedback/", "loud"), (SourceFile("in", b"a"), SourceFile("ans", b"answer")), "feedback"
    )
    assert asked[1].workspace.arguments == ("in", "ans", "feedback/")
    assert asked[0].limits == VALIDATION_LIMITS
    assert [file.name for file in asked[0].program.files] == ["validate.py", "rules.py"]
    assert (result.verdict, [one.runs[0].checker for one in result.cases]) == (Verdict.AC, ["accepted", "accepted"])
    assert result.evidence["validator"]["engine"] == "scripted"


async def test_the_answer_and_the_input_file_never_reach_the_candidates_program() -> None:
    engine = runner(always())
    await judge(engine, dataset(), PROGRAM)
    own = [run for run in engine.runs if run.program is PROGRAM]
    assert all(run.workspace == Workspace() for run in own)


async def test_43_is_a_wrong_answer_and_its_messages_go_to_examiners() -> None:
    files = {"judgemessage.txt": b"7 is no prime\0\n", "teammessage.txt": b"look at 7\n"}
    result = judged(await judge(runner(always(43, files)), dataset(), PROGRAM))
    (case,) = result.cases[:1]
    assert (result.verdict, case.judge_message) == (Verdict.WA, "7 is no prime\N{REPLACEMENT CHARACTER}")
    assert case.hint == ""
    assert case.runs[0].checker == "rejected"


@pytest.mark.parametrize(
    "answer",
    [
        says(0),
        says(1, stderr=b"Traceback: KeyError"),
        says(44),
        says(ending=Signalled(11)),
        says(ending=CpuTimeExceeded()),
        says(ending=WallTimeExceeded()),
        says(ending=MemoryExceeded(MemoryEvidence.CGROUP)),
        says(ending=OutputExceeded()),
    ],
)
async def test_any_other_end_of_the_validator_is_no_verdict(answer: Outcome) -> None:
    assert "secret/a" in broken(await judge(runner(answering(answer)), dataset(), PROGRAM))


async def test_the_examiner_hears_the_case_the_code_and_the_last_words() -> None:
    detail = broken(await judge(runner(always(1, stderr=b"x" * 9000 + b" KeyError\0 7")), dataset(), PROGRAM))
    assert "exited with 1" in detail
    assert detail.endswith("KeyError\N{REPLACEMENT CHARACTER} 7")
    assert len(detail) < 700


async def test_a_validator_that_does_not_compile_is_no_verdict() -> None:
    engine = ScriptedRunner(nothing, rejects=lambda program: "line 1" if program.files[0].name == "validate.py" else None)
    assert "does not compile: line 1" in broken(await judge(engine, dataset(), PROGRAM))
    assert engine.runs == []


async def test_a_candidates_compile_error_asks_no_validator() -> None:
    engine = ScriptedRunner(nothing, rejects=lambda program: "no" if program is PROGRAM else None)
    assert judged(await judge(engine, dataset(), PROGRAM)).verdict is Verdict.CE


async def test_a_fault_of_the_sandbox_during_validation_is_no_verdict() -> None:
    def gone(_output: bytes, _place: Workspace) -> Outcome:
        raise SandboxBroken("gone")

    with pytest.raises(SandboxBroken):
        await judge(runner(gone), dataset(), PROGRAM)


async def test_a_program_that_crashed_is_not_shown_to_the_validator() -> None:
    def never(_output: bytes, _place: Workspace) -> Outcome:
        raise AssertionError("the validator was asked")

    result = judged(await judge(runner(never, lambda _stdin: ended(Signalled(6))), dataset(), PROGRAM))
    assert (result.verdict, result.cases[0].reason, result.cases[0].runs[0].checker) == (Verdict.RTE, "signal-6", "")


class TestScores:
    """`score.txt` and `score_multiplier.txt`."""

    SUM = secret("a", "b", how=Aggregation.SUM, points=100, case_score=50)

    @pytest.mark.parametrize(
        ("rule", "files", "points"),
        [
            (ValidatorScore.BY_CASE, {}, 100),
            (ValidatorScore.BY_CASE, {"score.txt": b"12.5\n"}, 25),
            (ValidatorScore.BY_CASE, {"score_multiplier.txt": b"0.5"}, 50),
            (ValidatorScore.BY_CASE, {"score_multiplier.txt": b"0"}, 0),
            (ValidatorScore.BY_GROUP, {"score.txt": b"50"}, 100),
            (ValidatorScore.REQUIRED, {"score.txt": b"1e1"}, 20),
            (ValidatorScore.REQUIRED, {"score.txt": b"1", "score_multiplier.txt": b"x"}, 2),
        ],
    )
    async def test_a_score_of_the_validator_is_the_cases(
        self, rule: ValidatorScore, files: dict[str, bytes], points: int
    ) -> None:
        result = judged(await judge(runner(always(42, files)), dataset(self.SUM, score=rule), PROGRAM))
        assert (result.verdict, result.score) == (Verdict.AC, Decimal(points))

    @pytest.mark.parametrize(
        ("rule", "code", "files"),
        [
            (ValidatorScore.NONE, 42, {"score.txt": b"1"}),
            (ValidatorScore.BY_CASE, 43, {"score.txt": b"1"}),
            (ValidatorScore.BY_CASE, 43, {"score_multiplier.txt": b"1"}),
            (ValidatorScore.BY_CASE, 42, {"score.txt": b"1", "score_multiplier.txt": b"1"}),
            (ValidatorScore.BY_CASE, 42, {"score.txt": b"51"}),
            (ValidatorScore.BY_CASE, 42, {"score.txt": b"-1"}),
            (ValidatorScore.BY_CASE, 42, {"score.txt": b"nan"}),
            (ValidatorScore.BY_CASE, 42, {"score.txt": b"inf"}),
            (ValidatorScore.BY_CASE, 42, {"score.txt": b""}),
            (ValidatorScore.BY_CASE, 42, {"score.txt": b"1 2"}),
            (ValidatorScore.BY_CASE, 42, {"score_multiplier.txt": b"1.5"}),
            (ValidatorScore.BY_GROUP, 42, {"score.txt": b"101"}),
            (ValidatorScore.BY_GROUP, 42, {"score.txt": b"99"}),  # twice makes 198 of 100
            (ValidatorScore.REQUIRED, 42, {}),
        ],
    )
    async def test_a_score_that_the_format_forbids_is_no_verdict(
        self, rule: ValidatorScore, code: int, files: dict[str, bytes]
    ) -> None:
        broken(await judge(runner(always(code, files)), dataset(self.SUM, score=rule), PROGRAM))

    async def test_a_score_in_a_group_that_is_all_or_nothing_is_no_verdict(self) -> None:
        inner = replace(secret("a", points=10), name="secret/x")
        outer = TestGroup("secret", Aggregation.SUM, Decimal(10), Decimal(0), False, (), (inner,))
        data = dataset(outer, score=ValidatorScore.BY_CASE)
        broken(await judge(runner(always(42, {"score.txt": b"1"})), data, PROGRAM))

    async def test_a_score_on_a_sample_is_ignored(self) -> None:
        sample = TestCase("sample/1", b"s", b"")
        data = dataset(self.SUM, score=ValidatorScore.BY_CASE, samples=(sample,))

        def validator(output: bytes, _place: Workspace) -> Outcome:
            return says(42, {"score.txt": b"9999"} if output == b"s" else {})

        assert judged(await judge(runner(validator), data, PROGRAM)).score == Decimal(100)


class TestPasses:
    """Multi-pass tasks."""

    async def test_each_pass_runs_on_what_the_validator_wrote_and_its_folder_is_kept(self) -> None:
        def validator(output: bytes, place: Workspace) -> Outcome:
            kept = {file.name: file.content for file in place.files}
            seen = kept.get("feedback/seen.txt", b"") + output
            files = {"seen.txt": seen, "judgemessage.txt": seen}
            return says(42, files if len(seen) >= 3 else files | {"nextpass.in": b"b" if len(seen) == 1 else b"c"})

        engine = runner(validator)
        result = judged(await judge(engine, dataset(secret("a"), JudgingKind.MULTI_PASS, passes=3), PROGRAM))
        assert [run.stdin for run in engine.runs if run.program is PROGRAM] == [b"a", b"b", b"c"]
        places = [run.workspace for run in engine.runs if run.program is not PROGRAM]
        assert [place.files[0].content for place in places] == [b"a", b"b", b"c"]
        assert all(file.name != "feedback/nextpass.in" for place in places for file in place.files)
        assert (result.verdict, result.cases[0].judge_message) == (Verdict.AC, "abc")
        assert [run.checker for run in result.cases[0].runs] == ["accepted"] * 3

    async def test_more_passes_than_allowed_are_a_fault_of_the_task(self) -> None:
        engine = runner(always(42, {"nextpass.in": b"more"}))
        detail = broken(await judge(engine, dataset(secret("a"), JudgingKind.MULTI_PASS, passes=2), PROGRAM))
        assert "more than 2 passes" in detail
        assert sum(1 for run in engine.runs if run.program is PROGRAM) == 2

    async def test_rejecting_and_asking_for_another_pass_contradict_each_other(self) -> None:
        engine = runner(always(43, {"nextpass.in": b"more"}))
        broken(await judge(engine, dataset(secret("a"), JudgingKind.MULTI_PASS, passes=2), PROGRAM))

    async def test_a_failure_in_a_later_pass_is_the_cases(self) -> None:
        engine = runner(
            always(42, {"nextpass.in": b"second"}),
            lambda stdin: ended(Exited(3)) if stdin == b"second" else exited(stdin),
        )
        result = judged(await judge(engine, dataset(secret("a"), JudgingKind.MULTI_PASS, passes=2), PROGRAM))
        assert (result.verdict, result.cases[0].reason) == (Verdict.RTE, "exit-3")
        assert [run.ending for run in result.cases[0].runs] == ["exited 0", "exited 3"]

    async def test_the_limits_hold_for_each_pass_and_the_slowest_is_shown(self) -> None:
        engine = runner(
            lambda output, _place: says(42, {} if output == b"2" else {"nextpass.in": b"2"}),
            lambda stdin: exited(stdin, cpu_ms=900 if stdin == b"2" else 700),
        )
        result = judged(await judge(engine, dataset(secret("1"), JudgingKind.MULTI_PASS, passes=2), PROGRAM))
        assert (result.verdict, result.cases[0].cpu_time_us) == (Verdict.AC, 900_000)

    async def test_a_task_of_one_pass_has_no_second(self) -> None:
        engine = runner(always(42, {"nextpass.in": b"more"}))
        assert judged(await judge(engine, dataset(secret("a")), PROGRAM)).verdict is Verdict.AC

    async def test_a_file_that_cannot_be_kept_is_a_fault_of_the_task(self) -> None:
        engine = runner(always(42, {"nextpass.in": b"more", "a b": b""}))
        assert "plain name" in broken(await judge(engine, dataset(secret("a"), JudgingKind.MULTI_PASS, passes=2), PROGRAM))


class TestConversations:
    """Interactive tasks: who ended first."""

    @pytest.mark.parametrize(
        ("code", "first", "ending", "verdict", "reason"),
        [
            (42, False, Exited(0), Verdict.AC, ""),
            (42, True, Exited(0), Verdict.AC, ""),
            (43, False, Exited(0), Verdict.WA, ""),
            (43, True, Exited(0), Verdict.WA, ""),
            (43, True, Signalled(13), Verdict.WA, ""),
            (43, True, CpuTimeExceeded(), Verdict.WA, ""),
            (43, False, CpuTimeExceeded(), Verdict.TLE, ""),
            (43, False, WallTimeExceeded(), Verdict.TLE, "wall-time"),
            (43, False, Exited(1), Verdict.RTE, "exit-1"),
            (43, False, MemoryExceeded(MemoryEvidence.PEAK), Verdict.MLE, "memory-peak"),
            (42, True, Signalled(13), Verdict.RTE, "signal-13"),
            (42, False, CpuTimeExceeded(), Verdict.TLE, ""),
        ],
    )
    async def test_who_ended_first_decides(self, code: int, first: bool, ending: Ending, verdict: Verdict, reason: str) -> None:
        def script(which: Program, _stdin: bytes, _limits: Limits) -> Outcome:
            return says(code) if which is not PROGRAM else ended(ending, b"said", cpu_ms=5000)

        engine = ScriptedRunner(script, validator_ends_first=lambda _spoken: first)
        result = judged(await judge(engine, dataset(secret("a"), JudgingKind.INTERACTIVE), PROGRAM))
        assert (result.verdict, result.cases[0].reason) == (verdict, reason)
        if verdict is Verdict.WA:
            assert result.cases[0].cpu_time_us <= 1_000_000

    @pytest.mark.parametrize("first", [True, False])
    async def test_a_validator_that_crashes_is_no_verdict_whoever_ended_first(self, first: bool) -> None:
        def script(which: Program, _stdin: bytes, _limits: Limits) -> Outcome:
            return says(1) if which is not PROGRAM else ended(CpuTimeExceeded())

        engine = ScriptedRunner(script, validator_ends_first=lambda _spoken: first)
        broken(await judge(engine, dataset(secret("a"), JudgingKind.INTERACTIVE), PROGRAM))

    async def test_a_conversation_may_have_several_passes(self) -> None:
        engine: ScriptedRunner

        def script(which: Program, stdin: bytes, _limits: Limits) -> Outcome:
            if which is PROGRAM:
                return exited(stdin)
            given = engine.runs[-1].workspace.files[0].content
            return Outcome(
                Exited(42), Usage(1, 1, 1), given, b"", files={"nextpass.in": b"second"} if given == b"first" else {}
            )

        engine = ScriptedRunner(script)
        data = dataset(secret("first"), JudgingKind.INTERACTIVE_MULTI_PASS, passes=2)
        result = judged(await judge(engine, data, PROGRAM))
        assert result.verdict is Verdict.AC
        assert [run.stdin for run in engine.runs if run.program is PROGRAM] == [b"first", b"second"]

    async def test_a_sample_shows_both_sides_and_the_message_for_the_candidate(self) -> None:
        def script(which: Program, _stdin: bytes, _limits: Limits) -> Outcome:
            if which is PROGRAM:
                return exited(b"guess 5\n")
            return Outcome(Exited(43), Usage(1, 1, 1), b"higher\n", b"", files={"teammessage.txt": b"seven guesses!"})

        data = dataset(kind=JudgingKind.INTERACTIVE, samples=(TestCase("sample/1", b"", b""),))
        (sample,) = (await run_samples(ScriptedRunner(script), data, PROGRAM)).samples
        assert (sample.verdict, sample.output, sample.heard) == (Verdict.WA, "guess 5\n", "higher\n")
        assert (sample.message, sample.difference) == ("seven guesses!", None)


async def test_a_sample_run_that_the_validator_breaks_tells_the_candidate_no_detail() -> None:
    report = await run_samples(runner(always(1, stderr=b"secret")), dataset(samples=(TestCase("sample/1", b"", b""),)), PROGRAM)
    assert (report.verdict, report.undetermined, report.samples) == (None, "checker-broken", ())


async def test_a_kind_without_its_validator_is_undetermined() -> None:
    result = await judge(runner(always()), replace(dataset(), validator=None), PROGRAM)
    assert isinstance(result, Undetermined)
    assert result.code == "checker-unavailable"


async def test_a_validator_in_a_language_that_is_gone_is_undetermined() -> None:
    data = replace(dataset(), validator=replace(VALIDATOR, language="algol68"))
    assert "algol68" in broken(await judge(runner(always()), data, PROGRAM))
