"""Each attack gets the ending that it deserves, in time, and the next run in the same container is undisturbed."""

import asyncio
import time
from typing import Final

import pytest

from sandbox import languages
from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.protocol import STDERR_MAX_BYTES
from sandbox.runner import Exited, Loaded, OutputExceeded, Program, Rejected, SourceFile
from tests.hostile.programs import ATTACKS, CLEAN, PRELUDE, Attack

pytestmark = pytest.mark.docker

LIMITS: Final = Limits(cpu_time_ms=1000, memory_mib=64, output_kib=1024, processes=32)
DEADLINE_S: Final = 60
"""Far above the 3 s of wall time, for a machine with other work; what matters is that an attack ends."""


def python(source: bytes) -> Program:
    language = languages.get("python3")
    assert language is not None
    return Program(language, (SourceFile("main.py", source),))


def loaded_or_fail(loaded: Loaded | Rejected) -> Loaded:
    assert not isinstance(loaded, Rejected), loaded.log
    return loaded


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_an_attack_ends_as_it_must_and_leaves_nothing(docker_runner: DockerRunner, attack: Attack) -> None:
    async with docker_runner.load(python(attack.program), LIMITS) as prepared:
        loaded = loaded_or_fail(prepared)
        started = time.monotonic()
        outcome = await loaded.run(b"attack\n", LIMITS)
        assert time.monotonic() - started < DEADLINE_S
        assert isinstance(outcome.ending, attack.endings), (outcome, outcome.stderr[-2000:])
        if attack.says is not None:
            assert outcome.stdout == attack.says, outcome.stderr[-2000:]
        assert len(outcome.stderr) <= STDERR_MAX_BYTES
        assert len(outcome.stdout) <= LIMITS.output_kib * 1024

        after = await loaded.run(b"well\n", LIMITS)
        assert after.ending == Exited(0), after.stderr
        assert after.stdout == CLEAN


async def test_the_output_limit_is_exact(docker_runner: DockerRunner) -> None:
    source = PRELUDE.encode() + b"os.write(1, b'x' * 1024 * 1024)\n"
    one_more = source + b"os.write(1, b'y')\n"
    async with docker_runner.load(python(source), LIMITS) as prepared:
        outcome = await loaded_or_fail(prepared).run(b"attack\n", LIMITS)
        assert outcome.ending == Exited(0)
        assert outcome.stdout == b"x" * 2**20
    async with docker_runner.load(python(one_more), LIMITS) as prepared:
        outcome = await loaded_or_fail(prepared).run(b"attack\n", LIMITS)
        assert outcome.ending == OutputExceeded()
        assert outcome.stdout == b"x" * 2**20


async def test_an_attack_does_not_disturb_the_neighbour(docker_runner: DockerRunner) -> None:
    bomb = next(attack for attack in ATTACKS if attack.name == "fork_bomb")
    async with (
        docker_runner.load(python(bomb.program), LIMITS) as first,
        docker_runner.load(python(PRELUDE.encode()), LIMITS) as second,
    ):
        attacked, quiet = loaded_or_fail(first), loaded_or_fail(second)
        running = asyncio.create_task(attacked.run(b"attack\n", LIMITS))
        for _ in range(5):
            outcome = await quiet.run(b"well\n", LIMITS)
            assert outcome.ending == Exited(0)
            assert outcome.stdout == CLEAN
        await running
