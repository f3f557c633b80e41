"""What the exam page reports of itself while a candidate sits: observations, heartbeats, pictures.

The page calls these in the background. A refusal costs the candidate nothing: the exam goes on without it.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import timekeeping
from app.database import Connection, transaction
from app.forms import read_body, read_json
from app.live import notify
from app.views.own_session import own_session
from exams.errors import InvalidInput
from exams.proctoring import store
from exams.proctoring.observation import BATCH_MAX_OBSERVATIONS, Observation, Report, may_report, observe
from exams.proctoring.presence import gap
from exams.proctoring.snapshot import SNAPSHOT_MAX_BYTES, take
from exams.sessions.session import Session
from exams.sessions.timing import Phase, phase

KIND_MAX_CHARS = 40
"""Twice the longest kind or reason that exists."""


class SentObservation(msgspec.Struct, forbid_unknown_fields=True):
    """One report, e.g. `{"kind": "paste", "client_time": "2026-03-02T12:00:00.120Z", "length": 120}`: never what was pasted."""

    kind: Annotated[str, msgspec.Meta(max_length=KIND_MAX_CHARS)]
    client_time: datetime | None = None
    length: int | None = None
    reason: Annotated[str, msgspec.Meta(max_length=KIND_MAX_CHARS)] | None = None


class SentObservations(msgspec.Struct, forbid_unknown_fields=True):
    """A batch. An empty one says that the page is still there."""

    observations: Annotated[list[SentObservation], msgspec.Meta(max_length=BATCH_MAX_OBSERVATIONS)]


async def take_observations(request: Request) -> Response:
    """Keep what the page observed. 204, also for what was sent before."""
    sent = await read_json(request, SentObservations)
    reports = [Report(one.kind, one.client_time, one.length, one.reason) for one in sent.observations]
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        if await store.is_rehearsal(db, session):
            may_report(session, now)
            return Response(status_code=204)
        silence = await _heard(db, session, now)
        recent = await store.observations_since(db, session, now - timedelta(minutes=1)) if reports else 0
        await store.insert_observations(db, [*silence, *observe(session, reports, recent, now)])
        if silence or reports:
            await notify(db, "board")
    return Response(status_code=204)


async def take_snapshot(request: Request) -> Response:
    """Keep a picture: 201, or 200 if exactly this one arrived before."""
    if request.headers.get("content-type") != "image/jpeg":
        raise InvalidInput("image", "wrong-type")
    image = await read_body(request, max_bytes=SNAPSHOT_MAX_BYTES, field="image")
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        if await store.is_rehearsal(db, session):
            # The page tries its camera as in an exam, and nothing of it is kept.
            return JSONResponse({"snapshot_id": str(take(session, image, None, now).snapshot_id)}, status_code=201)
        await store.insert_observations(db, await _heard(db, session, now))
        if known := await store.snapshot_with_hash(db, session, sha256(image).digest()):
            return JSONResponse({"snapshot_id": str(known.snapshot_id)})
        newest = await store.snapshots_of(db, session, limit=1)
        snapshot = take(session, image, newest[0] if newest else None, now)
        await store.insert_snapshot(db, snapshot)
        await notify(db, "board")
    return JSONResponse({"snapshot_id": str(snapshot.snapshot_id)}, status_code=201)


async def _heard(db: Connection, session: Session, now: datetime) -> tuple[Observation, ...]:
    """The page is heard: what that tells of the time before. A silence after the end means nothing and is not noted."""
    may_report(session, now)
    before = await store.touch_presence(db, session, now)
    if before is None and not await store.was_connected(db, session):
        await timekeeping.credit_start(db, session, now)
    return gap(session.session_id, before, now) if phase(session, now) is Phase.IN_PROGRESS else ()
