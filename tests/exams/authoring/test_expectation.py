"""What a reference solution must earn."""

from decimal import Decimal
from pathlib import Path

import pytest

from exams.authoring.expectation import CURRENT_FOLDERS, OWN_FOLDERS, as_expected, legacy_folders, may_earn, rule
from exams.authoring.solutions import glob
from exams.judging.judgement import CaseResult, Judged, Undetermined
from exams.judging.verdict import Verdict
from tests.fixtures.packages import SUM, a_package

V = Verdict


def judged(*verdicts: Verdict, score: int = 0) -> Judged:
    """A judgement whose cases earned these verdicts."""
    cases = tuple(CaseResult(str(number), verdict, 0, 0, 0) for number, verdict in enumerate(verdicts))
    first = next((verdict for verdict in verdicts if verdict is not V.AC), V.AC)
    return Judged(first, Decimal(score), Decimal(100), () if first is V.CE else cases, (), "", {})


@pytest.mark.parametrize(
    ("folder", "judgement", "expected"),
    [
        ("accepted", judged(V.AC, V.AC), True),
        ("accepted", judged(V.AC, V.WA), False),
        ("rejected", judged(V.AC, V.TLE), True),
        ("rejected", judged(V.AC, V.OLE), True),
        ("rejected", judged(V.AC), False),
        ("wrong_answer", judged(V.AC, V.WA), True),
        ("wrong_answer", judged(V.WA, V.TLE), False),
        ("wrong_answer", judged(V.AC), False),
        ("time_limit_exceeded", judged(V.AC, V.TLE), True),
        ("time_limit_exceeded", judged(V.WA, V.TLE), False),
        ("run_time_error", judged(V.RTE), True),
        ("run_time_error", judged(V.AC, V.MLE), True),
        ("run_time_error", judged(V.CE), False),
        ("brute_force", judged(V.AC, V.TLE, V.RTE), True),
        ("brute_force", judged(V.AC, V.WA), False),
        ("memory_limit_exceeded", judged(V.AC, V.MLE), True),
        ("memory_limit_exceeded", judged(V.RTE), False),
        ("output_limit_exceeded", judged(V.OLE), True),
        ("compile_error", judged(V.CE), True),
        ("compile_error", judged(V.RTE), False),
    ],
)
def test_the_folder_is_the_expectation(folder: str, judgement: Judged, expected: bool) -> None:
    one = CURRENT_FOLDERS.get(folder) or OWN_FOLDERS[folder]
    assert as_expected([one], judgement) is expected


def test_a_legacy_solution_that_is_too_slow_may_also_be_wrong() -> None:
    assert as_expected([legacy_folders(Decimal(100))["time_limit_exceeded"]], judged(V.WA, V.TLE))


def test_a_partially_accepted_solution_has_less_than_all_points() -> None:
    one = legacy_folders(Decimal(100))["partially_accepted"]
    assert as_expected([one], judged(V.AC, V.WA, score=40))
    assert not as_expected([one], judged(V.AC, score=100))


def test_what_could_not_be_judged_is_never_as_expected() -> None:
    assert not as_expected([CURRENT_FOLDERS["rejected"]], Undetermined("checker-unavailable", ""))


def test_every_rule_must_be_kept() -> None:
    rules = [CURRENT_FOLDERS["wrong_answer"], rule(V, V, (Decimal(30), Decimal(30)))]
    assert as_expected(rules, judged(V.AC, V.WA, score=30))
    assert not as_expected(rules, judged(V.AC, V.WA, score=31))
    assert may_earn(rules) == (V.WA,)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("accepted", "accepted/a.py", True),
        ("accepted/*", "accepted/a.py", True),
        ("*", "accepted/a.py", True),
        ("*.py", "accepted/a.py", False),
        ("accepted/{a,b}.py", "accepted/b.py", True),
        ("accepted/a.*", "accepted/ab.py", False),
        ("accepted/a.py", "accepted/axpy", False),
        ("accepted/prog", "accepted/prog/main.py", True),
        ("accepted/[ab].py", "accepted/a.py", False),
    ],
)
def test_patterns_match_within_a_name_and_below(pattern: str, path: str, matches: bool) -> None:
    assert bool(glob(pattern).fullmatch(path)) is matches


def test_the_name_of_a_folder_replaces_its_rule_and_a_pattern_adds_to_it(tmp_path: Path) -> None:
    text = "wrong_answer: {permitted: [AC, WA, TLE]}\naccepted/*: {score: 1}\n"
    package = a_package(tmp_path, {"submissions/submissions.yaml": text, "submissions/wrong_answer/b.py": SUM})
    rules = {solution.path: solution.rules for solution in package.solutions}
    assert rules["wrong_answer/b.py"] == (rule({V.AC, V.WA, V.TLE}, {V.WA}),)
    assert len(rules["accepted/sum.py"]) == 2
