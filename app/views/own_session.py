"""The session of an address, for whoever sits it: another candidate's does not exist for them."""

from starlette.requests import Request

from app.auth.account import account
from app.database import Connection
from exams.errors import NotFound
from exams.ids import SessionId
from exams.sessions import store
from exams.sessions.session import Session


def _session_id(request: Request) -> SessionId:
    """The id in the address."""
    return SessionId(request.path_params["session_id"])


async def own_session(db: Connection, request: Request) -> Session:
    """Load the session if it is the visitor's own. Raises `NotFound`."""
    session = await store.session_of(db, _session_id(request), account(request).account_id)
    if session is None:
        raise NotFound
    return session


async def own_session_to_change(db: Connection, request: Request) -> Session:
    """The same, and nobody else changes it, decides or answers about it until this transaction ends. Raises `NotFound`."""
    session = await store.session_to_change(db, _session_id(request), account(request).account_id)
    if session is None:
        raise NotFound
    return session
