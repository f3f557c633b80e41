"""The candidate's way through HTTP, as the page and any other client go it."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from pgqueuer import RetryRequested

from app.auth.account import Role
from app.jobs import grade_session, seal_session
from app.jobs.queue import Job
from app.workers.registry import RegistryResources
from exams.ids import SessionId
from exams.sessions.writer import Writer
from exams.submissions.submission import PROGRAM_MAX_BYTES
from sandbox import languages
from tests.fixtures.candidates import JSON, open_exam, start_exam, turn_back
from tests.fixtures.examroom import LANGUAGES, arrange, insert_judgement
from tests.fixtures.web import Site


def registry(site: Site, now: datetime) -> RegistryResources:
    """What the registry worker gives its jobs, at a time of the test's choosing."""
    return RegistryResources(pool=site.database.registry, settings=site.settings, now=lambda: now)


async def jobs(site: Site, job: Job) -> list[str]:
    rows = await site.database.admin.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = $1 ORDER BY id", job)
    return [row["payload"].decode() for row in rows]


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code, answer.json()["code"]


async def test_the_way_from_the_list_of_exams_to_a_running_clock(site: Site) -> None:
    sitting = await open_exam(site)
    candidate, base = sitting.candidate, f"/sessions/{sitting.session_id}"
    assert sitting.session_id in (await candidate.get("/exams")).text
    assert (await candidate.get(base)).headers["location"] == f"{base}/consent"
    assert (await candidate.get(f"{base}/start")).headers["location"] == base
    assert "every 20 seconds" in (await candidate.get(f"{base}/consent")).text
    assert (await candidate.post(f"{base}/start")).status_code == 409
    assert (await candidate.post(f"{base}/consent", data={"camera": "true"})).status_code == 422
    await candidate.post(f"{base}/consent", data={"accept": "true", "camera": "true"})
    assert (await candidate.get(base)).headers["location"] == f"{base}/start"
    assert "yes, as you agreed" in (await candidate.get(f"{base}/start")).text
    assert (await sitting.get())["items"] == []
    await candidate.post(f"{base}/start")
    page = await candidate.get(base)
    assert page.status_code == 200
    assert "Read two integers" in page.text
    state = await sitting.get()
    assert (state["phase"], state["camera_consent"], len(state["items"])) == ("in_progress", True, 3)
    assert 3590 < state["remaining_seconds"] <= 3600


async def test_opening_twice_goes_on_with_the_same_session_even_in_the_same_moment(site: Site) -> None:
    room = await arrange(site.database.admin)
    candidate = await site.person(Role.CANDIDATE)
    answers = await asyncio.gather(*(candidate.post(f"/exams/{room.scheme.scheme_id}/sessions") for _ in range(4)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await site.database.admin.fetchval("SELECT count(*) FROM paper") == 1


def end_languages(monkeypatch: pytest.MonkeyPatch, *codes: str) -> None:
    """As if nobody mended these languages any more since long ago."""
    for code in codes:
        ended = replace(languages.catalogue()[code], end_of_life=date(2020, 1, 1))
        monkeypatch.setitem(languages.catalogue(), code, ended)


async def test_a_language_that_has_ended_is_offered_by_no_new_session_and_kept_by_one_that_runs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = await start_exam(site)
    end_languages(monkeypatch, "javascript")
    page = (await older.candidate.get("/exams")).text
    assert '<span class="tag">JavaScript</span>' not in page
    assert '<span class="tag">Python</span>' in page
    kept = [choice["code"] for choice in (await older.get())["items"][0]["languages"]]
    assert kept == list(LANGUAGES)
    candidate = await site.person(Role.CANDIDATE)
    scheme_id = await site.database.admin.fetchval("SELECT scheme_id FROM scheme")
    await candidate.post(f"/exams/{scheme_id}/sessions")
    newest = await site.database.admin.fetchval("SELECT languages FROM paper ORDER BY assembled_at DESC LIMIT 1")
    assert newest == [code for code in LANGUAGES if code != "javascript"]


async def test_an_exam_whose_languages_have_all_ended_is_not_opened_and_says_which(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await arrange(site.database.admin)
    candidate = await site.person(Role.CANDIDATE)
    end_languages(monkeypatch, *LANGUAGES)
    refused = await candidate.post(f"/exams/{room.scheme.scheme_id}/sessions", headers=JSON)
    assert problem(refused) == (409, "languages-ended")
    assert "python3, javascript, cpp" in refused.json()["next"]
    assert await site.database.admin.fetchval("SELECT count(*) FROM paper") == 0


async def test_an_exam_that_is_not_there_or_has_no_tasks_is_not_opened(site: Site) -> None:
    room = await arrange(site.database.admin)
    candidate = await site.person(Role.CANDIDATE)
    assert (await candidate.post(f"/exams/{uuid4()}/sessions")).status_code == 404
    await site.database.admin.execute(
        "UPDATE task SET published_at = NULL, published_by = NULL WHERE content_area = 'algorithms'"
    )
    refused = await candidate.post(f"/exams/{room.scheme.scheme_id}/sessions", headers=JSON)
    assert problem(refused) == (409, "not-eligible")
    assert await site.database.admin.fetchval("SELECT count(*) FROM paper") == 0


async def test_an_examiner_sits_no_exam_because_they_have_seen_the_tasks(site: Site) -> None:
    room = await arrange(site.database.admin)
    both = await site.person(Role.CANDIDATE, Role.EXAMINER)
    assert problem(await both.post(f"/exams/{room.scheme.scheme_id}/sessions", headers=JSON)) == (409, "not-eligible")
    assert await site.database.admin.fetchval("SELECT count(*) FROM session") == 0


async def test_a_second_start_does_not_move_the_clock(site: Site) -> None:
    sitting = await start_exam(site)
    before = (await sitting.get())["deadline"]
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/start")
    assert (await sitting.get())["deadline"] == before


async def test_programs_that_cannot_be_run_are_refused_and_nothing_is_kept(site: Site) -> None:
    sitting = await start_exam(site)
    path = "1/sample-runs"
    large = await sitting.post(path, language="python3", source="x" * (PROGRAM_MAX_BYTES + 1))
    assert problem(large) == (413, "too-large")
    assert large.json()["limit"] == PROGRAM_MAX_BYTES
    assert problem(await sitting.post(path, language="python3", source="x" * 10_000_000)) == (413, "too-large")
    assert problem(await sitting.post(path, language="python3", source="a\0b")) == (422, "invalid-input")
    assert problem(await sitting.post(path, language="brainfuck", source="+")) == (422, "invalid-input")
    assert problem(await sitting.post(path, language="python3")) == (422, "invalid-input")
    assert problem(await sitting.post(path, language="python3", source=7)) == (422, "invalid-input")
    assert problem(await sitting.post(path, language="python3", source="x", extra=1)) == (422, "invalid-input")
    assert problem(await sitting.post("9/sample-runs", language="python3", source="x")) == (404, "not-found")
    assert problem(await sitting.post("99999999999/sample-runs", language="python3", source="x")) == (404, "not-found")
    surrogate = await sitting.candidate.post(
        f"/api/sessions/{sitting.session_id}/items/{path}",
        content=b'{"language": "python3", "source": "\\ud800"}',
        headers={**JSON, "content-type": "application/json"},
    )
    assert surrogate.status_code == 422
    for table in ("journal_entry", "submission", "sample_run"):
        assert await site.database.admin.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - three names above


async def test_a_hand_in_writes_submission_journal_and_job_together(site: Site) -> None:
    sitting = await start_exam(site)
    answer = await sitting.hand_in(2, "javascript", "console.log(3)")
    assert answer.status_code == 201
    handed_in = answer.json()
    assert (handed_in["revision"], handed_in["submission"]["stage"]) == (1, "waiting")
    assert await jobs(site, Job.JUDGE_SUBMISSION) == [handed_in["submission_id"]]
    item = (await sitting.get())["items"][1]
    assert item["drafts"][0]["source"] == "console.log(3)"
    assert [one["submission_id"] for one in item["submissions"]] == [handed_in["submission_id"]]
    again = await sitting.hand_in(2, "javascript", "console.log(3)")
    assert (again.status_code, again.json()["submission_id"]) == (200, handed_in["submission_id"])
    soon = await sitting.hand_in(2, "javascript", "console.log(4)")
    assert problem(soon) == (429, "too-often")
    assert soon.headers["retry-after"] == "2"


async def test_a_verdict_reaches_the_candidate_without_the_secret_tests(site: Site) -> None:
    sitting = await start_exam(site)
    handed_in = (await sitting.hand_in(3, "python3", "print(3)")).json()
    async with site.database.admin.acquire() as db:
        await insert_judgement(db, handed_in["submission_id"], "WA", 50)
    text = (await sitting.candidate.get(f"/api/sessions/{sitting.session_id}", headers=JSON)).text
    assert "secret/" not in text
    one = (await sitting.get())["items"][2]["submissions"][0]
    assert (one["verdict"], one["points"], one["tests_passed"], one["tests_total"]) == ("WA", 20, 1, 2)


async def test_the_stream_tells_of_changes(site: Site) -> None:
    sitting = await start_exam(site)
    async with sitting.candidate.stream("GET", f"/sessions/{sitting.session_id}/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: open"
        await asyncio.sleep(0.3)
        await sitting.hand_in(1, "python3", "print(3)")
        async with asyncio.timeout(10):
            async for line in lines:
                if line == f"data: session:{sitting.session_id}":
                    break


async def test_a_sample_run_is_asked_for_and_its_report_is_read_by_its_owner_only(site: Site) -> None:
    sitting = await start_exam(site)
    asked = await sitting.post("1/sample-runs", language="python3", source="print(3)")
    run_id = asked.json()["sample_run_id"]
    assert (asked.status_code, asked.json()["report"]) == (201, None)
    assert await jobs(site, Job.RUN_SAMPLES) == [run_id]
    report: dict[str, Any] = {"verdict": "AC", "undetermined": None, "compile_log": "", "samples": []}
    await site.database.judging.execute("INSERT INTO sample_run_report VALUES ($1, $2, now())", run_id, report)
    assert (await sitting.get(f"/items/1/sample-runs/{run_id}"))["report"] == report
    wrong_item = await sitting.candidate.get(f"/api/sessions/{sitting.session_id}/items/2/sample-runs/{run_id}", headers=JSON)
    assert problem(wrong_item) == (404, "not-found")


async def test_a_task_that_talks_shows_its_conversation_and_no_input(site: Site) -> None:
    sitting = await open_exam(site)
    sample = {"name": "sample/1", "input": "", "answer": "", "interaction": "<10\n>test 5\n<pass\n"}
    await site.database.admin.execute("UPDATE task SET samples = $1 WHERE content_area = 'algorithms'", [sample])
    base = f"/sessions/{sitting.session_id}"
    await sitting.candidate.post(f"{base}/consent", data={"accept": "true"})
    await sitting.candidate.post(f"{base}/start")
    page = (await sitting.candidate.get(base)).text
    assert "Conversation 1" in page
    assert "&lt;10\n&gt;test 5\n&lt;pass" in page
    assert page.count("Lines with &lt; are what your program reads") == 1
    assert "begins the next run" not in page
    assert [item["samples"][0].get("interaction") for item in (await sitting.get())["items"]].count(sample["interaction"]) == 1


async def test_another_candidates_session_is_not_found(site: Site) -> None:
    sitting = await start_exam(site)
    stranger = await site.person(Role.CANDIDATE)
    api, page = f"/api/sessions/{sitting.session_id}", f"/sessions/{sitting.session_id}"
    for path in (api, f"{api}/items/1/sample-runs/{uuid4()}"):
        assert problem(await stranger.get(path, headers=JSON)) == (404, "not-found")
    for path in (page, f"{page}/consent", f"{page}/start", f"{page}/finish", f"{page}/events", f"{page}/progress"):
        assert (await stranger.get(path)).status_code == 404
    for path in (f"{page}/start", f"{page}/finish"):
        assert (await stranger.post(path)).status_code == 404
    assert (await stranger.post(f"{page}/consent", data={"accept": "true"})).status_code == 404
    program = {"language": "python3", "source": "x"}
    await sitting.take_lease()
    writer = await sitting.writer(1)
    writer.write("python3", "x")
    hand_in = {"lease": sitting.lease, "revision": 1, "sha256": writer.sha256}
    for what, body in (("journal", writer.call(sitting.lease)), ("submissions", hand_in), ("sample-runs", program)):
        assert problem(await stranger.post(f"{api}/items/1/{what}", json=body, headers=JSON)) == (404, "not-found")
    examiner = await site.person(Role.EXAMINER)
    assert (await examiner.get(api, headers=JSON)).status_code == 403


async def test_work_before_the_start_is_refused(site: Site) -> None:
    sitting = await open_exam(site)
    call = {"tab": sitting.tab, "device": "a test"}
    lease = await sitting.candidate.post(f"/api/sessions/{sitting.session_id}/lease", json=call, headers=JSON)
    assert problem(lease) == (409, "session-not-started")
    writer = Writer.fresh(SessionId(UUID(sitting.session_id)), 1)
    writer.write("python3", "x")
    nobody = str(uuid4())
    assert problem(await sitting.post("1/journal", **writer.call(nobody))) == (409, "session-not-started")
    writer.revision = 1
    assert problem(await sitting.post("1/submissions", **writer.hand_in(nobody))) == (409, "session-not-started")


async def test_what_was_on_its_way_counts_and_a_late_hand_in_is_refused_and_nothing_is_saved(site: Site) -> None:
    sitting = await start_exam(site)
    await turn_back(site, sitting, timedelta(hours=1))
    assert (await sitting.hand_in(1, "python3", "last words")).status_code == 201
    await turn_back(site, sitting, timedelta(seconds=5))
    assert problem(await sitting.post("1/submissions", **sitting.writers[1].hand_in(sitting.lease))) == (409, "session-closed")
    assert problem(await sitting.post("1/sample-runs", language="python3", source="late")) == (409, "session-closed")
    state = await sitting.get()
    assert (state["phase"], state["remaining_seconds"]) == ("over", 0)
    assert [draft["source"] for draft in state["items"][0]["drafts"]] == ["last words"]
    assert "being handed in" in (await sitting.candidate.get(f"/sessions/{sitting.session_id}")).text


async def test_the_server_seals_at_the_deadline_with_the_last_saved_texts_and_twice_changes_nothing(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.hand_in(1, "python3", "handed in")
    await sitting.save(2, "cpp", "saved only")
    now, subject = datetime.now(UTC), UUID(sitting.session_id)
    await seal_session.run(registry(site, now), uuid4())  # a session that is not there
    with pytest.raises(RetryRequested, match="the deadline has moved"):
        await seal_session.run(registry(site, now), subject)
    await turn_back(site, sitting, timedelta(hours=1, seconds=5))
    for _ in range(2):
        await seal_session.run(registry(site, now), subject)
    state = await sitting.get()
    assert (state["phase"], state["seal_reason"]) == ("over", "time_up")
    sealed = [(one["origin"], one["language"]) for item in state["items"] for one in item["submissions"]]
    assert sealed == [("handed_in", "python3"), ("sealed", "cpp")]
    assert len(await jobs(site, Job.JUDGE_SUBMISSION)) == 2
    assert await jobs(site, Job.GRADE_SESSION) == []  # the last judgement calls for it


async def test_finishing_seals_at_once_and_grading_waits_for_every_judgement(site: Site) -> None:
    sitting = await start_exam(site)
    first = (await sitting.hand_in(1, "python3", "right")).json()
    await sitting.save(3, "python3", "saved only")
    base = f"/sessions/{sitting.session_id}"
    asked = await sitting.candidate.get(f"{base}/finish")
    assert "Finish for good" in asked.text
    for _ in range(2):
        assert (await sitting.candidate.post(f"{base}/finish")).headers["location"] == base
    assert problem(await sitting.post("1/submissions", **sitting.writers[1].hand_in(sitting.lease))) == (409, "session-closed")
    assert "still being judged" in (await sitting.candidate.get(base)).text
    resources, subject = registry(site, datetime.now(UTC)), UUID(sitting.session_id)
    async with site.database.admin.acquire() as db:
        await insert_judgement(db, first["submission_id"])
        with pytest.raises(RetryRequested, match="wait to be judged"):
            await grade_session.run(resources, subject)
        second = (await sitting.get())["items"][2]["submissions"][0]["submission_id"]
        await db.execute(
            "INSERT INTO judging_failure (submission_id, code, detail, failed_at) VALUES ($1, 'sandbox-broken', '', now())",
            second,
        )
        await grade_session.run(resources, subject)
        assert "will not cost you a point" in (await sitting.candidate.get(base)).text
        await insert_judgement(db, second, "WA", 50)
    for _ in range(2):
        await grade_session.run(resources, subject)
    result = await site.database.admin.fetchrow("SELECT score, max_score, passed FROM result WHERE session_id = $1", subject)
    assert result is not None
    assert (result["score"], result["max_score"], result["passed"]) == (50, 100, False)
    page = (await sitting.candidate.get(base)).text
    assert "below the pass mark" in page
    assert "A registrar who did not examine you decides" in page
    assert "waits for a decision" in (await sitting.candidate.get("/exams")).text
