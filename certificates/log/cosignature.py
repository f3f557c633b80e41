"""Cosignatures: a witness says that a checkpoint continues every one that it has seen before (c2sp.org/tlog-cosignature).

A log that showed one tree to an employer and another to everybody else would need a cosignature on both, and a witness gives
only one. Two kinds exist: Ed25519, which signs the note's text, and ML-DSA-44, which also names the witness and stands against
quantum computers. A log may use the second kind itself, beside its Ed25519 signature, under its own name.

A key that verifies is written as `name+id+base64` (signed-note, "Verifier keys"):

    witness.example/w1+8d66cf3f+BNDL…
"""

import base64
import binascii
import struct
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from certificates.log.checkpoint import Checkpoint, checkpoint_of
from certificates.log.note import Note, SignatureLine, SignatureType, key_id

KEY_BYTES: Final = {SignatureType.ED25519_COSIGNATURE: 32, SignatureType.ML_DSA_44_COSIGNATURE: 1312}
SIGNATURE_BYTES: Final = {SignatureType.ED25519_COSIGNATURE: 64, SignatureType.ML_DSA_44_COSIGNATURE: 2420}
TIME_BYTES: Final = 8
_NAME_MAX_BYTES: Final = 255


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness that we know: its name, which kind of signature it makes, and the key that verifies it."""

    name: str
    kind: SignatureType
    public_key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names it."""
        return key_id(self.name, self.kind, self.public_key)

    @property
    def text(self) -> str:
        """The key in one line, as `read_witness_key` reads it."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public_key).decode()}"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that was verified: who, and when by the witness's clock; None for a statement without a time."""

    witness: WitnessKey
    at: datetime | None


def read_witness_key(line: str) -> WitnessKey:
    """Read a key line. Raises `ValueError` if it is malformed, of another kind, or its id is not the one of its key."""
    name, plus, rest = line.strip().partition("+")
    named, second, encoded = rest.partition("+")
    try:
        data = base64.b64decode(encoded, validate=True)
        kind = SignatureType(data[0]) if data else None
    except (binascii.Error, ValueError) as error:
        msg = "not a witness's key"
        raise ValueError(msg) from error
    if not plus or not second or not name or kind is None or len(data) - 1 != KEY_BYTES.get(kind):
        msg = "not a witness's key"
        raise ValueError(msg)
    key = WitnessKey(name, kind, data[1:])
    if key.id.hex() != named:
        msg = "the key's id is not the one of its key"
        raise ValueError(msg)
    return key


def cosign(note: Note, witness: WitnessKey, sign: Callable[[bytes], bytes], now: datetime) -> SignatureLine:
    """Make the cosignature of a checkpoint. Whoever calls has seen that it continues the last one."""
    seconds = int(now.timestamp())
    signature = sign(_message(note, checkpoint_of(note), witness, seconds))
    return SignatureLine(witness.name, witness.id, struct.pack(">Q", seconds) + signature)


def cosigners(note: Note, known: Collection[WitnessKey]) -> tuple[Cosigned, ...]:
    """Who of the `known` witnesses has cosigned the note, each once.

    A line that claims to be of a known witness and is not lets none of that witness count (signed-note: reject). Lines of
    strangers mean nothing.
    """
    checkpoint = checkpoint_of(note)
    return tuple(
        cosigned
        for witness in dict.fromkeys(known)
        for cosigned in [_cosigned(note, checkpoint, witness, (line for line in note.signatures if _is_by(line, witness)))]
        if cosigned is not None
    )


def has_false_line(note: Note, known: Collection[WitnessKey]) -> bool:
    """Say whether a line claims to be by one of the `known` keys and is not. A note without any such line has none."""
    claimed = [key for key in dict.fromkeys(known) if any(_is_by(line, key) for line in note.signatures)]
    return len(cosigners(note, claimed)) < len(claimed)


def _is_by(line: SignatureLine, witness: WitnessKey) -> bool:
    return line.name == witness.name and line.key_id == witness.id


def _cosigned(note: Note, checkpoint: Checkpoint, witness: WitnessKey, lines: Iterable[SignatureLine]) -> Cosigned | None:
    found: Cosigned | None = None
    for line in lines:
        if len(line.data) != TIME_BYTES + SIGNATURE_BYTES[witness.kind]:
            return None
        seconds = int.from_bytes(line.data[:TIME_BYTES])
        try:
            _verify(witness, line.data[TIME_BYTES:], _message(note, checkpoint, witness, seconds))
            at = datetime.fromtimestamp(seconds, UTC) if seconds else None
        except (InvalidSignature, ValueError, OverflowError, OSError):
            return None
        found = Cosigned(witness, at)
    return found


def _verify(witness: WitnessKey, signature: bytes, message: bytes) -> None:
    if witness.kind is SignatureType.ML_DSA_44_COSIGNATURE:
        MLDSA44PublicKey.from_public_bytes(witness.public_key).verify(signature, message)
    else:
        Ed25519PublicKey.from_public_bytes(witness.public_key).verify(signature, message)


def _message(note: Note, checkpoint: Checkpoint, witness: WitnessKey, seconds: int) -> bytes:
    """What is signed (tlog-cosignature, "Ed25519 signed message" and "ML-DSA-44 signed message")."""
    if witness.kind is SignatureType.ED25519_COSIGNATURE:
        return f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
    if witness.kind is not SignatureType.ML_DSA_44_COSIGNATURE:
        msg = "not a kind of cosignature"
        raise ValueError(msg)
    name, origin = witness.name.encode(), checkpoint.origin.encode()
    if not 0 < len(name) <= _NAME_MAX_BYTES or not 0 < len(origin) <= _NAME_MAX_BYTES:
        msg = "a name is too long to be cosigned"
        raise ValueError(msg)
    return b"".join(
        (
            b"subtree/v1\n\x00",
            struct.pack(">B", len(name)) + name,
            struct.pack(">Q", seconds),
            struct.pack(">B", len(origin)) + origin,
            struct.pack(">QQ", 0, checkpoint.size),
            checkpoint.root,
        )
    )
