"""Who may put an incident on record, and who may review it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from exams.errors import AlreadyDecided, InvalidInput, NotImpartial, SessionNotStarted
from exams.ids import AccountId
from exams.proctoring.incident import Category, open_incident
from exams.proctoring.reason import REASON_MAX_CHARACTERS, written_reason
from exams.proctoring.review import IncidentRecord, ReviewOutcome, review
from tests.exams.proctoring.test_observation import LATER, SESSION

PROCTOR, REGISTRAR = AccountId(uuid4()), AccountId(uuid4())
INCIDENT = open_incident(SESSION, PROCTOR, "environment", " Somebody came in. \r\nThey left. ", LATER, decided=False)


def test_an_incident_keeps_the_proctor_s_words() -> None:
    assert (INCIDENT.category, INCIDENT.description) == (Category.ENVIRONMENT, "Somebody came in. \nThey left.")


def test_nobody_reports_an_incident_in_a_session_of_their_own() -> None:
    with pytest.raises(NotImpartial):
        open_incident(SESSION, SESSION.candidate_id, "other", "It was loud.", LATER, decided=False)


def test_there_are_no_incidents_before_the_start_nor_after_the_decision() -> None:
    with pytest.raises(SessionNotStarted):
        open_incident(replace(SESSION, started_at=None), PROCTOR, "other", "It was loud.", LATER, decided=False)
    with pytest.raises(AlreadyDecided):
        open_incident(SESSION, PROCTOR, "other", "It was loud.", LATER, decided=True)


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        open_incident(SESSION, PROCTOR, "cheating", "It was loud.", LATER, decided=False)
    assert (refused.value.field, refused.value.reason) == ("category", "unknown")


def test_a_review_is_somebody_else_s() -> None:
    record = IncidentRecord(INCIDENT, None)
    for person in (PROCTOR, SESSION.candidate_id):
        with pytest.raises(NotImpartial):
            review(
                record,
                candidate_id=SESSION.candidate_id,
                reviewed_by=person,
                outcome="no_effect",
                reason="Nothing happened.",
                now=LATER,
            )
    done = review(
        record, candidate_id=SESSION.candidate_id, reviewed_by=REGISTRAR, outcome="warning", reason="It was short.", now=LATER
    )
    assert (done.outcome, done.reviewed_by) == (ReviewOutcome.WARNING, REGISTRAR)


def test_a_review_is_never_overwritten() -> None:
    first = review(
        IncidentRecord(INCIDENT, None),
        candidate_id=SESSION.candidate_id,
        reviewed_by=REGISTRAR,
        outcome="session_void",
        reason="Proven.",
        now=LATER,
    )
    with pytest.raises(AlreadyDecided):
        review(
            IncidentRecord(INCIDENT, first),
            candidate_id=SESSION.candidate_id,
            reviewed_by=REGISTRAR,
            outcome="no_effect",
            reason="No.",
            now=LATER,
        )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        (" \n ", "missing"),
        ("x" * (REASON_MAX_CHARACTERS + 1), "too-long"),
        ("a\0b", "nul-byte"),
        ("a\ud800", "not-unicode"),
    ],
)
def test_words_that_cannot_stand_on_record_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        written_reason("reason", text)
    assert (refused.value.field, refused.value.reason) == ("reason", reason)


def test_the_limit_of_words_counts_characters_after_trimming() -> None:
    assert len(written_reason("reason", " " + "қ" * REASON_MAX_CHARACTERS + "\r\n")) == REASON_MAX_CHARACTERS
