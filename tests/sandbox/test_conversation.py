"""Two programs that speak with each other: both are heard to their ends, and the order of the ends is certain."""

import asyncio
from typing import Final

import pytest

from sandbox.docker_runner import DockerLoaded, DockerRunner
from sandbox.errors import SandboxBroken
from sandbox.limits import Limits
from sandbox.runner import (
    Conversation,
    CpuTimeExceeded,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    OutputExceeded,
    SourceFile,
    WallTimeExceeded,
    Workspace,
)
from tests.hostile.attack import attacks
from tests.sandbox.programs import accepted, program

pytestmark = pytest.mark.docker

LIMITS: Final = Limits(cpu_time_ms=500, memory_mib=64, output_kib=512)
VALIDATOR_LIMITS: Final = Limits(cpu_time_ms=3000, memory_mib=64, output_kib=512)
WORKSPACE: Final = Workspace(("in", "feedback"), (SourceFile("in", b"777"),), "feedback")

GUESSER: Final = """
low, high = 1, 1000
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    answer = input()
    if answer == "=":
        break
    low, high = (low, middle - 1) if answer == "<" else (middle + 1, high)
"""
HOLDER: Final = """
import sys
secret = int(open(sys.argv[1]).read())
count = 0
while True:
    count += 1
    guess = int(input())
    if guess == secret:
        print("=", flush=True)
        open(sys.argv[2] + "/judgemessage.txt", "w").write(f"{count} guesses")
        sys.exit(42)
    print("<" if secret < guess else ">", flush=True)
"""


async def conversed(runner: DockerRunner, source: str, validator: str, limits: Limits = LIMITS) -> Conversation:
    async with (
        runner.load(program("python3", source), limits) as one,
        runner.load(program("python3", validator), VALIDATOR_LIMITS, beside=accepted(one)) as other,
    ):
        return await runner.converse(accepted(one), accepted(other), limits, VALIDATOR_LIMITS, WORKSPACE)


@pytest.fixture(params=["users_runner", "namespaces_runner", "gvisor_runner"])
def any_runner(request: pytest.FixtureRequest) -> DockerRunner:
    found: DockerRunner = request.getfixturevalue(request.param)
    return found


async def test_a_guessing_game_is_played_to_its_end(any_runner: DockerRunner) -> None:
    played = await conversed(any_runner, GUESSER, HOLDER)
    assert played.program.ending == Exited(0), played.program.stderr
    assert played.validator.ending == Exited(42), played.validator.stderr
    assert played.program.stdout.split()[0] == b"500"
    assert played.program.stdout.split()[-1] == b"777"
    assert played.validator.stdout.split()[-1] == b"="
    assert played.validator.files == {"judgemessage.txt": b"8 guesses"}


async def test_who_ends_first_is_known_however_close_it_is(docker_runner: DockerRunner) -> None:
    quick, slow = "pass\n", "import sys, time\nsys.stdin.read()\n"
    for _ in range(5):
        assert not (await conversed(docker_runner, quick, slow + "sys.exit(42)\n")).validator_ended_first
        assert (await conversed(docker_runner, slow, "import sys\nsys.exit(43)\n")).validator_ended_first


async def test_the_end_of_one_is_the_end_of_the_others_input(docker_runner: DockerRunner) -> None:
    played = await conversed(docker_runner, "print('bye')\n", "import sys\nprint(sys.stdin.read() == 'bye\\n')\nsys.exit(42)\n")
    assert played.validator.stdout == b"True\n"
    assert played.validator.ending == Exited(42)


async def test_two_that_wait_for_each_other_end_by_the_programs_wall_time(docker_runner: DockerRunner) -> None:
    played = await conversed(docker_runner, "input()\n", "import sys\nsys.stdin.read()\nsys.exit(43)\n")
    assert played.program.ending == WallTimeExceeded()
    assert played.validator.ending == Exited(43)
    assert not played.validator_ended_first


async def test_a_program_that_computes_for_ever_ends_by_its_cpu_time(docker_runner: DockerRunner) -> None:
    played = await conversed(docker_runner, "while True: pass\n", HOLDER)
    assert played.program.ending == CpuTimeExceeded()
    assert played.validator.ending == Exited(1)  # end of input in the middle of the game


async def test_time_in_which_the_validator_thinks_is_not_the_programs(docker_runner: DockerRunner) -> None:
    thinker = "import sys, time\nfor line in sys.stdin:\n    time.sleep(1)\n    print('ok', flush=True)\nsys.exit(42)\n"
    asker = "for _ in range(3):\n    print('?', flush=True)\n    input()\n"
    played = await conversed(docker_runner, asker, thinker, Limits(cpu_time_ms=100, memory_mib=64))
    assert played.program.usage.wall_time_us > 3_000_000  # its wall limit alone is 1.2 s
    assert played.program.ending == Exited(0)
    assert played.validator.ending == Exited(42)


async def test_a_flood_ends_the_one_who_writes_it(docker_runner: DockerRunner) -> None:
    flood = "import sys\nwhile True: sys.stdout.write('x' * 4096)\n"
    played = await conversed(docker_runner, flood, "import sys, time\ntime.sleep(0.3)\nsys.stdin.read(1)\nsys.exit(43)\n")
    assert played.program.ending == OutputExceeded()
    assert len(played.program.stdout) == LIMITS.output_kib * 1024


async def test_a_program_that_never_reads_does_not_stop_the_validator(docker_runner: DockerRunner) -> None:
    talker = "import sys\nsys.stdout.write('x' * 300_000)\nsys.stdout.flush()\nsys.exit(42)\n"
    played = await conversed(docker_runner, "import time\ntime.sleep(0.2)\nprint('done')\n", talker)
    assert played.program.ending == Exited(0)
    assert played.validator.ending == Exited(42)
    assert len(played.validator.stdout) == 300_000


async def test_a_closed_standard_output_is_not_an_end(docker_runner: DockerRunner) -> None:
    closer = "import os, time\nos.write(1, b'hi')\nos.close(1)\ntime.sleep(0.3)\n"
    played = await conversed(docker_runner, closer, "import sys\nassert sys.stdin.read() == 'hi'\nsys.exit(42)\n")
    assert played.validator.ending == Exited(42)
    assert not played.validator_ended_first


async def test_after_a_conversation_both_containers_run_on(docker_runner: DockerRunner) -> None:
    async with (
        docker_runner.load(program("python3", GUESSER), LIMITS) as one,
        docker_runner.load(program("python3", HOLDER), VALIDATOR_LIMITS, beside=accepted(one)) as other,
    ):
        for _ in range(3):
            played = await docker_runner.converse(accepted(one), accepted(other), LIMITS, VALIDATOR_LIMITS, WORKSPACE)
            assert played.validator.ending == Exited(42)
        after = await accepted(one).run(b"=\n", LIMITS)
        assert after.stdout == b"500\n"


async def test_a_container_that_dies_in_a_conversation_is_our_fault(docker_runner: DockerRunner) -> None:
    waiter = "import sys, time\nprint('here', flush=True)\ntime.sleep(30)\n"
    async with (
        docker_runner.load(program("python3", waiter), LIMITS) as one,
        docker_runner.load(program("python3", HOLDER), VALIDATOR_LIMITS, beside=accepted(one)) as other,
    ):
        assert isinstance(one, DockerLoaded)
        playing = asyncio.create_task(docker_runner.converse(one, accepted(other), LIMITS, VALIDATOR_LIMITS, WORKSPACE))
        await asyncio.sleep(0.3)
        await (await docker_runner.pool.engine()).remove(one.cell.container_id)
        with pytest.raises(SandboxBroken):
            await playing


async def test_a_program_that_takes_the_supervisor_along_has_run_out_of_memory_in_a_conversation_too(
    users_runner: DockerRunner,
) -> None:
    attack = next(each for each in attacks("c") if each.name == "memory_that_picks_the_supervisor")
    starter = "import sys\nprint('attack', flush=True)\nsys.stdin.read()\nsys.exit(43)\n"
    async with (
        users_runner.load(attack.program, LIMITS) as one,
        users_runner.load(program("python3", starter), VALIDATOR_LIMITS, beside=accepted(one)) as other,
    ):
        played = await users_runner.converse(accepted(one), accepted(other), LIMITS, VALIDATOR_LIMITS, WORKSPACE)
    assert played.program.ending == MemoryExceeded(MemoryEvidence.CGROUP)
    assert played.validator.ending == Exited(43)
    assert not played.validator_ended_first
