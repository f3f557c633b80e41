"""The Merkle tree of RFC 6962 (section 2.1, SHA-256): node hashes, the root, inclusion and consistency proofs.

A node (level, position) covers the leaves [position * 2^level, (position + 1) * 2^level). Complete nodes never change again,
so they are stored, and a root or a proof over a million leaves needs about twenty of them. Which ones is worked out here;
where they are kept is the caller's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

Node = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry; the zero byte keeps an entry from ever looking like an inner node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent."""
    return sha256(b"\x01" + left + right).digest()


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


def siblings_on_append(index: int, count: int = 1) -> list[Node]:
    """Name the stored nodes that are needed to add `count` leaves from `index` on: left neighbours of what they complete."""
    needed: list[Node] = []
    level, first, end = 0, index, index + count
    while first < end:
        if first & 1:
            needed.append((level, first - 1))
        level, first, end = level + 1, first >> 1, end >> 1
    return needed


def nodes_on_append(index: int, leaf: bytes, stored: Mapping[Node, bytes]) -> dict[Node, bytes]:
    """Work out the nodes that leaf `index` completes, itself included. `stored` holds `siblings_on_append(index)`."""
    completed = {(0, index): leaf}
    value, level, position = leaf, 0, index
    while position & 1:
        value = node_hash(stored[level, position - 1], value)
        level, position = level + 1, position >> 1
        completed[level, position] = value
    return completed


def nodes_on_appends(index: int, leaves: Sequence[bytes], stored: Mapping[Node, bytes]) -> dict[Node, bytes]:
    """Work out the nodes that many leaves from `index` on complete: what `nodes_on_append` says of each, level by level.

    `stored` holds `siblings_on_append(index, len(leaves))`.
    """
    completed: dict[Node, bytes] = {}
    level, first, row = 0, index, list(leaves)
    while row:
        completed.update(zip(((level, position) for position in range(first, first + len(row))), row, strict=True))
        if first & 1:
            row.insert(0, stored[level, first - 1])
        # The same as `node_hash`, without a call for each: this is where the time of a large batch goes.
        row = [sha256(b"\x01" + row[place] + row[place + 1]).digest() for place in range(0, len(row) - 1, 2)]
        level, first = level + 1, first >> 1
    return completed


def nodes_for_root(size: int) -> list[Node]:
    """Name the stored nodes from which the root over the first `size` leaves follows."""
    return complete_nodes(0, size)


def root(size: int, stored: Mapping[Node, bytes]) -> bytes:
    """Work out the root over the first `size` leaves. The empty tree has the hash of nothing."""
    return _join(stored[node] for node in nodes_for_root(size)) if size else sha256(b"").digest()


def nodes_for_proof(index: int, size: int) -> list[Node]:
    """Name the stored nodes from which the proof of leaf `index` in the first `size` leaves follows."""
    return [node for step in _path(index, size) for node in step]


def inclusion_proof(index: int, size: int, stored: Mapping[Node, bytes]) -> list[bytes]:
    """Work out the audit path of leaf `index`: from its sibling up to the root's child (RFC 6962, section 2.1.1)."""
    return [stored[step[0]] if len(step) == 1 else _join(stored[node] for node in step) for step in _path(index, size)]


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


def nodes_for_consistency(old: int, new: int) -> list[Node]:
    """Name the stored nodes from which it follows that the tree of `old` leaves is the beginning of the tree of `new`."""
    return [node for start, end in _consistency_path(old, new) for node in complete_nodes(start, end)]


def consistency_proof(old: int, new: int, stored: Mapping[Node, bytes]) -> list[bytes]:
    """Work out the consistency proof (RFC 6962, section 2.1.2). It is empty if one of the trees is, or if they are the same."""
    return [_join(stored[node] for node in complete_nodes(start, end)) for start, end in _consistency_path(old, new)]


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether `proof` shows that nothing of the old tree was changed or taken away (RFC 9162, section 2.1.4.2).

    Independent of how proofs are made, as `root_from_proof` is.
    """
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        # Every tree continues the empty one; a tree continues itself if it has the same root.
        return not proof and (old == 0 or old_root == new_root)
    # A complete old tree is a node of the new one, so that its root need not be told again.
    first, *rest = [old_root, *proof] if old & old - 1 == 0 else [*proof] or [b""]
    shift = _trailing_ones(old - 1)
    node, last = old - 1 >> shift, new - 1 >> shift
    before = after = first
    for value in rest:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(value, before), node_hash(value, after)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            after = node_hash(after, value)
        node >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == new_root


def _consistency_path(old: int, new: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes make the consistency proof: SUBPROOF of RFC 6962, section 2.1.2, without recursion."""
    if not 0 <= old <= new:
        msg = f"a tree of {new} leaves does not continue one of {old}"
        raise IndexError(msg)
    if old == 0:
        return []
    ranges: list[tuple[int, int]] = []
    start, end, whole = 0, new, True
    while old != end:
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if old <= split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start, whole = split, False
    return [*([] if whole else [(start, end)]), *ranges[::-1]]


def _path(index: int, size: int) -> list[list[Node]]:
    """The nodes whose hashes make the audit path, from the leaf upwards: one for each sibling, more for the ragged right edge.

    The sibling of a node ends where the tree does; a node without a sibling stands for its parent.
    """
    if not 0 <= index < size:
        msg = f"no leaf {index} in a tree of {size}"
        raise IndexError(msg)
    steps: list[list[Node]] = []
    last = size - 1
    for level in range(last.bit_length()):
        sibling = index >> level ^ 1
        if sibling + 1 << level <= size:
            steps.append([(level, sibling)])
        elif sibling << level <= last:
            steps.append(complete_nodes(sibling << level, size))
    return steps


def _join(hashes: Iterable[bytes]) -> bytes:
    """Hash complete nodes of falling size, from left to right, into one: the ragged right edge is joined first."""
    *rest, value = hashes
    for left in reversed(rest):
        value = node_hash(left, value)
    return value


def _trailing_ones(number: int) -> int:
    return (~number & number + 1).bit_length() - 1
