"""What was kept beside the chain, for its candidate, as `journal_api.py` describes it."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from app.database import transaction
from app.views.exam_state import Asides, aside_state, encoded
from app.views.own_session import own_session
from exams.errors import NotFound
from exams.ids import AsideId
from exams.sessions.aside import store as aside_store


async def show_asides(request: Request) -> Response:
    """Everything of the session that was kept aside."""
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        kept = await aside_store.asides_of(db, session)
    return Response(encoded(Asides([aside_state(one) for one in kept])), media_type="application/json")


async def take_aside(request: Request) -> Response:
    """The candidate has taken a text into theirs, or has seen it and leaves it."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        if not await aside_store.insert_aside_taken(db, session, AsideId(request.path_params["aside_id"]), now):
            raise NotFound
    return Response(status_code=204)
