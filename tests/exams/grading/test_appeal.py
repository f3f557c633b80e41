"""Who may appeal against what, until when, and who answers."""

from dataclasses import replace
from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import AlreadyDecided, InvalidInput, NotAppealable, NotDecidable, NotFound, NotImpartial, NotReleased
from exams.grading.appeal import (
    APPEALS_PER_DECISION_MAX,
    Appeal,
    AppealCase,
    AppealStage,
    acknowledge,
    answer,
    make_appeal,
    withdraw,
)
from exams.grading.decision import Case, Obstacle, Remedy, Reopening, decide, holds
from exams.ids import AccountId
from exams.papers.rules import Rules
from tests.exams.grading.test_decision import AUTHOR, CASE, NOW, REGISTRAR, result

OTHER = AccountId(uuid4())
CANDIDATE = CASE.session.candidate_id
DECIDED = replace(CASE, decision=decide(CASE, REGISTRAR, "decline", "Because.", NOW))


def make(case: Case | None = DECIDED, earlier: tuple[Appeal, ...] = (), *, rules: Rules | None = None, **how: object) -> Appeal:
    call = {"made_by": CANDIDATE, "kind": "task", "reason": "It is wrong.", "now": NOW + timedelta(hours=1)} | how
    return make_appeal(case, earlier, rules=rules or Rules(), zone=UTC, **call)  # pyright: ignore[reportArgumentType]


def seen(appeal: Appeal, *, submissions: int = 1) -> AppealCase:
    return AppealCase(appeal, "Aigerim", {}, frozenset({CANDIDATE, REGISTRAR, AUTHOR}), submissions)


def end(appeal: Appeal, outcome: str = "not_upheld", remedy: str = "", who: AccountId = OTHER, **how: int) -> Appeal:
    return answer(seen(appeal, **how), who, outcome=outcome, remedy=remedy, reason="Looked at.", now=NOW + timedelta(days=1))


def test_an_appeal_goes_its_way() -> None:
    appeal = make()
    assert appeal.stage is AppealStage.OPEN
    read = acknowledge(seen(appeal), REGISTRAR, NOW)  # reading decides nothing
    assert read.stage is AppealStage.ACKNOWLEDGED
    assert acknowledge(seen(read), OTHER, NOW) == read
    assert end(read).stage is AppealStage.NOT_UPHELD
    assert end(read, "upheld", "redecide").stage is AppealStage.UPHELD
    assert withdraw(read, CANDIDATE, NOW).stage is AppealStage.WITHDRAWN


@pytest.mark.parametrize("case", [None, CASE, replace(CASE, result=None)], ids=["no case", "undecided", "ungraded"])
def test_there_is_nothing_to_appeal_against_before_the_decision(case: Case | None) -> None:
    with pytest.raises(NotReleased):
        make(case)


def test_a_decision_under_embargo_is_not_appealed_and_its_time_begins_afterwards() -> None:
    rules = Rules(results_embargo_hours=24 * 40, appeal_days=30)
    assert DECIDED.session.sealed_at is not None
    with pytest.raises(NotReleased):
        make(rules=rules)
    assert make(rules=rules, now=DECIDED.session.sealed_at + timedelta(days=70))
    with pytest.raises(NotAppealable) as refused:
        make(rules=rules, now=DECIDED.session.sealed_at + timedelta(days=72))
    assert refused.value.reason == "too-late"


def test_one_is_open_at_a_time_and_three_are_made_against_one_decision() -> None:
    with pytest.raises(NotAppealable) as refused:
        make(earlier=(make(),))
    assert refused.value.reason == "open"
    ended = tuple(end(make()) for _ in range(APPEALS_PER_DECISION_MAX))
    assert make(earlier=ended[1:])
    with pytest.raises(NotAppealable) as refused:
        make(earlier=ended)
    assert refused.value.reason == "too-many"


def test_nobody_appeals_or_withdraws_for_another() -> None:
    with pytest.raises(NotFound):
        make(made_by=OTHER)
    with pytest.raises(NotFound):
        withdraw(make(), OTHER, NOW)


@pytest.mark.parametrize("who", [CANDIDATE, REGISTRAR, AUTHOR])
def test_whoever_took_part_does_not_answer(who: AccountId) -> None:
    with pytest.raises(NotImpartial):
        end(make(), who=who)


@given(took_part=st.frozensets(st.sampled_from([OTHER, REGISTRAR, AUTHOR])), who=st.sampled_from([OTHER, REGISTRAR, AUTHOR]))
def test_an_answer_is_given_by_nobody_who_took_part_and_by_everybody_else(
    took_part: frozenset[AccountId], who: AccountId
) -> None:
    found = replace(seen(make()), took_part=took_part)
    try:
        done = answer(found, who, outcome="upheld", remedy="redecide", reason="Yes.", now=NOW)
    except NotImpartial:
        assert who in took_part
    else:
        assert who not in took_part
        assert done.stage is AppealStage.UPHELD


def test_an_answer_is_given_once_and_what_was_withdrawn_has_none() -> None:
    with pytest.raises(AlreadyDecided):
        end(end(make()))
    withdrawn = withdraw(make(), CANDIDATE, NOW)
    for act in (
        lambda: end(withdrawn),
        lambda: withdraw(withdrawn, CANDIDATE, NOW),
        lambda: acknowledge(seen(withdrawn), OTHER, NOW),
    ):
        with pytest.raises(NotAppealable):
            act()


@pytest.mark.parametrize(
    ("outcome", "remedy", "submissions"),
    [("withdrawn", "", 1), ("perhaps", "", 1), ("upheld", "", 1), ("upheld", "money", 1), ("upheld", "rejudge", 0)],
)
def test_an_answer_that_makes_no_sense_is_refused(outcome: str, remedy: str, submissions: int) -> None:
    with pytest.raises(InvalidInput):
        end(make(), outcome, remedy, submissions=submissions)


def reopened(remedy: Remedy, *, is_rejudged: bool = False) -> Case:
    assert DECIDED.decision is not None
    opening = Reopening(make().appeal_id, remedy, NOW, is_rejudged)
    return replace(DECIDED, decision=None, earlier=(DECIDED.decision,), reopening=opening)


def test_after_an_upheld_appeal_another_person_decides_anew() -> None:
    case = reopened(Remedy.REDECIDE)
    with pytest.raises(NotImpartial):
        decide(case, REGISTRAR, "certify", "Now it is.", NOW)
    assert case.reopening is not None
    decision = decide(case, OTHER, "certify", "Now it is.", NOW)
    assert (decision.revision, decision.appeal_id) == (2, case.reopening.appeal_id)


def test_where_programs_are_to_be_judged_again_the_case_is_held_until_they_were() -> None:
    assert holds(reopened(Remedy.REJUDGE)) == (Obstacle.APPEAL_REJUDGING,)
    with pytest.raises(NotDecidable):
        decide(reopened(Remedy.REJUDGE), OTHER, "decline", "Because.", NOW)
    assert holds(reopened(Remedy.REJUDGE, is_rejudged=True)) == ()


def test_a_reopened_case_is_appealed_only_after_the_new_decision() -> None:
    with pytest.raises(NotReleased):
        make(reopened(Remedy.REDECIDE))
    again = replace(reopened(Remedy.REDECIDE), result=result(passed=True))
    decided = replace(again, decision=decide(again, OTHER, "decline", "Still.", NOW), reopening=None)
    used_up = tuple(end(make()) for _ in range(APPEALS_PER_DECISION_MAX))
    assert make(decided, used_up)
