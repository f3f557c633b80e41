"""The registry's sweep: what was missed is done after all, and what waits is not asked for twice."""

from datetime import timedelta
from uuid import UUID

from app.database import transaction
from app.settings import Settings
from app.workers.registry import SWEEP_GRACE, RegistryResources, sweep
from tests.fixtures.postgres import Database
from tests.fixtures.sittings import NOON, insert_people, insert_result, insert_sitting, insert_submission, seal


async def waiting(database: Database) -> set[tuple[str, UUID]]:
    rows = await database.admin.fetch("SELECT entrypoint, payload FROM pgqueuer")
    return {(row["entrypoint"], UUID(row["payload"].decode())) for row in rows}


async def test_every_job_that_was_missed_is_put_back_once(database: Database) -> None:
    async with transaction(database.admin) as db:
        people = await insert_people(db)
        overdue = await insert_sitting(db, people)
        lost = await insert_submission(db, overdue, verdict=None)
        await insert_submission(db, overdue, verdict=None, failures=1)  # a person looks at this one
        ungraded = await insert_sitting(db, people)
        await seal(db, ungraded)
        decided = await insert_sitting(db, people)
        await insert_submission(db, decided, verdict="AC")
        await seal(db, decided)
        result_id = await insert_result(db, decided)
        decision_id = await db.fetchval(
            """INSERT INTO decision (result_id, decided_by, outcome, reason, decided_at)
            VALUES ($1, $2, 'certify', 'In order.', $3) RETURNING decision_id""",
            result_id,
            people.registrar.account_id,
            NOON + timedelta(minutes=55),
        )
    now = NOON + timedelta(hours=2) + SWEEP_GRACE
    resources = RegistryResources(database.registry, Settings.from_environment({}), lambda: now)
    expected = {
        ("judge_submission", lost),
        ("grade_session", ungraded.session.session_id),
        ("issue_certificate", decision_id),
    }
    assert await sweep(resources) == len(expected)
    assert await waiting(database) == expected
    await sweep(resources)
    assert await database.admin.fetchval("SELECT count(*) FROM pgqueuer") == len(expected)
