"""Checkpoints: the size and root of the log, as a signed note (c2sp.org/tlog-checkpoint).

    centre.example/log
    109482
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

    — centre.example/log hI2DJw…

The first line is the log's origin and the name of its key. Signatures by keys that we do not know are allowed and ignored;
those of witnesses are `cosignature.py`.
"""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.log.note import Note, SignatureLine, SignatureType, key_id, read_base64, read_note, write_note

ROOT_BYTES: Final = 32
SIZE_END: Final = 2**63
"""Leaves. No tree has as many; a cosignature by ML-DSA-44 has eight bytes for them."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log named `origin` had `size` leaves under `root`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed part: three lines, each ending in a newline."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class CheckpointSigner(Protocol):
    """A key of the log."""

    @property
    def public_key(self) -> bytes:
        """32 bytes of Ed25519."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Sign `data`: 64 bytes."""
        ...


def sign_checkpoint(checkpoint: Checkpoint, *signers: CheckpointSigner) -> str:
    """Write the note of `checkpoint` with a line of each signer; the name of all of them is the log's origin."""
    name, text = checkpoint.origin, checkpoint.text.encode()
    lines = (SignatureLine(name, key_id(name, SignatureType.ED25519, key.public_key), key.sign(text)) for key in signers)
    return write_note(Note(checkpoint.text, tuple(lines)))


def read_checkpoint(written: str) -> Checkpoint:
    """Read what a note says without believing it. Raises `ValueError` if it is not a checkpoint."""
    return checkpoint_of(read_note(written))


def checkpoint_of(note: Note) -> Checkpoint:
    """What a note says that was read. Raises `ValueError` if that is not a checkpoint."""
    lines = note.text.split("\n")
    if len(lines) < 4 or not lines[0]:  # origin, size, root, and the end of the last line
        msg = "not a checkpoint"
        raise ValueError(msg)
    origin, size, encoded = lines[:3]
    root = read_base64(encoded)
    leaves = int(size[:20]) if size.isascii() and size.isdigit() else SIZE_END
    if leaves >= SIZE_END or str(leaves) != size or len(root) != ROOT_BYTES:
        msg = "not a checkpoint"
        raise ValueError(msg)
    return Checkpoint(origin, leaves, root)


def checkpoint_is_signed(written: str, origin: str, public_keys: Collection[bytes]) -> bool:
    """Say whether the note is for `origin` and one of `public_keys` has signed it under that name."""
    note = read_note(written)
    if not note.text.startswith(f"{origin}\n"):
        return False
    by_id = {key_id(origin, SignatureType.ED25519, key): key for key in public_keys}
    for line in note.signatures:
        key = by_id.get(line.key_id)
        if line.name == origin and key is not None:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(line.data, note.text.encode())
            except InvalidSignature:
                return False  # a known key that did not sign this: the whole note is refused
            return True
    return False
