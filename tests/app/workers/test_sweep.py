"""The registry's sweep: sessions whose own jobs were lost are graded nevertheless."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.database import transaction
from app.jobs.queue import depths
from app.settings import Settings
from app.workers.registry import RegistryResources, sweep
from tests.fixtures.postgres import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def session_started_at(database: Database, started_at: datetime, sealed_at: datetime | None = None) -> UUID:
    """A session of an hour, made straight in the tables."""
    candidate = await database.admin.fetchval(
        "INSERT INTO account (login, password_hash, display_name) VALUES ($1, '-', 'Somebody') RETURNING account_id",
        f"c-{uuid4()}",
    )
    scheme = await database.admin.fetchval(
        "INSERT INTO scheme (code, names, descriptions, duration_minutes, cut_score_percent, languages, created_at)"
        " VALUES ($1, '{}', '{}', 60, 60, '{}', $2) RETURNING scheme_id",
        f"s-{uuid4()}",
        NOW,
    )
    paper = await database.admin.fetchval(
        "INSERT INTO paper (scheme_id, assembled_at) VALUES ($1, $2) RETURNING paper_id", scheme, NOW
    )
    return await database.admin.fetchval(
        "INSERT INTO session (scheme_id, paper_id, candidate_id, opened_at, consented_at, started_at, allotted_seconds,"
        " sealed_at, seal_reason) VALUES ($1, $2, $3, $4, $4, $4, 3600, $5, $6) RETURNING session_id",
        scheme,
        paper,
        candidate,
        started_at,
        sealed_at,
        None if sealed_at is None else "time_up",
    )


def resources(database: Database) -> RegistryResources:
    settings = replace(Settings.from_environment({}), database_url=database.url)
    return RegistryResources(database.registry, settings, lambda: NOW)


async def waiting(database: Database) -> list[tuple[str, str, int]]:
    async with transaction(database.admin) as db:
        return sorted(await depths(db))


async def test_a_sealed_session_without_a_result_is_graded(database: Database) -> None:
    await session_started_at(database, NOW - timedelta(hours=3), NOW - timedelta(hours=2))
    assert await sweep(resources(database)) == 1
    assert await waiting(database) == [("grade_session", "queued", 1)]


async def test_sweeping_again_adds_nothing_while_the_job_waits(database: Database) -> None:
    await session_started_at(database, NOW - timedelta(hours=3), NOW - timedelta(hours=2))
    await sweep(resources(database))
    await sweep(resources(database))
    assert await waiting(database) == [("grade_session", "queued", 1)]
