"""What happens in one slot is not felt in the other, and a limit is a limit to the byte."""

import asyncio
from typing import Final

import pytest

from sandbox import images, languages
from sandbox.docker_runner import DockerRunner
from sandbox.runner import Exited, Loaded, OutputExceeded, Program, Rejected, SourceFile
from tests.hostile.attack import LIMITS, attacks, prelude
from tests.hostile.slot import WELL, citizen

pytestmark = pytest.mark.docker

BOMBS: Final = ("fork_bomb", "memory_in_children", "output_without_end", "threads_that_spin")
QUIET_RUNS: Final = 5


@pytest.fixture(scope="module", autouse=True)
async def built() -> None:
    await images.ensure(("c", "python3"), print)


async def explode(loaded: Loaded) -> None:
    outcome = await loaded.run(b"attack\n", LIMITS)
    assert outcome.ending != Exited(0)


@pytest.mark.parametrize("name", BOMBS)
async def test_an_attack_does_not_disturb_the_neighbour(docker_runner: DockerRunner, name: str) -> None:
    bomb = next(attack for attack in attacks("c") if attack.name == name)
    async with (
        docker_runner.load(bomb.program, LIMITS) as attacked,
        docker_runner.load(citizen("c"), LIMITS) as quiet,
    ):
        assert not isinstance(attacked, Rejected), attacked.log
        assert not isinstance(quiet, Rejected), quiet.log
        running = asyncio.create_task(explode(attacked))
        for _ in range(QUIET_RUNS):
            outcome = await quiet.run(WELL, LIMITS)
            assert outcome.ending == Exited(0), outcome.stderr
            assert outcome.stdout == WELL
        await running


async def test_the_output_limit_is_exact(docker_runner: DockerRunner) -> None:
    language = languages.get("python3")
    assert language is not None
    size = LIMITS.output_kib * 1024
    for extra in (0, 1):
        source = f"import os\nos.write(1, b'x' * {size + extra})\n".encode()
        program = Program(language, (SourceFile("main.py", source), *prelude("python3")))
        async with docker_runner.load(program, LIMITS) as loaded:
            assert not isinstance(loaded, Rejected), loaded.log
            outcome = await loaded.run(b"", LIMITS)
            assert outcome.ending == (OutputExceeded() if extra else Exited(0))
            assert outcome.stdout == b"x" * size
