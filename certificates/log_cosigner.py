"""The log's second key: ML-DSA-44 beside Ed25519, so that checkpoints of today still prove something against quantum computers.

It signs in the form of a cosignature under the log's own name (c2sp.org/tlog-cosignature, "Format": 0x06), which every reader
of signed notes passes over who does not know it. It is kept as `mldsa-2026-1.pem` (PKCS #8) beside the other keys. Devices that
hold it are rare yet; a centre whose other keys are in a device keeps this one in a file or does without: nothing depends on it
alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from certificates.errors import KeyUnusable
from certificates.key_files import keep_key, load_key
from certificates.log.cosignature import WitnessKey, cosign
from certificates.log.note import Note, SignatureLine, SignatureType, read_note, write_note

_PREFIX: Final = "mldsa-"


@dataclass(frozen=True, slots=True, repr=False)
class LogCosigner:
    """An ML-DSA-44 key in memory."""

    name: str
    key: MLDSA44PrivateKey

    def verifier_key(self, origin: str) -> WitnessKey:
        """What verifies its signatures on checkpoints of the log `origin`."""
        return WitnessKey(origin, SignatureType.ML_DSA_44_COSIGNATURE, self.key.public_key().public_bytes_raw())

    def sign(self, note: Note, origin: str, now: datetime) -> SignatureLine:
        """Sign a checkpoint of the log `origin`: at `now` it was the newest that there was."""
        return cosign(note, self.verifier_key(origin), self.key.sign, now)

    def __repr__(self) -> str:
        """Show the name and nothing of the key."""
        return f"LogCosigner({self.name!r})"


def with_second_signature(checkpoint: str, cosigners: Sequence[LogCosigner], origin: str, now: datetime) -> str:
    """Add the signature of the newest key to a signed note; the same note if the log has no such key."""
    if not cosigners:
        return checkpoint
    note = read_note(checkpoint)
    return write_note(note.with_signatures([cosigners[-1].sign(note, origin, now)]))


def open_log_cosigners(directory: Path, now: datetime) -> tuple[LogCosigner, ...]:
    """Read the keys of `directory`, oldest first; make the first one, named after the year of `now`, if there is none.

    Raises `KeyUnusable` for a key that others may read or that is another, `OSError` if the directory cannot be used.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not list(directory.glob(f"{_PREFIX}*.pem")):
        keep_key(directory / f"{_PREFIX}{now.year}-1.pem", MLDSA44PrivateKey.generate())
    return tuple(_read(path) for path in sorted(directory.glob(f"{_PREFIX}*.pem"), key=_age))


def _read(path: Path) -> LogCosigner:
    key = load_key(path)
    if not isinstance(key, MLDSA44PrivateKey):
        msg = f"{path} is not an ML-DSA-44 key"
        raise KeyUnusable(msg)
    return LogCosigner(path.stem, key)


def _age(path: Path) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in path.stem.removeprefix(_PREFIX).split("-"))
    except ValueError as error:
        msg = f"{path}: a key is named like mldsa-2026-1"
        raise KeyUnusable(msg) from error
