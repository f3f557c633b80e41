"""Our programs for the published tasks: enough of them, in enough languages, and taken in whole."""

from collections import Counter
from pathlib import Path

import pytest

from exams.authoring.finding import Severity
from sandbox import languages
from tests.packages.assembly import EARNED, GIVEN, NAMES, PARTIAL, assembled, programs

MISSING = {"validator-missing", "certification-missing", "statement-language-missing"}
"""No input validators, and not written for an exam in Kazakhstan: what still keeps these packages from being published."""
LANGUAGES_LEAST = 4
EACH_LANGUAGE_LEAST = 5


def language_of(program: str) -> str:
    language = languages.of_file(program)
    assert language is not None, f"the catalogue has no language for {program}"
    return language.code


def test_every_published_package_has_programs() -> None:
    if not GIVEN.is_dir():
        pytest.skip(f"{GIVEN} is not on this machine")
    assert set(NAMES) == {path.name for path in GIVEN.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_a_package_is_solved_in_at_least_four_languages_and_failed_in_several_ways(name: str) -> None:
    solved = {language_of(program) for program in programs(name) if "/accepted/" in program}
    assert len(solved) >= LANGUAGES_LEAST
    failed = {program.split("/")[1] for program in programs(name)} - {"accepted"}
    assert len(failed) >= 2
    assert "wrong_answer" in failed


def test_every_language_that_is_run_here_occurs_often() -> None:
    often = Counter(language_of(program) for name in NAMES for program in programs(name))
    assert {code for code, count in often.items() if count >= EACH_LANGUAGE_LEAST} == set(languages.exercised())


def test_every_program_has_one_thing_to_earn() -> None:
    every = {program for name in NAMES for program in programs(name)}
    partial = {program for program in every if program.split("/")[1] in {"partially_accepted", "rejected"}}
    assert partial == set(PARTIAL)
    assert {program.split("/")[1] for program in every - partial} == {"accepted", *EARNED}


@pytest.mark.parametrize("name", NAMES)
def test_a_package_with_our_programs_is_read_whole(name: str, tmp_path: Path) -> None:
    package = assembled(name, tmp_path)
    assert not package.refused
    assert {one.code for one in package.findings if one.severity is Severity.OBSTACLE} == MISSING
    assert {f"{name}/{solution.path}" for solution in package.solutions} == set(programs(name))
