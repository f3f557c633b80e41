"""The measurement error obeys its laws, agrees with published numbers, and is never made up."""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exams.grading.measurement import (
    SITTINGS_MIN,
    NoPrecision,
    Precision,
    Unknown,
    alpha,
    band,
    precision,
    standard_error,
    variance,
)

REFERENCE = Path(__file__).parents[3] / "../shared/data/psychometrics/reference.json"

points = st.integers(0, 40).map(float)
tables = st.integers(2, 6).flatmap(
    lambda parts: st.lists(st.lists(points, min_size=parts, max_size=parts), min_size=3, max_size=30)
)


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def reference() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the published tables are not on this machine")
    return json.loads(REFERENCE.read_text("utf-8"))


def persons(frequencies: list[int]) -> list[list[float]]:
    """A table of answer patterns as one row for each person: pattern i is i in binary, the first item most significant."""
    rows: list[list[float]] = []
    for pattern, count in enumerate(frequencies):
        rows += [[float(pattern >> bit & 1) for bit in (4, 3, 2, 1, 0)]] * count
    return rows


@pytest.mark.parametrize("name", ["LSAT6", "LSAT7"])
def test_alpha_of_the_law_school_tests_is_the_published_one(name: str) -> None:
    known = reference()[name]
    found = alpha(persons(known["freq"]))
    assert found is not None
    assert round(found, 4) == known["alpha"]


def test_the_error_of_the_seventh_law_school_test_is_the_published_one() -> None:
    # The sum's standard deviation in R (psych): 5 times that of the mean, 0.2397; with alpha 0.4534 that gives 0.886.
    measured = precision(persons(reference()["LSAT7"]["freq"]))
    assert isinstance(measured, Precision)
    assert (measured.sittings, round(measured.reliability, 4), round(measured.standard_error, 3)) == (1000, 0.4534, 0.886)


@given(tables, st.lists(st.integers(-20, 20).map(float), min_size=6, max_size=6))
def test_easier_parts_change_nothing(table: list[list[float]], shifts: list[float]) -> None:
    shifted = [[value + shift for value, shift in zip(row, shifts, strict=False)] for row in table]
    assert close(alpha(table), alpha(shifted))


@given(tables, st.sampled_from([0.5, 2.0, 10.0]))
def test_another_unit_changes_the_error_in_the_same_measure_and_alpha_not(table: list[list[float]], unit: float) -> None:
    scaled = [[value * unit for value in row] for row in table]
    assert close(alpha(table), alpha(scaled))


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_sittings_and_parts_does_not_matter(table: list[list[float]], random: Any) -> None:
    places = list(range(len(table[0])))
    random.shuffle(places)
    mixed = [[row[place] for place in places] for row in table]
    random.shuffle(mixed)
    assert close(alpha(table), alpha(mixed))


@given(st.lists(points, min_size=3, max_size=30), st.integers(2, 6))
def test_parts_that_agree_wholly_have_no_error(scores: list[float], parts: int) -> None:
    assume(len(set(scores)) > 1)
    found = alpha([[score] * parts for score in scores])
    assert close(found, 1.0)


@given(tables)
def test_alpha_is_never_above_one(table: list[list[float]]) -> None:
    found = alpha(table)
    assert found is None or found <= 1 + 1e-9


@given(st.floats(0, 100), st.lists(st.floats(0, 1), min_size=2, max_size=5).map(sorted))
def test_a_more_reliable_score_has_a_smaller_error_and_none_exceeds_the_spread(
    deviation: float, reliabilities: list[float]
) -> None:
    errors = [standard_error(deviation, one) for one in reliabilities]
    assert all(later <= earlier for earlier, later in pairwise(errors))
    assert all(0 <= error <= deviation for error in errors)


@given(st.lists(points, min_size=2, max_size=30))
def test_the_variance_is_the_mean_square_of_all_differences(values: list[float]) -> None:
    count = len(values)
    pairs = math.fsum((one - other) ** 2 for one in values for other in values)
    assert math.isclose(variance(values), pairs / (2 * count * (count - 1)), rel_tol=1e-9, abs_tol=1e-9)


@given(st.floats(0, 100), st.floats(0, 60))
def test_a_band_lies_within_what_a_paper_gives_and_around_the_score(score: float, error: float) -> None:
    found = band(score, 100, Precision(200, 0.8, error))
    assert 0 <= found.low <= score <= found.high <= 100


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([], Unknown.TOO_FEW_SITTINGS),
        ([[1.0, 0.0]] * (SITTINGS_MIN - 1), Unknown.TOO_FEW_SITTINGS),
        ([[1.0]] * SITTINGS_MIN, Unknown.ONE_PART),
        ([[1.0]], Unknown.ONE_PART),
        ([[1.0, 2.0]] * SITTINGS_MIN, Unknown.NO_COMMON_MEASURE),
        ([[1.0, 0.0], [0.0, 1.0]] * SITTINGS_MIN, Unknown.NO_COMMON_MEASURE),
        ([[3.0, 0.0], [0.0, 1.0]] * SITTINGS_MIN, Unknown.NO_COMMON_MEASURE),
    ],
    ids=["none", "one too few", "one task", "one task once", "all alike", "opposites", "more than opposites"],
)
def test_no_number_is_made_up(table: list[list[float]], reason: Unknown) -> None:
    measured = precision(table)
    assert isinstance(measured, NoPrecision)
    assert (measured.reason, measured.sittings) == (reason, len(table))
