"""What a candidate is told after the end follows from the case, and never calls our fault theirs."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from app.views.session_story import Step, StepState, tell
from exams.grading.decision import Case, Decision, DecisionOutcome
from exams.grading.result import Graded, Result
from exams.ids import AccountId, DecisionId, IncidentId, ResultId
from exams.proctoring.incident import Category, Incident
from exams.proctoring.review import IncidentRecord, Review, ReviewOutcome
from exams.sessions.session import SealReason
from tests.fixtures.examroom import NOON, a_session

SESSION = a_session(sealed_at=NOON + timedelta(hours=1), seal_reason=SealReason.FINISHED)
RESULT = Result(ResultId(uuid4()), SESSION.session_id, Graded(Decimal(70), Decimal(100), 60, passed=True, items=()), NOON)
WAITING = Case(
    session=SESSION,
    candidate_name="Aigerim",
    scheme_names={"en": "Junior"},
    result=None,
    authored_by=frozenset(),
    incidents=(),
    unjudged=2,
    undetermined=0,
    decision=None,
)
GRADED = replace(WAITING, result=RESULT, unjudged=0)
INCIDENT = Incident(
    incident_id=IncidentId(uuid4()),
    session_id=SESSION.session_id,
    raised_by=AccountId(uuid4()),
    category=Category.OTHER,
    description="A voice.",
    opened_at=NOON,
)
REVIEW = Review(INCIDENT.incident_id, AccountId(uuid4()), ReviewOutcome.NO_EFFECT, "The radio.", NOON)


def decided(outcome: DecisionOutcome) -> Case:
    decision = Decision(DecisionId(uuid4()), RESULT.result_id, AccountId(uuid4()), outcome, "Because.", NOON)
    return replace(GRADED, decision=decision)


@pytest.mark.parametrize(
    ("case", "certified", "told"),
    [
        pytest.param(None, False, "now ahead ahead ahead ahead", id="not sealed yet"),
        pytest.param(WAITING, False, "done now done ahead ahead", id="being judged"),
        pytest.param(replace(WAITING, undetermined=1), False, "done held done ahead ahead", id="could not be judged"),
        pytest.param(GRADED, False, "done done done now ahead", id="graded"),
        pytest.param(
            replace(GRADED, incidents=(IncidentRecord(INCIDENT, None),)),
            False,
            "done done held ahead ahead",
            id="open incident",
        ),
        pytest.param(
            replace(GRADED, incidents=(IncidentRecord(INCIDENT, REVIEW),)), False, "done done done now ahead", id="reviewed"
        ),
        pytest.param(decided(DecisionOutcome.CERTIFY), False, "done done done done now", id="being issued"),
        pytest.param(decided(DecisionOutcome.CERTIFY), True, "done done done done done", id="certified"),
        pytest.param(decided(DecisionOutcome.DECLINE), False, "done done done no", id="declined"),
    ],
)
def test_each_state_of_a_case_is_told_in_steps(case: Case | None, certified: bool, told: str) -> None:
    assert " ".join(step.state for step in tell(case, certified=certified)) == told


def test_the_steps_say_of_how_many_they_speak() -> None:
    assert tell(WAITING, certified=False)[1] == Step("judged", StepState.NOW, 2)
    assert tell(replace(WAITING, undetermined=1), certified=False)[1].count == 1
