"""Which case may be decided, by whom, and how."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import AlreadyDecided, InvalidInput, NotDecidable, NotImpartial
from exams.grading.decision import Case, DecisionOutcome, Obstacle, Standing, bars, decide, holds, standing
from exams.grading.result import Graded, Result
from exams.ids import AccountId, ResultId
from exams.proctoring.incident import open_incident
from exams.proctoring.review import IncidentRecord, ReviewOutcome, review
from exams.sessions.session import SealReason
from tests.exams.proctoring.test_observation import LATER, SESSION

AUTHOR, PROCTOR, REGISTRAR, REVIEWER = (AccountId(uuid4()) for _ in range(4))
SEALED = replace(SESSION, sealed_at=LATER, seal_reason=SealReason.FINISHED)
NOW = LATER + timedelta(hours=1)


def result(*, passed: bool) -> Result:
    graded = Graded(Decimal(100 if passed else 30), Decimal(100), 60, passed, ())
    return Result(ResultId(uuid4()), SEALED.session_id, graded, LATER)


def incident(outcome: ReviewOutcome | None = None) -> IncidentRecord:
    opened = IncidentRecord(open_incident(SEALED, PROCTOR, "technical", "The line was down.", LATER, decided=False), None)
    if outcome is None:
        return opened
    reviewed = review(
        opened, candidate_id=SEALED.candidate_id, reviewed_by=REVIEWER, outcome=outcome, reason="Looked at it.", now=LATER
    )
    return replace(opened, review=reviewed)


CASE = Case(
    session=SEALED,
    candidate_name="Aigerim",
    scheme_names={"en": "Junior"},
    result=result(passed=True),
    authored_by=frozenset({AUTHOR}),
    incidents=(),
    unjudged=0,
    undetermined=0,
    decision=None,
)


def test_a_passed_case_without_obstacles_can_be_certified() -> None:
    decision = decide(CASE, REGISTRAR, "certify", " All in order. ", NOW)
    assert (decision.outcome, decision.reason, decision.decided_by) == (DecisionOutcome.CERTIFY, "All in order.", REGISTRAR)
    assert standing(CASE) is Standing.READY
    assert standing(replace(CASE, decision=decision)) is Standing.DECIDED


@pytest.mark.parametrize("person", [AUTHOR, PROCTOR, SEALED.candidate_id])
@pytest.mark.parametrize("outcome", DecisionOutcome)
def test_whoever_examined_does_not_decide(person: AccountId, outcome: DecisionOutcome) -> None:
    case = replace(CASE, incidents=(incident(ReviewOutcome.NO_EFFECT),))
    with pytest.raises(NotImpartial):
        decide(case, person, outcome, "All in order.", NOW)


def test_an_incident_s_reviewer_may_decide() -> None:
    assert decide(replace(CASE, incidents=(incident(ReviewOutcome.WARNING),)), REVIEWER, "certify", "In order.", NOW)


@pytest.mark.parametrize(
    ("case", "obstacles"),
    [
        (replace(CASE, incidents=(incident(),)), (Obstacle.INCIDENT_OPEN,)),
        (replace(CASE, result=None, unjudged=2), (Obstacle.JUDGING_WAITS,)),
        (replace(CASE, result=None, unjudged=2, undetermined=2), (Obstacle.JUDGING_FAILED,)),
        (replace(CASE, result=None, unjudged=2, undetermined=1), (Obstacle.JUDGING_FAILED, Obstacle.JUDGING_WAITS)),
        (replace(CASE, result=None), (Obstacle.NOT_GRADED,)),
    ],
)
@pytest.mark.parametrize("outcome", DecisionOutcome)
def test_a_held_case_is_not_decided_either_way(case: Case, obstacles: tuple[Obstacle, ...], outcome: DecisionOutcome) -> None:
    assert holds(case) == obstacles
    assert standing(case) is Standing.HELD
    with pytest.raises(NotDecidable) as refused:
        decide(case, REGISTRAR, outcome, "Because.", NOW)
    assert refused.value.reasons == obstacles


@pytest.mark.parametrize(
    ("case", "obstacle"),
    [
        (replace(CASE, result=result(passed=False)), Obstacle.NOT_PASSED),
        (replace(CASE, incidents=(incident(ReviewOutcome.SESSION_VOID),)), Obstacle.SESSION_VOID),
    ],
)
def test_a_failed_or_void_case_can_only_be_declined_and_only_by_a_person(case: Case, obstacle: Obstacle) -> None:
    assert bars(case) == (obstacle,)
    assert standing(case) is Standing.READY
    with pytest.raises(NotDecidable) as refused:
        decide(case, REGISTRAR, "certify", "Because.", NOW)
    assert refused.value.reasons == (obstacle,)
    assert decide(case, REGISTRAR, "decline", "Because.", NOW).outcome is DecisionOutcome.DECLINE


def test_a_judgement_that_comes_after_the_result_holds_nothing() -> None:
    assert holds(replace(CASE, unjudged=1)) == ()


def test_a_decision_is_taken_once() -> None:
    decided = replace(CASE, decision=decide(CASE, REGISTRAR, "decline", "Because.", NOW))
    with pytest.raises(AlreadyDecided):
        decide(decided, REGISTRAR, "certify", "Because.", NOW)


@pytest.mark.parametrize(("outcome", "reason"), [("approve", "Because."), ("certify", "  ")])
def test_an_unknown_outcome_or_an_empty_reason_is_refused(outcome: str, reason: str) -> None:
    with pytest.raises(InvalidInput):
        decide(CASE, REGISTRAR, outcome, reason, NOW)


@given(
    passed=st.none() | st.booleans(),
    reviews=st.lists(st.none() | st.sampled_from(ReviewOutcome), max_size=3),
    unjudged=st.integers(0, 2),
)
def test_nothing_is_certified_that_is_held_failed_or_void(
    passed: bool | None, reviews: list[ReviewOutcome | None], unjudged: int
) -> None:
    case = replace(
        CASE,
        result=None if passed is None else result(passed=passed),
        incidents=tuple(incident(outcome) for outcome in reviews),
        unjudged=unjudged,
    )
    sound = passed is True and None not in reviews and ReviewOutcome.SESSION_VOID not in reviews
    try:
        decide(case, REGISTRAR, "certify", "In order.", NOW)
    except NotDecidable:
        assert not sound
    else:
        assert sound
