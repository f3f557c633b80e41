"""Runs that noise may have made too slow are repeated, and decided for the candidate."""

import pytest

from exams.judging.judge import judge
from exams.judging.judgement import Judged
from exams.judging.repeating import NOISE_BAND_PERCENT, QUIET_RUNS_MAX, QUIET_RUNS_PER_PROGRAM
from exams.judging.verdict import Verdict
from exams.tasks.dataset import JudgingKind
from sandbox.errors import SandboxDisturbed
from sandbox.limits import Limits
from sandbox.runner import CpuTimeExceeded, Ending, Exited, Noise, Outcome, Program, Usage, WallTimeExceeded
from sandbox.scripted_runner import ScriptedRunner
from tests.exams.judging.test_judge import PROGRAM, case, dataset, group
from tests.exams.judging.test_validator import dataset as with_validator
from tests.exams.judging.test_validator import says, secret

DATA = dataset(group("secret", case("secret/1")))
RIGHT = b"secret/1\n"
CALM, LOUD = Noise(), Noise(slowdown_percent=30)


def run(cpu_ms: int, *, ending: Ending | None = None, noise: Noise = CALM, stdout: bytes = RIGHT) -> Outcome:
    """A run against a limit of 1000 ms."""
    slow = CpuTimeExceeded() if cpu_ms > 1000 else Exited(0)
    return Outcome(ending or slow, Usage(cpu_ms * 1000, cpu_ms * 1000, 1000), stdout, b"", noise, is_disturbed=noise is LOUD)


def engine(*outcomes: Outcome) -> ScriptedRunner:
    """An engine that has these outcomes, one after the other."""
    left = list(outcomes)

    def script(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
        return left.pop(0)

    return ScriptedRunner(script)


async def verdict(runner: ScriptedRunner) -> tuple[Verdict, list[tuple[str, bool]]]:
    """The verdict, and every run that the judgement keeps: how it ended and whether it was on the quiet machine."""
    result = await judge(runner, DATA, PROGRAM)
    assert isinstance(result, Judged)
    return result.verdict, [(one.ending, one.quiet) for one in result.cases[0].runs]


async def test_a_run_just_above_the_limit_is_repeated_in_quiet_and_the_first_within_it_counts() -> None:
    runner = engine(run(1050), run(1020), run(990))
    assert await verdict(runner) == (Verdict.AC, [("cpu-time", False), ("cpu-time", True), ("exited 0", True)])
    assert [one.quiet for one in runner.runs] == [False, True, True]


async def test_the_time_shown_is_that_of_the_run_that_counts() -> None:
    result = await judge(engine(run(1050), run(990)), DATA, PROGRAM)
    assert isinstance(result, Judged)
    assert result.cases[0].cpu_time_us == 990_000
    assert result.cases[0].runs[1].checker == "accepted"


async def test_a_repeated_run_is_judged_by_its_own_output() -> None:
    assert (await verdict(engine(run(1050), run(990, stdout=b"no"))))[0] is Verdict.WA


async def test_a_program_that_is_always_just_too_slow_is_too_slow_in_the_end() -> None:
    runner = engine(*[run(1050)] * (1 + QUIET_RUNS_MAX))
    assert (await verdict(runner))[0] is Verdict.TLE
    assert len(runner.runs) == 1 + QUIET_RUNS_MAX


@pytest.mark.parametrize("cpu_ms", [1000 + 10 * NOISE_BAND_PERCENT + 1, 2000])
async def test_a_calm_run_above_the_band_needs_no_other(cpu_ms: int) -> None:
    assert await verdict(engine(run(cpu_ms))) == (Verdict.TLE, [("cpu-time", False)])


async def test_the_end_of_the_band_is_in_it() -> None:
    assert (await verdict(engine(run(1000 + 10 * NOISE_BAND_PERCENT), run(900))))[0] is Verdict.AC


async def test_a_run_that_is_too_slow_by_the_price_of_its_memory_is_repeated_when_the_machine_has_it_at_hand() -> None:
    cold, warm = Noise(page_fault_us=900_000), Noise(page_fault_us=150_000)
    assert (await verdict(engine(run(1950, noise=cold), run(900, noise=warm))))[0] is Verdict.AC
    runner = engine(run(2100, noise=cold))
    assert (await verdict(runner))[0] is Verdict.TLE
    assert len(runner.runs) == 1


async def test_a_run_that_waited_for_the_disk_is_repeated_when_its_files_are_in_memory() -> None:
    waited = run(50, ending=WallTimeExceeded(), noise=Noise(disk_read_kib=4096))
    assert (await verdict(engine(waited, run(40))))[0] is Verdict.AC
    runner = engine(waited, run(5, ending=WallTimeExceeded()))
    assert (await verdict(runner))[0] is Verdict.TLE
    assert len(runner.runs) == 2


async def test_memory_is_no_excuse_for_ever() -> None:
    runner = engine(*[run(1950, noise=Noise(page_fault_us=900_000))] * (1 + QUIET_RUNS_MAX))
    assert (await verdict(runner))[0] is Verdict.TLE
    assert len(runner.runs) == 1 + QUIET_RUNS_MAX


async def test_a_program_that_is_on_the_edge_everywhere_keeps_others_waiting_only_so_often() -> None:
    cases = [case(f"secret/{number}") for number in range(1, 9)]
    runner = engine(*[run(1050)] * 100)
    result = await judge(runner, dataset(group("secret", *cases)), PROGRAM, thorough=True)
    assert isinstance(result, Judged)
    assert {one.verdict for one in result.cases} == {Verdict.TLE}
    assert sum(one.quiet for one in runner.runs) == QUIET_RUNS_PER_PROGRAM
    assert len(runner.runs) == len(cases) + QUIET_RUNS_PER_PROGRAM


@pytest.mark.parametrize("ending", [CpuTimeExceeded(), WallTimeExceeded()])
async def test_a_disturbed_run_calls_nobody_too_slow(ending: Ending) -> None:
    runner = engine(run(2000, ending=ending, noise=LOUD), run(900))
    assert (await verdict(runner))[0] is Verdict.AC


async def test_a_slow_run_in_quiet_stands_after_a_disturbed_one() -> None:
    runner = engine(run(2000, noise=LOUD), run(2000))
    assert (await verdict(runner))[0] is Verdict.TLE


async def test_a_machine_that_is_never_quiet_gives_no_verdict() -> None:
    with pytest.raises(SandboxDisturbed):
        await judge(engine(*[run(2000, noise=LOUD)] * (1 + QUIET_RUNS_MAX)), DATA, PROGRAM)


async def test_a_disturbed_run_that_was_fast_enough_needs_no_other() -> None:
    assert (await verdict(engine(run(900, noise=LOUD))))[0] is Verdict.AC


async def test_a_sleeper_on_a_calm_machine_is_too_slow_at_once_and_says_so() -> None:
    result = await judge(engine(run(5, ending=WallTimeExceeded())), DATA, PROGRAM)
    assert isinstance(result, Judged)
    assert (result.verdict, result.cases[0].reason) == (Verdict.TLE, "wall-time")


async def test_a_conversation_is_repeated_likewise() -> None:
    left = [run(1050), run(990)]

    def script(which: Program, _stdin: bytes, _limits: Limits) -> Outcome:
        return left.pop(0) if which is PROGRAM else says(42)

    data = with_validator(secret("a"), JudgingKind.INTERACTIVE)
    result = await judge(ScriptedRunner(script), data, PROGRAM)
    assert isinstance(result, Judged)
    assert (result.verdict, [one.quiet for one in result.cases[0].runs]) == (Verdict.AC, [False, True])


async def test_the_noise_of_every_run_is_kept() -> None:
    noise = Noise(stolen_us=7, run_delay_us=8, slowdown_percent=9, page_fault_us=10, disk_read_kib=11)
    result = await judge(engine(run(1050, noise=noise), run(900)), DATA, PROGRAM)
    assert isinstance(result, Judged)
    first = result.cases[0].runs[0]
    assert (first.stolen_us, first.run_delay_us, first.slowdown_percent) == (7, 8, 9)
    assert (first.page_fault_us, first.disk_read_kib) == (10, 11)
