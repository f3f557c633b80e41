"""`app/workers/engines.py`: the settings choose the engine."""

from pathlib import Path

import pytest

from app.settings import JUDGE0_LANGUAGES, Settings
from app.workers.engines import ability_of, runner_of
from sandbox import judge0_runner, languages
from sandbox.docker_runner import DockerRunner
from sandbox.judge0_runner import Judge0Runner


def settings(folder: Path, **environment: str) -> Settings:
    return Settings.from_environment({"SARAP_DATA_DIR": str(folder), **environment})


async def test_judge0_is_asked_for_the_languages_that_the_settings_name(tmp_path: Path) -> None:
    chosen = settings(
        tmp_path, SARAP_RUNNER="judge0", SARAP_JUDGE0_URL="http://127.0.0.1:1", SARAP_JUDGE0_LANGUAGES="python3=92,cobol=77"
    )
    runner = runner_of(chosen)
    assert isinstance(runner, Judge0Runner)
    assert (await ability_of(chosen, runner)).languages == {"python3"}
    await runner.close()


def test_the_usual_ids_are_those_of_the_runner() -> None:
    assert JUDGE0_LANGUAGES == judge0_runner.LANGUAGE_IDS


async def test_a_host_that_keeps_no_data_judges_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "compiled").write_text("in the way")
    runner = runner_of(settings(tmp_path))
    assert isinstance(runner, DockerRunner)
    await runner.close()


@pytest.mark.docker
async def test_what_docker_can_judge_is_what_has_its_image(tmp_path: Path, docker_runner: DockerRunner) -> None:
    able = await ability_of(settings(tmp_path), docker_runner)
    assert {"python3", "cpp", "javascript"} <= able.languages <= languages.catalogue().keys()
    assert str(able.engine["name"]).startswith("docker ")
    assert able.engine["containers"] == f"org.sarap.runner={docker_runner.pool.pool_id}"
