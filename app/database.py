"""The pool of database connections, and transactions.

Each process connects as its own database role (`sarap_web`, `sarap_judging`, `sarap_registry`), whose rights are granted in
`migrations/`. A store function takes a `Connection`; the caller owns the transaction:

    async with transaction(pool) as db:
        session = await store.session_of(db, session_id, candidate_id)
        ...
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

# Quoted: only the type checker knows these classes as generic.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

POOL_MAX_CONNECTIONS: Final = 10
"""For one process. PostgreSQL's default ceiling is 100 for all of them."""

STATEMENT_TIMEOUT_MS: Final = 15_000
"""No statement of ours should take a second; a stuck one must not hold a connection for ever."""

CONNECT_TIMEOUT_S: Final = 10
"""A database that does not answer for so long is reported as unreachable."""


async def prepare(connection: Connection) -> None:
    """Make `jsonb` columns Python values in both directions."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


async def open_pool(database_url: str, role: str, max_connections: int = POOL_MAX_CONNECTIONS) -> Pool:
    """Open a pool whose connections act as `role`, whatever user the URL signs in as.

    Raises `OSError` or `asyncpg.PostgresError` if the database cannot be reached.
    """
    return await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=max_connections,
        init=prepare,
        command_timeout=STATEMENT_TIMEOUT_MS / 1000,
        server_settings={"role": role, "application_name": role, "statement_timeout": str(STATEMENT_TIMEOUT_MS), "timezone": "UTC"},
    )


@asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[Connection]:
    """One connection as the very user that the URL names, without a time limit on statements: for migrations and checks.

    Raises `OSError` or `asyncpg.PostgresError` if the database cannot be reached.
    """
    connection = await asyncpg.connect(database_url, timeout=CONNECT_TIMEOUT_S, server_settings={"timezone": "UTC"})
    try:
        await prepare(connection)
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One connection in one transaction: committed if the block ends, rolled back if it raises."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection
