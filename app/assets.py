"""Files under `static/`: kept by browsers for ever when their address carries the fingerprint, asked about anew when not.

Style sheets and scripts are sent compressed to whoever takes that (RFC 9110, 12.5.3): the exam page's scripts shrink to a
third, which a candidate on a slow line feels. Pages are not, but for one (`pages.compressed`): the length of a compressed page
tells about secrets in it.
"""

import functools
import gzip
from os import PathLike, stat_result
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOREVER: Final = "public, max-age=31536000, immutable"
"""A year; the address changes with the content (`pages.static_url`, and the names that esbuild gives to shared parts)."""

ASK_AGAIN: Final = "public, no-cache"

SHARED_PART: Final = "chunk-"
"""How the names of bundles begin that have the hash of their content in the name (`build_hook.py`)."""

COMPRESSED: Final = frozenset({".js", ".css"})


class Assets(StaticFiles):
    """Serves them."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Say how long the file may be kept, and compress it where that helps."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        path = Path(full_path)
        if path.suffix in COMPRESSED:
            response.headers["vary"] = "Accept-Encoding"
            if isinstance(response, FileResponse) and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                response = _compressed_response(path, stat_result, response)
        named_by_content = path.name.startswith(SHARED_PART) or scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = FOREVER if named_by_content else ASK_AGAIN
        return response


def _compressed_response(path: Path, found: stat_result, plain: FileResponse) -> Response:
    content = _compressed(path, found.st_mtime_ns)
    # Weak: the bytes differ from those of the plain answer, what they mean does not (RFC 9110, 8.8.1).
    headers = {"content-encoding": "gzip", "etag": f"W/{plain.headers['etag']}", "vary": plain.headers["vary"]}
    return Response(content, headers=headers, media_type=plain.media_type)


@functools.cache
def _compressed(path: Path, _modified_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
