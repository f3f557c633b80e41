"""A monitor: it reads every entry of a log and works out every root itself, so that nothing is added, changed or lost unseen.

It needs the entries alone (c2sp.org/tlog-tiles, "Log entries"). What it keeps between two visits is the size and the few nodes
at the right edge of the tree; whatever the log shows later must continue exactly that tree.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from certificates.log.checkpoint import checkpoint_is_signed, checkpoint_of
from certificates.log.cosignature import Cosigned, WitnessKey, cosigners, has_false_line
from certificates.log.entry import Kind
from certificates.log.merkle import Node, leaf_hash, nodes_for_root, nodes_on_append, root, siblings_on_append
from certificates.log.note import read_note
from certificates.log.policy import NO_WITNESSES, WitnessPolicy
from certificates.log.tiles import TILE_WIDTH, Tile, read_entries

Fetch = Callable[[str], bytes]
"""Gets a file of the log by its path, e.g. `tile/entries/000.p/5`. Raises `OSError` if it cannot."""

_ENTRY: Final = re.compile(rf"sarap/v1 (?P<kind>{'|'.join(Kind)}) [0-9a-f]{{64}}")


class LogMisbehaved(Exception):
    """The log showed what an honest log never shows. The message says what; keep the files, they are the evidence."""


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a log was read: its size, and the complete nodes from which the root of that size follows."""

    size: int
    edge: Mapping[Node, bytes]

    def as_json(self) -> dict[str, Any]:
        """For a file; `from_json` reads it."""
        return {"size": self.size, "edge": [[*node, value.hex()] for node, value in sorted(self.edge.items())]}

    @classmethod
    def from_json(cls, stored: Any) -> "Followed":
        """Read what `as_json` wrote. Raises `ValueError` if that is incomplete."""
        try:
            edge = {(int(level), int(position)): bytes.fromhex(value) for level, position, value in stored["edge"]}
            followed = cls(int(stored["size"]), edge)
        except (KeyError, TypeError) as error:
            msg = "not the state of a monitor"
            raise ValueError(msg) from error
        if set(edge) != set(nodes_for_root(followed.size)):
            msg = "the state of the monitor is incomplete"
            raise ValueError(msg)
        return followed


BEGINNING: Final = Followed(0, {})


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit found: how far the log goes now, what was added, and who of the known witnesses has cosigned that."""

    followed: Followed
    added: Counter[Kind]
    cosigned: tuple[Cosigned, ...]
    quorum: int = 0

    @property
    def lacks_witnesses(self) -> bool:
        """Say whether fewer witnesses than are wanted stand behind what it shows: it may show others something else."""
        return len({one.witness.name for one in self.cosigned}) < self.quorum


def visit(
    fetch: Fetch,
    origin: str,
    log_keys: Collection[bytes],
    last: Followed,
    policy: WitnessPolicy = NO_WITNESSES,
    log_cosigners: Collection[WitnessKey] = (),
) -> Visit:
    """Read what is new. Raises `LogMisbehaved`, or `OSError` if the log cannot be reached.

    `log_cosigners` are the log's own keys of ML-DSA-44: a signature by one of them may be absent and must not be false.
    """
    try:
        written = fetch("checkpoint").decode()
        note = read_note(written)
        checkpoint = checkpoint_of(note)
        signed = checkpoint_is_signed(written, origin, log_keys)
    except ValueError as error:
        msg = f"its checkpoint cannot be read: {error}"
        raise LogMisbehaved(msg) from error
    if not signed or has_false_line(note, log_cosigners):
        msg = "its checkpoint is not signed by a key of this log"
        raise LogMisbehaved(msg)
    if checkpoint.size < last.size:
        msg = f"it had {last.size} entries and now shows {checkpoint.size}"
        raise LogMisbehaved(msg)
    followed, added = _read_on(fetch, last, checkpoint.size)
    if root(followed.size, followed.edge) != checkpoint.root:
        msg = f"its {checkpoint.size} entries, continued from the {last.size} read before, do not make the root that it signed"
        raise LogMisbehaved(msg)
    return Visit(followed, added, cosigners(note, policy.keys), policy.quorum)


def _read_on(fetch: Fetch, last: Followed, size: int) -> tuple[Followed, Counter[Kind]]:
    edge, added = dict(last.edge), Counter[Kind]()
    for index in range(last.size // TILE_WIDTH, -(-size // TILE_WIDTH)):
        tile = Tile(None, index, min(TILE_WIDTH, size - index * TILE_WIDTH))
        try:
            entries = read_entries(tile, fetch(tile.path))
        except ValueError as error:
            raise LogMisbehaved(str(error)) from error
        for place, entry in enumerate(entries, tile.first):
            if place < last.size:
                continue
            added[_kind(place, entry)] += 1
            edge |= nodes_on_append(place, leaf_hash(entry), {node: edge[node] for node in siblings_on_append(place)})
            edge = {node: edge[node] for node in nodes_for_root(place + 1)}
    return Followed(size, edge), added


def _kind(place: int, entry: bytes) -> Kind:
    match = _ENTRY.fullmatch(entry.decode("ascii", "replace"))
    if match is None:
        msg = f"entry {place} says nothing that a log of certificates says"
        raise LogMisbehaved(msg)
    return Kind(match["kind"])
