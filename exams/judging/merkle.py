"""The Merkle tree of RFC 6962 (section 2.1, SHA-256) over a list that is at hand: root, inclusion proof and its check.

One root stands for all test cases of a dataset, in judging order; a proof of some twenty hashes then shows that one case is
among them without showing another. `certificates/log/merkle.py` hashes in the same way for a log that grows for ever; the two
rooms are strangers, and neither knows the other.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Where a leaf stands (`index` from 0, of `size` leaves) and the hashes from its sibling up to the root's child."""

    index: int
    size: int
    path: tuple[bytes, ...]


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry; the zero byte keeps an entry from ever looking like an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(entries: Sequence[bytes]) -> bytes:
    """The root over all entries, in their order. The empty list has the hash of nothing."""
    return _root([leaf_hash(entry) for entry in entries]) if entries else hashlib.sha256(b"").digest()


def prove(entries: Sequence[bytes], index: int) -> InclusionProof:
    """The proof that entry `index` is among `entries`. Raises `IndexError` if there is no such entry."""
    if not 0 <= index < len(entries):
        raise IndexError(f"no leaf {index} in a tree of {len(entries)}")
    hashes, place = [leaf_hash(entry) for entry in entries], index
    path: list[bytes] = []
    while len(hashes) > 1:
        split = _split(len(hashes))
        if place < split:
            path.append(_root(hashes[split:]))
            hashes = hashes[:split]
        else:
            path.append(_root(hashes[:split]))
            hashes, place = hashes[split:], place - split
    return InclusionProof(index, len(entries), tuple(reversed(path)))


def proves(proof: InclusionProof, entry: bytes, expected_root: bytes) -> bool:
    """Whether `entry` stands at the proof's place under this root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= proof.index < proof.size:
        return False
    node, last, value = proof.index, proof.size - 1, leaf_hash(entry)
    for sibling in proof.path:
        if last == 0:
            return False
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and value == expected_root


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = _split(len(hashes))
    return node_hash(_root(hashes[:split]), _root(hashes[split:]))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
