"""What every engine keeps. The scripted twin passes the same tests, or it would teach others wrong things."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

import pytest

from sandbox.docker_runner import DockerRunner
from sandbox.errors import BadFileName, ProgramTooLarge, SandboxUnavailable
from sandbox.judge0_runner import Judge0Runner
from sandbox.limits import PROGRAM_MAX_BYTES, Limits
from sandbox.runner import Exited, Outcome, Program, Rejected, Runner, SourceFile
from sandbox.scripted_runner import ScriptedRunner, exited
from tests.sandbox.judge0 import Json, detail, judge0
from tests.sandbox.programs import ADDERS, BROKEN, accepted, program

LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=128)


def _script(asked: Program, stdin: bytes, limits: Limits) -> Outcome:
    assert limits == LIMITS
    if asked.files[0].content == b"raise SystemExit(3)\n":
        return exited(code=3)
    return exited(b"%d\n" % sum(map(int, stdin.split())))


def _rejects(asked: Program) -> str | None:
    return "error" if asked.files[0].content in {source.encode() for source in BROKEN.values()} else None


def _judge0_answer(asked: Json) -> tuple[int, Json]:
    source = asked["source_code"]
    if source in BROKEN.values():
        return 200, detail(6, compile_output="SyntaxError")
    if source == "raise SystemExit(3)\n":
        return 200, detail(11, message="Exited with error status 3")
    return 200, detail(3, stdout=f"{sum(map(int, asked['stdin'].split()))}\n")


ENGINES: Final = ["users_runner", "namespaces_runner", "gvisor_runner"]


@pytest.fixture
async def judge0_runner() -> AsyncGenerator[Judge0Runner]:
    with judge0(_judge0_answer) as (url, _):
        opened = Judge0Runner(url, slots=2)
        yield opened
        await opened.close()


@pytest.fixture(params=["scripted", "judge0_runner", *(pytest.param(name, marks=pytest.mark.docker) for name in ENGINES)])
def runner(request: pytest.FixtureRequest) -> Runner:
    if request.param == "scripted":
        return ScriptedRunner(_script, rejects=_rejects)
    found: Runner = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("code", ADDERS)
async def test_a_program_is_loaded_once_and_runs_on_every_input(runner: Runner, code: str) -> None:
    async with runner.load(program(code, ADDERS[code]), LIMITS) as loaded:
        for first, second in ((1, 2), (30, 12), (-5, 5)):
            outcome = await accepted(loaded).run(b"%d %d\n" % (first, second), LIMITS)
            assert outcome.ending == Exited(0), outcome.stderr
            assert outcome.stdout == b"%d\n" % (first + second)
            coarse = "cpu-time-in-10-ms-steps" in accepted(loaded).evidence.weaknesses
            assert outcome.usage.cpu_time_us > 0 or coarse
            assert outcome.usage.wall_time_us > 0
            assert outcome.usage.memory_kib > 0
        evidence = accepted(loaded).evidence
        assert evidence.engine
        assert evidence.image
        assert evidence.compiler


@pytest.mark.parametrize("code", BROKEN)
async def test_a_program_that_does_not_compile_is_rejected_with_a_log(runner: Runner, code: str) -> None:
    async with runner.load(program(code, BROKEN[code]), LIMITS) as loaded:
        assert isinstance(loaded, Rejected)
        assert "rror" in loaded.log


async def test_an_exit_code_is_not_success(runner: Runner) -> None:
    async with runner.load(program("python3", "raise SystemExit(3)\n"), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
        assert outcome.ending == Exited(3)


async def test_a_program_that_is_too_large_is_refused_before_anything_runs(runner: Runner) -> None:
    with pytest.raises(ProgramTooLarge):
        async with runner.load(program("python3", b"#" * (PROGRAM_MAX_BYTES + 1)), LIMITS):
            pass


async def test_a_file_name_with_a_folder_is_refused_before_anything_runs(runner: Runner) -> None:
    with pytest.raises(BadFileName):
        async with runner.load(program("python3", "", SourceFile("../evil.py", b"")), LIMITS):
            pass


async def test_more_programs_than_slots_all_get_their_turn(runner: Runner) -> None:
    async def add(number: int) -> bytes:
        async with runner.load(program("python3", ADDERS["python3"]), LIMITS) as loaded:
            return (await accepted(loaded).run(b"%d 1\n" % number, LIMITS)).stdout

    assert await asyncio.gather(*(add(number) for number in range(6))) == [b"%d\n" % (number + 1) for number in range(6)]


async def test_evidence_says_where_a_program_ran_and_what_that_engine_cannot_tell(runner: Runner) -> None:
    async with runner.load(program("python3", ADDERS["python3"]), LIMITS) as loaded:
        evidence = accepted(loaded).evidence
    if isinstance(runner, DockerRunner):
        assert evidence.image.startswith("sha256:")
        assert evidence.compile_argv[0] == "/usr/bin/python3"
        assert len(evidence.supervisor) == 64
        assert evidence.host["kernel"]
        assert evidence.isolation in {"users", "namespaces"}
        assert bool(evidence.weaknesses) == (evidence.runtime == "runsc")
    elif isinstance(runner, Judge0Runner):
        assert {"no-memory-evidence", "no-output-evidence"} <= set(evidence.weaknesses)


async def test_a_program_loaded_beside_another_needs_no_slot_of_its_own(runner: Runner) -> None:
    async def both() -> bytes:
        async with (
            runner.load(program("python3", ADDERS["python3"]), LIMITS) as first,
            runner.load(program("python3", ADDERS["python3"]), LIMITS, beside=accepted(first)) as second,
        ):
            return (await accepted(second).run(b"20 22", LIMITS)).stdout

    assert await asyncio.gather(*(both() for _ in range(4))) == [b"42\n"] * 4


async def test_a_closed_runner_loads_nothing() -> None:
    for closed in (ScriptedRunner(_script), DockerRunner(1)):
        await closed.close()
        with pytest.raises(SandboxUnavailable):
            async with closed.load(program("python3", ""), LIMITS):
                pass
