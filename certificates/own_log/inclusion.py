"""Proofs that something is in the centre's own log, with the cosignatures that witnesses have given so far.

Whoever only reads the log needs this and no key: the web process delivers proofs with more cosignatures than there were on the
day of issue.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from certificates.bundle import Bundle
from certificates.errors import LogCorrupt
from certificates.log import merkle
from certificates.log.checkpoint import checkpoint_is_signed
from certificates.log.merkle import Node
from certificates.log.note import read_note, read_signatures, write_note
from certificates.log.proof import InclusionProof, proves, read_proof, write_proof
from certificates.own_log import store
from certificates.store import Connection
from certificates.trust import TrustedIssuer
from certificates.witnessing import store as witnessing
from certificates.witnessing.store import CosignedCheckpoint


async def prove(db: Connection, index: int, entry: bytes, issuer: TrustedIssuer, now: datetime) -> InclusionProof:
    """Prove that leaf `index` is `entry`, against the checkpoint that most witnesses have cosigned. Raises `LogCorrupt`.

    `issuer` is what the centre publishes of its keys: a checkpoint under one that was withdrawn would prove nothing.
    """
    checkpoint = await _covering(db, index, issuer, now)
    if checkpoint is None or checkpoint.tree_size <= index:
        msg = f"no checkpoint covers leaf {index}"
        raise LogCorrupt(msg)
    proof = await _proof(db, index, checkpoint)
    if not proves(proof, entry, checkpoint.tree_size, checkpoint.root_hash):
        msg = f"leaf {index} is not what it should be"
        raise LogCorrupt(msg)
    return proof


async def with_newest_proof(db: Connection, bundle: Bundle, issuer: TrustedIssuer, now: datetime) -> Bundle:
    """Return the certificate file with the proof that most witnesses stand behind; the same file if there is none such.

    A checkpoint under a key of the log that was withdrawn since proves nothing any more: then the newest checkpoint takes its
    place, which the newer key has signed.
    """
    proof = read_proof(bundle.log_proof)
    checkpoint = await _covering(db, proof.index, issuer, now)
    if checkpoint is None or checkpoint.tree_size <= proof.index or not _counts(checkpoint.note, issuer, now):
        return bundle
    if not checkpoint.cosignatures and _counts(proof.checkpoint, issuer, now):
        return bundle
    return bundle.with_log_proof(write_proof(await _proof(db, proof.index, checkpoint)))


async def with_counting_proof(db: Connection, bundle: Bundle, issuer: TrustedIssuer, now: datetime) -> Bundle:
    """Return the same file, unless the key of its checkpoint was withdrawn since: then with the proof that is delivered now."""
    if _counts(read_proof(bundle.log_proof).checkpoint, issuer, now):
        return bundle
    return await with_newest_proof(db, bundle, issuer, now)


async def newest_counting(db: Connection, issuer: TrustedIssuer, now: datetime) -> CosignedCheckpoint | None:
    """The newest checkpoint that enough witnesses have cosigned, its note with what they signed; None of an empty log.

    Where that one is under a key of the log that was withdrawn, the newest of all, whoever has cosigned it so far.
    """
    names, quorum = issuer.witnesses.names, issuer.witnesses.quorum
    newest = await witnessing.newest_cosigned(db, names, quorum)
    if newest is not None and not _counts(newest.note, issuer, now):
        newest = await witnessing.newest_cosigned(db, names, 0)
    return None if newest is None else replace(newest, note=_note(newest))


async def _covering(db: Connection, index: int, issuer: TrustedIssuer, now: datetime) -> CosignedCheckpoint | None:
    checkpoint = await witnessing.cosigned_covering(db, index, issuer.witnesses.names)
    if checkpoint is None or _counts(checkpoint.note, issuer, now):
        return checkpoint
    return await newest_counting(db, issuer, now)


def _counts(note: str, issuer: TrustedIssuer, now: datetime) -> bool:
    """Say whether a checkpoint of our own is under a key that was not withdrawn; most centres never withdraw one."""
    counting = issuer.counting_log_keys(now)
    if len(counting) == len(issuer.log_keys):
        return True
    return checkpoint_is_signed(note, str(issuer.log_origin), [key.public_key for key in counting])


async def consistency(db: Connection, old: int, new: int) -> list[bytes]:
    """Prove that the first `old` leaves are the beginning of the first `new`. Raises `LogCorrupt`."""
    return merkle.consistency_proof(old, new, await nodes(db, merkle.nodes_for_consistency(old, new)))


async def nodes(db: Connection, wanted: Sequence[Node]) -> dict[Node, bytes]:
    """Load nodes of the tree. Raises `LogCorrupt` if one is missing."""
    stored = await store.nodes(db, wanted)
    if missing := set(wanted) - stored.keys():
        msg = f"node {min(missing)} is missing"
        raise LogCorrupt(msg)
    return stored


async def _proof(db: Connection, index: int, checkpoint: CosignedCheckpoint) -> InclusionProof:
    stored = await nodes(db, merkle.nodes_for_proof(index, checkpoint.tree_size))
    return InclusionProof(index, tuple(merkle.inclusion_proof(index, checkpoint.tree_size, stored)), _note(checkpoint))


def _note(checkpoint: CosignedCheckpoint) -> str:
    if not checkpoint.cosignatures:
        return checkpoint.note
    return write_note(read_note(checkpoint.note).with_signatures(read_signatures("".join(checkpoint.cosignatures))))
