"""Our own tasks: ready to be published, and proved by the real sandbox."""

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exams.authoring.package import read_package
from exams.authoring.validation import check_inputs, check_margin, check_solution, check_validator
from exams.judging.judgement import Judged
from exams.judging.verdict import Verdict
from exams.tasks.dataset import JudgingKind
from sandbox.docker_runner import DockerRunner

FOLDER = Path("examples/tasks")
NAMES = sorted(path.name for path in FOLDER.iterdir() if (path / "problem.yaml").is_file())
LANGUAGES = {"python3", "javascript", "cpp"}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_nothing_to_find(name: str) -> None:
    package = read_package(FOLDER / name)
    assert package.findings == ()
    assert set(package.statements) == {"kk", "ru", "en"}
    assert len(package.dataset.samples) >= 1
    assert len(list(package.dataset.secret.all_cases())) >= 10
    accepted = {one.program.language.code for one in package.solutions if one.path.startswith("accepted/")}
    assert accepted == LANGUAGES
    assert any(not one.path.startswith("accepted/") for one in package.solutions)


@pytest.mark.parametrize("name", NAMES)
def test_statements_say_the_same_numbers_and_code_words(name: str) -> None:
    statements = read_package(FOLDER / name).statements
    words = {language: sorted(part for part in text.text.split("`")[1::2]) for language, text in statements.items()}
    assert words["kk"] == words["ru"] == words["en"]
    tables = {language: text.text.count("\n|") for language, text in statements.items()}
    assert len(set(tables.values())) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_generator_writes_exactly_the_data(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(FOLDER / name, folder, ignore=shutil.ignore_patterns("data"))
    subprocess.run([sys.executable, "generators/generate.py"], cwd=folder, check=True)
    for made in sorted((folder / "data").rglob("*.*")):
        assert filecmp.cmp(made, FOLDER / name / made.relative_to(folder), shallow=False), made
    written = {".in", ".ans", ".interaction"}
    kept = {path.relative_to(FOLDER / name) for path in (FOLDER / name / "data").rglob("*") if path.suffix in written}
    assert kept == {path.relative_to(folder) for path in (folder / "data").rglob("*.*")}


def test_the_examples_show_every_verdict() -> None:
    folders = {solution.path.partition("/")[0] for name in NAMES for solution in read_package(FOLDER / name).solutions}
    assert folders >= {
        "accepted",
        "wrong_answer",
        "time_limit_exceeded",
        "run_time_error",
        "memory_limit_exceeded",
        "output_limit_exceeded",
        "compile_error",
    }
    areas = {read_package(FOLDER / name).content_area for name in NAMES}
    kinds = {read_package(FOLDER / name).dataset.kind for name in NAMES}
    assert kinds >= {JudgingKind.DEFAULT, JudgingKind.CUSTOM, JudgingKind.INTERACTIVE}
    assert areas >= {"strings-and-validation", "data-processing", "algorithms", "arithmetic"}


@pytest.mark.docker
@pytest.mark.parametrize("name", NAMES)
async def test_every_reference_solution_earns_what_it_is_filed_under(name: str, docker_runner: DockerRunner) -> None:
    package = read_package(FOLDER / name)
    assert await check_inputs(docker_runner, package) == ()
    assert await check_validator(docker_runner, package.dataset) == ()
    reports = [await check_solution(docker_runner, package.dataset, solution) for solution in package.solutions]
    surprises = {
        report.solution.path: report.judgement.verdict if isinstance(report.judgement, Judged) else report.judgement
        for report in reports
        if not report.as_expected
    }
    assert surprises == {}
    assert check_margin(package, reports) == ()
    for report in reports:
        if report.solution.path.startswith("accepted/"):
            assert isinstance(report.judgement, Judged)
            assert (report.judgement.verdict, report.judgement.score) == (Verdict.AC, report.judgement.max_score)


@pytest.mark.docker
async def test_an_input_that_breaks_the_statement_is_found(docker_runner: DockerRunner, tmp_path: Path) -> None:
    folder = tmp_path / "roomplan"
    shutil.copytree(FOLDER / "roomplan", folder)
    (folder / "data/secret/group1/01-one.in").write_text("1\n5 5\n")
    findings = await check_inputs(docker_runner, read_package(folder))
    assert [(one.path, one.code) for one in findings] == [("data/secret/group1/01-one.in", "input-refused")]
    assert "times: '5 5'" in findings[0].message
