"""Step 6: the entry made from a certificate is in the log of its centre, under a checkpoint that counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from certificates.credential import Summary
from certificates.findings import Code, Step
from certificates.issuer import log_origin
from certificates.log.checkpoint import checkpoint_is_signed, checkpoint_of
from certificates.log.cosignature import has_false_line
from certificates.log.note import read_note
from certificates.log.policy import NO_WITNESSES
from certificates.log.proof import proves, read_proof, split_extra
from certificates.steps.book import Book, Failed
from certificates.trust import TrustedIssuer

REMEMBERED_MAX: Final = 8
"""Proofs, checkpoints and signatures that were read or checked already: files that are checked together mostly carry the same
checkpoint. A checkpoint takes up to 128 kB."""

_COUNTS_NO_MORE: Final = frozenset({Code.LOG_UNKNOWN, Code.WITNESSES_TOO_FEW})

_read_proof = lru_cache(maxsize=REMEMBERED_MAX)(read_proof)
_read_note = lru_cache(maxsize=REMEMBERED_MAX)(read_note)
_checkpoint_is_signed = lru_cache(maxsize=REMEMBERED_MAX)(checkpoint_is_signed)


def claimed_leaf(written: str) -> int | None:
    """Where in the log a certificate says it is, for the keys of step 3. Step 6 checks that: a lie here helps nobody."""
    try:
        return _read_proof(written).index
    except ValueError:
        return None


def claimed_leaf_beside(log_proof: bytes) -> int | None:
    """The same for a proof that is a file of its own."""
    try:
        return claimed_leaf(split_extra(log_proof.decode())[0])
    except ValueError:
        return None


def check_logged(written: str, entry: bytes, certificate: Summary, issuer: TrustedIssuer, now: datetime) -> None:
    """Check that the proof `written` leads from `entry` to a checkpoint of the centre's log. Raises `Failed`."""
    try:
        proof = _read_proof(written)
        note = _read_note(proof.checkpoint)
        checkpoint = checkpoint_of(note)
    except ValueError as error:
        raise Failed(Code.LOG_PROOF_UNREADABLE, str(error)) from error
    keys = tuple(key.public_key for key in issuer.counting_log_keys(now))
    if not _checkpoint_is_signed(proof.checkpoint, log_origin(certificate.issuer_url), keys):
        raise Failed(Code.LOG_UNKNOWN, checkpoint.origin[:100])
    if has_false_line(note, issuer.log_cosigners):
        raise Failed(Code.LOG_UNKNOWN, f"{checkpoint.origin[:100]}: ML-DSA-44")
    if not proves(proof, entry, checkpoint.size, checkpoint.root):
        raise Failed(Code.LOG_OTHER_ENTRY, f"leaf {proof.index}")
    if not issuer.witnesses.is_met(note, proof.index):
        names = ", ".join(issuer.witnesses.cosigned_by(note)) or "none"
        raise Failed(Code.WITNESSES_TOO_FEW, f"{names}; {issuer.witnesses.quorum} are wanted")


def check_carried(
    written: str, log_proof: bytes, entry: bytes, certificate: Summary, issuer: TrustedIssuer, now: datetime
) -> None:
    """Check the proof that a carrier brings, or else `log_proof`, a newer one that was given beside it. Raises `Failed`.

    Keys of a log are withdrawn and witnesses come and go, and sealed pages keep the proof of their day. What never was a right
    proof has no other beside it: of a carrier that was changed nothing is passed over.
    """
    try:
        check_logged(written, entry, certificate, issuer, now)
    except Failed as failed:
        # The same place: it is by this one that step 3 has judged the keys.
        if failed.finding not in _COUNTS_NO_MORE or claimed_leaf_beside(log_proof) != claimed_leaf(written):
            raise
        keys = tuple(replace(key, revoked=None) for key in issuer.log_keys)
        check_logged(written, entry, certificate, replace(issuer, log_keys=keys, witnesses=NO_WITNESSES), now)
        beside, _salt = _split(log_proof)
        check_logged(beside, entry, certificate, issuer, now)


def check_logged_beside(
    book: Book,
    log_proof: bytes,
    entry: Callable[[bytes], bytes],
    certificate: Summary,
    issuer: TrustedIssuer,
    now: datetime,
) -> None:
    """Do the step for a carrier whose proof is a file of its own; `entry` makes the entry from the salt in that file."""
    if not log_proof:
        book.unshown(Step.LOG, Code.LOG_NOT_SHOWN)
        return
    proof, salt = book.must(Step.LOG, _split, log_proof)
    book.must(Step.LOG, check_logged, proof, entry(salt), certificate, issuer, now)


def _split(data: bytes) -> tuple[str, bytes]:
    try:
        proof, extra = split_extra(data.decode())
    except ValueError as error:
        raise Failed(Code.LOG_PROOF_UNREADABLE, str(error)) from error
    return proof, extra
