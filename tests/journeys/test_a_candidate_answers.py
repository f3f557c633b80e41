"""Flow 1: save, run the samples, hand in, be judged."""

import os
import signal
import subprocess
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.demo.centre import Centre
from app.demo.people import Candidate
from exams.ids import SessionId
from exams.sessions.writer import Writer
from tests.journeys.solutions import solution

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("journeys")]


def test_a_right_program_is_accepted_in_each_language_and_a_wrong_one_is_not(candidate: Candidate, session_id: str) -> None:
    item = candidate.state(session_id)["items"][0]
    earned: dict[str, dict[str, Any]] = {}
    for language in ("python3", "javascript", "cpp"):
        submission_id = candidate.hand_in(session_id, 1, *solution(item, "accepted", language))
        earned[language] = candidate.verdict(session_id, submission_id)
    assert {language: one["verdict"] for language, one in earned.items()} == dict.fromkeys(earned, "AC")
    assert all(one["points"] == item["points"] for one in earned.values())
    wrong = candidate.verdict(session_id, candidate.hand_in(session_id, 1, *solution(item, "wrong_answer")))
    assert wrong["verdict"] == "WA"
    assert wrong["points"] < item["points"]


def test_a_program_that_does_not_compile_is_told_what_the_compiler_said(candidate: Candidate, session_id: str) -> None:
    submission_id = candidate.hand_in(session_id, 1, "cpp", "int main() { return nothing; }\n")
    judged = candidate.verdict(session_id, submission_id)
    assert judged["verdict"] == "CE"
    assert "nothing" in judged["compile_log"]


def test_the_samples_show_where_an_output_first_differs(candidate: Candidate, session_id: str) -> None:
    report = candidate.run_samples(session_id, 1, "python3", "print('nonsense')\n")
    assert report["verdict"] == "WA"
    assert report["samples"][0]["difference"]["actual"] == "nonsense"


def test_a_save_is_acknowledged_and_there_after_signing_in_on_another_machine(
    centre: Centre, candidate: Candidate, session_id: str
) -> None:
    source = "# Қазақша, русский, English\nprint(1)\n"
    assert candidate.save(session_id, 2, "python3", source) == 1
    with Candidate(centre.url) as elsewhere:
        elsewhere.sign_in("candidate", centre.passwords["candidate"])
        drafts = elsewhere.state(session_id)["items"][1]["drafts"]
    assert [(draft["revision"], draft["source"]) for draft in drafts] == [(1, source)]


def test_a_stale_save_is_kept_aside_and_overwrites_nothing(candidate: Candidate, session_id: str) -> None:
    old_tab = Writer.at(candidate.state(session_id)["items"][2])
    candidate.save(session_id, 3, "python3", "first\n")
    old_tab.write("python3", "from an old tab\n")
    call = old_tab.call(candidate.take_lease(session_id))
    kept = candidate.post_json(f"/api/sessions/{session_id}/items/3/journal", call, 202)
    assert (kept["kept"]["reason"], kept["revision"]) == ("stale", 1)
    asides = candidate.json(f"/api/sessions/{session_id}/asides")["asides"]
    assert [(one["source"], one["receipt"]) for one in asides] == [("from an old tab\n", kept["receipt"])]
    assert candidate.state(session_id)["items"][2]["drafts"][0]["source"] == "first\n"


def test_another_candidates_session_does_not_exist(other_candidate: Candidate, session_id: str) -> None:
    writer, lease = Writer.fresh(SessionId(UUID(session_id)), 1), str(uuid4())
    writer.write("python3", "print(1)\n")
    save = writer.call(lease)
    writer.acknowledged({"revision": 1, "nonce": ""})
    api, client = f"/api/sessions/{session_id}", other_candidate.client
    answers = {
        "page": client.get(f"/sessions/{session_id}"),
        "state": client.get(api),
        "lease": client.post(f"{api}/lease", json={"tab": str(uuid4()), "device": "another's", "take_over": True}),
        "save": client.post(f"{api}/items/1/journal", json=save),
        "hand-in": client.post(f"{api}/items/1/submissions", json=writer.hand_in(lease)),
        "samples": client.post(f"{api}/items/1/sample-runs", json={"language": "python3", "source": "print(1)\n"}),
    }
    assert {what: answer.status_code for what, answer in answers.items()} == dict.fromkeys(answers, 404)


def test_a_judging_worker_killed_in_the_middle_costs_the_candidate_nothing(
    centre: Centre, candidate: Candidate, session_id: str
) -> None:
    item = candidate.state(session_id)["items"][0]
    submission_id = candidate.hand_in(session_id, 1, *solution(item, "accepted", "python3"))
    for pid in workers(centre, "judging"):
        os.kill(pid, signal.SIGKILL)
    assert candidate.verdict(session_id, submission_id)["verdict"] == "AC"


def workers(centre: Centre, name: str) -> list[int]:
    """The process ids of this centre's worker of that name."""
    found = subprocess.run(
        ["pgrep", "-P", str(centre.pid), "-f", f"app worker {name}"], capture_output=True, text=True, check=False
    )
    assert found.stdout, f"no {name} worker runs"
    return [int(pid) for pid in found.stdout.split()]
