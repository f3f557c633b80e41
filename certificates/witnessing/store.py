"""The SQL of witnesses: what they have cosigned, and why they have not. Both tables are append-only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, LiteralString

from certificates.log.cosignature import Cosigned
from certificates.log.note import SignatureLine
from certificates.store import Connection
from certificates.witnessing.witnesses import Why, WitnessStanding

NEAR: Final = 512
"""Cosignatures after a leaf among which the checkpoint with the most witnesses is looked for: some hundred checkpoints."""

DETAIL_MAX_CHARS: Final = 300
"""Characters of what a witness said; it is a stranger's text."""


@dataclass(frozen=True, slots=True)
class CosignedCheckpoint:
    """A checkpoint with the lines of those witnesses who were asked for."""

    tree_size: int
    root_hash: bytes
    note: str
    cosignatures: Sequence[str]


INSERT_COSIGNATURE: Final[LiteralString] = """
    INSERT INTO log_cosignature (tree_size, witness, key_id, line, cosigned_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING
"""


async def insert_cosignature(db: Connection, tree_size: int, cosigned: Cosigned, line: SignatureLine, now: datetime) -> None:
    """Keep a cosignature that was verified; the first one by a key stays."""
    witness = cosigned.witness
    await db.execute(INSERT_COSIGNATURE, tree_size, witness.name, witness.id, line.text, cosigned.at, now)


INSERT_REFUSAL: Final[LiteralString] = """
    INSERT INTO log_witness_refusal (witness, tree_size, why, detail, refused_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_refusal(db: Connection, witness: str, tree_size: int, why: Why, detail: str, now: datetime) -> None:
    """Write down that a witness has not cosigned."""
    written = detail.encode("ascii", "replace").decode().replace("\x00", "?")
    await db.execute(INSERT_REFUSAL, witness, tree_size, why, written[:DETAIL_MAX_CHARS], now)


STANDINGS: Final[LiteralString] = """
    SELECT asked.witness, coalesce(last.tree_size, 0) AS tree_size, last.created_at AS cosigned_at,
           since.failures, since.why, since.detail, since.refused_at
    FROM unnest($1::text[]) WITH ORDINALITY AS asked (witness, place)
    LEFT JOIN LATERAL (
        SELECT tree_size, created_at FROM log_cosignature c WHERE c.witness = asked.witness ORDER BY tree_size DESC LIMIT 1
    ) last ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS failures, (array_agg(why ORDER BY refusal_id DESC))[1] AS why,
               coalesce((array_agg(detail ORDER BY refusal_id DESC))[1], '') AS detail, max(refused_at) AS refused_at
        FROM (SELECT refusal_id, why, detail, refused_at FROM log_witness_refusal r
              WHERE r.witness = asked.witness AND (last.created_at IS NULL OR r.refused_at > last.created_at)
              ORDER BY refusal_id DESC LIMIT 30) recent
    ) since ON true
    ORDER BY asked.place
"""


async def standings(db: Connection, witnesses: Sequence[str]) -> list[WitnessStanding]:
    """Say how each witness stands, in the order in which they are asked for."""
    rows = await db.fetch(STANDINGS, list(witnesses))
    return [replace(WitnessStanding(**row), why=Why(row["why"]) if row["why"] else None) for row in rows]


COSIGNED_COVERING: Final[LiteralString] = """
    SELECT tree_size, root_hash, note,
           coalesce((SELECT array_agg(line ORDER BY witness, key_id) FROM log_cosignature c
                     WHERE c.tree_size = log_checkpoint.tree_size AND witness = ANY($2::text[])), '{}') AS cosignatures
    FROM log_checkpoint WHERE tree_size = coalesce(
        (SELECT tree_size
         FROM (SELECT tree_size, witness FROM log_cosignature
               WHERE tree_size > $1 AND witness = ANY($2::text[]) ORDER BY tree_size LIMIT $3) near
         GROUP BY tree_size ORDER BY count(DISTINCT witness) DESC, tree_size LIMIT 1),
        (SELECT min(tree_size) FROM log_checkpoint WHERE tree_size > $1))
"""


async def cosigned_covering(db: Connection, leaf_index: int, witnesses: Sequence[str]) -> CosignedCheckpoint | None:
    """Load the checkpoint over a leaf that most of `witnesses` have cosigned; the earliest of several."""
    row = await db.fetchrow(COSIGNED_COVERING, leaf_index, list(witnesses), NEAR)
    return CosignedCheckpoint(**row) if row else None


NEWEST_COSIGNED: Final[LiteralString] = """
    SELECT tree_size, root_hash, note,
           coalesce((SELECT array_agg(line ORDER BY witness, key_id) FROM log_cosignature c
                     WHERE c.tree_size = log_checkpoint.tree_size AND witness = ANY($1::text[])), '{}') AS cosignatures
    FROM log_checkpoint WHERE tree_size = coalesce(
        (SELECT tree_size
         FROM (SELECT tree_size, witness FROM log_cosignature
               WHERE witness = ANY($1::text[]) AND $2 > 0 ORDER BY tree_size DESC LIMIT $3) near
         GROUP BY tree_size HAVING count(DISTINCT witness) >= $2 ORDER BY tree_size DESC LIMIT 1),
        (SELECT max(tree_size) FROM log_checkpoint))
"""


async def newest_cosigned(db: Connection, witnesses: Sequence[str], quorum: int) -> CosignedCheckpoint | None:
    """Load the newest checkpoint that `quorum` of `witnesses` have cosigned; the newest of all while there is none."""
    row = await db.fetchrow(NEWEST_COSIGNED, list(witnesses), quorum, NEAR)
    return CosignedCheckpoint(**row) if row else None
