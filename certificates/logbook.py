"""The centre's own log: append, sign a checkpoint, prove.

Appending and signing are two transactions: a checkpoint is only ever signed over leaves that are already kept for good. Had
they been one, a rollback after the signature could leave two different signed trees of the same size, which is what a log must
never have.
"""

from collections.abc import Sequence
from datetime import datetime

from certificates import store
from certificates.errors import LogCorrupt
from certificates.keys import Office
from certificates.log import merkle
from certificates.log.checkpoint import Checkpoint, sign_checkpoint
from certificates.log.entry import Kind
from certificates.log.merkle import Node
from certificates.log.proof import InclusionProof, proves
from certificates.store import Connection, StoredCheckpoint


async def append(db: Connection, kind: Kind, entry: bytes, now: datetime) -> int:
    """Put `entry` into the log, once, however often this is asked. Returns its index."""
    leaf = merkle.leaf_hash(entry)
    async with db.transaction():
        await store.lock_log(db)
        known = await store.leaf_index_of(db, leaf)
        if known is not None:
            return known
        index = await store.log_size(db)
        stored = await _nodes(db, merkle.siblings_on_append(index))
        await store.insert_leaf(db, index, leaf, kind=kind, entry=entry.decode(), now=now)
        await store.insert_nodes(db, merkle.nodes_on_append(index, leaf, stored))
    return index


async def publish_checkpoint(db: Connection, office: Office, now: datetime) -> None:
    """Sign the tree as it stands, if it has grown since the last checkpoint.

    Raises `LogCorrupt` if the nodes do not lead to the root that the last checkpoint has told the world.
    """
    async with db.transaction():
        await store.lock_log(db)
        size = await store.log_size(db)
        last = await store.newest_checkpoint(db)
        if last is not None and await _root(db, last.tree_size) != last.root_hash:
            msg = f"the log no longer has the root of its checkpoint of {last.tree_size} leaves"
            raise LogCorrupt(msg)
        if size == 0 or (last is not None and last.tree_size == size):
            return
        root = await _root(db, size)
        checkpoint = Checkpoint(office.issuer.log_origin, size, root)
        note = sign_checkpoint(checkpoint, office.log_signer.public_key, office.log_signer.sign)
        await store.insert_checkpoint(db, StoredCheckpoint(size, root, note), now)


async def prove(db: Connection, index: int, entry: bytes) -> InclusionProof:
    """Prove that leaf `index` is `entry`, against the first checkpoint that covers it. Raises `LogCorrupt` if that fails."""
    checkpoint = await store.checkpoint_covering(db, index)
    if checkpoint is None:
        msg = f"no checkpoint covers leaf {index}"
        raise LogCorrupt(msg)
    stored = await _nodes(db, merkle.nodes_for_proof(index, checkpoint.tree_size))
    proof = InclusionProof(index, tuple(merkle.inclusion_proof(index, checkpoint.tree_size, stored)), checkpoint.note)
    if not proves(proof, entry, checkpoint.tree_size, checkpoint.root_hash):
        msg = f"leaf {index} is not what it should be"
        raise LogCorrupt(msg)
    return proof


async def _root(db: Connection, size: int) -> bytes:
    return merkle.root(size, await _nodes(db, merkle.nodes_for_root(size)))


async def _nodes(db: Connection, wanted: Sequence[Node]) -> dict[Node, bytes]:
    stored = await store.nodes(db, wanted)
    if missing := set(wanted) - stored.keys():
        msg = f"node {min(missing)} is missing"
        raise LogCorrupt(msg)
    return stored
