"""What every store of this room talks to: one database connection, in a transaction that the caller owns."""

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

# Quoted: only the type checker knows these classes as generic.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Record: TypeAlias = asyncpg.Record
