"""Ten published task packages with programs of ours, put together in a temporary folder and judged.

The packages lie beside the project and came without programs. Ours lie in `tests/packages/NAME/`, laid out as in a package:
`submissions/FOLDER/PROGRAM`, whose folder says what it must earn, and `output_validator/` or `output_validators/`.
"""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from exams.authoring.expectation import as_expected
from exams.authoring.package import Package, read_package
from exams.judging.judgement import Judged
from exams.judging.verdict import Verdict
from sandbox.runner import Runner
from tests.fixtures.patient import judge

GIVEN: Final = Path("../shared/data/tasks")
OURS: Final = Path("tests/packages")
PARTS: Final = ("output_validator", "output_validators", "submissions")
NAMES: Final = tuple(sorted(path.parent.name for path in OURS.glob("*/submissions")))

EARNED: Final = {
    "wrong_answer": Verdict.WA,
    "time_limit_exceeded": Verdict.TLE,
    "run_time_error": Verdict.RTE,
    "memory_limit_exceeded": Verdict.MLE,
    "output_limit_exceeded": Verdict.OLE,
    "compile_error": Verdict.CE,
}
"""The overall verdict of a program in such a folder that earns nothing: the format's own rules are looser."""

PARTIAL: Final = {
    "karleksbrev/partially_accepted/five_times.rb": (7, Verdict.WA),
    "karleksbrev/partially_accepted/hamming.c": (5, Verdict.WA),
    "karleksbrev/partially_accepted/three_hammings.go": (18, Verdict.WA),
    "karleksbrev/partially_accepted/two_hammings.swift": (69, Verdict.WA),
    "oddecho/rejected/always_five.c": (50, Verdict.WA),
    "oddecho/rejected/crashes_unless_five.swift": (50, Verdict.RTE),
    "oddecho/rejected/waits_for_five.js": (50, Verdict.TLE),
    "pobudget/partially_accepted/Main.java": (50, Verdict.RTE),
    "pobudget/partially_accepted/always_lagom.php": (20, Verdict.WA),
    "pobudget/partially_accepted/no_expenses.rs": (50, Verdict.WA),
    "siffrid/partially_accepted/every_number.py": (40, Verdict.TLE),
    "siffrid/partially_accepted/six_digits.ts": (40, Verdict.RTE),
}
"""What a program earns that earns some of the points: how many, and the verdict of the first case that is not accepted."""


def programs(*names: str) -> list[str]:
    """The programs of these packages, e.g. `guess/accepted/bisect.py`."""
    return [
        f"{name}/{path.parent.name}/{path.name}" for name in names for path in sorted((OURS / name).glob("submissions/*/*"))
    ]


def assembled(name: str, parent: Path) -> Package:
    """The published package with our programs in it. Without the published packages the test is skipped."""
    if not GIVEN.is_dir():
        pytest.skip(f"{GIVEN} is not on this machine")
    folder = parent / name
    shutil.copytree(GIVEN / name, folder)
    for part in PARTS:
        if (OURS / name / part).is_dir():
            shutil.copytree(OURS / name / part, folder / part)
    return read_package(folder)


async def require_earned(runner: Runner, program: str, parent: Path) -> Judged:
    """Judge a program as a candidate's, and hold it to its folder: verdict, score and the rules of the package format."""
    name, folder, file = program.split("/")
    package = assembled(name, parent)
    solution = next(one for one in package.solutions if one.path == f"{folder}/{file}")
    judgement = await judge(runner, package.dataset, solution.program)
    assert isinstance(judgement, Judged), judgement
    said = [(case.name, case.verdict, case.reason) for case in judgement.cases if case.verdict is not Verdict.AC]
    assert as_expected(solution.rules, judgement), said
    everything = (judgement.max_score, Verdict.AC)
    expected = everything if folder == "accepted" else PARTIAL.get(program) or (Decimal(0), EARNED[folder])
    assert (judgement.score, judgement.verdict) == expected, said
    return judgement
