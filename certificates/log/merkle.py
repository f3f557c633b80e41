"""The Merkle tree of RFC 6962 (section 2.1, SHA-256): node hashes, the root and inclusion proofs.

A node (level, position) covers the leaves [position * 2^level, (position + 1) * 2^level). Complete nodes never change again,
so they are stored, and a root or a proof over a million leaves needs about twenty of them. Which ones is worked out here;
where they are kept is the caller's business.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

Node = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry; the zero byte keeps an entry from ever looking like an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_nodes(start: int, end: int) -> list[Node]:
    """Split leaves [start, end) into the largest complete nodes, from left to right. `start` must begin a complete node."""
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def siblings_on_append(index: int) -> list[Node]:
    """Name the stored nodes that are needed to add leaf `index`: the left neighbours of what it completes."""
    return [(level, (index >> level) - 1) for level in range(_trailing_ones(index))]


def nodes_on_append(index: int, leaf: bytes, stored: Mapping[Node, bytes]) -> dict[Node, bytes]:
    """Work out the nodes that leaf `index` completes, itself included. `stored` holds `siblings_on_append(index)`."""
    completed = {(0, index): leaf}
    value = leaf
    for level, position in siblings_on_append(index):
        value = node_hash(stored[level, position], value)
        completed[level + 1, position >> 1] = value
    return completed


def nodes_for_root(size: int) -> list[Node]:
    """Name the stored nodes from which the root over the first `size` leaves follows."""
    return complete_nodes(0, size)


def root(size: int, stored: Mapping[Node, bytes]) -> bytes:
    """Work out the root over the first `size` leaves. The empty tree has the hash of nothing."""
    return _join(stored[node] for node in nodes_for_root(size)) if size else hashlib.sha256(b"").digest()


def nodes_for_proof(index: int, size: int) -> list[Node]:
    """Name the stored nodes from which the proof of leaf `index` in the first `size` leaves follows."""
    return [node for start, end in _path(index, size) for node in complete_nodes(start, end)]


def inclusion_proof(index: int, size: int, stored: Mapping[Node, bytes]) -> list[bytes]:
    """Work out the audit path of leaf `index`: from its sibling up to the root's child (RFC 6962, section 2.1.1)."""
    return [_join(stored[node] for node in complete_nodes(start, end)) for start, end in _path(index, size)]


def root_from_proof(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Recompute the root from a proof (RFC 9162, section 2.1.3.2). None if the proof has the wrong length for its place.

    Independent of how proofs are made: it looks only at the bits of `index` and `size`.
    """
    if not 0 <= index < size:
        return None
    node, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        node >>= 1
        last >>= 1
    return value if last == 0 else None


def _path(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes make the audit path, from the leaf upwards."""
    if not 0 <= index < size:
        msg = f"no leaf {index} in a tree of {size}"
        raise IndexError(msg)
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        split = start + (1 << (end - start - 1).bit_length() - 1)  # the largest power of two below the width
        if index < split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start = split
    return ranges[::-1]


def _join(hashes: Iterable[bytes]) -> bytes:
    """Hash complete nodes of falling size, from left to right, into one: the ragged right edge is joined first."""
    *rest, value = hashes
    for left in reversed(rest):
        value = node_hash(left, value)
    return value


def _trailing_ones(number: int) -> int:
    return (~number & number + 1).bit_length() - 1
