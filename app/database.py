"""The pool of database connections, and transactions.

Each process connects as its own database role (`sarap_web`, `sarap_judging`, `sarap_registry`), whose rights are granted in
`migrations/`. A store function takes a `Connection`; the caller owns the transaction:

    async with transaction(pool) as db:
        session = await store.session_of(db, session_id, candidate_id)
        ...
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

# Quoted: only the type checker knows these classes as generic.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

POOL_MAX_CONNECTIONS: Final = 10
"""For one process. PostgreSQL's default ceiling is 100 for all of them. Measured with 400 saves a second on two cores: with 5,
saves wait for each other's commits (p95 460 ms, against 75); with 32, PostgreSQL takes the cores from the web (1.7 s)."""

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


async def _keep(_connection: Connection) -> None:
    """Nothing is reset between two users of a connection: none leaves anything behind, and it costs a round trip."""


async def open_pool(database_url: str, role: str, max_connections: int = POOL_MAX_CONNECTIONS) -> Pool:
    """Open a pool whose connections act as `role`, whatever user the URL signs in as.

    Raises `OSError` or `asyncpg.PostgresError` if the database cannot be reached.
    """
    return await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=max_connections,
        init=prepare,
        reset=_keep,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=STATEMENT_TIMEOUT_MS / 1000,
        server_settings={
            "role": role,
            "application_name": role,
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "timezone": "UTC",
        },
    )


@asynccontextmanager
async def connected(database_url: str) -> AsyncGenerator[Connection]:
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
async def transaction(pool: Pool) -> AsyncGenerator[Connection]:
    """One connection in one transaction: committed if the block ends, rolled back if it raises."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection


async def connect(database_url: str, role: str, *, durable: bool = True) -> "asyncpg.Connection[asyncpg.Record]":
    """Open one connection of its own, outside any pool: for listening. The caller ends it.

    Where not `durable`, a commit does not wait for the disk, and a crash of the server may forget the last ones (never half of
    one): only for what is then simply done again.
    """
    settings = {"role": role, "application_name": f"{role} listening"}
    if not durable:
        settings["synchronous_commit"] = "off"
    connection = await asyncpg.connect(database_url, timeout=CONNECT_TIMEOUT_S, server_settings=settings)
    await prepare(connection)
    return connection


def is_unavailable(error: BaseException) -> bool:
    """Say whether `error` means that the database is away (and may come back), and not that a statement is wrong."""
    if isinstance(error, FileNotFoundError):
        return error.filename is None  # the server's socket; a missing file of ours has a name
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in str(error) or "closing" in str(error)
    return isinstance(error, AWAY)


AWAY: Final = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,  # a connection that was handed out in the moment in which it broke: no operation starts on it
    asyncpg.QueryCanceledError,  # by STATEMENT_TIMEOUT_MS: a server that is overwhelmed
)
"""A database that is stopping, starting, gone or overwhelmed."""
