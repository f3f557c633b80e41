"""Time as people see it: the candidate's own ledger and breaks; pauses, credits and corrections by proctors and registrars.

What a person does to many sessions is one transaction: all of them or none.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import timekeeping
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_form
from app.pages import redirect, render
from app.views.arranged import arranged_for
from app.views.own_case import refuse_own
from app.views.own_session import own_session, own_session_to_change
from exams.errors import InvalidInput, NotFound
from exams.ids import SchemeId, SessionId
from exams.papers import store as papers
from exams.proctoring import store as proctoring
from exams.sessions import ledger, store
from exams.sessions.ledger import CORRECTION_LEAVES_S, CREDIT_MAX_MINUTES, REASON_MAX_CHARACTERS, EntryKind
from exams.sessions.ledger import store as ledgers
from exams.sessions.pause import FORGOTTEN_AFTER, break_left_seconds, pause, take_break
from exams.sessions.session import PauseKind, Session
from exams.sessions.timing import Phase, deadline, phase, remaining


class ReasonForm(msgspec.Struct):
    """Why the clock is stopped. `scheme` is for the form that stops many: empty for all of them."""

    reason: str
    scheme: str = ""


class CreditForm(msgspec.Struct):
    """How many minutes, and why. `asked` is of the form as it was shown: sent twice, it gives once."""

    minutes: int
    reason: str
    scheme: str = ""
    asked: UUID = msgspec.field(default_factory=uuid4)


class CorrectionForm(msgspec.Struct):
    """Which credit was a mistake, and why."""

    entry: str
    reason: str


class SchemeForm(msgspec.Struct):
    """Whose clocks go on: of one scheme, or all of them."""

    scheme: str = ""


# The candidate


async def show_own_time(request: Request) -> Response:
    """Show the candidate every line of their session's time, with its reason, and what is arranged for them."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        entries = await ledgers.ledger_of(db, session)
        arranged = await arranged_for(db, session, now)
        values: dict[str, Any] = {
            "session": session,
            "scheme": await papers.scheme_of(db, session.scheme_id),
            "entries": entries,
            "arranged": arranged,
            "break_left": break_left_seconds(arranged.break_seconds, entries),
            "phase": phase(session, now),
            "deadline": deadline(session),
            "left": remaining(session, now),
        }
    return render(request, "candidate/time.html", **values)


async def show_paused(db: Connection, request: Request, session: Session, now: datetime) -> Response:
    """Show that the clock is stopped, in place of the exam: the tasks are not in sight meanwhile."""
    one = (await ledgers.open_pauses(db, [session.session_id])).get(session.session_id)
    if one is None:
        raise NotFound
    return render(
        request,
        "candidate/paused.html",
        session=session,
        scheme=await papers.scheme_of(db, session.scheme_id),
        one=one,
        ends_at=one.began_at + timedelta(seconds=one.max_seconds or 0),
        left=remaining(session, now),
        arranged=await arranged_for(db, session, now),
    )


async def begin_break(request: Request) -> Response:
    """Stop the candidate's own clock, within the allowance."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        arranged = await arranged_for(db, session, now)
        one = take_break(session, arranged.break_seconds, await ledgers.ledger_of(db, session), now)
        await timekeeping.begin_pause(db, request, session, one)
    return redirect(f"/sessions/{session.session_id}")


async def end_break(request: Request) -> Response:
    """Let the candidate's own clock go on. A pause that a proctor made, the proctor ends."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        if session.pause_kind is PauseKind.BREAK:
            await timekeeping.end_pause(db, request, session, session.candidate_id, now)
    return redirect(f"/sessions/{session.session_id}")


# Proctors and registrars


async def show_time(request: Request) -> Response:
    """Show the time of everybody who sits, and the forms that stop, give and let go on for many at once."""
    now, viewer = datetime.now(UTC), account(request).account_id
    async with transaction(request.state.pool) as db:
        seats = [
            seat
            for seat in await proctoring.watched(db, viewer, now)
            if phase(seat.session, now) in {Phase.IN_PROGRESS, Phase.PAUSED}
        ]
        pauses = await ledgers.open_pauses(db, [seat.session.session_id for seat in seats])
        names = await proctoring.names_of(db, {one.actor_id for one in pauses.values()})
        schemes = await papers.schemes(db)
    running = {seat.session.scheme_id for seat in seats}
    return render(
        request,
        "proctor/time.html",
        seats=sorted(seats, key=lambda seat: (seat.session.paused_since is None, seat.candidate_name.casefold())),
        pauses=pauses,
        names=names,
        schemes=[scheme for scheme in schemes if scheme.scheme_id in running],
        remaining=remaining,
        now=now,
        forgotten_after=FORGOTTEN_AFTER,
        minutes_max=CREDIT_MAX_MINUTES,
        asked=uuid4(),
        reason_max=REASON_MAX_CHARACTERS,
    )


async def show_session_time(request: Request) -> Response:
    """Show one session's time: every line with who made it and why, and the forms for it."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        seat = await proctoring.watched_session(db, SessionId(request.path_params["session_id"]))
        if seat is None:
            raise NotFound
        session = seat.session
        refuse_own(request, session)
        entries = await ledgers.ledger_of(db, session)
        one = (await ledgers.open_pauses(db, [session.session_id])).get(session.session_id)
        people = {entry.actor_id for entry in entries if entry.actor_id is not None}
        people |= set() if one is None else {one.actor_id}
        values: dict[str, Any] = {
            "seat": seat,
            "session": session,
            "entries": entries,
            "corrected": {entry.corrects for entry in entries},
            "one": one,
            "names": await proctoring.names_of(db, people),
            "for_candidate": await arranged_for(db, session, now),
            "phase": phase(session, now),
            "deadline": deadline(session),
            "left": remaining(session, now),
            "now": now,
            "forgotten_after": FORGOTTEN_AFTER,
            "minutes_max": CREDIT_MAX_MINUTES,
            "asked": uuid4(),
            "reason_max": REASON_MAX_CHARACTERS,
            "leaves_minutes": CORRECTION_LEAVES_S // 60,
        }
    return render(request, "proctor/session_time.html", **values)


async def pause_all(request: Request) -> Response:
    """Stop the clock of everybody who sits (of one scheme). Whom a proctor has stopped already stays as they are."""
    form = await read_form(request, ReasonForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        for session in await _others(db, request, form.scheme):
            if session.pause_kind is not PauseKind.PAUSE and phase(session, now) in {Phase.IN_PROGRESS, Phase.PAUSED}:
                await _stop(db, request, session, form.reason, now)
    return redirect("/time")


async def resume_all(request: Request) -> Response:
    """Let every clock go on that a proctor stopped (of one scheme). Breaks are the candidates' own."""
    form = await read_form(request, SchemeForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        for session in await _others(db, request, form.scheme):
            if session.pause_kind is PauseKind.PAUSE:
                await timekeeping.end_pause(db, request, session, account(request).account_id, now)
    return redirect("/time")


async def credit_all(request: Request) -> Response:
    """Give time to everybody who sits (of one scheme)."""
    form = await read_form(request, CreditForm)
    async with transaction(request.state.pool) as db:
        await _credit(db, request, await _others(db, request, form.scheme), form)
    return redirect("/time")


async def pause_session(request: Request) -> Response:
    """Stop one clock."""
    form = await read_form(request, ReasonForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await _session(db, request)
        await _stop(db, request, session, form.reason, now)
    return _back(session)


async def resume_session(request: Request) -> Response:
    """Let one clock go on."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await _session(db, request)
        await timekeeping.end_pause(db, request, session, account(request).account_id, now)
    return _back(session)


async def credit_session(request: Request) -> Response:
    """Give time to one session."""
    form = await read_form(request, CreditForm)
    async with transaction(request.state.pool) as db:
        session = await _session(db, request)
        await _credit(db, request, [session], form)
    return _back(session)


async def correct_session(request: Request) -> Response:
    """Take back a credit that was a mistake, as far as that is fair."""
    form = await read_form(request, CorrectionForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await _session(db, request)
        entries = await ledgers.ledger_of(db, session)
        mistaken = next((entry for entry in entries if str(entry.time_entry_id) == form.entry), None)
        if mistaken is None or mistaken.kind is not EntryKind.CREDIT:
            raise InvalidInput("entry", "not-a-credit")
        entry = ledger.correct(session, entries, mistaken, account(request).account_id, form.reason, now)
        await timekeeping.write(db, request, [entry])
    return _back(session)


async def _stop(db: Connection, request: Request, session: Session, reason: str, now: datetime) -> None:
    """Stop a clock. A break ends with it and keeps what is left of its allowance: else it would run out meanwhile."""
    person = account(request).account_id
    if session.pause_kind is PauseKind.BREAK:
        session = await timekeeping.end_pause(db, request, session, person, now)
    await timekeeping.begin_pause(db, request, session, pause(session, person, reason, now))


async def _credit(db: Connection, request: Request, sessions: Sequence[Session], form: CreditForm) -> None:
    known = await ledgers.time_entries_of(db, [session.session_id for session in sessions])
    person, now = account(request).account_id, datetime.now(UTC)
    given = [
        ledger.credit(session, known[session.session_id], form.asked, person, form.minutes, form.reason, now)
        for session in sessions
    ]
    await timekeeping.write(db, request, [entry for entry in given if entry is not None])


async def _session(db: Connection, request: Request) -> Session:
    session = await proctoring.session_to_put_on_record(db, SessionId(request.path_params["session_id"]))
    if session is None:
        raise NotFound
    refuse_own(request, session)
    return session


async def _others(db: Connection, request: Request, scheme: str) -> list[Session]:
    """Every session in progress but one's own: whoever keeps the time of others does not keep their own."""
    scheme_id = None
    if scheme:
        known = {str(one.scheme_id): one.scheme_id for one in await papers.schemes(db)}
        if scheme not in known:
            raise InvalidInput("scheme", "unknown")
        scheme_id = SchemeId(known[scheme])
    own = account(request).account_id
    return [session for session in await store.running_to_change(db, scheme_id) if session.candidate_id != own]


def _back(session: Session) -> Response:
    return redirect(f"/time/sessions/{session.session_id}")
