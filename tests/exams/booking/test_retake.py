"""Retakes: who may sit again, and from which moment on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.booking.retake import YEAR, Sat, possible_from, require_possible
from exams.errors import NotEligible, RetakeWait, SessionsPerYear, StillSitting
from exams.papers.rules import Rules

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def sat(days_ago: float, hours: float = 1) -> Sat:
    begun = NOON - timedelta(days=days_ago)
    return Sat(begun, begun + timedelta(hours=hours))


def test_without_rules_everybody_may_sit_again_at_once() -> None:
    require_possible(Rules(), [sat(0.1)] * 20, NOON)


def test_the_wait_counts_from_the_end_of_the_last_session_to_the_second() -> None:
    rules, earlier = Rules(retake_wait_days=14), [sat(10)]
    assert earlier[0].ended_at is not None
    first = earlier[0].ended_at + timedelta(days=14)
    with pytest.raises(RetakeWait) as refused:
        require_possible(rules, earlier, first - timedelta(seconds=1))
    assert (refused.value.when, refused.value.facts["days"]) == (first, 14)
    require_possible(rules, earlier, first)


def test_the_number_of_a_year_counts_back_from_the_start_in_question() -> None:
    rules, earlier = Rules(sessions_per_year=2), [sat(300), sat(20), sat(700)]
    with pytest.raises(SessionsPerYear) as refused:
        require_possible(rules, earlier, NOON)
    assert refused.value.when == NOON - timedelta(days=300) + YEAR
    require_possible(rules, earlier, refused.value.when)


def test_who_is_still_sitting_books_no_second_session() -> None:
    with pytest.raises(StillSitting):
        require_possible(Rules(), [Sat(NOON, None)], NOON)


def test_a_rehearsal_is_repeated_without_any_rule() -> None:
    require_possible(Rules(rehearsal=True, retake_wait_days=9, sessions_per_year=1), [Sat(NOON, None), sat(1)], NOON)


@given(
    days=st.integers(0, 60),
    limit=st.none() | st.integers(1, 5),
    ago=st.lists(st.integers(0, 800), max_size=8),
)
def test_the_day_that_a_refusal_names_is_the_first_one_that_is_allowed(days: int, limit: int | None, ago: list[int]) -> None:
    rules, earlier = Rules(retake_wait_days=days, sessions_per_year=limit), [sat(one) for one in ago]
    first = possible_from(rules, earlier)
    if first is None:
        require_possible(rules, earlier, NOON)
        return
    require_possible(rules, earlier, first)
    with pytest.raises(NotEligible):
        require_possible(rules, earlier, first - timedelta(microseconds=1))
