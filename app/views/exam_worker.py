"""The service worker of the exam pages: it lets them be reloaded while the line is down (`app/frontend/entry/worker.ts`)."""

from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.pages import STATIC

SCRIPT: Final = STATIC / "build" / "worker.js"


async def show_worker(_request: Request) -> Response:
    """Send the script from below `/sessions/`: a worker's scope is the folder of its address, so it never sees another page."""
    return FileResponse(SCRIPT, media_type="text/javascript", headers={"cache-control": "no-cache"})
