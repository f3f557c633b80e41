"""Published tasks with a validator that talks with the program, or runs it twice."""

from pathlib import Path
from typing import Final

import pytest

from exams.judging.verdict import Verdict
from sandbox.docker_runner import DockerRunner
from tests.packages.assembly import programs, require_earned

PASSES: Final = {"alternativeencryption": 2, "guess": 1}


@pytest.mark.docker
@pytest.mark.parametrize("program", programs(*PASSES))
async def test_a_program_earns_what_it_is_filed_under(program: str, docker_runner: DockerRunner, tmp_path: Path) -> None:
    judgement = await require_earned(docker_runner, program, tmp_path)
    passed = ["accepted"] * PASSES[program.partition("/")[0]]
    for case in judgement.cases:
        assert ([run.checker for run in case.runs] == passed) == (case.verdict is Verdict.AC)
        # A validator also says why it rejects where the program's own ending decides.
        assert case.judge_message or case.verdict is not Verdict.WA
        assert not case.judge_message or case.verdict is not Verdict.AC
