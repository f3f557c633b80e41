"""The log as files that never change: tiles of 256 hashes and bundles of 256 entries (c2sp.org/tlog-tiles).

    tile/0/x001/234              hashes of the leaves 316,416 to 316,671
    tile/1/001.p/17              the first 17 hashes of level 1, tile 1: each covers 256 leaves
    tile/entries/x001/234        the entries themselves, each after its length in two bytes

Whoever has the checkpoint and these files can work out every proof without asking, so a folder of files is a whole log.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from certificates.log.merkle import Node, node_hash

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
HASH_BYTES: Final = 32
LEVELS_MAX: Final = 63 // TILE_HEIGHT
"""Levels of tiles. A tree of 2^63 leaves has no more."""

_PATH: Final = re.compile(
    r"tile/(?:(?P<level>[0-7])|(?P<entries>entries))/(?P<index>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?"
)
_INDEX_MAX_PARTS: Final = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """The first `width` hashes of tile `index` on `level` of tiles; `level` is None for a bundle of entries."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Where it is found, e.g. `tile/0/x001/234.p/5`."""
        level = "entries" if self.level is None else str(self.level)
        parts = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(parts)}{suffix}"

    @property
    def nodes(self) -> list[Node]:
        """The nodes of the tree that it holds, from left to right: all of them complete."""
        level = TILE_HEIGHT * (self.level or 0)
        return [(level, self.index * TILE_WIDTH + place) for place in range(self.width)]

    @property
    def first(self) -> int:
        """The place of its first hash or entry on its level."""
        return self.index * TILE_WIDTH


def read_path(path: str) -> Tile | None:
    """Read a path as `Tile.path` writes it; None for any other, also for a second way to write the same tile."""
    match = _PATH.fullmatch(path)
    if match is None or match["index"].count("/") >= _INDEX_MAX_PARTS:
        return None
    index = int(match["index"].replace("x", "").replace("/", ""))
    width = int(match["width"] or TILE_WIDTH)
    tile = Tile(None if match["entries"] else int(match["level"]), index, width)
    return tile if width <= TILE_WIDTH and tile.path == path else None


def is_of(tile: Tile, size: int) -> bool:
    """Say whether a tree of `size` leaves has everything in `tile`."""
    return tile.first + tile.width <= size >> TILE_HEIGHT * (tile.level or 0)


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Every tile and bundle of a tree of `size` leaves that one of `since` leaves does not have: what a copy has to fetch."""
    for level in (None, *range(LEVELS_MAX + 1)):
        shift = TILE_HEIGHT * (level or 0)
        hashes = size >> shift
        for index in range((since >> shift) // TILE_WIDTH, -(-hashes // TILE_WIDTH)):
            width = min(TILE_WIDTH, hashes - index * TILE_WIDTH)
            if index * TILE_WIDTH + width > since >> shift:
                yield Tile(level, index, width)


def tile_holding(node: Node, size: int) -> Tile:
    """The tile of a tree of `size` leaves from which `node` follows, as wide as it is there."""
    level, position = node
    tile_level = level // TILE_HEIGHT
    first = position << level % TILE_HEIGHT
    index = first // TILE_WIDTH
    return Tile(tile_level, index, min(TILE_WIDTH, (size >> TILE_HEIGHT * tile_level) - index * TILE_WIDTH))


def node_of(tile: Tile, data: bytes, node: Node) -> bytes:
    """Work out a node from the tile that holds it. Raises `ValueError` if the data has another length than the path says."""
    hashes = read_tile(tile, data)
    level, position = node
    above = level % TILE_HEIGHT
    begin = (position << above) - tile.first
    row = hashes[begin : begin + (1 << above)]
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


def write_tile(tile: Tile, stored: Mapping[Node, bytes]) -> bytes:
    """Write a tile of hashes."""
    return b"".join(stored[node] for node in tile.nodes)


def read_tile(tile: Tile, data: bytes) -> list[bytes]:
    """Read a tile of hashes. Raises `ValueError` if its length is not the one that its path says."""
    if len(data) != tile.width * HASH_BYTES:
        msg = f"{tile.path}: {len(data)} bytes instead of {tile.width * HASH_BYTES}"
        raise ValueError(msg)
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def write_entries(entries: Iterable[bytes]) -> bytes:
    """Write a bundle of entries."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def read_entries(tile: Tile, data: bytes) -> Sequence[bytes]:
    """Read a bundle of entries. Raises `ValueError` if it is cut off, goes on too long, or holds another number of entries."""
    entries: list[bytes] = []
    place = 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 2])
        entry = data[place + 2 : place + 2 + length]
        place += 2 + length
        if place > len(data):
            break
        entries.append(entry)
    if place != len(data) or len(entries) != tile.width:
        msg = f"{tile.path}: not a bundle of {tile.width} entries"
        raise ValueError(msg)
    return entries
