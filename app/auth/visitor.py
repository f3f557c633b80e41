"""Who is asking: from the request's cookie to the account."""

from datetime import UTC, datetime

import structlog
from starlette.requests import Request

from app.auth import store, websession


async def load_visitor(request: Request) -> None:
    """Set `request.state.account`, to `None` for nobody, and extend the websession when it is worth a write."""
    request.state.account = None
    token = request.cookies.get(websession.cookie_name(request.state.settings.secure_cookies))
    if not token:
        return
    now = datetime.now(UTC)
    async with request.state.pool.acquire() as db:  # no transaction: two statements that do not depend on each other
        found = await store.visitor(db, websession.digest(token), now)
        if found is None:
            return
        session, account = found
        later = websession.renewed_expiry(session, now)
        if later is not None:
            await store.extend_websession(db, session, later)
    request.state.account = account
    structlog.contextvars.bind_contextvars(account=str(account.account_id))
