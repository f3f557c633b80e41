"""What a candidate learns of a result, when, and how they appeal, through HTTP."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.database import transaction
from app.live import notify
from exams.grading.measurement import Precision, precision
from exams.judging.merkle import leaf_hash
from exams.judging.record import root_of
from tests.fixtures.sittings import Clients, Sitting, insert_result, insert_sitting, insert_submission, seal, sign_in_people
from tests.fixtures.web import Person, Site

CERTIFY = {"outcome": "certify", "reason": "All in order."}
DECLINE = {"outcome": "decline", "reason": "The score is below the cut."}
APPEAL = {"kind": "judgement", "reason": "My second program is right."}
NOT_UPHELD = {"outcome": "not_upheld", "reason": "It fails on an empty list."}
UPHELD = {"outcome": "upheld", "remedy": "redecide", "reason": "The telephone was ours."}

TOLD = ("Accepted", "Wrong answer", "enough to pass", "below the pass mark", "certified", "points</strong>", "1 of 1", "100 of")
"""Words that give a verdict, a score or a decision away."""


async def finished(
    site: Site, *, passed: bool = False, ago: timedelta = timedelta(minutes=10), rules: dict[str, Any] | None = None
) -> tuple[Clients, Sitting]:
    """A graded session that was sealed some time ago, of a scheme with these rules."""
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people)
        await insert_submission(db, sitting, verdict="AC" if passed else "WA")
        await seal(db, sitting, datetime.now(UTC) - ago)
        await insert_result(db, sitting, passed=passed)
        await db.execute("UPDATE scheme SET rules = $2 WHERE scheme_id = $1", sitting.session.scheme_id, rules or {})
    return clients, sitting


def here(sitting: Sitting, tail: str = "") -> str:
    return f"/sessions/{sitting.session.session_id}{tail}"


async def decide(person: Person, sitting: Sitting, form: dict[str, str]) -> int:
    return (await person.post(f"/results/{sitting.session.session_id}/decision", data=form)).status_code


async def text(person: Person, path: str) -> str:
    answer = await person.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.text)


async def appealed(site: Site, **how: Any) -> tuple[Clients, Sitting, str]:
    """A declined result that its candidate appealed against; the appeal's address."""
    clients, sitting = await finished(site, **how)
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    answer = await clients.candidate.post(here(sitting, "/appeal"), data=APPEAL)
    assert (answer.status_code, answer.headers["location"]) == (303, here(sitting, "/appeal"))
    appeal_id = await site.database.admin.fetchval("SELECT appeal_id FROM appeal ORDER BY made_at DESC LIMIT 1")
    return clients, sitting, f"/appeals/{appeal_id}"


# --- The embargo ---


@pytest.mark.parametrize("passed", [True, False])
async def test_under_embargo_nothing_tells_a_verdict_a_score_or_a_decision(site: Site, passed: bool) -> None:
    clients, sitting = await finished(site, passed=passed, rules={"results_embargo_hours": 48})
    assert await decide(clients.registrar, sitting, CERTIFY if passed else DECLINE) == 303
    for path in (here(sitting), here(sitting, "/progress"), "/exams"):
        page = await text(clients.candidate, path)
        assert [word for word in TOLD if word in page] == [], path
    state = (await clients.candidate.get(f"/api{here(sitting)}")).json()
    submission = state["items"][0]["submissions"][0]
    facts = ("verdict", "score", "max_score", "points", "tests_passed", "tests_total", "cpu_time_ms", "memory_kib")
    assert {name: submission[name] for name in facts} == dict.fromkeys(facts)
    assert (submission["stage"], submission["compile_log"], submission["reason"]) == ("waiting", "", "")
    report = await clients.candidate.get(here(sitting, "/report"))
    assert (report.status_code, report.headers["location"]) == (303, here(sitting))
    file = await clients.candidate.get(here(sitting, "/report.json"), headers={"accept": "application/json"})
    assert (file.status_code, file.json()["code"]) == (409, "not-released")
    leaves = await clients.candidate.get(here(sitting, "/judging-leaves.json"), headers={"accept": "application/json"})
    assert (leaves.status_code, leaves.json()["code"]) == (409, "not-released")
    assert (await clients.candidate.get(here(sitting, "/appeal"))).status_code == 303
    refused = await clients.candidate.post(here(sitting, "/appeal"), data=APPEAL, headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-released")


async def test_pages_under_embargo_are_the_same_whatever_was_judged_and_decided(site: Site) -> None:
    pages: list[str] = []
    for passed, decided in ((True, True), (False, True), (False, False)):
        clients, sitting = await finished(site, passed=passed, rules={"results_embargo_hours": 48})
        if decided:
            assert await decide(clients.registrar, sitting, CERTIFY if passed else DECLINE) == 303
        page = (await clients.candidate.get(here(sitting, "/progress"))).text
        page = re.sub(r"[0-9a-f-]{36}|\d\d:\d\d:\d\d|datetime=\"[^\"]*\"|\d\d:\d\d", "…", page)
        pages.append(page)
    assert pages[0] == pages[1] == pages[2]


async def test_under_embargo_a_candidate_is_told_when_results_come_in_the_centre_s_zone(site: Site) -> None:
    clients, sitting = await finished(site, rules={"results_embargo_hours": 48})
    sealed_at = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
    await site.database.admin.execute("UPDATE session SET sealed_at = $1", sealed_at)
    await site.database.admin.execute("UPDATE scheme SET rules = $1", {"results_embargo_hours": 24 * 365 * 20})
    page = await text(clients.candidate, here(sitting))
    assert "Your exam has ended well" in page
    assert "26 February 2046, 01:30 (Almaty, UTC+5)" in page  # half past eight in the evening of the day before, in UTC
    assert "handed in" in page


async def test_after_the_embargo_everything_is_told(site: Site) -> None:
    clients, sitting = await finished(site, passed=True, ago=timedelta(hours=49), rules={"results_embargo_hours": 48})
    assert "enough to pass" in await text(clients.candidate, here(sitting))
    state = (await clients.candidate.get(f"/api{here(sitting)}")).json()
    assert state["items"][0]["submissions"][0]["verdict"] == "AC"


async def test_verdicts_during_the_session_are_not_withheld(site: Site) -> None:
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people, started_at=datetime.now(UTC) - timedelta(minutes=5))
        await insert_submission(db, sitting, verdict="WA")
        await db.execute("UPDATE scheme SET rules = $1", {"results_embargo_hours": 48})
    state = (await clients.candidate.get(f"/api{here(sitting)}")).json()
    assert state["items"][0]["submissions"][0]["verdict"] == "WA"


@pytest.mark.parametrize(("hours", "heard"), [(0, "changed"), (48, "silence")])
async def test_a_candidate_s_stream_is_silent_about_a_decision_under_embargo(site: Site, hours: int, heard: str) -> None:
    clients, sitting = await finished(site, rules={"results_embargo_hours": hours})
    session_id = sitting.session.session_id
    async with clients.candidate.stream("GET", here(sitting, "/events")) as stream:
        lines = stream.aiter_lines()

        async def next_event() -> str:
            async for line in lines:
                if line.startswith("event:"):
                    return line
            return "the end"

        assert await asyncio.wait_for(next_event(), 20)  # the stream begins with one
        assert await decide(clients.registrar, sitting, DECLINE) == 303
        if heard == "silence":
            # What comes after it is heard, so what came before it would have been.
            async with transaction(site.database.web) as db:
                await notify(db, f"session:{session_id}")
        assert await asyncio.wait_for(next_event(), 20)
        if heard == "silence":
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(next_event(), 1)


# --- The score report ---


async def test_the_report_says_points_cut_decision_verdicts_and_limits_and_no_made_up_error(site: Site) -> None:
    clients, sitting = await finished(site)
    page = await text(clients.candidate, here(sitting, "/report"))
    for expected in (
        "33 of 100 points",
        "The pass mark is 60 points (60 %).",
        "not taken yet",
        "not enough sittings yet to say",
        "cannot be said of a single task",
        "Limits of each test: 1 s of processor time, 64 MiB of memory.",
        "At least one test gave a different output.",
        "this one counts",
    ):
        assert expected in page, expected
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    assert "not certified" in await text(clients.candidate, here(sitting, "/report"))
    report = (await clients.candidate.get(here(sitting, "/report.json"))).json()
    assert (report["score"], report["max_score"], report["cut_score"], report["passed"]) == (33, 100, 60, False)
    assert report["error"]["reason"] == "one-part"
    assert report["error"]["standard_error"] is None
    assert report["decision"]["outcome"] == "decline"
    assert set(report) == {
        "centre", "candidate", "scheme_code", "scheme_names", "session_id", "started_at", "sealed_at", "graded_at", "score",
        "max_score", "cut_score", "cut_score_percent", "passed", "error", "areas", "tasks", "decision",
    }  # fmt: skip


async def test_a_candidate_has_the_hashes_of_the_judging_records_and_nothing_of_the_tests(site: Site) -> None:
    clients, sitting = await finished(site)
    told = await clients.candidate.get(here(sitting, "/judging-leaves.json"))
    assert told.status_code == 200
    assert "attachment" in told.headers["content-disposition"]
    records = await site.database.admin.fetch(
        "SELECT position, submission_id, document FROM judging_record WHERE session_id = $1 ORDER BY position",
        UUID(told.json()["session_id"]),
    )
    assert told.json()["root"] == root_of([row["document"] for row in records]).hex()
    assert [(one["position"], one["submission_id"], one["leaf"]) for one in told.json()["leaves"]] == [
        (row["position"], str(row["submission_id"]), leaf_hash(row["document"]).hex()) for row in records
    ]
    assert told.json().keys() == {"session_id", "root", "leaves"}


async def test_nobody_reads_another_candidate_s_report_or_appeals_in_their_name(site: Site) -> None:
    clients, sitting = await finished(site)
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    other = (await sign_in_people(site)).candidate
    for path in ("/report", "/report.json", "/judging-leaves.json", "/appeal"):
        assert (await other.get(here(sitting, path))).status_code == 404
    assert (await other.post(here(sitting, "/appeal"), data=APPEAL)).status_code == 404
    assert (await other.post(here(sitting, "/appeal/withdraw"))).status_code == 404


SIT_MANY = (
    """INSERT INTO paper (paper_id, scheme_id, assembled_at)
       SELECT md5('p' || $3 || i)::uuid, $1, now() FROM generate_series(1, $2) i""",
    """INSERT INTO session (session_id, scheme_id, paper_id, candidate_id, opened_at, consented_at, started_at,
                             allotted_seconds, sealed_at, seal_reason)
       SELECT md5('s' || $3 || i)::uuid, $1, md5('p' || $3 || i)::uuid, $4, now(), now(), now() - interval '2 hours', 3600,
              now() - interval '1 hour', 'finished' FROM generate_series(1, $2) i""",
    """INSERT INTO result (result_id, session_id, score, max_score, cut_score_percent, passed, graded_at, items)
       SELECT md5('r' || $3 || i)::uuid, md5('s' || $3 || i)::uuid, i % 61 + i % 61 * 2 / 3, 100, 60, true, now(),
              jsonb_build_array(
              jsonb_build_object('position', 2, 'content_area', 'graphs', 'points', 40, 'earned', (i % 61 * 2 / 3)::text,
                                 'submission_id', null, 'verdict', null),
              jsonb_build_object('position', 1, 'content_area', $1::text, 'points', 60, 'earned', (i % 61)::text,
                                 'submission_id', null, 'verdict', null)) FROM generate_series(1, $2) i""",
    """INSERT INTO decision (result_id, decided_by, outcome, reason, decided_at)
       SELECT md5('r' || $3 || i)::uuid, $1, 'decline', 'x', now() FROM generate_series(1, $2) i""",
)
"""Many sittings with two parts each, the points of which go together for the most part."""


async def sit_many(site: Site, sitting: Sitting, clients: Clients, count: int, name: str, area: str = "algorithms") -> None:
    scheme_id, nobody = sitting.session.scheme_id, clients.publisher.account_id
    papers, sessions, results, decisions = SIT_MANY
    async with transaction(site.database.admin) as db:
        await db.execute(papers, scheme_id, count, name)
        await db.execute(sessions, scheme_id, count, name, nobody)
        await db.execute(results, area, count, name)
        await db.execute(decisions, clients.registrar.account_id, count, name)


async def test_the_error_is_told_from_a_hundred_released_results_of_the_same_parts(site: Site) -> None:
    clients, sitting = await finished(site)
    items = [
        {"position": place, "content_area": area, "points": points, "earned": "20", "submission_id": None, "verdict": None}
        for place, area, points in ((1, "algorithms", 60), (2, "graphs", 40))
    ]
    await site.database.admin.execute("UPDATE result SET items = $1, score = 40", items)
    await sit_many(site, sitting, clients, 99, "few")
    await sit_many(site, sitting, clients, 200, "others", area="searching")  # of other parts: not to be compared
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    # With their own there are a hundred; take one away, and there are not.
    await site.database.admin.execute(
        "UPDATE session SET sealed_at = now() + interval '1 hour' WHERE session_id = md5('sfew1')::uuid"
    )
    error = (await clients.candidate.get(here(sitting, "/report.json"))).json()["error"]
    assert (error["reason"], error["sittings"], error["standard_error"]) == ("too-few-sittings", 99, None)
    await site.database.admin.execute(
        "UPDATE session SET sealed_at = now() - interval '1 hour' WHERE session_id = md5('sfew1')::uuid"
    )
    report = (await clients.candidate.get(here(sitting, "/report.json"))).json()
    known = precision([[float(i % 61), float(i % 61 * 2 // 3)] for i in range(1, 100)] + [[20.0, 20.0]])
    assert isinstance(known, Precision)
    assert report["error"] == {
        "sittings": 100,
        "sittings_needed": 100,
        "reason": None,
        "reliability": round(known.reliability, 4),
        "standard_error": round(known.standard_error, 4),
        "low": round(40 - known.standard_error, 4),
        "high": round(40 + known.standard_error, 4),
    }
    assert [area["error"]["reason"] for area in report["areas"]] == ["one-part", "one-part"]
    page = await text(clients.candidate, here(sitting, "/report"))
    assert f"Measurement error: {round(known.standard_error, 1)} points to each side" in page


# --- Appeals ---


async def test_an_appeal_is_read_answered_and_told_with_its_reason(site: Site) -> None:
    clients, sitting, path = await appealed(site)
    assert "appealed" in await text(clients.candidate, "/exams")
    page = await text(clients.candidate, here(sitting, "/appeal"))
    assert "My second program is right." in page
    assert "Withdraw the appeal" in page
    assert "Aigerim Sadykova" in await text(clients.registrar2, "/appeals")
    assert (await clients.registrar2.post(f"{path}/acknowledge")).status_code == 303
    assert "A registrar has read it" in await text(clients.candidate, here(sitting, "/appeal"))
    assert (await clients.registrar2.post(f"{path}/answer", data=NOT_UPHELD)).status_code == 303
    page = await text(clients.candidate, here(sitting, "/appeal"))
    assert "Not upheld." in page
    assert "It fails on an empty list." in page
    assert (await clients.registrar2.post(f"{path}/answer", data=UPHELD)).status_code == 409
    assert "not certified" in await text(clients.candidate, "/exams")


async def test_one_appeal_is_open_at_a_time_and_three_are_made_against_one_decision(site: Site) -> None:
    clients, sitting, _ = await appealed(site)
    address = here(sitting, "/appeal")
    assert (await clients.candidate.post(address, data=APPEAL)).status_code == 409
    for _again in range(2):
        assert (await clients.candidate.post(f"{address}/withdraw")).status_code == 303
        assert (await clients.candidate.post(address, data=APPEAL)).status_code == 303
    assert (await clients.candidate.post(f"{address}/withdraw")).status_code == 303
    assert (await clients.candidate.post(f"{address}/withdraw")).status_code == 409
    assert (await clients.candidate.post(address, data=APPEAL)).status_code == 409
    assert "Three appeals were made" in await text(clients.candidate, address)


async def test_two_appeals_at_the_same_moment_are_one(site: Site) -> None:
    clients, sitting = await finished(site)
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    answers = await asyncio.gather(*(clients.candidate.post(here(sitting, "/appeal"), data=APPEAL) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [303, 409, 409, 409]


async def test_the_time_to_appeal_ends_with_the_last_day_in_the_centre_s_zone(site: Site) -> None:
    clients, sitting = await finished(site, ago=timedelta(days=5), rules={"appeal_days": 3})
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    await site.database.admin.execute("UPDATE decision SET decided_at = now() - interval '4 days 1 hour'")
    page = await text(clients.candidate, here(sitting, "/appeal"))
    assert "The time to appeal ended on" in page
    assert "Send the appeal" not in page
    assert (await clients.candidate.post(here(sitting, "/appeal"), data=APPEAL)).status_code == 409


@pytest.mark.parametrize("form", [{"kind": "anger", "reason": "No."}, {"kind": "task", "reason": " "}, {"kind": "task"}])
async def test_an_appeal_without_a_kind_that_we_know_or_words_is_refused(site: Site, form: dict[str, str]) -> None:
    clients, sitting = await finished(site)
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    assert (await clients.candidate.post(here(sitting, "/appeal"), data=form)).status_code == 422


@pytest.mark.parametrize("who", ["registrar", "author", "publisher", "proctor"])
async def test_whoever_decided_wrote_a_task_or_watched_does_not_answer(site: Site, who: str) -> None:
    clients, sitting, path = await appealed(site)
    person: Person = getattr(clients, who)
    if who == "proctor":
        assert (await person.get(f"/board{here(sitting)}")).status_code == 200  # that is watching
    page = await text(person, path)
    assert "Somebody else must answer this" in page
    assert "Send the answer" not in page
    assert (await person.post(f"{path}/answer", data=UPHELD)).status_code == 403
    appeal_id = UUID(path.removeprefix("/appeals/"))
    with pytest.raises(asyncpg.CheckViolationError, match="not impartial"):
        await site.database.web.execute(
            "INSERT INTO appeal_ending VALUES ($1, 'not_upheld', NULL, $2, 'No.', now())", appeal_id, person.account_id
        )
    assert (await clients.registrar2.post(f"{path}/answer", data=NOT_UPHELD)).status_code == 303


async def test_a_proctor_who_did_not_open_the_session_may_answer(site: Site) -> None:
    clients, _, path = await appealed(site)
    assert (await clients.proctor.post(f"{path}/answer", data=NOT_UPHELD)).status_code == 303


async def test_an_upheld_appeal_opens_the_case_and_somebody_else_decides_anew(site: Site) -> None:
    clients, sitting, path = await appealed(site, passed=True)
    assert (await clients.registrar2.post(f"{path}/answer", data=UPHELD)).status_code == 303
    assert "Your appeal was upheld" in await text(clients.candidate, here(sitting))
    assert "appeal upheld, decided anew" in await text(clients.candidate, "/exams")
    assert "Decide anew" in await text(clients.registrar2, path)
    assert await decide(clients.registrar, sitting, CERTIFY) == 403  # they decided before
    assert "stands no more" in await text(clients.registrar2, f"/results/{sitting.session.session_id}")
    assert await decide(clients.registrar2, sitting, CERTIFY) == 303
    rows = await site.database.admin.fetch("SELECT outcome, revision, appeal_id FROM decision ORDER BY revision")
    appeal_id = UUID(path.removeprefix("/appeals/"))
    assert [tuple(row) for row in rows] == [("decline", 1, None), ("certify", 2, appeal_id)]
    job = await site.database.admin.fetchrow("SELECT entrypoint, payload FROM pgqueuer")
    newest = await site.database.admin.fetchval("SELECT decision_id FROM decision WHERE revision = 2")
    assert job is not None
    assert (job["entrypoint"], job["payload"]) == ("issue_certificate", str(newest).encode())
    assert await decide(clients.author, sitting, DECLINE) == 409  # decided again
    report = (await clients.candidate.get(here(sitting, "/report.json"))).json()
    assert (report["decision"]["outcome"], report["decision"]["revision"]) == ("certify", 2)


async def test_the_new_decision_revokes_the_certificate_of_the_earlier_one(site: Site) -> None:
    clients, sitting = await finished(site, passed=True)
    assert await decide(clients.registrar, sitting, CERTIFY) == 303
    decision_id = await site.database.admin.fetchval("SELECT decision_id FROM decision")
    credential_id = await insert_certificate(site, decision_id)
    assert (await clients.candidate.post(here(sitting, "/appeal"), data=APPEAL)).status_code == 303
    appeal_id = await site.database.admin.fetchval("SELECT appeal_id FROM appeal")
    path = f"/appeals/{appeal_id}"
    assert (await clients.registrar2.post(f"{path}/answer", data=UPHELD)).status_code == 303
    assert "Until then your certificate stands as it is." in await text(clients.candidate, here(sitting))
    assert await site.database.admin.fetchval("SELECT count(*) FROM credential_status_change") == 0
    assert await decide(clients.registrar2, sitting, CERTIFY) == 303
    change = await site.database.admin.fetchrow("SELECT * FROM credential_status_change")
    assert change is not None
    assert (change["credential_id"], change["purpose"], change["active"]) == (credential_id, "revocation", True)
    jobs = {row["entrypoint"] for row in await site.database.admin.fetch("SELECT entrypoint FROM pgqueuer")}
    assert jobs == {"issue_certificate", "publish_status_list"}


async def test_where_programs_are_to_be_judged_again_nobody_decides_before(site: Site) -> None:
    clients, sitting, path = await appealed(site)
    form = {"outcome": "upheld", "remedy": "rejudge", "reason": "That machine was faulty."}
    assert (await clients.registrar2.post(f"{path}/answer", data=form)).status_code == 303
    assert "Your programs are judged again." in await text(clients.candidate, here(sitting, "/appeal"))
    assert await decide(clients.registrar2, sitting, DECLINE) == 409
    page = await text(clients.registrar2, f"/results/{sitting.session.session_id}")
    assert "judged again first" in page
    again = {"kind": "anew", "session_id": str(sitting.session.session_id), "reason": "After an upheld appeal."}
    made = (await clients.registrar2.post("/rejudging", data=again)).headers["location"]
    assert await decide(clients.registrar2, sitting, DECLINE) == 409
    assert (await clients.registrar2.post(f"{made}/cancel", data={"reason": "It is right as it is."})).status_code == 303
    assert await decide(clients.registrar2, sitting, DECLINE) == 303


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO decision VALUES ($1, $2, $3, 'certify', 'Again.', now(), 2, NULL)", ("result", "registrar2")),
        ("INSERT INTO decision VALUES ($1, $2, $3, 'certify', 'Again.', now(), 2, $4)", ("result", "registrar2", "appeal")),
    ],
    ids=["without an appeal", "while it is open"],
)
async def test_the_database_takes_no_second_decision_without_an_upheld_appeal(
    site: Site, statement: str, values: tuple[str, ...]
) -> None:
    clients, _, path = await appealed(site)
    known = {
        "result": await site.database.admin.fetchval("SELECT result_id FROM result"),
        "registrar2": clients.registrar2.account_id,
        "appeal": UUID(path.removeprefix("/appeals/")),
    }
    with pytest.raises(asyncpg.CheckViolationError):
        await site.database.web.execute(statement, uuid4(), *(known[name] for name in values))


async def insert_certificate(site: Site, decision_id: UUID) -> UUID:
    """A settled certificate of a decision, as far as the web process sees one."""
    credential_id, now = uuid4(), datetime.now(UTC)
    bundle = json.dumps({"credential": {"name": "Junior", "credentialSubject": {"identifier": [{"identityHash": "A"}]}}})
    async with transaction(site.database.admin) as db:
        await db.execute(
            "INSERT INTO credential_intention VALUES ($1, $2, $3, 7, $4, 'x', $5)",
            credential_id,
            f"decision:{decision_id}",
            "7K3QM9-XW2RFD-HJ5T98",
            bytes(32),
            now,
        )
        await db.execute("INSERT INTO log_leaf VALUES (0, $1, 'issue', 'entry', $2)", bytes(32), now)
        await db.execute("INSERT INTO credential_signature VALUES ($1, 0, '[]', $2)", credential_id, now)
        await db.execute("INSERT INTO credential_bundle VALUES ($1, $2, $3)", credential_id, bundle.encode(), now)
    return credential_id
