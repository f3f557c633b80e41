"""The centre's own log: append, and sign a checkpoint.

Appending and signing are two transactions: a checkpoint is only ever signed over leaves that are already kept for good. Had
they been one, a rollback after the signature could leave two different signed trees of the same size, which is what a log must
never have.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from certificates.errors import LogCorrupt
from certificates.keys import Office
from certificates.log import merkle
from certificates.log.checkpoint import Checkpoint, sign_checkpoint
from certificates.log.entry import Kind
from certificates.log_cosigner import with_second_signature
from certificates.own_log import store
from certificates.own_log.inclusion import nodes
from certificates.own_log.store import NewLeaf, StoredCheckpoint
from certificates.store import Connection

BATCH_MAX: Final = 10_000
"""Entries in one transaction: a second of work, and some megabytes on the way to the database."""


async def append(db: Connection, kind: Kind, entry: bytes, now: datetime) -> int:
    """Put `entry` into the log, once, however often this is asked. Returns its index."""
    return (await append_all(db, [(kind, entry)], now))[0]


async def append_all(db: Connection, entries: Sequence[tuple[Kind, bytes]], now: datetime) -> list[int]:
    """Put entries into the log in their order, each once, however often this is asked. Returns their indexes.

    Each `BATCH_MAX` of them are one transaction, with a handful of statements whatever their number.
    """
    indexes: list[int] = []
    for start in range(0, len(entries), BATCH_MAX):
        async with db.transaction():
            indexes += await append_within(db, entries[start : start + BATCH_MAX], now)
    return indexes


async def append_within(db: Connection, entries: Sequence[tuple[Kind, bytes]], now: datetime) -> list[int]:
    """Put at most `BATCH_MAX` entries into the log, in the caller's transaction: with what they stand for, or not at all."""
    leaves = [(merkle.leaf_hash(entry), kind, entry) for kind, entry in entries]
    await store.lock_log(db)
    size, known = await store.places(db, [leaf for leaf, _kind, _entry in leaves])
    new: dict[bytes, NewLeaf] = {}
    for leaf, kind, entry in leaves:
        if leaf not in known and leaf not in new:
            new[leaf] = NewLeaf(size + len(new), leaf, kind, entry.decode())
    if new:
        stored = await nodes(db, merkle.siblings_on_append(size, len(new)))
        await store.insert_leaves(db, list(new.values()), now)
        await store.insert_nodes(db, merkle.nodes_on_appends(size, list(new), stored))
    return [known[leaf] if leaf in known else new[leaf].index for leaf, _kind, _entry in leaves]


async def publish_checkpoint(db: Connection, office: Office, now: datetime) -> None:
    """Sign the tree as it stands, if it has grown since the last checkpoint.

    Raises `LogCorrupt` if the nodes do not lead to the root that the last checkpoint has told the world.
    """
    async with db.transaction():
        await store.lock_log(db)
        size, last = await store.log_head(db)
        told = 0 if last is None else last.tree_size
        stored = await nodes(db, [*{*merkle.nodes_for_root(told), *merkle.nodes_for_root(size)}])
        if last is not None and merkle.root(told, stored) != last.root_hash:
            msg = f"the log no longer has the root of its checkpoint of {told} leaves"
            raise LogCorrupt(msg)
        if told == size:
            return
        origin, root = office.issuer.log_origin, merkle.root(size, stored)
        note = sign_checkpoint(Checkpoint(origin, size, root), *reversed(office.log_signers))
        note = with_second_signature(note, office.log_cosigners, origin, now)
        await store.insert_checkpoint(db, StoredCheckpoint(size, root, note), now)
