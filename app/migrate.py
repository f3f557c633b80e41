"""Migrations: the files `migrations/NNNN_name.sql`, applied once each, in order, each in a transaction of its own.

What was applied is written in `schema_migrations` with the file's SHA-256. A file that changed after it was applied is refused,
because two centres would then run different schemas under one number. Forward only: `migrations/README.md` has the patterns.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, LiteralString

from app.database import Connection, connected

FOLDER: Final = Path(__file__).parent.parent / "migrations"

FILE_NAME: Final = re.compile(r"(?P<version>\d{4})_[a-z0-9_]+\.sql")

ROLES: Final = ("sarap_web", "sarap_judging", "sarap_registry")
"""One database role for each process; `0001_roles.sql` makes them."""

ADVISORY_LOCK: Final = 0x5A_12_A9
"""Any number will do, as long as every process that migrates takes the same one."""


class MigrationError(Exception):
    """The database does not follow from the files; the message says which file. Nothing was changed by the file that failed."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file, e.g. version `0004` of `0004_sessions.sql`."""

    version: str
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The file's fingerprint as it is written in `schema_migrations`."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read(folder: Path = FOLDER) -> list[Migration]:
    """Every migration in order. Raises `MigrationError` if two files have one number or a file is misnamed."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        if path.name == "schema.sql":  # what all of them make together, for people to read
            continue
        match = FILE_NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path.name}: expected NNNN_name.sql")
        if found and found[-1].version == match["version"]:
            raise MigrationError(f"{found[-1].name} and {path.name} have the same number")
        found.append(Migration(match["version"], path.name, path.read_text("utf-8")))
    return found


LOCK: Final[LiteralString] = "SELECT pg_advisory_lock($1)"
LOCK_TIMEOUT: Final[LiteralString] = (
    "SET lock_timeout = '3s'"  # a table that is in use must not stop the whole centre behind us
)
TABLE: Final[LiteralString] = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        version text PRIMARY KEY,
        sha256 text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )"""
WRITE_DOWN: Final[LiteralString] = "INSERT INTO schema_migrations (version, sha256) VALUES ($1, $2)"
READABLE: Final[LiteralString] = "GRANT SELECT ON schema_migrations TO sarap_web, sarap_judging, sarap_registry"


async def migrate(database_url: str, migrations: list[Migration], passwords: Mapping[str, str] | None = None) -> list[str]:
    """Apply what is missing and return the names of the files applied. Of several callers at once, one does the work.

    `passwords` gives roles (see `ROLES`) a password. Raises `MigrationError`, `OSError` or a database error.
    """
    async with connected(database_url) as db:
        await db.execute(LOCK, ADVISORY_LOCK)  # the connection's end releases it
        await db.execute(LOCK_TIMEOUT)
        await db.execute(TABLE)
        todo = await pending(db, migrations)
        for migration in todo:
            async with db.transaction():
                try:
                    await db.execute(migration.sql)
                except Exception as error:
                    raise MigrationError(f"{migration.name}: {error}") from error
                await db.execute(WRITE_DOWN, migration.version, migration.sha256)
        if migrations:
            await db.execute(READABLE)
            await _prepare_roles(db, passwords or {})
        return [migration.name for migration in todo]


TABLE_EXISTS: Final[LiteralString] = "SELECT to_regclass('schema_migrations') IS NOT NULL"
APPLIED: Final[LiteralString] = "SELECT version, sha256 FROM schema_migrations ORDER BY version"


async def pending(db: Connection, migrations: list[Migration]) -> list[Migration]:
    """The migrations that this database still lacks. Raises `MigrationError` if its history is not a beginning of ours."""
    applied: dict[str, str] = {}
    if await db.fetchval(TABLE_EXISTS):
        applied = {row["version"]: row["sha256"] for row in await db.fetch(APPLIED)}
    known = {migration.version: migration for migration in migrations}
    for version, sha256 in applied.items():
        if version not in known:
            raise MigrationError(
                f"the database has migration {version}, which this program does not know: it is newer than the program"
            )
        if known[version].sha256 != sha256:
            raise MigrationError(
                f"{known[version].name} was changed after it was applied: restore it and write a new migration instead"
            )
    todo = [migration for migration in migrations if migration.version not in applied]
    if todo and applied and todo[0].version < max(applied):
        raise MigrationError(f"{todo[0].name} comes before {max(applied)}, which is applied already: give it a later number")
    return todo


SET_PASSWORD: Final[LiteralString] = "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)"  # noqa: S105
MAY_BECOME: Final[LiteralString] = "SELECT pg_has_role(current_user, $1, 'SET')"
LET_BECOME: Final[LiteralString] = "SELECT format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', $1::text, current_user)"


async def _prepare_roles(db: Connection, passwords: Mapping[str, str]) -> None:
    """Passwords, and the right to act as each role for an owner of the database who is not a superuser."""
    for role in ROLES:
        if not await db.fetchval(MAY_BECOME, role):
            await db.execute(await db.fetchval(LET_BECOME, role))  # quoted by the server
        if role in passwords:
            await db.execute(await db.fetchval(SET_PASSWORD, role, passwords[role]))
