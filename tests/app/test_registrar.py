"""The registrar's pages through HTTP: results and decisions, incidents and reviews, certificates and their status."""

from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.database import transaction
from certificates.serial import new_serial
from exams.proctoring.snapshot import take
from exams.proctoring.store import insert_snapshot
from tests.fixtures.sittings import Clients, Sitting, insert_result, insert_sitting, insert_submission, seal, sign_in_people
from tests.fixtures.web import Person, Site

CERTIFY = {"outcome": "certify", "reason": "All in order."}
DECLINE = {"outcome": "decline", "reason": "The score is below the cut."}


async def finished(site: Site, *, passed: bool = True) -> tuple[Clients, Sitting]:
    """A graded session."""
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people)
        await insert_submission(db, sitting, verdict="AC" if passed else "WA")
        await seal(db, sitting)
        await insert_result(db, sitting, passed=passed)
    return clients, sitting


async def incident(site: Site, clients: Clients, sitting: Sitting) -> UUID:
    """The proctor reports something."""
    path = f"/board/sessions/{sitting.session.session_id}/incidents"
    answer = await clients.proctor.post(path, data={"category": "candidate", "description": "A phone rang."})
    assert answer.status_code == 303
    return await site.database.admin.fetchval("SELECT incident_id FROM incident ORDER BY opened_at DESC LIMIT 1")


async def decide(person: Person, sitting: Sitting, form: dict[str, str]) -> int:
    return (await person.post(f"/results/{sitting.session.session_id}/decision", data=form)).status_code


async def jobs(site: Site) -> list[tuple[str, bytes]]:
    return [
        (row["entrypoint"], row["payload"]) for row in await site.database.admin.fetch("SELECT * FROM pgqueuer ORDER BY id")
    ]


async def test_what_we_could_not_judge_is_judged_once_more_when_a_registrar_asks(site: Site) -> None:
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people)
        await insert_submission(db, sitting, verdict="WA")
        held = await insert_submission(db, sitting, verdict=None, failures=5)
        await seal(db, sitting)
    path = f"/results/{sitting.session.session_id}"
    assert f'action="{path}/judge-again"' in (await clients.registrar.get(path)).text
    assert (await clients.registrar.post(f"{path}/judge-again")).status_code == 303
    assert await jobs(site) == [("judge_submission", str(held).encode())]
    assert (await clients.candidate.post(f"{path}/judge-again")).status_code == 403


async def test_a_certifying_decision_its_audit_and_its_job_are_one(site: Site) -> None:
    clients, sitting = await finished(site)
    page = unescape((await clients.registrar.get(f"/results/{sitting.session.session_id}")).text)
    for expected in ("Aigerim Sadykova", "Timetable", "of 100 points", "Passed", "1 of 1 tests passed", "print(1)"):
        assert expected in page
    assert await decide(clients.registrar, sitting, CERTIFY) == 303
    decision = await site.database.admin.fetchrow("SELECT * FROM decision")
    assert decision is not None
    assert (decision["outcome"], decision["decided_by"]) == ("certify", clients.registrar.account_id)
    assert await jobs(site) == [("issue_certificate", str(decision["decision_id"]).encode())]
    event = await site.database.admin.fetchrow("SELECT * FROM audit_event WHERE action = 'result:certify'")
    assert event is not None
    assert event["detail"] == {"decision_id": str(decision["decision_id"])}
    assert (
        "The certificate is being written down" in (await clients.registrar.get(f"/results/{sitting.session.session_id}")).text
    )


async def test_a_look_at_a_result_is_written_down_once_however_often_its_page_asks(site: Site) -> None:
    clients, sitting = await finished(site)
    path = f"/results/{sitting.session.session_id}"
    assert (await clients.registrar.get(path)).status_code == 200
    for _ in range(3):
        part = await clients.registrar.get(f"{path}?part=certificate")
        assert part.status_code == 200
        assert "<html" not in part.text
    assert await site.database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'result:view'") == 1


async def test_a_declining_decision_issues_nothing(site: Site) -> None:
    clients, sitting = await finished(site, passed=False)
    page = (await clients.registrar.get(f"/results/{sitting.session.session_id}")).text
    assert "it can only be declined" in page
    assert await decide(clients.registrar, sitting, CERTIFY) == 409
    assert await decide(clients.registrar, sitting, DECLINE) == 303
    assert await jobs(site) == []
    assert "Declined" in (await clients.registrar.get("/results")).text


async def test_a_decision_is_taken_once(site: Site) -> None:
    clients, sitting = await finished(site)
    assert await decide(clients.registrar, sitting, CERTIFY) == 303
    assert await decide(clients.registrar2, sitting, DECLINE) == 409
    assert await site.database.admin.fetchval("SELECT outcome FROM decision") == "certify"


@pytest.mark.parametrize("who", ["author", "publisher", "proctor"])
async def test_whoever_examined_is_told_kindly_that_somebody_else_must_decide(site: Site, who: str) -> None:
    clients, sitting = await finished(site)
    incident_id = await incident(site, clients, sitting)
    review = {"outcome": "no_effect", "reason": "The phone was outside."}
    assert (await clients.registrar2.post(f"/incidents/{incident_id}/review", data=review)).status_code == 303
    person: Person = getattr(clients, who)
    page = (await person.get(f"/results/{sitting.session.session_id}")).text
    assert "Somebody else must decide this" in page
    assert "Record the decision" not in page
    answer = await person.post(f"/results/{sitting.session.session_id}/decision", data=CERTIFY)
    assert answer.status_code == 403
    assert "Ask another registrar" in answer.text
    assert await decide(clients.registrar, sitting, CERTIFY) == 303


async def test_a_candidate_who_is_a_registrar_does_not_decide_their_own_result(site: Site) -> None:
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people, candidate=clients.people.registrar)
        await insert_submission(db, sitting, verdict="AC")
        await seal(db, sitting)
        await insert_result(db, sitting)
    assert await decide(clients.registrar, sitting, CERTIFY) == 403
    assert await site.database.admin.fetchval("SELECT count(*) FROM decision") == 0


async def test_who_works_for_the_centre_sees_nothing_that_others_wrote_of_their_own_exam(site: Site) -> None:
    clients = await sign_in_people(site)
    own = clients.registrar
    await site.database.admin.execute("INSERT INTO account_role VALUES ($1, 'proctor')", own.account_id)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people, candidate=clients.people.registrar)
        jpeg, began = b"\xff\xd8\xff\xe0picture\xff\xd9", sitting.session.opened_at
        snapshot = take(sitting.session, jpeg, None, began + timedelta(minutes=1))
        await insert_snapshot(db, snapshot)
        await insert_submission(db, sitting, verdict="AC")
    incident_id = await incident(site, clients, sitting)
    async with transaction(site.database.admin) as db:
        await seal(db, sitting, datetime.now(UTC))
        await insert_result(db, sitting, passed=True)
    session_id = sitting.session.session_id
    pictures = f"snapshots/{snapshot.snapshot_id}.jpg"
    for path in (
        f"/board/sessions/{session_id}",
        f"/board/sessions/{session_id}/timeline",
        f"/board/sessions/{session_id}/journal/1",
        f"/board/sessions/{session_id}/journal/1/edits",
        f"/time/sessions/{session_id}",
        f"/results/{session_id}",
        f"/results/{session_id}/journal/1",
        f"/incidents/{incident_id}",
    ):
        answer = await own.get(path, headers={"accept": "application/json"})
        assert (path, answer.status_code, answer.json()["code"]) == (path, 403, "own-case")
        reader = clients.proctor if path.startswith("/board") else clients.registrar2
        assert (path, (await reader.get(path)).status_code) == (path, 200)
    for path in (f"/sessions/{session_id}/{pictures}", f"/results/{session_id}/{pictures}"):
        assert (await own.get(path)).status_code == 404
    assert (await own.post(f"/results/{session_id}/judge-again")).status_code == 403
    for path in ("/board", "/results", "/incidents"):
        assert str(session_id) not in (await own.get(path)).text
        assert str(incident_id) not in (await own.get(path)).text
    assert str(session_id) in (await clients.proctor.get("/board")).text
    assert str(session_id) in (await clients.registrar2.get("/results")).text
    assert str(incident_id) in (await clients.registrar2.get("/incidents")).text


async def test_an_open_incident_holds_the_result_until_somebody_else_has_reviewed_it(site: Site) -> None:
    clients, sitting = await finished(site)
    incident_id = await incident(site, clients, sitting)
    for form in (CERTIFY, DECLINE):
        assert await decide(clients.registrar, sitting, form) == 409
    review = {"outcome": "warning", "reason": "It was switched off at once."}
    assert "A phone rang." in (await clients.registrar.get(f"/incidents/{incident_id}")).text
    own = await clients.proctor.get(f"/incidents/{incident_id}")
    assert "Somebody else must review this" in own.text
    assert (await clients.proctor.post(f"/incidents/{incident_id}/review", data=review)).status_code == 403
    assert (await clients.registrar.post(f"/incidents/{incident_id}/review", data=review)).status_code == 303
    assert (await clients.registrar2.post(f"/incidents/{incident_id}/review", data=review)).status_code == 409
    assert "It was switched off at once." in unescape((await clients.registrar.get(f"/incidents/{incident_id}")).text)
    assert await decide(clients.registrar, sitting, CERTIFY) == 303


async def test_a_void_session_is_declined_by_a_person_and_by_nobody_else(site: Site) -> None:
    clients, sitting = await finished(site)
    incident_id = await incident(site, clients, sitting)
    review = {"outcome": "session_void", "reason": "Somebody else answered."}
    assert (await clients.registrar.post(f"/incidents/{incident_id}/review", data=review)).status_code == 303
    assert await site.database.admin.fetchval("SELECT count(*) FROM decision") == 0
    assert await jobs(site) == []
    assert await decide(clients.registrar2, sitting, CERTIFY) == 409
    assert await decide(clients.registrar2, sitting, DECLINE) == 303


async def test_after_the_decision_no_incident_is_opened(site: Site) -> None:
    clients, sitting = await finished(site)
    assert await decide(clients.registrar, sitting, CERTIFY) == 303
    path = f"/board/sessions/{sitting.session.session_id}"
    assert "The result of this session has been decided" in (await clients.proctor.get(path)).text
    answer = await clients.proctor.post(f"{path}/incidents", data={"category": "other", "description": "Too late."})
    assert answer.status_code == 409


async def test_what_we_could_not_judge_is_listed_as_held_and_cannot_be_decided(site: Site) -> None:
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people)
        await insert_submission(db, sitting, verdict=None, failures=5)
        await seal(db, sitting)
    page = unescape((await clients.registrar.get("/results")).text)
    assert "We could not judge a program; that is our fault" in page
    page = unescape((await clients.registrar.get(f"/results/{sitting.session.session_id}")).text)
    assert "Not judged: our fault" in page
    assert "We tried 5 times and could not judge it." in page
    assert await decide(clients.registrar, sitting, DECLINE) == 409


@pytest.mark.parametrize(
    ("form", "status"),
    [({"outcome": "certify"}, 422), ({"outcome": "certify", "reason": " "}, 422), ({"outcome": "perhaps", "reason": "x"}, 422)],
)
async def test_a_decision_without_an_outcome_or_a_reason_is_refused(site: Site, form: dict[str, str], status: int) -> None:
    clients, sitting = await finished(site)
    assert await decide(clients.registrar, sitting, form) == status
    assert await site.database.admin.fetchval("SELECT count(*) FROM decision") == 0


async def test_what_does_not_exist_is_not_found(site: Site) -> None:
    clients = await sign_in_people(site)
    for path in (f"/results/{uuid4()}", f"/incidents/{uuid4()}", f"/certificates/{new_serial()}/status"):
        assert (await clients.registrar.get(path)).status_code == 404
    for path in (f"/results/{uuid4()}/decision", f"/incidents/{uuid4()}/review"):
        assert (await clients.registrar.post(path, data=CERTIFY)).status_code == 404


async def insert_certificate(site: Site, decision_id: UUID | None = None) -> tuple[UUID, str]:
    """A certificate as far as its status is concerned; its file is not looked at here."""
    credential_id, serial, now = uuid4(), new_serial(), datetime.now(UTC)
    bundle = (
        b'{"credential":{"name":"Junior software developer","credentialSubject":{"identifier":[{"identityHash":"Aigerim"}]}}}'
    )
    async with transaction(site.database.admin) as db:
        await db.execute(
            "INSERT INTO credential_intention VALUES ($1, $2, $3, 7, $4, 'x', $5)",
            credential_id,
            f"decision:{decision_id or uuid4()}",
            serial,
            bytes(32),
            now,
        )
        await db.execute("INSERT INTO log_leaf VALUES (0, $1, 'issue', 'entry', $2)", bytes(32), now)
        await db.execute("INSERT INTO credential_signature VALUES ($1, 0, '[]', $2)", credential_id, now)
        await db.execute("INSERT INTO credential_bundle VALUES ($1, $2, $3)", credential_id, bundle, now)
    return credential_id, serial


async def test_nobody_changes_the_status_of_their_own_certificate(site: Site) -> None:
    clients = await sign_in_people(site)
    holder = clients.people.registrar
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people, candidate=holder)
        await insert_submission(db, sitting, verdict="AC")
        await seal(db, sitting)
        await insert_result(db, sitting, passed=True)
    assert await decide(clients.registrar, sitting, CERTIFY) == 403
    assert await decide(clients.registrar2, sitting, CERTIFY) == 303
    decision_id = await site.database.admin.fetchval("SELECT decision_id FROM decision")
    credential_id, serial = await insert_certificate(site, decision_id)
    path, change = f"/certificates/{serial}/status", {"change": "suspend", "reason": "Because."}
    assert (await clients.registrar.get(path)).status_code == 403
    assert (await clients.registrar.post(path, data=change)).status_code == 403
    assert (await clients.registrar2.post(path, data=change)).status_code == 303
    with pytest.raises(asyncpg.CheckViolationError, match="not impartial"):
        await site.database.web.execute(
            "INSERT INTO credential_status_change (credential_id, purpose, active, reason, decided_by, decided_at)"
            " VALUES ($1, 'suspension', false, 'Mine.', $2, now())",
            credential_id,
            holder.account_id,
        )


async def test_the_published_reason_is_one_of_those_that_fit_the_choice(site: Site) -> None:
    clients = await sign_in_people(site)
    _credential_id, serial = await insert_certificate(site)
    path = f"/certificates/{serial}/status"

    async def change(to: str, **code: str) -> int:
        return (await clients.registrar.post(path, data={"change": to, "reason": "Because.", **code})).status_code

    assert await change("suspend", suspend_code="superseded") == 422
    assert await change("suspend", suspend_code="under-review", revoke_code="data-wrong") == 303
    assert await change("reinstate", revoke_code="data-wrong") == 303
    assert await change("revoke", revoke_code="because") == 422
    assert await change("revoke") == 303
    rows = await site.database.admin.fetch("SELECT reason_code FROM credential_status_change ORDER BY change_id")
    assert [row["reason_code"] for row in rows] == ["under-review", None, "undisclosed"]
    assert "Something is being looked into." in (await clients.registrar.get(path)).text


async def test_a_certificate_is_suspended_reinstated_and_revoked_for_good(site: Site) -> None:
    clients = await sign_in_people(site)
    _credential_id, serial = await insert_certificate(site)
    page = (await clients.registrar.get("/certificates")).text
    assert "Aigerim" in page
    assert serial in page
    path = f"/certificates/{serial}/status"

    async def change(to: str, reason: str = "Because.") -> int:
        return (await clients.registrar.post(path, data={"change": to, "reason": reason})).status_code

    assert [await change(to) for to in ("suspend", "suspend", "reinstate", "reinstate")] == [303, 409, 303, 409]
    assert [await change("revoke", " "), await change("issue"), await change("burn")] == [422, 409, 422]
    assert [await change(to) for to in ("revoke", "reinstate", "suspend")] == [303, 409, 409]
    rows = await site.database.admin.fetch("SELECT purpose, active FROM credential_status_change ORDER BY change_id")
    assert [tuple(row) for row in rows] == [("suspension", True), ("suspension", False), ("revocation", True)]
    assert [name for name, _subject in await jobs(site)] == ["publish_status_list"] * 3  # none is swallowed by one that runs
    page = (await clients.registrar.get(path)).text
    for expected in ("Suspended", "Reinstated", "Revoked", "A revocation is final", "Gulnara Petrova"):
        assert expected in page
