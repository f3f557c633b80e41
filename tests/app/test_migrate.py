"""`app/migrate.py`, against a real server."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from app.database import connected, transaction
from app.migrate import Migration, MigrationError, migrate, pending, read
from tests.fixtures import schema
from tests.fixtures.postgres import Database, new_database

ROLES = read()[0]
FIRST = Migration("0002", "0002_first.sql", "CREATE TABLE first (n int)")
SECOND = Migration("0003", "0003_second.sql", "CREATE TABLE second (n int)")


@pytest_asyncio.fixture
async def empty(postgres_url: str) -> AsyncGenerator[str]:
    """The URL of a database with nothing in it."""
    async with new_database(postgres_url) as url:
        yield url


async def tables(url: str) -> set[str]:
    async with connected(url) as db:
        rows = await db.fetch("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        return {row["relname"] for row in rows}


async def test_a_fresh_database_has_every_migration_and_a_second_run_finds_nothing_to_do(database: Database) -> None:
    assert await migrate(database.url, read()) == []
    assert await database.admin.fetchval("SELECT count(*) FROM schema_migrations") == len(read())


async def test_each_pool_acts_as_its_own_role(database: Database) -> None:
    for pool, role in ((database.web, "sarap_web"), (database.judging, "sarap_judging"), (database.registry, "sarap_registry")):
        async with transaction(pool) as db:
            assert await db.fetchval("SELECT current_user") == role


async def test_only_what_is_missing_is_applied(empty: str) -> None:
    assert await migrate(empty, [ROLES, FIRST]) == [ROLES.name, "0002_first.sql"]
    assert await migrate(empty, [ROLES, FIRST, SECOND]) == ["0003_second.sql"]
    assert await tables(empty) == {"schema_migrations", "first", "second"}


async def test_a_file_that_changed_after_it_was_applied_is_refused(empty: str) -> None:
    await migrate(empty, [ROLES, FIRST])
    with pytest.raises(MigrationError, match=r"0002_first\.sql was changed"):
        await migrate(empty, [ROLES, replace(FIRST, sql="CREATE TABLE first (n bigint)"), SECOND])
    assert await tables(empty) == {"schema_migrations", "first"}


async def test_a_file_that_fails_leaves_nothing_of_itself(empty: str) -> None:
    broken = replace(SECOND, sql="CREATE TABLE second (n int); SELECT nonsense")
    with pytest.raises(MigrationError, match=r"0003_second\.sql: column"):
        await migrate(empty, [ROLES, FIRST, broken])
    assert await tables(empty) == {"schema_migrations", "first"}
    assert await migrate(empty, [ROLES, FIRST, SECOND]) == ["0003_second.sql"]


async def test_a_number_that_comes_too_late_is_refused(empty: str) -> None:
    await migrate(empty, [ROLES, SECOND])
    with pytest.raises(MigrationError, match="later number"):
        await migrate(empty, [ROLES, FIRST, SECOND])


async def test_a_database_that_is_newer_than_the_program_is_refused(empty: str) -> None:
    await migrate(empty, [ROLES, FIRST])
    with pytest.raises(MigrationError, match="newer than the program"):
        await migrate(empty, [ROLES])


async def test_several_processes_may_migrate_at_once_and_one_does_the_work(empty: str) -> None:
    applied = await asyncio.gather(*(migrate(empty, [ROLES, FIRST, SECOND]) for _ in range(4)))
    assert sorted(map(len, applied)) == [0, 0, 0, 3]


async def test_an_empty_database_lacks_everything(empty: str) -> None:
    async with connected(empty) as db:
        assert await pending(db, [ROLES, FIRST]) == [ROLES, FIRST]


async def test_a_lock_that_somebody_holds_stops_the_migration_and_not_the_centre(empty: str) -> None:
    await migrate(empty, [ROLES, FIRST])
    blocked = Migration("0003", "0003_blocked.sql", "SET LOCAL lock_timeout = '50ms'; ALTER TABLE first ADD COLUMN m int")
    async with connected(empty) as db, db.transaction():
        await db.execute("LOCK TABLE first")
        with pytest.raises(MigrationError, match="lock timeout"):
            await migrate(empty, [ROLES, FIRST, blocked])


def test_misnamed_files_and_doubled_numbers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("SELECT 1")
    assert [migration.version for migration in read(tmp_path)] == ["0001"]
    (tmp_path / "0001_two.sql").write_text("SELECT 1")
    with pytest.raises(MigrationError, match="same number"):
        read(tmp_path)
    (tmp_path / "0001_two.sql").rename(tmp_path / "two.sql")
    with pytest.raises(MigrationError, match=r"NNNN_name\.sql"):
        read(tmp_path)


async def test_the_passwords_of_the_roles_are_set_whatever_is_in_them(database: Database) -> None:
    password = 'it\'s "quoted"; DROP TABLE account --'
    try:
        await migrate(database.url, read(), {"sarap_web": password})
        stored = await database.admin.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = 'sarap_web'")
        assert stored.startswith("SCRAM-SHA-256$")
    finally:
        await database.admin.execute("ALTER ROLE sarap_web PASSWORD NULL")


async def test_an_owner_who_is_no_superuser_may_migrate_and_act_as_each_role(postgres_url: str) -> None:
    server = await asyncpg.connect(postgres_url)
    try:
        await server.execute("CREATE ROLE owner_for_test LOGIN CREATEROLE")
        await server.execute("GRANT sarap_web, sarap_judging, sarap_registry TO owner_for_test WITH ADMIN TRUE, SET FALSE")
        async with new_database(postgres_url) as url:
            name = urlsplit(url).path.removeprefix("/")
            await server.execute(f"ALTER DATABASE {name} OWNER TO owner_for_test")
            owned = url.replace("postgres@", "owner_for_test@", 1)
            if owned == url:
                pytest.skip("DATABASE_URL signs in in its own way")
            await migrate(owned, read())
            db = await asyncpg.connect(owned, server_settings={"role": "sarap_web"})
            try:
                assert await db.fetchval("SELECT count(*) FROM account") == 0
            finally:
                await db.close()
    finally:
        await server.execute("DROP OWNED BY owner_for_test; DROP ROLE owner_for_test")
        await server.close()


async def test_the_schema_shown_to_people_is_what_the_migrations_make(database: Database) -> None:
    made = await asyncio.to_thread(schema.schema_of, database.url)
    assert schema.FILE.read_text("utf-8") == made, "run `make schema`"
