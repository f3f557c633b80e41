"""Ten published packages, in all three forms of the format, are read in place."""

from decimal import Decimal
from pathlib import Path

import pytest

from exams.authoring.package import Package, read_package
from exams.tasks.dataset import Aggregation, CheckerOptions, JudgingKind, ScoreCondition

FOLDER = Path("../shared/data/tasks")
MISSING = {"accepted-missing", "validator-missing", "certification-missing", "statement-language-missing"}
"""Their programs were left out, and they were not written for an exam in Kazakhstan."""

KINDS = {
    "alternativeencryption": JudgingKind.MULTI_PASS,
    "buslines": JudgingKind.CUSTOM,
    "dexsave": JudgingKind.DEFAULT,
    "different": JudgingKind.CUSTOM,
    "guess": JudgingKind.INTERACTIVE,
    "hello": JudgingKind.DEFAULT,
    "karleksbrev": JudgingKind.CUSTOM,
    "oddecho": JudgingKind.DEFAULT,
    "pobudget": JudgingKind.DEFAULT,
    "siffrid": JudgingKind.DEFAULT,
}


def given(name: str) -> Package:
    """One of the packages; without the folder its tests are skipped."""
    if not FOLDER.is_dir():
        pytest.skip(f"{FOLDER} is not on this machine")
    return read_package(FOLDER / name)


@pytest.mark.parametrize("name", KINDS)
def test_a_published_package_is_read_whole(name: str) -> None:
    package = given(name)
    assert not package.refused
    assert package.dataset.kind is KINDS[name]
    assert sorted(case.name for case in package.dataset.secret.all_cases()) == sorted(
        path.relative_to(FOLDER / name / "data").as_posix().removesuffix(".in")
        for path in (FOLDER / name / "data/secret").rglob("*.in")
    )
    left_out = {"output-validator-missing"} if package.dataset.kind is not JudgingKind.DEFAULT else set[str]()
    obstacles = {finding.code for finding in package.findings if finding.severity == "obstacle"}
    assert obstacles <= MISSING | left_out
    assert left_out <= obstacles
    assert package.names.keys() == package.statements.keys()
    assert all(name and "\\" not in name for name in package.names.values())


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("karleksbrev", [7, 11, 21, 0, 0, 5, 25, 13, 18]),
        ("oddecho", [50, 50]),
        ("pobudget", [20, 30, 50]),
        ("siffrid", [40, 60]),
    ],
)
def test_the_points_of_groups_are_read(name: str, points: list[int]) -> None:
    secret = given(name).dataset.secret
    assert secret.aggregation is Aggregation.SUM
    assert secret.max_score == sum(points)
    assert [group.max_score for group in secret.groups] == [Decimal(point) for point in points]
    assert all(group.aggregation is Aggregation.MIN and group.stop_at_failure for group in secret.groups)


@pytest.mark.parametrize("name", ["karleksbrev", "oddecho", "pobudget", "siffrid"])
def test_a_group_earns_its_points_only_whole_and_the_task_in_parts(name: str) -> None:
    secret = given(name).dataset.secret
    assert secret.condition is ScoreCondition.ANY
    assert all(group.condition is ScoreCondition.ALL for group in secret.groups)


def test_a_float_tolerance_is_read() -> None:
    expected = CheckerOptions(float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)
    assert given("dexsave").dataset.checker == expected


def test_an_interaction_is_shown_as_a_sample() -> None:
    samples = given("guess").samples
    assert [sample.name for sample in samples] == ["sample/1", "sample/2"]
    assert (samples[1].input, samples[1].answer, samples[1].interaction) == ("", "", ">42\n<correct\n")
