"""Time through the door: what candidates, proctors and registrars see of it and do with it."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.auth.account import Role
from app.database import transaction
from tests.fixtures.sittings import Clients, Sitting, insert_sitting, seal, sign_in_people
from tests.fixtures.web import Person, Site


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


async def a_sitting(site: Site, clients: Clients, now: datetime, minutes_ago: int = 10) -> Sitting:
    """A session of an hour that began some minutes ago."""
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people, started_at=now - timedelta(minutes=minutes_ago), camera=False)
        await db.execute(
            "UPDATE session SET opened_at = $2, consented_at = $2 WHERE session_id = $1",
            sitting.session.session_id,
            now - timedelta(minutes=minutes_ago + 1),
        )
    return sitting


async def clock(candidate: Person, sitting: Sitting) -> dict[str, object]:
    return (await candidate.get(f"/api/sessions/{sitting.session.session_id}")).json()


async def entries(site: Site, sitting: Sitting) -> list[tuple[str, int, str]]:
    async with transaction(site.database.admin) as db:
        rows = await db.fetch(
            "SELECT kind, seconds, reason FROM time_entry WHERE session_id = $1 ORDER BY made_at", sitting.session.session_id
        )
    return [(row["kind"], row["seconds"], row["reason"]) for row in rows]


async def entry_id(site: Site, sitting: Sitting) -> UUID:
    async with transaction(site.database.admin) as db:
        return await db.fetchval("SELECT time_entry_id FROM time_entry WHERE session_id = $1", sitting.session.session_id)


async def test_a_proctor_gives_time_with_a_reason_and_the_candidate_reads_it(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    before = await clock(clients.candidate, sitting)
    answer = await clients.proctor.post(
        f"/time/sessions/{sitting.session.session_id}/credit", data={"minutes": "7", "reason": "The projector fell down"}
    )
    assert answer.status_code == 303
    after = await clock(clients.candidate, sitting)
    assert after["ledger_revision"] == 1
    assert datetime.fromisoformat(str(after["deadline"])) - datetime.fromisoformat(str(before["deadline"])) == timedelta(
        minutes=7
    )
    for person, address in (
        (clients.candidate, f"/sessions/{sitting.session.session_id}/time"),
        (clients.registrar, f"/time/sessions/{sitting.session.session_id}"),
    ):
        page = await person.get(address)
        assert page.status_code == 200
        assert "The projector fell down" in page.text
        assert "+7 min" in page.text.replace("\u00a0", " ")


async def test_a_credit_to_all_reaches_everybody_who_sits_and_nobody_else(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    other = await site.person(Role.CANDIDATE)
    async with transaction(site.database.admin) as db:
        over = await insert_sitting(db, clients.people, started_at=now - timedelta(hours=2))
        await seal(db, over, now - timedelta(hours=1, minutes=1))
        second = await insert_sitting(db, clients.people, started_at=now - timedelta(minutes=5))
        await db.execute(
            "UPDATE session SET candidate_id = $2 WHERE session_id = $1", second.session.session_id, other.account_id
        )
    answer = await clients.registrar.post("/time/credit", data={"minutes": "10", "reason": "Fire alarm", "scheme": ""})
    assert answer.status_code == 303
    assert await entries(site, sitting) == await entries(site, second) == [("credit", 600, "Fire alarm")]
    assert await entries(site, over) == []
    only = {"minutes": "5", "reason": "One room", "scheme": str(second.session.scheme_id)}
    assert (await clients.proctor.post("/time/credit", data=only)).status_code == 303
    assert len(await entries(site, second)) == 2
    assert len(await entries(site, sitting)) == 1


async def test_a_credit_whose_button_was_pressed_twice_is_given_once(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    for page in ("/time", f"/time/sessions/{sitting.session.session_id}"):
        shown = [
            found.group(1)
            for _ in range(2)
            if (found := re.search(r'name="asked" value="([^"]+)"', (await clients.proctor.get(page)).text))
        ]
        for asked in (shown[0], shown[0], shown[1]):
            data = {"minutes": "10", "reason": "Fire alarm", "scheme": "", "asked": asked}
            assert (await clients.proctor.post(f"{page}/credit", data=data)).status_code == 303
    assert await entries(site, sitting) == [("credit", 600, "Fire alarm")] * 4


async def test_a_mistaken_credit_is_taken_back_once_and_nothing_else_is(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    address = f"/time/sessions/{sitting.session.session_id}"
    await clients.proctor.post(f"{address}/credit", data={"minutes": "100", "reason": "The wrong candidate"})
    form = {"entry": str(await entry_id(site, sitting)), "reason": "Meant for somebody else"}
    assert (await clients.registrar.post(f"{address}/corrections", data=form)).status_code == 303
    assert (await clients.registrar.post(f"{address}/corrections", data=form)).status_code == 422
    assert [entry[:2] for entry in await entries(site, sitting)] == [("credit", 6000), ("correction", -6000)]
    assert (await clock(clients.candidate, sitting))["ledger_revision"] == 2
    other = {"entry": str(sitting.session.session_id), "reason": "No such entry"}
    assert (await clients.registrar.post(f"{address}/corrections", data=other)).status_code == 422


async def test_nobody_keeps_the_time_of_their_own_session(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    async with transaction(site.database.admin) as db:
        await db.execute("INSERT INTO account_role VALUES ($1, 'proctor')", clients.candidate.account_id)
    address = f"/time/sessions/{sitting.session.session_id}"
    assert (await clients.candidate.get(address)).status_code == 403
    credit = {"minutes": "5", "reason": "For me", "scheme": ""}
    assert (await clients.candidate.post(f"{address}/credit", data=credit)).status_code == 403
    assert (await clients.candidate.post(f"{address}/pause", data={"reason": "For me"})).status_code == 403
    assert (await clients.candidate.post(f"{address}/resume")).status_code == 403
    assert (await clients.candidate.post("/time/credit", data=credit)).status_code == 303
    assert await entries(site, sitting) == []


async def test_a_stopped_clock_hides_the_tasks_takes_saves_and_gives_all_of_it_back(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    session = f"/sessions/{sitting.session.session_id}"
    address = f"/time{session}"
    shown = await clients.candidate.get(session)
    assert "Merge two timetables." in shown.text
    assert (await clients.proctor.post(f"{address}/pause", data={"reason": "Fire alarm"})).status_code == 303
    assert (await clients.proctor.post(f"{address}/pause", data={"reason": "Again"})).status_code == 409
    state = await clock(clients.candidate, sitting)
    assert (state["phase"], state["paused"], state["deadline"]) == ("paused", True, None)
    page = await clients.candidate.get(session)
    assert "Fire alarm" in page.text
    assert "Merge two timetables." not in page.text
    refused = await clients.candidate.post(
        f"/api{session}/items/1/sample-runs", json={"language": "python3", "source": "print(1)"}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "session-paused")
    assert (await clients.candidate.post(f"{session}/resume")).status_code == 303  # a proctor's pause is not the candidate's
    assert (await clock(clients.candidate, sitting))["paused"]
    board = await clients.proctor.get("/board")
    assert "Clock stopped since" in board.text
    assert (await clients.proctor.post(f"{address}/resume")).status_code == 303
    after = await clock(clients.candidate, sitting)
    assert (after["phase"], after["paused"], after["ledger_revision"]) == ("in_progress", False, 1)
    assert float(str(after["remaining_seconds"])) == pytest.approx(float(str(state["remaining_seconds"])), abs=20)
    assert (await entries(site, sitting))[0][0] == "pause"


async def test_all_clocks_stop_and_go_on_together(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    assert (await clients.proctor.post("/time/pause", data={"reason": "Alarm", "scheme": ""})).status_code == 303
    assert (await clock(clients.candidate, sitting))["paused"]
    page = await clients.proctor.get("/time")
    assert "Alarm" in page.text
    assert (await clients.proctor.post("/time/pause", data={"reason": "Alarm", "scheme": "elsewhere"})).status_code == 422
    assert (await clients.proctor.post("/time/resume", data={"scheme": ""})).status_code == 303
    assert not (await clock(clients.candidate, sitting))["paused"]


async def test_a_break_is_taken_within_what_is_arranged(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    session = f"/sessions/{sitting.session.session_id}"
    assert (await clients.candidate.post(f"{session}/break")).status_code == 409
    form = {
        "login": clients.candidate.login,
        "valid_until": f"{now + timedelta(days=30):%Y-%m-%d}",
        "break_minutes": "10",
        "larger_text": "true",
        "ignored": ["reads_aloud", "stands_up"],
    }
    assert (await clients.registrar.post("/accommodations", data=form)).status_code == 303
    assert 'data-text="larger"' in (await clients.candidate.get(session)).text
    assert "reads aloud" in (await clients.proctor.get("/board")).text
    assert "reads aloud" in (await clients.proctor.get(f"/board{session}")).text
    assert "reads aloud" in (await clients.candidate.get("/exams")).text
    assert (await clients.candidate.post(f"{session}/break")).status_code == 303
    assert (await clock(clients.candidate, sitting))["paused"]
    page = await clients.candidate.get(session)
    assert "End the break" in page.text
    assert (await clients.candidate.post(f"{session}/resume")).status_code == 303
    assert not (await clock(clients.candidate, sitting))["paused"]
    assert (await entries(site, sitting))[0][0] == "break"


async def test_a_break_does_not_run_out_while_a_proctor_has_stopped_the_clocks(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    form = {"login": clients.candidate.login, "valid_until": f"{now + timedelta(days=30):%Y-%m-%d}", "break_minutes": "10"}
    assert (await clients.registrar.post("/accommodations", data=form)).status_code == 303
    assert (await clients.candidate.post(f"/sessions/{sitting.session.session_id}/break")).status_code == 303
    assert (await clients.proctor.post("/time/pause", data={"reason": "Alarm", "scheme": ""})).status_code == 303
    state = await clock(clients.candidate, sitting)
    assert (state["paused"], state["deadline"]) == (True, None)  # without an end in time
    assert (await clients.proctor.post("/time/pause", data={"reason": "Again", "scheme": ""})).status_code == 303
    assert (await clients.proctor.post("/time/resume", data={"scheme": ""})).status_code == 303
    assert not (await clock(clients.candidate, sitting))["paused"]
    assert [entry[0] for entry in await entries(site, sitting)] == ["break", "pause"]
    assert (await clients.candidate.post(f"/sessions/{sitting.session.session_id}/break")).status_code == 303  # of what is left


async def test_extra_time_is_a_line_of_the_ledger_and_ending_it_takes_nothing_away(site: Site, now: datetime) -> None:
    clients = await sign_in_people(site)
    sitting = await a_sitting(site, clients, now)
    form = {
        "login": clients.candidate.login,
        "valid_until": f"{now + timedelta(days=30):%Y-%m-%d}",
        "extra_percent": "25",
        "extra_minutes": "5",
    }
    assert (await clients.registrar.post("/accommodations", data=form)).status_code == 303
    assert await entries(site, sitting) == [("accommodation", 900, "")]
    async with transaction(site.database.admin) as db:
        one = await db.fetchval("SELECT accommodation_id FROM accommodation")
    assert (await clients.registrar.post(f"/accommodations/{one}/revocation")).status_code == 303
    assert (await clients.registrar.post(f"/accommodations/{one}/revocation")).status_code == 404
    assert await entries(site, sitting) == [("accommodation", 900, "")]
    page = await clients.candidate.get(f"/sessions/{sitting.session.session_id}/time")
    assert "+15 min" in page.text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "broken",
    [
        {"login": "nobody-at-all"},
        {"extra_percent": "201"},
        {"extra_minutes": "-1"},
        {"break_minutes": "481"},
        {"valid_until": "2020-01-01"},
        {"valid_until": "tomorrow"},
        {"valid_until": "9999-12-31"},
        {"ignored": "has a diagnosis"},
        {"scheme": "none"},
        {"extra_percent": "0"},
    ],
    ids=lambda broken: next(iter(broken)),
)
async def test_a_broken_grant_is_refused_and_nothing_is_kept(site: Site, broken: dict[str, str]) -> None:
    clients = await sign_in_people(site)
    form = {"login": clients.candidate.login, "valid_until": "2099-06-30", "extra_percent": "25"} | broken
    assert (await clients.registrar.post("/accommodations", data=form)).status_code == 422
    async with transaction(site.database.admin) as db:
        assert await db.fetchval("SELECT count(*) FROM accommodation") == 0


async def test_there_is_no_place_for_a_diagnosis(site: Site) -> None:
    clients = await sign_in_people(site)
    page = await clients.registrar.get("/accommodations")
    assert page.status_code == 200
    assert "<textarea" not in page.text
    async with transaction(site.database.admin) as db:
        texts = await db.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name LIKE 'accommodation%' AND data_type = 'text'"
        )
    assert texts == []
