"""Observations, presence, snapshots and incidents in a real database, as the web process's role."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from app.database import transaction
from exams.ids import AccountId, IncidentId, SessionId
from exams.proctoring import store
from exams.proctoring.board import in_order
from exams.proctoring.incident import Category, Incident, open_incident
from exams.proctoring.observation import Observation, ObservationKind
from exams.proctoring.presence import Presence
from exams.proctoring.review import Review, ReviewOutcome
from exams.proctoring.snapshot import take
from tests.fixtures.postgres import Database
from tests.fixtures.sittings import NOON, insert_people, insert_person, insert_sitting, seal

LATER = NOON + timedelta(minutes=10)
JPEG = b"\xff\xd8\xff\xe0picture\xff\xd9"


def seen(session_id: SessionId, kind: ObservationKind, seconds: int, *, client: bool = False) -> Observation:
    at = LATER + timedelta(seconds=seconds)
    return Observation(session_id, kind, at, at if client else None)


async def test_an_observation_that_is_sent_twice_is_kept_once(database: Database) -> None:
    async with transaction(database.admin) as db:
        session = (await insert_sitting(db, await insert_people(db))).session
    one = seen(session.session_id, ObservationKind.FOCUS_LOST, 0, client=True)
    unclocked = seen(session.session_id, ObservationKind.CONNECTED, 1)
    async with transaction(database.web) as db:
        await store.insert_observations(db, [one, unclocked])
        await store.insert_observations(db, [one])
        assert await store.observations_of(db, session) == (unclocked, one)
        assert await store.observations_since(db, session, LATER) == 1


async def test_observations_are_append_only_for_the_web_process(database: Database) -> None:
    async with transaction(database.admin) as db:
        session = (await insert_sitting(db, await insert_people(db))).session
    async with transaction(database.web) as db:
        await store.insert_observations(db, [seen(session.session_id, ObservationKind.PASTE, 0)])
    for statement in (
        "UPDATE observation SET detail = '{}'",
        "DELETE FROM observation",
        "UPDATE incident SET description = 'x'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.web.execute(statement)


async def test_being_heard_returns_when_it_was_heard_before_and_never_moves_back(database: Database) -> None:
    async with transaction(database.admin) as db:
        session = (await insert_sitting(db, await insert_people(db))).session
    async with transaction(database.web) as db:
        assert await store.touch_presence(db, session, LATER) is None
        assert await store.touch_presence(db, session, LATER - timedelta(seconds=9)) == LATER
        assert await store.touch_presence(db, session, LATER + timedelta(seconds=4)) == LATER


async def test_two_calls_of_one_page_at_once_see_the_gap_once(database: Database) -> None:
    async with transaction(database.admin) as db:
        session = (await insert_sitting(db, await insert_people(db))).session
        await store.touch_presence(db, session, NOON)

    async def call() -> bool:
        async with transaction(database.web) as db:
            earlier = await store.touch_presence(db, session, LATER)
            await asyncio.sleep(0.05)
            return earlier == NOON

    assert sorted(await asyncio.gather(call(), call(), call())) == [False, False, True]


async def test_the_same_picture_is_one_snapshot(database: Database) -> None:
    async with transaction(database.admin) as db:
        people = await insert_people(db)
        session = (await insert_sitting(db, people)).session
        other = (await insert_sitting(db, people)).session
    first = take(session, JPEG, None, LATER)
    async with transaction(database.web) as db:
        await store.insert_snapshot(db, first)
        await store.insert_snapshot(db, take(session, JPEG, None, LATER + timedelta(minutes=1)))
        await store.insert_snapshot(db, take(other, JPEG, None, LATER))
        (only,) = await store.snapshots_of(db, session)
        assert only.snapshot_id == first.snapshot_id
        assert await store.snapshot_with_hash(db, session, first.sha256) == only
        viewer = AccountId(uuid4())
        assert await store.snapshot_image(db, session.session_id, first.snapshot_id, viewer) == JPEG
        assert await store.snapshot_image(db, session.session_id, first.snapshot_id, session.candidate_id) is None
        assert await store.snapshot_image(db, other.session_id, first.snapshot_id, viewer) is None


async def test_the_board_shows_who_sits_now_with_incidents_first(database: Database) -> None:
    async with transaction(database.admin) as db:
        people = await insert_people(db)
        quiet, waiting, ended, long_ago = [
            await insert_sitting(db, people, started_at=start, candidate=await insert_person(db, name))
            for name, start in (("Anna", NOON), ("Bolat", None), ("Vera", NOON), ("Gani", NOON))
        ]
        troubled = await insert_sitting(db, people, candidate=await insert_person(db, "Zarina"))
        await seal(db, ended, NOON + timedelta(minutes=9))
        await seal(db, long_ago, NOON - timedelta(days=2))
    async with transaction(database.web) as db:
        await store.insert_incident(
            db, open_incident(troubled.session, people.proctor.account_id, "technical", "No picture.", LATER, decided=False)
        )
        await store.touch_presence(db, quiet.session, LATER)
        await store.insert_snapshot(db, take(quiet.session, JPEG, None, LATER))
        kinds = [ObservationKind.FOCUS_LOST, ObservationKind.FOCUS_GAINED] * 3
        await store.insert_observations(db, [seen(quiet.session.session_id, kind, i) for i, kind in enumerate(kinds)])
        board = in_order(await store.watched(db, people.proctor.account_id, LATER - timedelta(days=1)), LATER)
        own = await store.watched(db, quiet.session.candidate_id, LATER - timedelta(days=1))
        assert quiet.session.session_id not in {seat.session.session_id for seat in own}
    assert [seat.candidate_name for seat in board] == ["Zarina", "Vera", "Anna"]
    assert waiting.session.session_id not in {seat.session.session_id for seat in board}
    assert [seat.open_incidents for seat in board] == [1, 0, 0]
    anna = board[2]
    assert (anna.presence(LATER), anna.presence(LATER + timedelta(seconds=16))) == (Presence.HERE, Presence.LOST)
    assert anna.newest_snapshot is not None
    assert len(anna.recent) == store.RECENT_OBSERVATIONS
    assert anna.recent[0].kind is ObservationKind.FOCUS_GAINED
    async with transaction(database.web) as db:
        alone = await store.watched_session(db, waiting.session.session_id)
        assert alone is not None
        assert alone.candidate_name == "Bolat"
        assert await store.watched_session(db, SessionId(uuid4())) is None


async def test_incidents_come_with_their_reviews_and_open_ones_first(database: Database) -> None:
    async with transaction(database.admin) as db:
        people = await insert_people(db)
        session = (await insert_sitting(db, people)).session
        other = (await insert_sitting(db, people)).session

    def incident(minutes: int) -> Incident:
        at = NOON + timedelta(minutes=minutes)
        return Incident(IncidentId(uuid4()), session.session_id, people.proctor.account_id, Category.OTHER, "Words.", at)

    first, second = incident(1), incident(2)
    done = Review(first.incident_id, people.registrar.account_id, ReviewOutcome.WARNING, "Seen.", LATER)
    async with transaction(database.web) as db:
        await store.insert_incident(db, first)
        await store.insert_incident(db, second)
        await store.insert_review(db, done)
        found = await store.incidents_of(db, [session.session_id, other.session_id])
        assert found[other.session_id] == ()
        assert [(one.incident, one.review) for one in found[session.session_id]] == [(first, done), (second, None)]
        assert await store.listed_incidents(db, session.candidate_id) == ()
        listed = await store.listed_incidents(db, people.proctor.account_id)
        assert [one.record.incident for one in listed] == [second, first]
        assert (listed[0].candidate_name, listed[0].raised_by_name) == ("Aigerim Sadykova", "Erlan Kim")
        assert await store.incident_record(db, first.incident_id) == found[session.session_id][0]
        assert await store.incident_record(db, IncidentId(uuid4())) is None
        names = await store.names_of(db, {people.proctor.account_id})
        assert names == {people.proctor.account_id: people.proctor.display_name}


@pytest.mark.parametrize("who", ["proctor", "candidate"])
async def test_the_database_itself_refuses_a_review_by_who_raised_it_or_sat_it(database: Database, who: str) -> None:
    async with transaction(database.admin) as db:
        people = await insert_people(db)
        session = (await insert_sitting(db, people)).session
    incident = open_incident(session, people.proctor.account_id, "other", "It was loud.", LATER, decided=False)
    reviewer = {"proctor": people.proctor, "candidate": people.candidate}[who]
    async with transaction(database.web) as db:
        await store.insert_incident(db, incident)
    forced = Review(incident.incident_id, reviewer.account_id, ReviewOutcome.NO_EFFECT, "Mine.", LATER)
    async with database.web.acquire() as db:
        with pytest.raises(asyncpg.CheckViolationError, match="not impartial"):
            await store.insert_review(db, forced)
