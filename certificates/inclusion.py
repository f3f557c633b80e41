"""Proofs that something is in the centre's own log, with the cosignatures that witnesses have given so far.

Whoever only reads the log needs this and no key: the web process delivers proofs with more cosignatures than there were on the
day of issue.
"""

from collections.abc import Sequence
from datetime import datetime

from certificates import store
from certificates.bundle import Bundle
from certificates.errors import LogCorrupt
from certificates.log import merkle
from certificates.log.checkpoint import checkpoint_is_signed
from certificates.log.merkle import Node
from certificates.log.note import read_note, read_signatures, write_note
from certificates.log.policy import WitnessPolicy
from certificates.log.proof import InclusionProof, proves, read_proof, write_proof
from certificates.store import Connection
from certificates.trust import TrustedIssuer
from certificates.witnessing import store as witnessing
from certificates.witnessing.store import CosignedCheckpoint


async def prove(db: Connection, index: int, entry: bytes, policy: WitnessPolicy) -> InclusionProof:
    """Prove that leaf `index` is `entry`, against the checkpoint that most witnesses have cosigned. Raises `LogCorrupt`."""
    checkpoint = await witnessing.cosigned_covering(db, index, policy.names)
    if checkpoint is None:
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
    checkpoint = await witnessing.cosigned_covering(db, proof.index, issuer.witnesses.names)
    if checkpoint is None or not checkpoint.cosignatures:
        if _counts(proof.checkpoint, issuer, now):
            return bundle
    elif _counts(checkpoint.note, issuer, now):
        return bundle.with_log_proof(write_proof(await _proof(db, proof.index, checkpoint)))
    newest = await witnessing.newest_cosigned(db, issuer.witnesses.names, issuer.witnesses.quorum)
    if newest is None or newest.tree_size <= proof.index or not _counts(newest.note, issuer, now):
        return bundle
    return bundle.with_log_proof(write_proof(await _proof(db, proof.index, newest)))


def _counts(note: str, issuer: TrustedIssuer, now: datetime) -> bool:
    """Say whether a checkpoint of our own is under a key that was not withdrawn; most centres never withdraw one."""
    counting = issuer.counting_log_keys(now)
    if len(counting) == len(issuer.log_keys):
        return True
    return checkpoint_is_signed(note, str(issuer.log_origin), [key.public_key for key in counting])


async def published_checkpoint(db: Connection, policy: WitnessPolicy) -> str | None:
    """The checkpoint that the log shows to everybody: the newest that enough witnesses have cosigned."""
    checkpoint = await witnessing.newest_cosigned(db, policy.names, policy.quorum)
    return None if checkpoint is None else _note(checkpoint)


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
