"""The Safe Exam Browser's file for one attempt, the start from it, and the pages that tell how.

GET /seb/exam.seb?t=Zk3…     the file, fetched by that browser, which nobody is signed in to: the token is the right to it
POST /seb                    signs the candidate in, once, and goes to the session
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth import store as accounts
from app.auth import websession
from app.auth.account import account
from app.database import transaction
from app.forms import read_form
from app.pages import redirect, render
from app.views.lockdown import rules_of
from app.views.own_session import own_session
from exams.errors import NotFound
from exams.ids import SessionId
from exams.papers import store as papers
from exams.papers.rules import Lockdown
from exams.proctoring.seb import store
from exams.proctoring.seb.config_file import MEDIA_TYPE, config_file
from exams.proctoring.seb.configuration import (
    FILES_FREELY,
    FILES_PER_MINUTE,
    Configuration,
    digest,
    file_url,
    issue,
    settings,
)
from exams.sessions import store as sessions
from exams.sessions.slowing import slow_down
from exams.sessions.timing import Phase, phase

Token = Annotated[str, msgspec.Meta(max_length=64)]


class StartForm(msgspec.Struct):
    """The button of the Safe Exam Browser's first page."""

    t: Token


async def show_browser(request: Request) -> Response:
    """How to open this exam in the Safe Exam Browser: the button that makes its file, and the file once it is made."""
    now = datetime.now(UTC)
    public_url: str = request.state.settings.public_url
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        scheme = await papers.scheme_of(db, session.scheme_id)
        made = await store.configuration_by_token(db, digest(request.query_params.get("t", "")), now)
    if scheme is None or scheme.rules.lockdown is Lockdown.NONE or phase(session, now) is Phase.OVER:
        return redirect(f"/sessions/{session.session_id}")
    token = request.query_params.get("t", "") if made is not None and made.session_id == session.session_id else ""
    return render(
        request,
        "candidate/seb.html",
        session=session,
        scheme=scheme,
        made=made if token else None,
        open_link=file_url(public_url, token) if token else "",
        download_link=f"/seb/exam.seb?t={token}" if token else "",
    )


async def make_configuration(request: Request) -> Response:
    """Make the file of this attempt. Earlier ones of the same session stay good: a computer may fail."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session_id = SessionId(request.path_params["session_id"])
        session = await sessions.session_to_change(db, session_id, account(request).account_id)
        if session is None:
            raise NotFound
        if phase(session, now) is Phase.OVER or (await rules_of(db, session)).lockdown is Lockdown.NONE:
            raise NotFound
        asked = await store.count_configurations(db, session, now - timedelta(minutes=1))
        slow_down(*asked, per_minute=FILES_PER_MINUTE, freely=FILES_FREELY)
        made = issue(session.session_id, request.state.settings.public_url, camera=session.camera_consent, now=now)
        await store.insert_configuration(db, made)
        await audit.record(db, request, "seb:issue", f"session:{session.session_id}")
    return redirect(f"/sessions/{session.session_id}/seb?t={made.token}")


async def download_configuration(request: Request) -> Response:
    """The file itself. The Safe Exam Browser fetches it without a sign-in: the token is the right to it."""
    token = request.query_params.get("t", "")
    made = await _by_token(request, token)
    content = config_file(settings(request.state.settings.public_url, token, made.salt, made.quit_password, camera=made.camera))
    return Response(content, media_type=MEDIA_TYPE, headers={"content-disposition": 'attachment; filename="exam.seb"'})


async def show_browser_start(request: Request) -> Response:
    """The first page in the Safe Exam Browser: whose exam this is, and the button that signs in for it, once."""
    token = request.query_params.get("t", "")
    made = await _by_token(request, token)
    if made.opened_at is not None:
        # The browser was started anew: who is still signed in goes on, everybody else signs in.
        return redirect(f"/sessions/{made.session_id}")
    async with transaction(request.state.pool) as db:
        found = await store.named_session(db, made.session_id)
    return render(request, "candidate/seb_start.html", found=found, token=token)


async def start_in_browser(request: Request) -> Response:
    """Sign the candidate in and go to their session. The start address works once."""
    form = await read_form(request, StartForm)
    now = datetime.now(UTC)
    token, signed_in = "", None
    async with transaction(request.state.pool) as db:
        session_id = await store.open_start(db, digest(form.t), now)
        found = None if session_id is None else await store.named_session(db, session_id)
        if found is None:
            made = await store.configuration_by_token(db, digest(form.t), now)
            if made is None:
                raise NotFound
            return redirect(f"/sessions/{made.session_id}")
        token, signed_in = websession.begin(found.session.candidate_id, now)
        await accounts.insert_websession(db, signed_in)
        who = await accounts.account_of(db, found.session.candidate_id)
        await audit.record(db, who, "account:sign-in", f"session:{found.session.session_id}", {"way": "seb"})
    response = redirect(f"/sessions/{found.session.session_id}")
    secure = request.state.settings.secure_cookies
    response.set_cookie(
        websession.cookie_name(secure),
        token,
        max_age=int(websession.ABSOLUTE_LIFETIME.total_seconds()),
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def show_quit(request: Request) -> Response:
    """The address at which the Safe Exam Browser closes. Another browser shows a page that says so."""
    return render(request, "candidate/seb_quit.html")


async def explain_browser(request: Request) -> Response:
    """What the Safe Exam Browser is, for each platform, and what it proves."""
    return render(request, "candidate/seb_help.html")


async def _by_token(request: Request, token: str) -> Configuration:
    async with transaction(request.state.pool) as db:
        made = await store.configuration_by_token(db, digest(token), datetime.now(UTC))
    if made is None:
        raise NotFound
    return made
