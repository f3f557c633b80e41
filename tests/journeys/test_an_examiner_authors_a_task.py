"""Flow 4: import, validate, publish by a second person."""

import io
import zipfile
from pathlib import Path

import pytest

from app.demo.people import Examiner
from app.seed import EXAMPLES

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("journeys")]


def test_a_task_is_published_by_a_second_examiner_once_its_solutions_are_judged(
    examiner: Examiner, second_examiner: Examiner
) -> None:
    path = examiner.import_package(EXAMPLES / "invoice")
    early = second_examiner.client.post(f"{path}/publish")
    assert early.status_code == 409
    task = examiner.wait_until_judged(path, print)
    assert task["state"] == "ready"
    assert all(one["verdict"] in one["expected"] for one in task["solutions"])
    alone = examiner.client.post(f"{path}/publish")
    assert alone.status_code == 409
    second_examiner.publish(path)
    assert second_examiner.task(path)["state"] == "published"


def test_a_broken_package_is_refused_with_every_finding_and_nothing_is_saved(examiner: Examiner, tmp_path: Path) -> None:
    before = examiner.json("/api/tasks")
    archive = tmp_path / "broken.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("broken/problem.yaml", "problem_format_version: 2025-09\ntype: puzzle\nlimits: {time_limit: soon}\n")
        target.writestr("broken/data/secret/1.in", "1\n")
    answer = examiner.client.post(
        "/tasks",
        files={"package": ("broken.zip", archive.read_bytes(), "application/zip")},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    told = answer.text
    assert all(word in told for word in ("type", "time_limit", "data/secret/1", "name", "uuid"))
    assert examiner.json("/api/tasks") == before


def test_a_zip_that_climbs_out_of_its_folder_is_refused(examiner: Examiner) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        target.writestr("../outside/problem.yaml", "name: no\n")
    answer = examiner.client.post(
        "/tasks",
        files={"package": ("climb.zip", content.getvalue(), "application/zip")},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
