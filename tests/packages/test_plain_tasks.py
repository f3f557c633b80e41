"""Published tasks with the default checker, with and without a tolerance."""

from pathlib import Path

import pytest

from sandbox.docker_runner import DockerRunner
from tests.packages.assembly import programs, require_earned


@pytest.mark.docker
@pytest.mark.parametrize("program", programs("hello", "dexsave"))
async def test_a_program_earns_what_it_is_filed_under(program: str, docker_runner: DockerRunner, tmp_path: Path) -> None:
    await require_earned(docker_runner, program, tmp_path)
