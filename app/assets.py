"""Files under `static/`: kept by browsers for ever when their address carries the fingerprint, asked about anew when not."""

from os import PathLike, stat_result
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOREVER: Final = "public, max-age=31536000, immutable"
"""A year; the address changes with the content (`pages.static_url`)."""

ASK_AGAIN: Final = "public, no-cache"


class Assets(StaticFiles):
    """Serves them."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Say how long the file may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = FOREVER if scope["query_string"].startswith(b"v=") else ASK_AGAIN
        return response
