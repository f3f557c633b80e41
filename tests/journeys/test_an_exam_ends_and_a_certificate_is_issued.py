"""Flow 2: seal, grade, hold, decide, issue."""

import re

import pytest

from app.demo.people import Candidate, Employer, Proctor, Registrar
from tests.journeys.solutions import solution

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("journeys")]

REASON = "Seen to be in order."


def answer_everything(candidate: Candidate, session_id: str) -> None:
    """Hand in a right program for every item, without waiting for verdicts."""
    for item in candidate.state(session_id)["items"]:
        candidate.hand_in(session_id, item["position"], *solution(item, "accepted", "python3"))


def test_a_passed_exam_becomes_a_certificate_once_a_registrar_decided(
    candidate: Candidate, registrar: Registrar, session_id: str
) -> None:
    answer_everything(candidate, session_id)
    candidate.finish(session_id)
    registrar.wait_until_ready(session_id)
    assert "/certificates/" not in candidate.get(f"/sessions/{session_id}").text
    registrar.certify(session_id, REASON)
    path = candidate.certificate_path(session_id)
    with Employer(candidate.url) as employer:
        credential = employer.json(path)["credential"]
    assert credential["credentialSubject"]["result"][0]["value"] == "100"
    assert [proof["cryptosuite"] for proof in credential["proof"]] == ["eddsa-rdfc-2022", "eddsa-jcs-2022"]


def test_work_that_was_saved_but_not_handed_in_counts_when_the_exam_ends(
    candidate: Candidate, registrar: Registrar, session_id: str
) -> None:
    for item in candidate.state(session_id)["items"]:
        candidate.save(session_id, item["position"], *solution(item, "accepted", "python3"))
    candidate.finish(session_id)
    registrar.wait_until_ready(session_id)
    submissions = [one for item in candidate.state(session_id)["items"] for one in item["submissions"]]
    assert [(one["origin"], one["verdict"]) for one in submissions] == [("sealed", "AC")] * 3


def test_nothing_can_be_added_after_the_end(candidate: Candidate, session_id: str) -> None:
    candidate.save(session_id, 1, "python3", "print('in time')\n")
    lease = candidate.take_lease(session_id)
    candidate.finish(session_id)
    writer, first = candidate.writer(session_id, 1), f"/api/sessions/{session_id}/items/1"
    sample = {"language": "python3", "source": "print('late')\n"}
    for path, call in (("submissions", writer.hand_in(lease)), ("sample-runs", sample)):
        late = candidate.client.post(f"{first}/{path}", json=call)
        assert (late.status_code, late.json()["code"]) == (409, "session-closed")
    writer.write("python3", "print('late')\n")
    candidate.client.post(f"{first}/journal", json=writer.call(lease))  # kept for a person to look at, or refused
    items = candidate.state(session_id)["items"]
    assert [one["origin"] for item in items for one in item["submissions"]] == ["sealed"]
    assert [(one["revision"], one["source"]) for item in items for one in item["drafts"]] == [(1, "print('in time')\n")]


def test_an_open_incident_holds_the_result_until_another_person_has_looked(
    candidate: Candidate, proctor: Proctor, registrar: Registrar, session_id: str
) -> None:
    answer_everything(candidate, session_id)
    proctor.post(f"/board/sessions/{session_id}/incidents", {"category": "environment", "description": "A telephone rang."})
    candidate.finish(session_id)
    registrar.wait(lambda: True if session_id in registrar.get("/results").text else None, "the session among the results")
    refused = registrar.client.post(f"/results/{session_id}/decision", data={"outcome": "certify", "reason": REASON})
    assert refused.status_code == 409
    incident = next(
        path
        for path in re.findall(r'href="(/incidents/[0-9a-f-]{36})"', registrar.get("/incidents").text)
        if session_id in registrar.get(path).text
    )
    registrar.post(f"{incident}/review", {"outcome": "no_effect", "reason": "It was the centre's own telephone."})
    registrar.wait_until_ready(session_id)
    registrar.certify(session_id, REASON)
    assert candidate.certificate_path(session_id)


def test_a_failed_exam_cannot_be_certified(candidate: Candidate, registrar: Registrar, session_id: str) -> None:
    candidate.finish(session_id)
    registrar.wait(lambda: True if "cut" in registrar.get(f"/results/{session_id}").text else None, "the result")
    refused = registrar.client.post(f"/results/{session_id}/decision", data={"outcome": "certify", "reason": REASON})
    assert refused.status_code == 409
