"""The proctor's pages through HTTP: board, session, pictures, incidents."""

from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

from app.auth.account import Role
from app.database import transaction
from exams.proctoring.incident import open_incident
from exams.proctoring.snapshot import take
from exams.proctoring.store import insert_incident, insert_snapshot
from tests.fixtures.journals import journal
from tests.fixtures.sittings import Clients, Sitting, insert_result, insert_sitting, insert_submission, seal, sign_in_people
from tests.fixtures.web import Site

JPEG = b"\xff\xd8\xff\xe0picture\xff\xd9"


async def sit(site: Site) -> tuple[Clients, Sitting]:
    """A candidate five minutes into an exam."""
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        started_at = datetime.now(UTC) - timedelta(minutes=5, seconds=1)
        return clients, await insert_sitting(db, clients.people, started_at=started_at)


async def test_the_board_shows_who_sits_what_their_page_reported_and_when_it_was_heard(site: Site) -> None:
    clients, sitting = await sit(site)
    assert "Not open yet" not in (await clients.proctor.get("/board")).text
    session_id = sitting.session.session_id
    sent = {"observations": [{"kind": "paste", "length": 1200}, {"kind": "camera_off", "reason": "denied"}]}
    assert (await clients.candidate.post(f"/api/sessions/{session_id}/observations", json=sent)).status_code == 204
    for path in ("/board", "/board/seats"):
        page = unescape((await clients.proctor.get(path)).text)
        for expected in (
            "Aigerim Sadykova",
            "Junior software developer",
            "55 min left",  # 30 s are given back: the page was first heard long after the start
            "Here",
            "Pasted 1200 characters",
            "Camera off: not allowed in the browser",
            "1 candidate is sitting",
            "No picture yet",
        ):
            assert expected in page
    await site.database.admin.execute("UPDATE presence SET last_seen_at = now() - interval '42 s'")
    page = (await clients.proctor.get("/board/seats")).text
    assert "Not heard for 42 s" in page
    assert "1 page is not heard" in page


async def test_a_picture_is_shown_to_a_proctor_and_the_look_is_written_down(site: Site) -> None:
    clients, sitting = await sit(site)
    snapshot = take(sitting.session, JPEG, None, datetime.now(UTC))
    async with transaction(site.database.web) as db:
        await insert_snapshot(db, snapshot)
    for start, person in (("sessions", clients.proctor), ("results", clients.registrar)):
        path = f"/{start}/{sitting.session.session_id}/snapshots/{snapshot.snapshot_id}.jpg"
        answer = await person.get(path)
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, JPEG, "image/jpeg")
        assert answer.headers["cache-control"] == "no-store"
        for stranger in (clients.candidate, await site.person(Role.EXAMINER)):
            assert (await stranger.get(path)).status_code == 403
        seen = await site.database.admin.fetchrow("SELECT * FROM audit_event WHERE account_id = $1", person.account_id)
        assert seen is not None
        assert (seen["action"], seen["subject"]) == ("snapshot:view", f"session:{sitting.session.session_id}")
        assert seen["detail"] == {"snapshot_id": str(snapshot.snapshot_id)}
    gone = f"/sessions/{uuid4()}/snapshots/{snapshot.snapshot_id}.jpg"
    assert (await clients.proctor.get(gone)).status_code == 404


async def test_an_incident_stands_on_the_session_s_page_and_holds_the_result(site: Site) -> None:
    clients, sitting = await sit(site)
    path = f"/board/sessions/{sitting.session.session_id}"
    form = {"category": "environment", "description": "At 12:40 <somebody> entered.\r\nThey left after a minute."}
    answer = await clients.proctor.post(f"{path}/incidents", data=form)
    assert answer.status_code == 303
    page = unescape((await clients.proctor.get(path)).text)
    for expected in ("At 12:40 <somebody> entered.\nThey left", "Surroundings", "Not reviewed: holds the result", "Erlan Kim"):
        assert expected in page
    assert "1 open incident" in (await clients.proctor.get("/board")).text
    async with transaction(site.database.admin) as db:
        await insert_submission(db, sitting, verdict="AC")
        await seal(db, sitting, datetime.now(UTC))
        await insert_result(db, sitting)
    assert "An incident has not been reviewed" in (await clients.registrar.get("/results")).text


async def test_an_incident_that_cannot_stand_is_refused_and_nothing_is_saved(site: Site) -> None:
    clients, sitting = await sit(site)
    path = f"/board/sessions/{sitting.session.session_id}/incidents"
    good = {"category": "other", "description": "It was loud."}
    for form, status in (
        (good | {"description": "  "}, 422),
        (good | {"description": "x" * 4001}, 422),
        (good | {"description": "a\0b"}, 422),
        (good | {"category": "cheating"}, 422),
        ({"category": "other"}, 422),
    ):
        assert (await clients.proctor.post(path, data=form)).status_code == status
    assert (await clients.candidate.post(path, data=good)).status_code == 403
    assert (await clients.proctor.post(f"/board/sessions/{uuid4()}/incidents", data=good)).status_code == 404
    assert await site.database.admin.fetchval("SELECT count(*) FROM incident") == 0


async def test_nobody_reports_in_a_session_of_their_own(site: Site) -> None:
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people, candidate=clients.people.proctor, started_at=datetime.now(UTC))
    path = f"/board/sessions/{sitting.session.session_id}"
    answer = await clients.proctor.post(f"{path}/incidents", data={"category": "other", "description": "It was loud."})
    assert answer.status_code == 403


async def test_the_board_hears_of_an_observation_at_once(site: Site) -> None:
    clients, sitting = await sit(site)
    async with clients.proctor.stream("GET", "/board/events") as stream:
        lines = stream.aiter_lines()
        while "open" not in await anext(lines):
            pass
        sent = {"observations": [{"kind": "focus_lost"}]}
        await clients.candidate.post(f"/api/sessions/{sitting.session.session_id}/observations", json=sent)
        while (line := await anext(lines)) != "data: board":
            assert line in {"", "event: changed", "data:", "data: "} or line.startswith("retry: ")


async def test_whoever_watches_or_reviews_reads_the_journal_from_the_session_and_the_look_is_written_down(site: Site) -> None:
    clients, sitting = await sit(site)
    session_id = sitting.session.session_id
    async with transaction(site.database.admin) as db:
        await journal(db, session_id, 1, "python3", "print('first')\n", datetime.now(UTC))
        incident = open_incident(
            sitting.session, clients.people.proctor.account_id, "candidate", "A paste.", datetime.now(UTC), decided=False
        )
        await insert_incident(db, incident)
    for person, page, path in (
        (clients.proctor, f"/board/sessions/{session_id}", f"/board/sessions/{session_id}/journal/1"),
        (clients.registrar, f"/incidents/{incident.incident_id}", f"/results/{session_id}/journal/1"),
    ):
        assert f'href="{path}"' in (await person.get(page)).text
        shown = unescape((await person.get(path)).text)
        assert "print('first')" in shown
        assert f'data-player="{path}/edits"' in shown
        replayed = (await person.get(f"{path}/edits")).json()
        assert [one["revision"] for one in replayed["revisions"]] == [1]
        seen = await site.database.admin.fetch(
            "SELECT action, subject, detail FROM audit_event WHERE account_id = $1 ORDER BY audit_event_id", person.account_id
        )
        assert [(one["action"], one["subject"], one["detail"]) for one in seen] == [
            ("journal:view", f"session:{session_id}", {"position": 1}),
            ("journal:replay", f"session:{session_id}", {"position": 1, "after": 0}),
        ]
        assert (await person.get(f"{path[:-1]}9")).status_code == 404
        assert (await clients.candidate.get(path)).status_code == 403
