"""The import contracts of `pyproject.toml` hold, and each of them catches a forbidden import that is planted in a copy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("app", "certificates", "exams", "sandbox")

PLANTS: Final = {
    "app above exams and certificates above sandbox; exams and certificates are strangers": (
        "exams/grading/result.py",
        "import certificates.credential",
    ),
    "certificates never import sandbox": ("certificates/credential.py", "import sandbox.limits"),
    "only app imports starlette and jinja2": ("exams/errors.py", "import starlette.requests"),
    "inside exams imports point to the past": ("exams/tasks/task.py", "import exams.grading.result"),
    "only stores, the database, the audit and the queue import asyncpg": ("app/views/home.py", "import asyncpg"),
    "inside exams only judging and authoring reach the sandbox": ("exams/grading/result.py", "import sandbox.runner"),
    "verifying never imports keys, issuing, a store or asyncpg": ("certificates/verification.py", "import certificates.keys"),
    "verifying makes no pages": ("certificates/carriers/pdf.py", "import pyhanko"),
    "pkcs11 is imported by one file": ("certificates/issuing.py", "import pkcs11"),
    "docker is imported by one file": ("sandbox/images.py", "import docker"),
    "judge0_client is imported by one file": ("sandbox/images.py", "import judge0_client"),
    "views and routes never import engines, keys or issuing": ("app/views/home.py", "import sandbox.docker_runner"),
    "judging never imports certificates": ("app/jobs/judge_submission.py", "import certificates.credential"),
    "the registry never imports sandbox": ("app/jobs/seal_session.py", "import sandbox.limits"),
}
"""For each contract one forbidden import: the file and the line that is planted at its end."""


def lint(folder: Path) -> dict[str, bool]:
    """Whether each contract is kept in this copy, by its name."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return {name: state == "KEPT" for name, state in re.findall(r"^(.+?) (KEPT|BROKEN)", done.stdout, re.MULTILINE)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The four rooms' Python files and the contracts."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "node_modules" not in path.parts:
                target = tmp_path / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(copy: Path) -> None:
    kept = lint(copy)
    assert kept.keys() == PLANTS.keys()
    assert all(kept.values()), kept


def test_every_contract_catches_what_it_forbids(copy: Path) -> None:
    for file, line in PLANTS.values():
        with (copy / file).open("a") as source:
            source.write(f"\n{line}\n")
    kept = lint(copy)
    assert kept == dict.fromkeys(PLANTS, False)
