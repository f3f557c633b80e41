"""The candidate's pages: my exams, consent, start, the exam itself, finish, and what came of it.

A session has one address. What stands there follows from its phase: consent, start, the exam, or its end.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import Role, account
from app.database import Connection, transaction
from app.forms import read_form
from app.jobs.queue import Job, enqueue
from app.jobs.seal_session import seal
from app.live import notify
from app.locales import Locale
from app.pages import redirect, render
from app.statements import render_statement
from app.views.candidate_api import own_session
from app.views.exam_state import embedded, session_state, submission_state
from app.views.session_story import tell
from certificates import store as certificates
from exams.errors import InvalidInput, NotEligible, NotFound
from exams.grading import store as results
from exams.grading.outcome import SessionOutcome
from exams.ids import SchemeId, SessionId
from exams.papers import store as papers
from exams.papers.assembly import assemble
from exams.papers.blueprint import Scheme
from exams.papers.paper import Item
from exams.sessions import sitting
from exams.sessions import store as sessions
from exams.sessions.session import Session
from exams.sessions.timing import Phase, phase, remaining, seal_due
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
    unfinished = {session.scheme_id: session for session in mine if session.sealed_at is None}
    return render(
        request,
        "candidate/exams.html",
        schemes=[(scheme, unfinished.get(scheme.scheme_id)) for scheme in schemes.values()],
        sittings=[
            Sitting(session, schemes[session.scheme_id], phase(session, now), outcomes.get(session.session_id))
            for session in mine
        ],
        catalogue=languages.catalogue(),
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
            seed = secrets.randbits(SEED_BITS)
            choices = assemble(scheme, await papers.published_tasks(db), seed)
            paper_id = await papers.insert_paper(db, scheme, choices, now)
            session = await sessions.insert_session(db, scheme, paper_id, candidate_id, now)
            if session is None:
                raise NotEligible("another session of this scheme is open")
            facts: dict[str, object] = {"scheme": scheme.code, "seed": seed}
            await audit.record(db, request, "session:open", f"session:{session.session_id}", facts)
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
            case Phase.IN_PROGRESS:
                state = await session_state(db, session, now)
                items = await papers.items_of(db, session.paper_id)
                scheme = await papers.scheme_of(db, session.scheme_id)
            case Phase.OVER:
                return await _show_end(db, request, session, now)
    return render(
        request,
        "candidate/session.html",
        session=session,
        scheme=scheme,
        items=items,
        statements={item.position: _statements(item) for item in items},
        state=embedded(state),
    )


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
        session = sitting.consent(await _own_to_change(db, request), camera=form.camera, now=now)
        await sessions.record_consent(db, session)
        await audit.record(db, request, "session:consent", f"session:{session.session_id}", {"camera": form.camera})
    return redirect(f"/sessions/{session.session_id}/start")


async def show_start(request: Request) -> Response:
    """Show the rules and the button that begins the clock."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        scheme = await papers.scheme_of(db, session.scheme_id)
    if phase(session, now) is not Phase.CONSENTED:
        return redirect(f"/sessions/{session.session_id}")
    return render(request, "candidate/start.html", session=session, scheme=scheme, catalogue=languages.catalogue())


async def start_session(request: Request) -> Response:
    """Begin the clock, and order the seal for when it ends."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        loaded = await _own_to_change(db, request)
        session = sitting.start(loaded, now)
        due = seal_due(session)
        if session is not loaded and due is not None:
            await sessions.record_start(db, session)
            await enqueue(db, Job.SEAL_SESSION, session.session_id, delay=due - now)
            await audit.record(db, request, "session:start", f"session:{session.session_id}")
            await notify(db, f"session:{session.session_id}")
            await notify(db, "board")
    return redirect(f"/sessions/{session.session_id}")


async def show_finish(request: Request) -> Response:
    """Show what would be handed in, and ask once more."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        if phase(session, now) is not Phase.IN_PROGRESS:
            return redirect(f"/sessions/{session.session_id}")
        state = await session_state(db, session, now)
    return render(
        request,
        "candidate/finish.html",
        session=session,
        state=state,
        left=remaining(session, now),
        catalogue=languages.catalogue(),
    )


async def finish_session(request: Request) -> Response:
    """End the exam: seal it with the last acknowledged drafts. Ending what has ended changes nothing."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await _own_to_change(db, request)
        if session.sealed_at is None:
            await seal(db, sitting.finish(session, now), request)
    return redirect(f"/sessions/{session.session_id}")


def _statements(item: Item) -> dict[str, Markup]:
    """The statement in each of its languages: those of the interface first, in their order."""
    texts = item.task.statements
    codes = [*(code for code in Locale if code in texts), *(code for code in texts if code not in set(Locale))]
    return {str(code): render_statement(texts[code], code) for code in codes}


async def _own_to_change(db: Connection, request: Request) -> Session:
    session_id = SessionId(request.path_params["session_id"])
    session = await sessions.session_to_change(db, session_id, account(request).account_id)
    if session is None:
        raise NotFound
    return session


async def _show_end(
    db: Connection, request: Request, session: Session, now: datetime, template: str = "candidate/end.html"
) -> Response:
    """Show how far a session that is over has come: judged, looked at, decided, certified."""
    items = await papers.items_of(db, session.paper_id)
    progress = await submissions.progress_of(db, session)
    case = await results.case_of(db, session.session_id)
    decision = None if case is None else case.decision
    certificate = None if decision is None else await certificates.certificate_of_source(db, f"decision:{decision.decision_id}")
    return render(
        request,
        template,
        session=session,
        scheme=await papers.scheme_of(db, session.scheme_id),
        items=items,
        submissions={
            item.position: [
                submission_state(one, item.points) for one in progress if one.submission.answer.position == item.position
            ]
            for item in items
        },
        case=case,
        result=None if case is None else case.result,
        story=tell(case, certified=certificate is not None),
        certificate=certificate,
        catalogue=languages.catalogue(),
        now=now,
    )
