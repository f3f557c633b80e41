"""The SQL of the centre's own log. Every table is append-only; the caller owns the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from certificates.log.entry import Kind
from certificates.log.merkle import Node
from certificates.store import Connection


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """A leaf with its place, the hash of its entry, and the entry: one line of ASCII."""

    index: int
    leaf_hash: bytes
    kind: Kind
    entry: str


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A published checkpoint."""

    tree_size: int
    root_hash: bytes
    note: str


_LOG_LOCK: Final = 0x5341_5241_504C_4F47  # "SARAPLOG"

LOCK_LOG: Final[LiteralString] = "SELECT pg_advisory_xact_lock($1)"


async def lock_log(db: Connection) -> None:
    """Let one transaction at a time append to the log, sign checkpoints and publish lists; released at its end."""
    await db.execute(LOCK_LOG, _LOG_LOCK)


PLACES: Final[LiteralString] = """
    SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaf) AS size, leaf_hash, leaf_index
    FROM unnest($1::bytea[]) AS asked (leaf_hash) LEFT JOIN log_leaf USING (leaf_hash)
"""


async def places(db: Connection, leaf_hashes: Sequence[bytes]) -> tuple[int, dict[bytes, int]]:
    """The size of the log, and where it has those leaves. One that is not in the log is not in the answer."""
    rows = await db.fetch(PLACES, leaf_hashes)
    found = {row["leaf_hash"]: row["leaf_index"] for row in rows if row["leaf_index"] is not None}
    return (rows[0]["size"] if rows else 0), found


LOG_SIZE: Final[LiteralString] = "SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaf"


async def log_size(db: Connection) -> int:
    """Count the leaves."""
    return int(await db.fetchval(LOG_SIZE))


INSERT_LEAVES: Final[LiteralString] = """
    INSERT INTO log_leaf (leaf_index, leaf_hash, kind, entry, created_at)
    SELECT leaf.*, $5 FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[]) AS leaf
"""


async def insert_leaves(db: Connection, leaves: Sequence[NewLeaf], now: datetime) -> None:
    """Append leaves."""
    columns = zip(*((leaf.index, leaf.leaf_hash, str(leaf.kind), leaf.entry) for leaf in leaves), strict=True)
    await db.execute(INSERT_LEAVES, *columns, now)


INSERT_NODES: Final[LiteralString] = """
    INSERT INTO log_node (level, position, hash)
    SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
"""


async def insert_nodes(db: Connection, nodes: Mapping[Node, bytes]) -> None:
    """Keep nodes that are complete and will never change."""
    levels, positions = [level for level, _position in nodes], [position for _level, position in nodes]
    await db.execute(INSERT_NODES, levels, positions, list(nodes.values()))


NODES: Final[LiteralString] = """
    SELECT level, position, hash
    FROM log_node JOIN unnest($1::smallint[], $2::bigint[]) AS wanted (level, position) USING (level, position)
"""


async def nodes(db: Connection, wanted: Sequence[Node]) -> dict[Node, bytes]:
    """Load nodes. One that is missing is missing in the answer."""
    rows = await db.fetch(NODES, [level for level, _position in wanted], [position for _level, position in wanted])
    return {(row["level"], row["position"]): row["hash"] for row in rows}


ENTRIES: Final[LiteralString] = """
    SELECT entry FROM log_leaf WHERE leaf_index >= $1 AND leaf_index < $1 + $2::bigint ORDER BY leaf_index
"""


async def entries(db: Connection, start: int, count: int) -> list[bytes]:
    """Load `count` entries from leaf `start` on."""
    return [row["entry"].encode() for row in await db.fetch(ENTRIES, start, count)]


NEWEST_CHECKPOINT: Final[LiteralString] = """
    SELECT tree_size, root_hash, note FROM log_checkpoint ORDER BY tree_size DESC LIMIT 1
"""


async def newest_checkpoint(db: Connection) -> StoredCheckpoint | None:
    """Load the checkpoint of the largest tree."""
    row = await db.fetchrow(NEWEST_CHECKPOINT)
    return StoredCheckpoint(**row) if row else None


LOG_HEAD: Final[LiteralString] = """
    SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaf) AS size, last.*
    FROM (SELECT) AS one
    LEFT JOIN LATERAL (
        SELECT tree_size, root_hash, note FROM log_checkpoint ORDER BY tree_size DESC LIMIT 1
    ) AS last ON true
"""


async def log_head(db: Connection) -> tuple[int, StoredCheckpoint | None]:
    """The size of the log, and the checkpoint of the largest tree."""
    row = await db.fetchrow(LOG_HEAD)
    assert row is not None
    size, *last = row
    return size, None if last[0] is None else StoredCheckpoint(*last)


INSERT_CHECKPOINT: Final[LiteralString] = """
    INSERT INTO log_checkpoint (tree_size, root_hash, note, created_at) VALUES ($1, $2, $3, $4)
"""


async def insert_checkpoint(db: Connection, new: StoredCheckpoint, now: datetime) -> None:
    """Publish a checkpoint."""
    await db.execute(INSERT_CHECKPOINT, new.tree_size, new.root_hash, new.note, now)
