"""Released, appealed, decided anew: a candidate questions a decision, and somebody who had no part in it answers."""

import re
from collections.abc import Generator
from html import unescape

import pytest

from app.demo.centre import Centre
from app.demo.people import Candidate, Employer, Registrar
from tests.journeys.solutions import solution

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("journeys")]

WORDS = "My second program is right: the statement says nothing of an empty line."


@pytest.fixture
def second_registrar(centre: Centre) -> Generator[Registrar]:
    """A registrar who decided nothing yet."""
    with Registrar(centre.url) as person:
        person.sign_in("registrar2", centre.passwords["registrar2"])
        yield person


def sit(candidate: Candidate, registrar: Registrar, session_id: str, folder: str) -> None:
    """Hand in these programs, finish, and wait until the result can be decided."""
    for item in candidate.state(session_id)["items"]:
        candidate.hand_in(session_id, item["position"], *solution(item, folder, "python3"))
    candidate.finish(session_id)
    registrar.wait_until_ready(session_id)


def appeal(candidate: Candidate, registrar: Registrar, session_id: str, kind: str) -> str:
    """Appeal; returns the appeal's address as the registrars find it in their list."""
    candidate.post(f"/sessions/{session_id}/appeal", {"kind": kind, "reason": WORDS})
    listed = re.findall(r'href="(/appeals/[0-9a-f-]{36})"', registrar.get("/appeals").text)
    return next(path for path in listed if session_id in registrar.get(path).text)


def page(person: Candidate | Registrar, path: str) -> str:
    return unescape(person.get(path).text)


def test_an_upheld_appeal_is_judged_again_and_decided_anew_by_somebody_else(
    candidate: Candidate, registrar: Registrar, second_registrar: Registrar, session_id: str
) -> None:
    sit(candidate, registrar, session_id, "wrong_answer")
    registrar.post(f"/results/{session_id}/decision", {"outcome": "decline", "reason": "Below the cut score."})
    report = candidate.json(f"/sessions/{session_id}/report.json")
    assert (report["passed"], report["decision"]["reason"]) == (False, "Below the cut score.")
    assert report["error"]["reason"] == "too-few-sittings"
    assert {hand_in["verdict"] for task in report["tasks"] for hand_in in task["hand_ins"]} == {"WA"}

    path = appeal(candidate, registrar, session_id, "judgement")
    assert "appealed" in page(candidate, "/exams")
    answer = {"outcome": "upheld", "remedy": "rejudge", "reason": "That host was slow on that day; judge it again."}
    assert registrar.client.post(f"{path}/answer", data=answer).status_code == 403
    second_registrar.post(f"{path}/acknowledge")
    assert "A registrar has read it" in page(candidate, f"/sessions/{session_id}/appeal")
    second_registrar.post(f"{path}/answer", answer)
    assert "Your appeal was upheld" in page(candidate, f"/sessions/{session_id}")

    decision = {"outcome": "decline", "reason": "Judged again, and it is the same."}
    assert second_registrar.client.post(f"/results/{session_id}/decision", data=decision).status_code == 409
    again = second_registrar.post("/rejudging", {"kind": "anew", "session_id": session_id, "reason": "After an upheld appeal."})
    registrar.wait(lambda: f"{again}/apply" in registrar.get(again).text or None, "judging again")
    registrar.post(f"{again}/apply", {"reason": "The same came out."})
    second_registrar.wait_until_ready(session_id)
    assert registrar.client.post(f"/results/{session_id}/decision", data=decision).status_code == 403
    second_registrar.post(f"/results/{session_id}/decision", decision)
    told = candidate.json(f"/sessions/{session_id}/report.json")["decision"]
    assert (told["outcome"], told["revision"], told["reason"]) == ("decline", 2, "Judged again, and it is the same.")


def test_a_certificate_stands_until_the_new_decision_and_then_gives_its_place_to_the_new_one(
    candidate: Candidate, registrar: Registrar, second_registrar: Registrar, session_id: str
) -> None:
    sit(candidate, registrar, session_id, "accepted")
    registrar.certify(session_id, "Seen to be in order.")
    first = candidate.certificate_path(session_id)
    path = appeal(candidate, registrar, session_id, "other")
    answer = {"outcome": "upheld", "remedy": "redecide", "reason": "The reason on record names another person."}
    second_registrar.post(f"{path}/answer", answer)
    assert candidate.certificate_path(session_id) == first
    second_registrar.certify(session_id, "Seen anew, and in order.")

    def look() -> str | None:
        found = candidate.certificate_path(session_id)
        return None if found == first else found

    second = candidate.wait(look, "the new certificate")
    with Employer(candidate.url) as employer:
        serials = [one.removeprefix("/certificates/").removesuffix(".json") for one in (first, second)]
        employer.wait(lambda: "is-revoked" in page_of(employer, serials[0]) or None, "the revocation")
        assert "is-revoked" not in page_of(employer, serials[1])


def page_of(employer: Employer, serial: str) -> str:
    """What the public page of a certificate says, in small letters."""
    return employer.get(f"/certificates/{serial}").text.lower()
