"""The reference cards of the programming languages, for exams whose scheme allows documentation."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from app.auth.account import account
from app.cards import cards
from app.database import transaction
from app.pages import render
from exams.errors import NotFound
from exams.papers import store as papers
from exams.sessions import store as sessions
from exams.sessions.timing import Phase, phase


async def show_documentation(request: Request) -> Response:
    """Show the list of cards."""
    await _require_allowed(request)
    return render(request, "candidate/documentation.html", cards=cards(), card=None)


async def show_card(request: Request) -> Response:
    """Show the card of one language."""
    card = cards().get(request.path_params["language"])
    if card is None:
        raise NotFound
    await _require_allowed(request)
    return render(request, "candidate/documentation.html", cards=cards(), card=card)


async def _require_allowed(request: Request) -> None:
    """Raise `NotFound` while the candidate sits an exam that allows no documentation: there is none for them then."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        sitting = [
            session
            for session in await sessions.sessions_of(db, account(request).account_id)
            if phase(session, now) not in {Phase.OPENED, Phase.CONSENTED, Phase.OVER}
        ]
        for session in sitting:
            scheme = await papers.scheme_of(db, session.scheme_id)
            if scheme is None or not scheme.rules.documentation:
                raise NotFound
