"""Complaints about time at other systems, each with its number in the list of twenty; here they must not happen.

The web process, its pulse and the sealer are real; a clock that leaps and a process that dies are played by moving what the
database knows.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.auth.account import Role
from app.database import transaction
from app.jobs.seal_session import seal_one
from app.pulse import Pulse
from exams.ids import SessionId
from exams.sessions import store
from exams.sessions.ledger import store as ledgers
from exams.sessions.timing import SAVE_GRACE_S, remaining
from tests.fixtures.candidates import JSON, start_exam, turn_back
from tests.fixtures.postgres import Database
from tests.fixtures.sittings import Sitting, insert_people, insert_sitting, sign_in_people
from tests.fixtures.web import Site


class Machine:
    """A machine whose wall clock can be set, and whose web process can be away, while its own seconds go on."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.now = now
        self.uptime_s = 5000.0
        self.pulse = Pulse(database.web, now=lambda: self.now, uptime=lambda: self.uptime_s)

    def passes(self, seconds: float) -> None:
        """Real time."""
        self.now += timedelta(seconds=seconds)
        self.uptime_s += seconds

    def is_set(self, seconds: float) -> None:
        """The wall clock alone."""
        self.now += timedelta(seconds=seconds)

    async def works(self, seconds: float) -> None:
        """Real time in which the web process is there."""
        for _ in range(int(seconds)):
            self.passes(1)
            await self.pulse.beat()


async def a_sitting(database: Database, started_at: datetime) -> Sitting:
    """Somebody who has an hour."""
    async with transaction(database.admin) as db:
        return await insert_sitting(db, await insert_people(db), started_at=started_at)


async def is_sealed(database: Database, sitting: Sitting, now: datetime) -> bool:
    """Let the sealer look at the session."""
    await seal_one(database.registry, sitting.session.session_id, now)
    async with database.admin.acquire() as db:
        found = await store.session_to_read(db, sitting.session.session_id)
    assert found is not None
    return found.sealed_at is not None


async def credited(database: Database, session_id: UUID) -> list[tuple[str, int]]:
    async with transaction(database.admin) as db:
        session = await store.session_to_read(db, SessionId(session_id))
        assert session is not None
        entries = await ledgers.ledger_of(db, session)
    assert session.credited_seconds == sum(entry.seconds for entry in entries)
    assert session.ledger_revision == len(entries)
    return [(entry.kind.value, entry.seconds) for entry in entries]


async def test_complaint_6_an_exam_is_over_when_the_server_says_so_and_a_lost_half_hour_is_given_back(
    database: Database,
) -> None:
    """60 instead of 90 minutes, forced hand-in."""
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    sitting = await a_sitting(database, machine.now)
    await machine.pulse.beat()
    await machine.works(3)
    machine.passes(30 * 60)  # nobody is there
    assert not await is_sealed(database, sitting, machine.now)
    await machine.pulse.beat()
    assert await credited(database, sitting.session.session_id) == [("outage", 1800)]
    machine.passes(60 * 60 - 10)  # away again, over what would have been the end
    assert not await is_sealed(database, sitting, machine.now)
    await machine.pulse.beat()
    assert not await is_sealed(database, sitting, machine.now)
    total = sum(seconds for _, seconds in await credited(database, sitting.session.session_id))
    assert total == 1800 + 3590


async def test_complaint_8_a_device_clock_opens_nothing_early_and_closes_nothing_late(site: Site) -> None:
    """Device clock changed: early view, late edits."""
    sitting = await start_exam(site)
    for wrong in (timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)):
        lie = format(datetime.now(UTC) + wrong, "%a, %d %b %Y %H:%M:%S GMT")
        state = await sitting.candidate.get(f"/api/sessions/{sitting.session_id}", headers={"date": lie})
        assert state.json()["phase"] == "in_progress"
    await turn_back(site, sitting, timedelta(hours=1, seconds=SAVE_GRACE_S + 1))
    lie = format(datetime.now(UTC) - timedelta(hours=2), "%a, %d %b %Y %H:%M:%S GMT")
    late = await sitting.candidate.get(f"/api/sessions/{sitting.session_id}", headers={"date": lie} | JSON)
    assert late.json()["phase"] == "over"


async def test_complaint_9_a_skewed_clock_never_bars_the_way(site: Site) -> None:
    """Clock 5 minutes slow: thrown out."""
    sitting = await start_exam(site)
    seen = {"kind": "focus_lost", "client_time": (datetime.now(UTC) - timedelta(minutes=5)).isoformat()}
    address = f"/api/sessions/{sitting.session_id}/observations"
    assert (await sitting.candidate.post(address, json={"observations": [seen]}, headers=JSON)).status_code == 204
    assert (await sitting.get())["phase"] == "in_progress"


async def test_complaint_10_who_starts_later_ends_later(database: Database) -> None:
    """Unlocked in turn, locked together."""
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    first = await a_sitting(database, machine.now)
    second = await a_sitting(database, machine.now + timedelta(minutes=20))
    end = machine.now + timedelta(hours=1, seconds=SAVE_GRACE_S)
    assert await is_sealed(database, first, end)
    assert not await is_sealed(database, second, end)
    assert await is_sealed(database, second, end + timedelta(minutes=20))


async def test_complaint_11_time_is_given_to_everybody_at_once(site: Site) -> None:
    """Cannot extend all."""
    clients = await sign_in_people(site)
    sittings: list[Sitting] = []
    for _ in range(5):
        candidate = await site.person(Role.CANDIDATE)
        async with transaction(site.database.admin) as db:
            sitting = await insert_sitting(db, clients.people, started_at=datetime.now(UTC) - timedelta(minutes=5))
            await db.execute(
                "UPDATE session SET candidate_id = $2 WHERE session_id = $1", sitting.session.session_id, candidate.account_id
            )
        sittings.append(sitting)
    form = {"minutes": "12", "reason": "The power was away", "scheme": ""}
    assert (await clients.proctor.post("/time/credit", data=form)).status_code == 303
    for sitting in sittings:
        assert await credited(site.database, sitting.session.session_id) == [("credit", 720)]


async def test_complaint_12_thirty_seconds_away_cost_nothing(database: Database) -> None:
    """A drop of 30 s cost about 30 minutes. If it was ours, it is given back; if it was the line, the next answer tells all."""
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    sitting = await a_sitting(database, machine.now)
    await machine.pulse.beat()
    machine.passes(30)
    await machine.pulse.beat()
    await machine.works(2)
    assert await credited(database, sitting.session.session_id) == [("outage", 30)]


async def test_complaint_13_a_ringing_telephone_is_a_pause_and_no_suspension(site: Site) -> None:
    """Stood up to a ringing phone: suspended."""
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        sitting = await insert_sitting(db, clients.people, started_at=datetime.now(UTC) - timedelta(minutes=5))
    session = f"/sessions/{sitting.session.session_id}"
    assert (await clients.proctor.post(f"/time{session}/pause", data={"reason": "A telephone rings"})).status_code == 303
    page = await clients.candidate.get(session)
    assert "A telephone rings" in page.text
    assert (await clients.proctor.post(f"/time{session}/resume")).status_code == 303
    state = (await clients.candidate.get(f"/api{session}")).json()
    assert (state["phase"], state["sealed_at"]) == ("in_progress", None)
    async with transaction(site.database.admin) as db:
        assert await db.fetchval("SELECT count(*) FROM incident") == 0


# The server's own clock, and processes that die


async def test_a_clock_that_leaps_ahead_seals_nothing_and_takes_nothing(database: Database) -> None:
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    sitting = await a_sitting(database, machine.now)
    await machine.pulse.beat()
    await machine.works(5)
    machine.is_set(3 * 3600)
    assert not await is_sealed(database, sitting, machine.now)  # the sealer is first, before any pulse
    machine.passes(1)
    await machine.pulse.fresh()  # as every candidate's page does
    assert await credited(database, sitting.session.session_id) == [("outage", 3 * 3600 + 1)]
    assert not await is_sealed(database, sitting, machine.now)


async def test_a_clock_that_leaps_by_a_little_takes_nothing_either(database: Database) -> None:
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    sitting = await a_sitting(database, machine.now)
    await machine.pulse.beat()
    machine.passes(1)
    machine.is_set(3)
    await machine.pulse.beat()
    assert await credited(database, sitting.session.session_id) == [("outage", 3)]


async def test_a_clock_that_is_set_back_gives_time_and_shortens_nobodys_later(database: Database) -> None:
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    sitting = await a_sitting(database, machine.now)
    await machine.pulse.beat()
    await machine.works(2)
    machine.is_set(-600)
    await machine.works(2)
    assert await credited(database, sitting.session.session_id) == []
    machine.passes(15 * 60)
    await machine.pulse.beat()
    # Ten minutes were given by the clock itself; what is lost of the session's own run is given back.
    async with database.admin.acquire() as db:
        session = await store.session_to_read(db, sitting.session.session_id)
    assert session is not None
    assert remaining(session, machine.now) >= timedelta(minutes=60) - timedelta(seconds=5)


async def test_while_one_of_two_web_processes_lives_there_is_no_outage(database: Database) -> None:
    one = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    other = Pulse(database.web, now=lambda: one.now, uptime=lambda: one.uptime_s)
    sitting = await a_sitting(database, one.now)
    await one.pulse.beat()
    for _ in range(20):
        one.passes(1)
        await other.beat()
    await one.pulse.beat()
    assert await credited(database, sitting.session.session_id) == []
    one.passes(40)
    await other.beat()
    await one.pulse.beat()
    assert await credited(database, sitting.session.session_id) == [("outage", 40)]


async def test_an_outage_during_a_pause_counts_once_and_a_break_ends_by_itself(database: Database) -> None:
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    sitting = await a_sitting(database, machine.now)
    session_id = sitting.session.session_id
    await machine.pulse.beat()
    async with transaction(database.admin) as db:
        await db.execute(
            "INSERT INTO session_pause (session_id, kind, actor_id, reason, began_at, max_seconds)"
            " VALUES ($1, 'break', $2, '', $3, 100)",
            session_id,
            sitting.session.candidate_id,
            machine.now,
        )
    machine.passes(300)
    await machine.pulse.beat()
    assert sorted(await credited(database, session_id)) == [("break", 100), ("outage", 200)]


async def test_a_wait_in_the_queue_is_given_back_before_the_seal_even_while_it_lasts(database: Database) -> None:
    machine = Machine(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    sitting = await a_sitting(database, machine.now)
    session_id = sitting.session.session_id
    due = machine.now + timedelta(hours=1, seconds=SAVE_GRACE_S)
    async with transaction(database.admin) as db:
        for asked, took in ((600, None), (1200, 75)):
            run = uuid4()
            asked_at = machine.now + timedelta(seconds=asked)
            await db.execute(
                "INSERT INTO sample_run (sample_run_id, session_id, position, language, source, requested_at)"
                " VALUES ($1, $2, 1, 'python3', '', $3)",
                run,
                session_id,
                asked_at if took else due - timedelta(seconds=45),
            )
            if took:
                await db.execute(
                    "INSERT INTO sample_run_report (sample_run_id, report, finished_at, began_at, waited_seconds)"
                    " VALUES ($1, '{}', $2, $2, $3)",
                    run,
                    asked_at + timedelta(seconds=took),
                    took,
                )
    assert not await is_sealed(database, sitting, due)
    assert sorted(await credited(database, session_id)) == [("queue_wait", 30), ("queue_wait", 60)]
    assert await is_sealed(database, sitting, due + timedelta(seconds=90))  # once: nobody gets more by waiting on


async def test_the_database_itself_refuses_what_would_be_unfair(database: Database) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    sitting = await a_sitting(database, now)
    session_id, candidate = sitting.session.session_id, sitting.session.candidate_id
    insert = (
        "INSERT INTO time_entry (session_id, kind, seconds, once, rule, actor_id, reason, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    refused = [
        ("credit", 600, "credit:1", None, candidate, "for myself"),
        ("credit", -600, "credit:2", None, None, "nobody"),
        ("outage", -1, "outage:1", "outage", None, ""),
        ("correction", -60, "correction:1", None, None, "of nothing"),
    ]
    for values in refused:
        with pytest.raises(Exception, match=r"time_entry|impartial|correction|session_credit"):
            await database.admin.execute(insert, session_id, *values, now)
    for statement in (
        "UPDATE session SET credited_seconds = 9999",
        "UPDATE time_entry SET seconds = 0",
        "DELETE FROM time_entry",
    ):
        with pytest.raises(Exception, match="permission denied"):
            await database.web.execute(statement)
    await database.admin.execute(
        "UPDATE session SET sealed_at = $2, seal_reason = 'finished' WHERE session_id = $1", session_id, now
    )
    with pytest.raises(Exception, match="sealed"):
        await database.admin.execute(insert, session_id, "outage", 60, "outage:2", "outage", None, "", now)
