"""What every engine keeps. The scripted twin passes the same tests, or it would teach others wrong things."""

import asyncio
from typing import Final

import pytest

from sandbox.docker_runner import DockerRunner
from sandbox.errors import BadFileName, ProgramTooLarge, SandboxUnavailable
from sandbox.limits import PROGRAM_MAX_BYTES, Limits
from sandbox.runner import Exited, Outcome, Program, Rejected, Runner, SourceFile
from sandbox.scripted_runner import ScriptedRunner, exited
from tests.sandbox.programs import ADDERS, BROKEN, accepted, program

LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=128)


def _script(asked: Program, stdin: bytes, limits: Limits) -> Outcome:
    assert limits == LIMITS
    if asked.files[0].content == b"raise SystemExit(3)\n":
        return exited(code=3)
    return exited(b"%d\n" % sum(map(int, stdin.split())))


def _rejects(asked: Program) -> str | None:
    return "error" if asked.files[0].content in {source.encode() for source in BROKEN.values()} else None


@pytest.fixture(params=["scripted", pytest.param("docker", marks=pytest.mark.docker)])
def runner(request: pytest.FixtureRequest) -> Runner:
    if request.param == "docker":
        found: DockerRunner = request.getfixturevalue("docker_runner")
        return found
    return ScriptedRunner(_script, rejects=_rejects)


@pytest.mark.parametrize("code", ADDERS)
async def test_a_program_is_loaded_once_and_runs_on_every_input(runner: Runner, code: str) -> None:
    async with runner.load(program(code, ADDERS[code]), LIMITS) as loaded:
        for first, second in ((1, 2), (30, 12), (-5, 5)):
            outcome = await accepted(loaded).run(b"%d %d\n" % (first, second), LIMITS)
            assert outcome.ending == Exited(0), outcome.stderr
            assert outcome.stdout == b"%d\n" % (first + second)
            assert outcome.usage.cpu_time_us > 0
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


async def test_a_closed_runner_loads_nothing() -> None:
    for closed in (ScriptedRunner(_script), DockerRunner(1)):
        await closed.close()
        with pytest.raises(SandboxUnavailable):
            async with closed.load(program("python3", ""), LIMITS):
                pass
