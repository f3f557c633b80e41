"""For machines: does the process live, is it ready, how is it doing."""

from collections import Counter
from datetime import UTC, datetime
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.database import is_unavailable
from app.jobs import queue
from app.metrics import CONTENT_TYPE
from app.migrate import MigrationError, pending, read
from app.workers.roster import CONDITIONS, SHOWN
from app.workers.store import judging_workers, wanted_languages

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
    """Prometheus's text format; the queue and the judging workers are looked at now."""
    metrics = request.state.metrics
    now = datetime.now(UTC)
    async with request.state.pool.acquire() as db:
        depths = await queue.depths(db)
        oldest = await queue.oldest(db)
        workers = await judging_workers(db, now - SHOWN)
        wanted = await wanted_languages(db)
    metrics.queue.clear()
    for job, status, count in depths:
        metrics.queue.labels(job, status).set(count)
    metrics.queue_age.clear()
    for job, age_s in oldest:
        metrics.queue_age.labels(job).set(age_s)
    conditions = Counter(worker.condition(now) for worker in workers)
    for condition in CONDITIONS:
        metrics.workers.labels(condition).set(conditions[condition])
    metrics.language_workers.clear()
    for language in wanted:
        metrics.language_workers.labels(language).set(sum(language in one.languages for one in workers if one.works(now)))
    return Response(metrics.text(), media_type=CONTENT_TYPE)
