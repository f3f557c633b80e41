"""The rules of a scheme, as they are stored."""

from hypothesis import given
from hypothesis import strategies as st

from exams.papers.rules import Lockdown, Rules

RULES = st.builds(
    Rules,
    booking_required=st.booleans(),
    voucher_required=st.booleans(),
    move_until_hours=st.integers(0, 1000),
    cancel_until_hours=st.integers(0, 1000),
    late_arrival_minutes=st.integers(0, 1000),
    retake_wait_days=st.integers(0, 1000),
    sessions_per_year=st.none() | st.integers(1, 100),
    rehearsal=st.booleans(),
    lockdown=st.sampled_from(Lockdown),
    documentation=st.booleans(),
    results_embargo_hours=st.integers(0, 1000),
    appeal_days=st.integers(0, 1000),
)


@given(RULES)
def test_rules_come_back_as_they_were_stored(rules: Rules) -> None:
    assert Rules.from_json(rules.to_json()) == rules


def test_only_what_differs_from_the_default_is_stored() -> None:
    assert Rules().to_json() == {}
    assert Rules(rehearsal=True).to_json() == {"rehearsal": True}


def test_a_rule_that_is_no_longer_one_is_ignored() -> None:
    assert Rules.from_json({"candles": 3, "retake_wait_days": 14}) == Rules(retake_wait_days=14)
