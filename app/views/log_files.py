"""The log as files for whoever watches it: tiles of hashes and bundles of entries (c2sp.org/tlog-tiles). Nothing is personal.

GET /log/checkpoint                 (in `verifier.py`)
GET /log/tile/0/x001/234            8,192 bytes that never change
GET /log/tile/entries/000.p/5       the first five entries
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from certificates.log.tiles import is_of, read_path, write_entries, write_tile
from certificates.own_log import store as own_log
from exams.errors import NotFound

FOREVER: Final = {"access-control-allow-origin": "*", "cache-control": "public, max-age=31536000, immutable"}
"""A tile is a part of a tree that is only added to. One that is not there yet is not found, and that is not kept."""


async def show_tile(request: Request) -> Response:
    """A tile or a bundle, if the newest checkpoint covers all of it."""
    tile = read_path(f"tile/{request.path_params['path']}")
    async with request.state.pool.acquire() as db:
        checkpoint = await own_log.newest_checkpoint(db)
        if tile is None or checkpoint is None or not is_of(tile, checkpoint.tree_size):
            raise NotFound
        if tile.level is None:
            content = write_entries(await own_log.entries(db, tile.first, tile.width))
        else:
            content = write_tile(tile, await own_log.nodes(db, tile.nodes))
    return Response(content, media_type="application/octet-stream", headers=FOREVER)
