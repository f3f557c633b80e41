"""`app/migrate.py`, against a real server."""

import asyncio

import asyncpg
import pytest

from app.database import transaction
from app.migrate import Migration, MigrationError, migrate, read
from tests.fixtures.postgres import Database, new_database

FIRST = Migration("0001", "0001_first.sql", "CREATE ROLE_FREE_TABLE")


async def test_a_fresh_database_has_every_migration_and_a_second_run_finds_nothing_to_do(database: Database) -> None:
    assert await migrate(database.url, read()) == []
    assert await database.admin.fetchval("SELECT count(*) FROM schema_migrations") == len(read())


async def test_each_pool_acts_as_its_own_role(database: Database) -> None:
    for pool, role in ((database.web, "sarap_web"), (database.judging, "sarap_judging"), (database.registry, "sarap_registry")):
        async with transaction(pool) as db:
            assert await db.fetchval("SELECT current_user") == role
