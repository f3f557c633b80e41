"""For machines: does the process live, is it ready, how is it doing."""

from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.database import is_unavailable
from app.jobs import queue
from app.metrics import CONTENT_TYPE
from app.migrate import MigrationError, pending, read

MIGRATIONS: Final = read()
"""What this version of the program knows; the files do not change while it runs."""

READY_TIMEOUT_S: Final = 2
"""A load balancer asks every few seconds and gives up after about five."""

log = structlog.get_logger(__name__)


async def is_alive(_request: Request) -> Response:
    """The process answers; nothing else is said."""
    return PlainTextResponse("ok\n")


async def is_ready(request: Request) -> Response:
    """The database answers, is migrated as far as this version knows, and live pages are connected."""
    checks = {"database": False, "migrations": False, "live": False}
    try:
        async with request.state.pool.acquire(timeout=READY_TIMEOUT_S) as db:
            checks["database"] = await db.fetchval("SELECT true", timeout=READY_TIMEOUT_S)
            checks["migrations"] = not await pending(db, MIGRATIONS)
    except Exception as error:
        if not (isinstance(error, MigrationError) or is_unavailable(error)):
            raise
        log.warning("not-ready", error=repr(error))
    checks["live"] = request.state.live.is_listening
    return JSONResponse({"ready": all(checks.values()), "checks": checks}, 200 if all(checks.values()) else 503)


async def show_metrics(request: Request) -> Response:
    """Prometheus's text format; the queue's depth is read now."""
    metrics = request.state.metrics
    async with request.state.pool.acquire() as db:
        depths = await queue.depths(db)
    metrics.queue.clear()
    for job, status, count in depths:
        metrics.queue.labels(job, status).set(count)
    return Response(metrics.text(), media_type=CONTENT_TYPE)
