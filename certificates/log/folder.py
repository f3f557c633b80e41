"""A whole log as files on a disk, made in one pass over its entries: C2SP tiles for programs, and blocks of hashes for a page.

    tile/0/000, tile/1/000.p/3, tile/entries/000      as the log publishes them (`tiles.py`)
    hashes-000.js, hashes-001.js                      65,536 leaf hashes each, as a script that a page can load from a disk

A page that was opened from a disk may load scripts and nothing else. To prove one entry it loads the one block that holds it;
of every other block the root is enough, and those stand together in one place: 32 bytes for 65,536 entries.
"""

import base64
from collections.abc import Iterator, Sequence
from typing import Final

from certificates.log.merkle import leaf_hash, node_hash
from certificates.log.tiles import TILE_WIDTH, Tile, write_entries

BLOCK_WIDTH: Final = 65_536
"""Leaves of a block. Its script has 2.8 MB, which any browser reads from a disk in a moment; a power of two, so that the root
of a block is a node of the tree."""


class LogFolder:
    """Takes the entries of a log, block by block and in order, and gives the files that they make."""

    def __init__(self) -> None:
        self.size = 0
        self.block_roots: list[bytes] = []
        """roots of all blocks so far; the last one may be of fewer leaves"""
        self._levels: list[list[bytes]] = [[]]
        """hashes of the levels of tiles above the leaves: the first covers 256 leaves each"""

    def add_block(self, entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
        """Add up to `BLOCK_WIDTH` entries; a block with fewer is the last one. Gives paths and contents."""
        if self.size % BLOCK_WIDTH or not 0 < len(entries) <= BLOCK_WIDTH:
            msg = "blocks are whole, but for the last one"
            raise ValueError(msg)
        hashes = [leaf_hash(entry) for entry in entries]
        for start in range(0, len(hashes), TILE_WIDTH):
            row = hashes[start : start + TILE_WIDTH]
            index = (self.size + start) // TILE_WIDTH
            yield Tile(None, index, len(row)).path, write_entries(entries[start : start + TILE_WIDTH])
            yield Tile(0, index, len(row)).path, b"".join(row)
            if len(row) == TILE_WIDTH:
                self._levels[0].append(root_of(row))
        yield block_path(len(self.block_roots)), _script(len(self.block_roots), hashes)
        self.block_roots.append(root_of(hashes))
        self.size += len(hashes)

    def upper_tiles(self) -> Iterator[tuple[str, bytes]]:
        """The tiles above the leaves, after the last block."""
        level = 1
        hashes = self._levels[0]
        while hashes:
            above: list[bytes] = []
            for start in range(0, len(hashes), TILE_WIDTH):
                row = hashes[start : start + TILE_WIDTH]
                yield Tile(level, start // TILE_WIDTH, len(row)).path, b"".join(row)
                if len(row) == TILE_WIDTH:
                    above.append(root_of(row))
            level, hashes = level + 1, above

    @property
    def root(self) -> bytes:
        """The root over everything that was added."""
        return root_of(self.block_roots)


def block_path(index: int) -> str:
    """Where a block of hashes is found, e.g. `hashes-000.js`."""
    return f"hashes-{index:03}.js"


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of one level; one without a neighbour goes up as it is (RFC 6962, section 2.1)."""
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row) - 1, 2)] + odd
    return row[0]


def _script(index: int, hashes: Sequence[bytes]) -> bytes:
    encoded = base64.b64encode(b"".join(hashes)).decode()
    return f'(globalThis.sarapHashes ??= {{}})[{index}] = "{encoded}";\n'.encode()
