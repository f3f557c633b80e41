"""Checkpoints: the size and root of the log, signed (c2sp.org/tlog-checkpoint on c2sp.org/signed-note).

    centre.example/log
    109482
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

    — centre.example/log hI2DJw…

The first line is the log's origin and the name of its key. Signatures by keys that we do not know (witnesses) are allowed and
ignored.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NOTE_MAX_CHARS: Final = 64 * 1024
"""Characters. The log's own signature and sixteen witnesses, even with post-quantum keys of 5 kB each."""

_ED25519: Final = b"\x01"  # the signature type of signed notes
_KEY_ID_BYTES: Final = 4
_ROOT_BYTES: Final = 32


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


def sign_checkpoint(checkpoint: Checkpoint, public_key: bytes, sign: Callable[[bytes], bytes]) -> str:
    """Write the signed note of `checkpoint`; the key's name is the log's origin."""
    signature = base64.b64encode(key_id(checkpoint.origin, public_key) + sign(checkpoint.text.encode())).decode()
    return f"{checkpoint.text}\n— {checkpoint.origin} {signature}\n"


def read_checkpoint(note: str) -> Checkpoint:
    """Read what a note says without believing it. Raises `ValueError` if it is not a checkpoint."""
    text, _signatures = _split(note)
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0]:  # origin, size, root, and the end of the last line
        msg = "not a checkpoint"
        raise ValueError(msg)
    origin, size, encoded = lines[:3]
    root = base64.b64decode(encoded, validate=True)
    if not (size.isascii() and size.isdigit()) or str(int(size[:20])) != size or len(root) != _ROOT_BYTES:
        msg = "not a checkpoint"
        raise ValueError(msg)
    return Checkpoint(origin, int(size), root)


def checkpoint_is_signed(note: str, origin: str, public_keys: Collection[bytes]) -> bool:
    """Say whether the note is for `origin` and one of `public_keys` has signed it under that name."""
    text, signatures = _split(note)
    if not text.startswith(f"{origin}\n"):
        return False
    by_id = {key_id(origin, key): key for key in public_keys}
    for name, data in signatures:
        key = by_id.get(data[:_KEY_ID_BYTES])
        if name == origin and key is not None:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(data[_KEY_ID_BYTES:], text.encode())
            except InvalidSignature:
                return False  # a known key that did not sign this: the whole note is refused
            return True
    return False


def key_id(name: str, public_key: bytes) -> bytes:
    """Name a key in four bytes (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > NOTE_MAX_CHARS or any(character < " " and character != "\n" for character in note):
        msg = "not a signed note"
        raise ValueError(msg)
    text, blank, block = note.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        msg = "not a signed note"
        raise ValueError(msg)
    signatures: list[tuple[str, bytes]] = []
    for line in block.removesuffix("\n").split("\n"):
        dash, name, encoded = [*line.split(" "), "", ""][:3]
        try:
            signatures.append((name, base64.b64decode(encoded, validate=True)))
        except binascii.Error as error:
            raise ValueError(str(error)) from error
        if dash != "—" or not name or line != f"— {name} {encoded}":
            msg = "not a signature line"
            raise ValueError(msg)
    return text + "\n", signatures
