"""The candidate's pages: my exams, consent, the exam itself, finish, and what came of it. The start is in `starting.py`.

A session has one address. What stands there follows from its phase: consent, start, the exam, or its end.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit, timekeeping
from app.auth.account import Role, account
from app.database import Connection, transaction
from app.forms import read_form
from app.jobs.seal_session import call_for_grading, seal
from app.live import notify
from app.pages import compressed, redirect, render
from app.views.arranged import arranged_for
from app.views.exam_form import exam_page, sealed_form
from app.views.exam_state import session_state, submission_state, without_verdict
from app.views.own_session import own_session, own_session_to_change
from app.views.results import appeal_state
from app.views.session_story import tell
from app.views.timeledger import show_paused
from certificates import store as certificates
from exams.authoring.offering import offered
from exams.booking import store as seats
from exams.booking.admission import admit_to_open
from exams.booking.booking import Booking, is_no_show, opens_at
from exams.booking.promise import start as seat_start
from exams.booking.zones import pinned
from exams.errors import InvalidInput, NotEligible, NotFound
from exams.grading import store as results
from exams.grading.decision import store as decisions
from exams.grading.outcome import SessionOutcome
from exams.grading.release import embargo_ends, withheld
from exams.ids import SchemeId, SessionId
from exams.papers import store as papers
from exams.papers.blueprint import Scheme
from exams.papers.setting import set_paper
from exams.sessions import sitting
from exams.sessions import store as sessions
from exams.sessions.accommodation import store as accommodations
from exams.sessions.ledger import store as ledgers
from exams.sessions.pause import break_left_seconds
from exams.sessions.session import Session
from exams.sessions.timing import Phase, phase, remaining
from exams.submissions import store as submissions
from sandbox import languages

SEED_BITS: Final = 63
"""Of the draw of a paper; kept in the audit, so that the draw can be repeated. A `bigint` holds it."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A row of the candidate's own list."""

    session: Session
    scheme: Scheme
    phase: Phase
    outcome: SessionOutcome | None
    results_at: datetime | None = None
    """under embargo: when results come; `outcome` is None until then"""


@dataclass(frozen=True, slots=True)
class Seat:
    """The candidate's open booking of a scheme, with the moments that count."""

    booking: Booking
    starts_at: datetime
    opens_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A scheme as the candidate's own list shows it: what they go on with, or the seat that they have."""

    scheme: Scheme
    languages: tuple[str, ...]
    unfinished: Session | None
    seat: Seat | None


class ConsentForm(msgspec.Struct):
    """The consent page. `camera` is ticked or absent."""

    accept: bool = False
    camera: bool = False


async def show_exams(request: Request) -> Response:
    """Show what is open to the candidate, and what they sat."""
    now = datetime.now(UTC)
    candidate_id = account(request).account_id
    async with transaction(request.state.pool) as db:
        schemes = {scheme.scheme_id: scheme for scheme in await papers.schemes(db)}
        mine = await sessions.sessions_of(db, candidate_id)
        outcomes = await results.outcomes_of(db, candidate_id)
        granted = (await accommodations.accommodations_of(db, [candidate_id]))[candidate_id]
        bookings = await seats.bookings_of(db, candidate_id)
    unfinished = {session.scheme_id: session for session in mine if session.sealed_at is None}
    return render(
        request,
        "candidate/exams.html",
        offers=[
            Offer(
                scheme,
                offered(scheme.languages, now),
                unfinished.get(scheme.scheme_id),
                next((seat for one in bookings if (seat := open_seat(one, scheme, now)) is not None), None),
            )
            for scheme in schemes.values()
        ],
        sittings=[_sitting(session, schemes[session.scheme_id], outcomes, now) for session in mine],
        catalogue=languages.catalogue(),
        accommodations=[one for one in granted if one.stands(now)],
    )


async def open_session(request: Request) -> Response:
    """Set a paper for the candidate and open a session on it, or go on with the one that is open."""
    now = datetime.now(UTC)
    candidate_id = account(request).account_id
    if Role.EXAMINER in account(request).roles:
        raise NotEligible("an examiner has seen the tasks and their solutions")
    async with transaction(request.state.pool) as db:
        scheme = await papers.scheme_of(db, SchemeId(request.path_params["scheme_id"]))
        if scheme is None:
            raise NotFound
        await sessions.lock_openings(db, candidate_id, scheme.scheme_id)
        session = await sessions.unfinished_session_of(db, candidate_id, scheme.scheme_id)
        if session is None:
            await admit_to_open(db, scheme, candidate_id, now, pinned())
            seed = secrets.randbits(SEED_BITS)
            paper_id = await set_paper(db, scheme, seed, now)
            session = await sessions.insert_session(db, scheme, paper_id, candidate_id, now)
            if session is None:
                raise NotEligible("another session of this scheme is open")
            facts: dict[str, object] = {"scheme": scheme.code, "seed": seed}
            await audit.record(db, request, "session:open", f"session:{session.session_id}", facts)
            granted = (await accommodations.accommodations_of(db, [candidate_id]))[candidate_id]
            await timekeeping.accommodate(db, session, granted, now)
            await notify(db, "board")
    return redirect(f"/sessions/{session.session_id}")


async def show_session(request: Request) -> Response:
    """Show the session as its phase wants it."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        match phase(session, now):
            case Phase.OPENED:
                return redirect(f"/sessions/{session.session_id}/consent")
            case Phase.CONSENTED:
                return redirect(f"/sessions/{session.session_id}/start")
            case Phase.PAUSED:
                return await show_paused(db, request, session, now)
            case Phase.IN_PROGRESS:
                arranged = await arranged_for(db, session, now)
                break_left = break_left_seconds(arranged.break_seconds, await ledgers.ledger_of(db, session))
                state = await session_state(db, session, now)
                items = await papers.items_of(db, session.paper_id)
                scheme = await papers.scheme_of(db, session.scheme_id)
            case Phase.OVER:
                return await _show_end(db, request, session, now)
    page = exam_page(request, session, scheme, items, state, arranged=arranged, break_left=break_left)
    return compressed(request, page)


async def show_progress(request: Request) -> Response:
    """Show what came of a session, as the part of its page that keeps itself up to date."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        if phase(session, now) is not Phase.OVER:
            raise NotFound
        return await _show_end(db, request, session, now, "candidate/progress.html")


async def show_consent(request: Request) -> Response:
    """Show what is recorded, before anything is."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        scheme = await papers.scheme_of(db, session.scheme_id)
    if phase(session, now) not in {Phase.OPENED, Phase.CONSENTED}:
        return redirect(f"/sessions/{session.session_id}")
    return render(request, "candidate/consent.html", session=session, scheme=scheme)


async def accept_consent(request: Request) -> Response:
    """Keep the candidate's consent."""
    form = await read_form(request, ConsentForm)
    if not form.accept:
        raise InvalidInput("accept", "missing")
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = sitting.consent(await own_session_to_change(db, request), camera=form.camera, now=now)
        await sessions.record_consent(db, session)
        await sealed_form(db, request, session, now)
        await audit.record(db, request, "session:consent", f"session:{session.session_id}", {"camera": form.camera})
    return redirect(f"/sessions/{session.session_id}/start")


async def show_finish(request: Request) -> Response:
    """Show what would be handed in, and ask once more."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        if phase(session, now) not in {Phase.IN_PROGRESS, Phase.PAUSED}:
            return redirect(f"/sessions/{session.session_id}")
        state = await session_state(db, session, now)
        scheme = await papers.scheme_of(db, session.scheme_id)
    return render(
        request,
        "candidate/finish.html",
        lockdown="" if scheme is None else scheme.rules.lockdown,
        session=session,
        state=state,
        left=remaining(session, now),
        catalogue=languages.catalogue(),
    )


async def finish_session(request: Request) -> Response:
    """End the exam: seal it with the last acknowledged drafts. Ending what has ended changes nothing."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        sealed = [] if session.sealed_at is not None else [sitting.finish(session, now)]
        if sealed:
            await seal(db, sealed, request)
    await call_for_grading(request.state.pool, sealed)
    return redirect(f"/sessions/{session.session_id}")


def open_seat(booking: Booking, scheme: Scheme, now: datetime) -> Seat | None:
    """The booking as an open seat of the scheme; None if it is of another one, or over."""
    if booking.scheme_id != scheme.scheme_id or booking.ending is not None or is_no_show(booking, scheme.rules, now, pinned()):
        return None
    opens = opens_at(booking, pinned())
    return Seat(booking, seat_start(booking.promise, pinned()), opens, is_open=opens <= now)


def _sitting(session: Session, scheme: Scheme, outcomes: Mapping[SessionId, SessionOutcome], now: datetime) -> Sitting:
    """A row of the list, without what an embargo keeps from the candidate."""
    if withheld(session, scheme.rules, now):
        return Sitting(session, scheme, phase(session, now), None, embargo_ends(session, scheme.rules))
    return Sitting(session, scheme, phase(session, now), outcomes.get(session.session_id))


async def _show_end(
    db: Connection, request: Request, session: Session, now: datetime, template: str = "candidate/end.html"
) -> Response:
    """Show how far a session that is over has come: judged, looked at, decided, certified. Under embargo: only its end."""
    items = await papers.items_of(db, session.paper_id)
    progress = await submissions.progress_of(db, session)
    scheme = await papers.scheme_of(db, session.scheme_id)
    assert scheme is not None  # the session refers to it
    embargoed = withheld(session, scheme.rules, now)
    case = None
    if embargoed:
        progress = tuple(without_verdict(one) for one in progress)
    else:
        case = await decisions.case_of(db, session.session_id)
    # While an upheld appeal has opened the case again, the certificate of the decision before goes on to stand.
    decision = None if case is None else case.decision or (case.earlier[-1] if case.earlier else None)
    story = tell(case, certified=False)[:2] if scheme.rules.rehearsal else None  # judged, and no more
    certificate = None if decision is None else await certificates.certificate_of_source(db, f"decision:{decision.decision_id}")
    return render(
        request,
        template,
        session=session,
        scheme=scheme,
        withheld=embargoed,
        results_at=embargo_ends(session, scheme.rules),
        appeal=None if case is None else await appeal_state(db, request, session, scheme, case, now),
        items=items,
        submissions={
            item.position: [
                submission_state(one, item.points) for one in progress if one.submission.answer.position == item.position
            ]
            for item in items
        },
        case=case,
        result=None if case is None else case.result,
        story=story or tell(case, certified=certificate is not None),
        certificate=certificate,
        catalogue=languages.catalogue(),
        now=now,
    )
