"""Late texts: what arrived when its session was over, shown to registrars with its evidence, and decided by one of them."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import transaction
from app.forms import read_form
from app.jobs.queue import Job, Urgency, enqueue
from app.jobs.turns import turn_of
from app.live import notify
from app.pages import redirect, render
from app.views.own_case import refuse_own
from exams.errors import AlreadyDecided, NotFound
from exams.grading.decision import store as decisions
from exams.ids import AsideId
from exams.proctoring import store as proctoring
from exams.proctoring.late import decide_late, difference, evidence
from exams.proctoring.reason import REASON_MAX_CHARACTERS
from exams.sessions.aside import LateOutcome
from exams.sessions.journal import store as journals
from exams.submissions import store as submissions
from exams.submissions.submission import Answer, Origin
from sandbox import languages


class LateForm(msgspec.Struct):
    """Accept or decline, and why."""

    outcome: str
    reason: str


async def show_late_texts(request: Request) -> Response:
    """Every late text, those without a decision first."""
    async with transaction(request.state.pool) as db:
        listed = await proctoring.late_texts(db, account(request).account_id)
    return render(request, "registrar/late_texts.html", listed=listed)


async def show_late_text(request: Request) -> Response:
    """One late text, what it changes, its evidence, and the form to decide on it."""
    async with transaction(request.state.pool) as db:
        late = await proctoring.late_text(db, _aside_id(request))
        if late is None:
            raise NotFound
        aside, session = late.aside, late.session
        refuse_own(request, session)
        base = await journals.entry_of(db, session, aside.position, aside.base_revision)
        drafts = await journals.drafts_of(db, session, aside.position)
        acknowledged = next((draft for draft in drafts if draft.language == aside.language), None)
        values: dict[str, Any] = {
            "late": late,
            "aside": aside,
            "session": session,
            "evidence": evidence(session, aside, base),
            "acknowledged": acknowledged,
            "difference": difference("" if acknowledged is None else acknowledged.source, aside.source),
            "impartial": account(request).account_id not in late.examined_by,
            "decided": await decisions.is_decided(db, session),
            "names": await proctoring.names_of(db, set() if late.decision is None else {late.decision.decided_by}),
            "catalogue": languages.catalogue(),
            "reason_max": REASON_MAX_CHARACTERS,
        }
        await audit.record(db, request, "late-text:view", f"session:{session.session_id}", {"aside_id": aside.aside_id})
    return render(request, "registrar/late_text.html", **values)


async def decide_late_text(request: Request) -> Response:
    """Accept or decline. An accepted text becomes a submission and is judged, in the transaction of the decision."""
    form = await read_form(request, LateForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        late = await proctoring.late_text(db, _aside_id(request))
        if late is None:
            raise NotFound
        session = await proctoring.session_to_put_on_record(db, late.session.session_id)
        # Again, now that nobody else can decide on it, or on the result, in the same moment.
        late = await proctoring.late_text(db, late.aside.aside_id)
        if session is None or late is None:
            raise NotFound
        if await decisions.is_decided(db, session):
            raise AlreadyDecided
        decision = decide_late(late, account(request).account_id, form.outcome, form.reason, now)
        await proctoring.insert_late_decision(db, decision)
        facts: dict[str, object] = {"aside_id": decision.aside_id, "outcome": decision.outcome}
        if decision.outcome is LateOutcome.ACCEPTED:
            aside = late.aside
            answer = Answer(aside.position, aside.language, aside.source, aside.files)
            submission = await submissions.insert_submission(db, session, answer, Origin.LATE, now)
            assert submission is not None  # only a sealed draft can be there already
            turn = await turn_of(db, session, Urgency.AFTERWARDS)
            await enqueue(db, Job.JUDGE_SUBMISSION, submission.submission_id, turn)
            await enqueue(db, Job.GRADE_SESSION, session.session_id)
            facts["submission_id"] = submission.submission_id
        await audit.record(db, request, "late-text:decide", f"session:{session.session_id}", facts)
        await notify(db, f"session:{session.session_id}")
        await notify(db, "board")
    return redirect(f"/late/{decision.aside_id}")


def _aside_id(request: Request) -> AsideId:
    return AsideId(request.path_params["aside_id"])
