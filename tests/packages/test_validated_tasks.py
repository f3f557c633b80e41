"""Published tasks with an output validator of the package."""

from pathlib import Path

import pytest

from exams.judging.verdict import Verdict
from sandbox.docker_runner import DockerRunner
from tests.packages.assembly import programs, require_earned


@pytest.mark.docker
@pytest.mark.parametrize("program", programs("different", "buslines"))
async def test_a_program_earns_what_it_is_filed_under(program: str, docker_runner: DockerRunner, tmp_path: Path) -> None:
    judgement = await require_earned(docker_runner, program, tmp_path)
    for case in judgement.cases:
        assert bool(case.judge_message) == (case.verdict is Verdict.WA)
