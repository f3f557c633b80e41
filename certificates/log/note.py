"""Signed notes (c2sp.org/signed-note): text, an empty line, and a line for each signature.

    centre.example/log
    109482
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

    — centre.example/log hI2DJw…
    — witness.example/w1 jWbPPwAAAABkGFDL…

A signature line names its key and says which key of that name in four bytes. Signatures by keys that we do not know are allowed
and mean nothing.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

NOTE_MAX_CHARS: Final = 128 * 1024
"""Characters. The log's own two signatures and sixteen witnesses with ML-DSA-44, which takes 3.3 kB a line, and room."""

KEY_ID_BYTES: Final = 4

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")  # signed-note, "Format": no control character but the newline


class SignatureType(IntEnum):
    """What a key signs, as it goes into its id (signed-note, "Signature types"; tlog-cosignature, "Format")."""

    ED25519 = 0x01
    """the text itself"""
    ED25519_COSIGNATURE = 0x04
    """a time, and the text"""
    ML_DSA_44_COSIGNATURE = 0x06
    """a time, and what a checkpoint says"""


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature: `data` is what follows the key's id."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def text(self) -> str:
        """The line, with its newline."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note that was read. Nothing in it is believed before a signature was verified."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def with_signatures(self, more: Sequence[SignatureLine]) -> "Note":
        """The same note with more signatures; one that is there already is not added twice."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


def key_id(name: str, kind: SignatureType, public_key: bytes) -> bytes:
    """Name a key in four bytes (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:KEY_ID_BYTES]


def write_note(note: Note) -> str:
    """Write a note."""
    return f"{note.text}\n{''.join(line.text for line in note.signatures)}"


def read_note(written: str) -> Note:
    """Read a note. Raises `ValueError` if it is not one."""
    if len(written) > NOTE_MAX_CHARS or _CONTROL.search(written):
        msg = "not a signed note"
        raise ValueError(msg)
    text, blank, block = written.rpartition("\n\n")
    if not blank:
        msg = "not a signed note"
        raise ValueError(msg)
    return Note(text + "\n", read_signatures(block))


def read_signatures(block: str) -> tuple[SignatureLine, ...]:
    """Read signature lines alone, as a witness answers. Raises `ValueError` if one is not, or there is none."""
    if not block.endswith("\n") or len(block) > NOTE_MAX_CHARS:
        msg = "not signature lines"
        raise ValueError(msg)
    return tuple(map(_signature, block.removesuffix("\n").split("\n")))


def read_base64(encoded: str) -> bytes:
    """Read base64 in the one way to write it: the bits that the last character has to spare are zero. Raises `ValueError`.

    With two ways to write a log proof, two readers could disagree about the same file.
    """
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    if base64.b64encode(data).decode() != encoded:
        msg = "there is more than one way to write it"
        raise ValueError(msg)
    return data


def _signature(line: str) -> SignatureLine:
    dash, name, encoded = [*line.split(" "), "", ""][:3]
    data = read_base64(encoded)
    if dash != "—" or not name or "+" in name or line != f"— {name} {encoded}" or len(data) <= KEY_ID_BYTES:
        msg = "not a signature line"
        raise ValueError(msg)
    return SignatureLine(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])
