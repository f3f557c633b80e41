"""`sarap task …`: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.__main__ import sarap
from tests.fixtures.packages import PROBLEM, SUM, write_package

docker = pytest.mark.docker


def run(*arguments: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(sarap, ["task", *map(str, arguments)])


@pytest.mark.parametrize("command", [(), ("verify",), ("judge",)])
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    assert "Usage" in run(*command, "--help").stdout


def test_verify_reports_every_finding_of_a_broken_package_and_runs_nothing(tmp_path: Path) -> None:
    folder = write_package(tmp_path, {"data/secret/1.ans": None, "statement/problem.en.md": "Sum."})
    ended = run("verify", folder)
    assert ended.exit_code == 1
    assert "error: data/secret/1.in: there is no 1.ans beside it [answer-missing]" in ended.stdout
    assert "warning: statement/problem.en.md" in ended.stdout
    assert ended.stdout.endswith("sum: not ready\n")


def test_verify_writes_one_json_object(tmp_path: Path) -> None:
    ended = run("verify", write_package(tmp_path, {"data/secret/1.ans": None}), "--json")
    told = json.loads(ended.stdout)
    assert (ended.exit_code, told["task"], told["ok"], told["solutions"]) == (1, "sum", False, [])
    assert told["findings"][0] == {
        "severity": "error",
        "path": "data/secret/1.in",
        "code": "answer-missing",
        "message": "there is no 1.ans beside it",
    }


def test_a_folder_that_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    assert run("verify", tmp_path / "nothing").exit_code == 2
    assert run("judge", tmp_path / "nothing", tmp_path).exit_code == 2


def test_a_program_in_an_unknown_language_is_a_wrong_command(tmp_path: Path) -> None:
    program = tmp_path / "program.cob"
    program.write_text("STOP RUN.\n")
    ended = run("judge", write_package(tmp_path), program)
    assert ended.exit_code == 2
    assert "python3" in ended.output


def test_what_cannot_be_judged_has_no_verdict_and_a_code(tmp_path: Path) -> None:
    folder = write_package(tmp_path, {"problem.yaml": PROBLEM + "type: interactive\n"})
    ended = run("judge", folder, folder / "submissions/accepted/sum.py", "--json")
    told = json.loads(ended.stdout)
    assert ended.exit_code == 1
    assert (told["verdict"], told["score"], told["cases"], told["undetermined"]) == (None, None, [], "checker-unavailable")


def test_a_missing_engine_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-engine.sock")
    folder = write_package(tmp_path)
    ended = run("judge", folder, folder / "submissions/accepted/sum.py", "--json")
    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["undetermined"] == "engine-away"
    verified = run("verify", folder, "--json")
    assert verified.exit_code == 1
    assert json.loads(verified.stdout)["undetermined"] == "engine-away"


@docker
def test_judge_writes_one_json_line_for_each_program(tmp_path: Path) -> None:
    folder = write_package(tmp_path)
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("print(0)\n")
    broken = tmp_path / "broken.py"
    broken.write_text("print(\n")
    program = tmp_path / "program"
    program.mkdir()
    (program / "main.py").write_text("from adding import add\nprint(add(*map(int, input().split())))\n")
    (program / "adding.py").write_text("def add(a, b):\n    return a + b\n")
    ended = run("judge", folder, program, wrong, broken, "--language", "python3", "--json")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.exit_code == 0
    assert [(line["program"], line["verdict"], line["score"]) for line in lines] == [
        (str(program), "AC", 1),
        (str(wrong), "WA", 0),
        (str(broken), "CE", 0),
    ]
    told = {"name", "verdict", "cpu_ms", "wall_ms", "memory_kib", "reason", "score", "runs", "judge_message"}
    assert set(lines[0]["cases"][0]) == told
    assert [case["name"] for case in lines[0]["cases"]] == ["sample/1", "secret/1", "secret/2"]
    assert [case["name"] for case in lines[1]["cases"]] == ["sample/1"]
    assert "main.py" in lines[2]["compile_log"] or "broken.py" in lines[2]["compile_log"]


@docker
def test_verify_judges_every_reference_solution(tmp_path: Path) -> None:
    folder = write_package(tmp_path, {"submissions/wrong_answer/right.py": SUM})
    ended = run("verify", folder, "--json")
    told = json.loads(ended.stdout)
    assert ended.exit_code == 1
    assert {row["program"]: (row["verdict"], row["expected"], row["as_expected"]) for row in told["solutions"]} == {
        "submissions/accepted/sum.py": ("AC", ["AC"], True),
        "submissions/wrong_answer/difference.py": ("WA", ["WA"], True),
        "submissions/wrong_answer/right.py": ("AC", ["WA"], False),
    }
    (folder / "submissions/wrong_answer/right.py").unlink()
    ready = run("verify", folder)
    assert ready.exit_code == 0
    assert ready.stdout.endswith("sum: ready to be published\n")


@docker
def test_a_tasks_own_validator_judges_and_its_faults_are_told(tmp_path: Path) -> None:
    check = """
import sys
said = sys.stdin.read().split()
if not said:
    raise IndexError("nothing was said")
if "x" in said:
    open(sys.argv[3] + "judgemessage.txt", "w").write("x is no number")
sys.exit(42 if said == open(sys.argv[2]).read().split() else 43)
"""
    folder = write_package(tmp_path, {"output_validator/check.py": check, "submissions/wrong_answer/x.py": "print('x')\n"})
    ended = run("verify", folder, "--json")
    told = json.loads(ended.stdout)
    assert all(row["as_expected"] for row in told["solutions"])
    assert [row["cases"][0]["judge_message"] for row in told["solutions"]] == ["", "", "x is no number"]
    crashes = [finding for finding in told["findings"] if finding["code"] == "validator-crashes"]
    assert ["nothing was said" in finding["message"] for finding in crashes] == [True, True]  # nothing, and an empty line
    assert ended.exit_code == 1
    (folder / "output_validator/check.py").write_text(check.replace('raise IndexError("nothing was said")', "sys.exit(43)"))
    ready = run("verify", folder)
    assert ready.stdout.endswith("sum: ready to be published\n")
    assert ready.exit_code == 0
