"""Cases and decisions in a real database, as the web process's role."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from app.auth.account import Account
from app.database import transaction
from exams.errors import NotImpartial
from exams.grading.decision import Decision, DecisionOutcome, Obstacle, Standing, decide, holds, standing
from exams.grading.decision import store as decisions
from exams.ids import AccountId, DecisionId, ResultId, SessionId
from exams.proctoring.incident import open_incident
from exams.proctoring.store import insert_incident
from tests.fixtures.postgres import Database
from tests.fixtures.sittings import NOON, People, Sitting, insert_people, insert_result, insert_sitting, insert_submission, seal

NOW = NOON + timedelta(hours=2)


async def graded(database: Database, *, passed: bool = True) -> tuple[People, Sitting]:
    """A sealed session with one judged submission, an incident and a result."""
    async with transaction(database.admin) as db:
        people = await insert_people(db)
        sitting = await insert_sitting(db, people)
        await insert_submission(db, sitting, verdict="AC" if passed else "WA")
        await seal(db, sitting)
        await insert_result(db, sitting, passed=passed)
    return people, sitting


async def test_a_case_says_who_took_part_and_what_was_earned(database: Database) -> None:
    people, sitting = await graded(database)
    async with transaction(database.web) as db:
        case = await decisions.case_of(db, sitting.session.session_id)
        assert case is not None
        assert (await decisions.cases(db, people.registrar.account_id)) == (case,)
        assert (await decisions.cases(db, people.candidate.account_id)) == ()
    assert case.result is not None
    assert (case.result.graded.score, case.result.graded.items[0].submission_id) == (100, sitting.submissions[0])
    assert case.examined_by == {person.account_id for person in (people.author, people.publisher, people.candidate)}
    assert (case.candidate_name, case.unjudged, case.undetermined) == ("Aigerim Sadykova", 0, 0)
    assert standing(case) is Standing.READY


async def test_a_session_that_is_not_over_is_no_case(database: Database) -> None:
    async with transaction(database.admin) as db:
        sitting = await insert_sitting(db, await insert_people(db))
    async with transaction(database.web) as db:
        assert await decisions.case_of(db, sitting.session.session_id) is None
        assert await decisions.case_of(db, SessionId(uuid4())) is None
        assert await decisions.cases(db, AccountId(uuid4())) == ()


async def test_what_we_could_not_judge_holds_the_case_and_never_fails_it(database: Database) -> None:
    async with transaction(database.admin) as db:
        sitting = await insert_sitting(db, await insert_people(db))
        await insert_submission(db, sitting, verdict="WA")
        await insert_submission(db, sitting, verdict=None, failures=5)
        await insert_submission(db, sitting, verdict=None)
        await seal(db, sitting)
    async with transaction(database.web) as db:
        case = await decisions.case_of(db, sitting.session.session_id)
    assert case is not None
    assert (case.unjudged, case.undetermined) == (2, 1)
    assert holds(case) == (Obstacle.JUDGING_FAILED, Obstacle.JUDGING_WAITS)


async def test_a_decision_is_kept_once(database: Database) -> None:
    people, sitting = await graded(database)
    async with transaction(database.web) as db:
        case = await decisions.case_of(db, sitting.session.session_id)
        assert case is not None
        decision = decide(case, people.registrar.account_id, "certify", "All in order.", NOW)
        await decisions.insert_decision(db, decision)
        decided = await decisions.case_of(db, sitting.session.session_id)
        assert decided is not None
        assert decided == replace(case, decision=decision)
    again = replace(decision, decision_id=DecisionId(uuid4()), decided_by=people.registrar2.account_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with transaction(database.web) as db:
            await decisions.insert_decision(db, again)
    for statement in ("UPDATE decision SET outcome = 'decline'", "DELETE FROM decision"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.web.execute(statement)


async def test_undecided_cases_come_first_and_the_oldest_of_them_before_all(database: Database) -> None:
    people, decided = await graded(database)
    async with transaction(database.admin) as db:
        sittings = [await insert_sitting(db, people) for _ in range(2)]
        await seal(db, sittings[0], NOON + timedelta(minutes=30))
        await seal(db, sittings[1], NOON + timedelta(minutes=20))
    async with transaction(database.web) as db:
        case = await decisions.case_of(db, decided.session.session_id)
        assert case is not None
        await decisions.insert_decision(db, decide(case, people.registrar.account_id, "decline", "Because.", NOW))
        order = [one.session.session_id for one in await decisions.cases(db, AccountId(uuid4()))]
    assert order == [sitting.session.session_id for sitting in (sittings[1], sittings[0], decided)]


@pytest.mark.parametrize("who", ["author", "publisher", "proctor", "candidate"])
async def test_whoever_examined_is_refused_by_the_code_and_by_the_database(database: Database, who: str) -> None:
    people, sitting = await graded(database)
    async with transaction(database.web) as db:
        incident = open_incident(sitting.session, people.proctor.account_id, "other", "It was loud.", NOON, decided=False)
        await insert_incident(db, incident)
        await db.execute(
            "INSERT INTO incident_review VALUES ($1, $2, 'no_effect', 'Nothing.', $3)",
            incident.incident_id,
            people.registrar2.account_id,
            NOW,
        )
        case = await decisions.case_of(db, sitting.session.session_id)
    assert case is not None
    assert case.result is not None
    person: Account = {
        "author": people.author,
        "publisher": people.publisher,
        "proctor": people.proctor,
        "candidate": people.candidate,
    }[who]
    with pytest.raises(NotImpartial):
        decide(case, person.account_id, "certify", "All in order.", NOW)
    forced = Decision(
        DecisionId(uuid4()), ResultId(case.result.result_id), person.account_id, DecisionOutcome.CERTIFY, "Forced.", NOW
    )
    with pytest.raises(asyncpg.CheckViolationError, match="not impartial"):
        async with transaction(database.web) as db:
            await decisions.insert_decision(db, forced)
    async with transaction(database.web) as db:
        await decisions.insert_decision(db, decide(case, people.registrar2.account_id, "certify", "All in order.", NOW))
