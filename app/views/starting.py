"""The start: the page that waits for it, the sealed form that is fetched meanwhile, and the key that goes out when it comes.

    GET  /api/sessions/6f1d…/form?v=9c0e…   the cipher text, for ever the same under this address
    POST /api/sessions/6f1d…/start

    {"now": "2026-03-02T09:00:00Z", "deadline": "2026-03-02T10:00:00Z", "remaining_seconds": 3600.0,
     "key": "q83v…", "form": "9c0e…", "resumed": false}

Starting twice, from two devices or after a lost answer gives the same start and the same key. Nothing is rendered at a start.
Without scripts or WebCrypto the page's form starts the clock, and the server answers with the exam page.
"""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app import audit, timekeeping
from app.auth.account import account
from app.database import Connection, transaction
from app.live import notify
from app.pages import redirect, render
from app.views.arranged import arranged_for
from app.views.candidate import open_seat
from app.views.exam_form import sealed_form
from app.views.exam_state import Clock, clock, encoded
from app.views.lockdown import require_proof, require_recent_start
from app.views.own_session import own_session
from exams.booking import store as seats
from exams.booking.admission import admit_to_start
from exams.booking.zones import pinned
from exams.errors import NotFound
from exams.ids import SessionId
from exams.papers import store as papers
from exams.proctoring.seb.check import Purpose
from exams.sessions import store as sessions
from exams.sessions.accommodation import store as accommodations
from exams.sessions.sealed_form import store as forms
from exams.sessions.sealed_form.store import ToStart
from exams.sessions.session import Session
from exams.sessions.sitting import start
from exams.sessions.timing import Phase, phase
from sandbox import languages

FOR_EVER: Final = "private, max-age=31536000, immutable"
"""For a form: its address has its hash, and it belongs to one person."""


class Started(Clock, frozen=True):
    """A clock that runs. `key` is in base64, or null if there is no form; `form` is the hash of the cipher text that it opens.

    `resumed`: the clock had begun before, so the server may hold more than the form does, and the page asks for it.
    """

    key: str | None
    form: str | None
    resumed: bool


async def show_start(request: Request) -> Response:
    """Show the rules and the button that begins the clock; the form is fetched meanwhile."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        if phase(session, now) is not Phase.CONSENTED:
            return redirect(f"/sessions/{session.session_id}")
        found = await _to_start(db, request)
        scheme = await papers.scheme_of(db, session.scheme_id)
        items = await papers.items_of(db, session.paper_id)
        if scheme is None or phase(found.session, now) is not Phase.CONSENTED:
            return redirect(f"/sessions/{session.session_id}")
        form = await sealed_form(db, request, found.session, now)
        arranged = await arranged_for(db, session, now)
        booked = await seats.bookings_of(db, session.candidate_id) if scheme.rules.booking_required else ()
    return render(
        request,
        "candidate/start.html",
        session=session,
        scheme=scheme,
        languages=[code for code in scheme.languages if any(code in item.languages for item in items)],
        catalogue=languages.catalogue(),
        form=form,
        arranged=arranged,
        seat=next((seat for one in booked if (seat := open_seat(one, scheme, now)) is not None), None),
        now=now,
    )


async def download_form(request: Request) -> Response:
    """Answer with the cipher text of the session's form. Who has it knows nothing until the key goes out."""
    async with transaction(request.state.pool) as db:
        ciphertext = await forms.form_ciphertext(db, _session_id(request), account(request).account_id)
    if ciphertext is None:
        raise NotFound
    name = sha256(ciphertext).hexdigest()
    # Under an address that names another form, what is here now must not be kept as if it were that one.
    is_named = request.query_params.get("v") == name
    headers = {"etag": f'"{name}"', "cache-control": FOR_EVER if is_named else "private, no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(ciphertext, media_type="application/octet-stream", headers=headers)


async def start_session(request: Request) -> Response:
    """Begin the clock by the page's form, and go to the exam page."""
    async with transaction(request.state.pool) as db:
        session, _, _ = await _start(db, request, datetime.now(UTC))
    return redirect(f"/sessions/{session.session_id}")


async def release_key(request: Request) -> Response:
    """Begin the clock and send the key of the sealed form."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session, found, resumed = await _start(db, request, now)
    started = Started(
        *clock(session, now),
        key=None if found.key is None else b64encode(found.key).decode(),
        form=None if found.form is None else found.form.hex(),
        resumed=resumed,
    )
    return Response(encoded(started), media_type="application/json")


async def may_start(db: Connection, found: ToStart, now: datetime) -> None:
    """Raise if the clock of a session that has not begun must not begin now: the one place where that is asked.

    It waits for the booked seat's time and the retake rules (`exams/booking/admission.py`), and for the proof of a locked-down
    session. A scheme without such rules asks the database nothing. Nobody gains by being first: the clock is each one's own.
    """
    session, rules = found.session, found.rules
    if rules.booking_required or rules.retake_wait_days or rules.sessions_per_year is not None:
        scheme = await papers.scheme_of(db, session.scheme_id)
        assert scheme is not None  # the session refers to it
        await admit_to_start(db, scheme, session.candidate_id, session.session_id, now, pinned())
    await require_proof(db, session, rules, Purpose.START, now)


async def _start(db: Connection, request: Request, now: datetime) -> tuple[Session, ToStart, bool]:
    """Begin the clock. Nothing is ordered for its end: who seals finds what is due. Answers whether it had begun before."""
    found = await _to_start(db, request)
    loaded = found.session
    session = start(loaded, now)
    if loaded.started_at is None:
        await may_start(db, found, now)
    else:
        await require_recent_start(db, loaded, found.rules, now)
    if session is loaded:
        return session, found, True
    await sessions.record_start(db, session)
    granted = (await accommodations.accommodations_of(db, [session.candidate_id]))[session.candidate_id]
    session = await timekeeping.accommodate(db, session, granted, now)
    await audit.record(db, request, "session:start", f"session:{session.session_id}")
    await notify(db, f"session:{session.session_id}", "board")
    return session, found, False


async def _to_start(db: Connection, request: Request) -> ToStart:
    found = await forms.session_to_start(db, _session_id(request), account(request).account_id)
    if found is None:
        raise NotFound
    return found


def _session_id(request: Request) -> SessionId:
    return SessionId(request.path_params["session_id"])
