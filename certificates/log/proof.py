"""The proof that an entry is in the log, as a text file of its own (c2sp.org/tlog-proof).

    c2sp.org/tlog-proof@v1
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
    B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=

    centre.example/log
    …                        (a checkpoint, see `checkpoint.py`)

The entry itself is not in the file: whoever checks makes it from the certificate.
"""

import base64
from dataclasses import dataclass
from typing import Final

from certificates.log.merkle import leaf_hash, root_from_proof
from certificates.log.note import read_base64

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_HASH_BYTES: Final = 32
_INDEX_MAX_CHARS: Final = 18
_HASHES_MAX: Final = 63  # a tree of 2^63 leaves has proofs no longer than this


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Leaf `index` is in the tree of `checkpoint` (a signed note); `hashes` is the audit path."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str


def write_proof(proof: InclusionProof) -> str:
    """Write the text form."""
    hashes = "".join(f"{base64.b64encode(value).decode()}\n" for value in proof.hashes)
    return f"{_HEADER}\nindex {proof.index}\n{hashes}\n{proof.checkpoint}"


def read_proof(text: str) -> InclusionProof:
    """Read the text form. Raises `ValueError` if it is not one."""
    head, blank, checkpoint = text.partition("\n\n")
    header, index, *hashes = [*head.split("\n"), "", ""] if head.count("\n") < 1 else head.split("\n")
    digits = index.removeprefix("index ")
    if (
        not blank
        or header != _HEADER
        or not index.startswith("index ")
        or not (digits.isascii() and digits.isdigit() and len(digits) <= _INDEX_MAX_CHARS)
        or str(int(digits)) != digits
        or len(hashes) > _HASHES_MAX
    ):
        msg = "not a log proof"
        raise ValueError(msg)
    decoded = tuple(map(read_base64, hashes))
    if any(len(value) != _HASH_BYTES for value in decoded):
        msg = "not a log proof"
        raise ValueError(msg)
    proof = InclusionProof(int(digits), decoded, checkpoint)
    if write_proof(proof) != text:
        msg = "not a log proof: there is more than one way to write it"
        raise ValueError(msg)
    return proof


def with_extra(written: str, extra: bytes) -> str:
    """Put opaque data into a proof, for a file that is delivered alone; ours is the salt of the certificate."""
    return written.replace("\n", f"\n{_EXTRA}{base64.b64encode(extra).decode()}\n", 1)


def split_extra(written: str) -> tuple[str, bytes]:
    """Take the opaque data out of a proof: the proof without it, and the data, empty if there is none. Raises `ValueError`."""
    header, _newline, rest = written.partition("\n")
    if not rest.startswith(_EXTRA):
        return written, b""
    line, _newline, rest = rest.partition("\n")
    return f"{header}\n{rest}", read_base64(line.removeprefix(_EXTRA))


def proves(proof: InclusionProof, entry: bytes, size: int, root: bytes) -> bool:
    """Say whether `proof` leads from `entry` to `root` in a tree of `size` leaves."""
    return root_from_proof(proof.index, size, leaf_hash(entry), proof.hashes) == root
