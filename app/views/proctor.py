"""The proctor: a live board of everybody who is sitting, a page for each of them, and incidents in the proctor's words."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import transaction
from app.forms import read_form
from app.live import notify
from app.pages import redirect, render
from app.views.journal_replay import journal_links
from app.views.lockdown_desk import held_facts, lockdown_story
from app.views.own_case import refuse_own
from exams.errors import NotFound
from exams.grading.decision.store import is_decided
from exams.ids import SessionId, SnapshotId
from exams.proctoring import store
from exams.proctoring.board import in_order
from exams.proctoring.incident import Category, open_incident
from exams.proctoring.presence import Presence
from exams.proctoring.reason import REASON_MAX_CHARACTERS
from exams.sessions.accommodation import combined
from exams.sessions.accommodation.store import accommodations_of
from exams.sessions.pause import FORGOTTEN_AFTER
from exams.sessions.timing import Phase, phase, remaining

ENDED_SHOWN: Final = timedelta(hours=24)
"""How long a session that is over stays on the board: an incident may still be written the next morning."""

SNAPSHOTS_SHOWN: Final = 24
"""On a session's page: eight minutes. Each picture that is shown is an entry in the audit."""


class IncidentForm(msgspec.Struct):
    """What happened, in the proctor's words."""

    category: str
    description: str


async def show_board(request: Request) -> Response:
    """The board: a page that keeps itself up to date, and is right at every reload without that."""
    return render(request, "proctor/board.html", **await _seats(request))


async def show_seats(request: Request) -> Response:
    """The board's cards alone, for the page to take over."""
    return render(request, "proctor/seats.html", **await _seats(request))


async def stream_board(request: Request) -> Response:
    """An event whenever something on a board changed."""
    return request.state.live.stream({"board"}, account(request).account_id)


async def show_sitting(request: Request) -> Response:
    """One session: pictures, timeline, incidents, and the form for a new one."""
    return render(request, "proctor/sitting.html", **await _sitting(request))


async def show_timeline(request: Request) -> Response:
    """The part of a session's page that changes by itself."""
    return render(request, "proctor/timeline.html", **await _sitting(request))


async def show_snapshot(request: Request) -> Response:
    """A picture. Who looked at it, and when, is written down first."""
    session_id = SessionId(request.path_params["session_id"])
    snapshot_id = SnapshotId(request.path_params["snapshot_id"])
    async with transaction(request.state.pool) as db:
        image = await store.snapshot_image(db, session_id, snapshot_id, account(request).account_id)
        if image is None:
            raise NotFound
        await audit.record(db, request, "snapshot:view", f"session:{session_id}", {"snapshot_id": str(snapshot_id)})
    # Not kept by the browser: the machine may be shared.
    return Response(image, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


async def report_incident(request: Request) -> Response:
    """Put an incident on record. From now on the result is held until somebody else has reviewed it."""
    form = await read_form(request, IncidentForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await store.session_to_put_on_record(db, SessionId(request.path_params["session_id"]))
        if session is None:
            raise NotFound
        decided = await is_decided(db, session)
        incident = open_incident(session, account(request).account_id, form.category, form.description, now, decided=decided)
        await store.insert_incident(db, incident)
        await audit.record(
            db, request, "incident:open", f"session:{session.session_id}", {"incident_id": str(incident.incident_id)}
        )
        await notify(db, "board")
    return redirect(f"/board/sessions/{session.session_id}#incident-{incident.incident_id}")


async def _seats(request: Request) -> dict[str, Any]:
    now, viewer = datetime.now(UTC), account(request).account_id
    async with transaction(request.state.pool) as db:
        seats = in_order(await store.watched(db, viewer, now - ENDED_SHOWN), now)
        granted = await accommodations_of(db, {seat.session.candidate_id for seat in seats})
        held = await held_facts(db, viewer, now)
    running = [seat for seat in seats if phase(seat.session, now) in {Phase.IN_PROGRESS, Phase.PAUSED}]
    return {
        "running": running,
        "ended": sorted(
            (seat for seat in seats if seat not in running), key=lambda seat: seat.session.sealed_at or now, reverse=True
        ),
        "now": now,
        "remaining": remaining,
        "for_candidates": {
            seat.session.session_id: combined(
                granted[seat.session.candidate_id], seat.session.scheme_id, seat.session.opened_at, now
            )
            for seat in running
        },
        "forgotten_after": FORGOTTEN_AFTER,
        "open_incidents": sum(seat.open_incidents for seat in seats),
        "lost": sum(seat.presence(now) is Presence.LOST for seat in running),
        **held,
    }


async def _sitting(request: Request) -> dict[str, Any]:
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        seat = await store.watched_session(db, SessionId(request.path_params["session_id"]))
        if seat is None:
            raise NotFound
        session = seat.session
        refuse_own(request, session)
        await store.insert_watch(db, session, account(request).account_id, now)
        incidents = (await store.incidents_of(db, [session.session_id]))[session.session_id]
        people = {by for record in incidents if (by := record.incident.raised_by) is not None}
        people |= {record.review.reviewed_by for record in incidents if record.review is not None}
        return {
            "seat": seat,
            "session": session,
            "phase": phase(session, now),
            "for_candidate": combined(
                (await accommodations_of(db, [session.candidate_id]))[session.candidate_id],
                session.scheme_id,
                session.opened_at,
                now,
            ),
            "remaining": remaining,
            "now": now,
            "observations": await store.observations_of(db, session),
            "snapshots": await store.snapshots_of(db, session, SNAPSHOTS_SHOWN),
            "snapshot_path": f"/sessions/{session.session_id}/snapshots",
            "incidents": incidents,
            "names": await store.names_of(db, people),
            "decided": await is_decided(db, session),
            "categories": Category,
            "reason_max": REASON_MAX_CHARACTERS,
            "lockdown": await lockdown_story(db, session),
            **await journal_links(db, session, f"/board/sessions/{session.session_id}/journal"),
        }
