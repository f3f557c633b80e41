"""Will this computer do? A page that looks at the browser it is opened in, and the clock that it measures its line against.

Nothing of what is found leaves the browser, nothing is kept, and nothing of it ever keeps anybody out of an exam.
"""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.database import transaction
from app.pages import render
from exams.papers import store as papers


async def show_check(request: Request) -> Response:
    """Show the page; its script does the rest."""
    async with transaction(request.state.pool) as db:
        rehearsals = [scheme for scheme in await papers.schemes(db) if scheme.rules.rehearsal]
    return render(request, "candidate/system_check.html", rehearsals=rehearsals)


async def tell_time(_request: Request) -> Response:
    """Answer with the server's time, small and quickly: `{"now": "2026-03-02T09:00:00.123456+00:00"}`."""
    return JSONResponse({"now": datetime.now(UTC).isoformat()})
