"""The registrars' side of appeals: who waits for an answer, what it is about, and the answer."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_form
from app.live import notify
from app.pages import redirect, render
from app.views.own_case import refuse_own
from exams.errors import NotFound
from exams.grading.appeal import AppealCase, acknowledge, answer
from exams.grading.appeal import store as appeals
from exams.grading.decision import Remedy
from exams.grading.decision import store as decision_store
from exams.ids import AppealId
from exams.proctoring import store as proctoring
from exams.proctoring.reason import REASON_MAX_CHARACTERS


class AnswerForm(msgspec.Struct):
    """Upheld or not, what follows if it is, and why."""

    outcome: str
    reason: str
    remedy: str = ""


async def show_appeals(request: Request) -> Response:
    """Every appeal: the open ones first, oldest first."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        listed = await appeals.listed_appeals(db, account(request).account_id)
    return render(
        request,
        "registrar/appeals.html",
        open_ones=[one for one in listed if one.appeal.is_open],
        ended=[one for one in listed if not one.appeal.is_open],
        zone=request.state.settings.time_zone,
        now=now,
    )


async def show_appeal(request: Request) -> Response:
    """One appeal, and the forms that this person may send."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        found = await _found(db, request)
        case = await decision_store.case_of(db, found.appeal.session_id)
        if case is None:
            raise NotFound
        refuse_own(request, case.session)
        decisions = [*case.earlier, *([] if case.decision is None else [case.decision])]
        people = {one.decided_by for one in decisions}
        if found.appeal.acknowledgement is not None:
            people.add(found.appeal.acknowledgement.acknowledged_by)
        if found.appeal.ending is not None:
            people.add(found.appeal.ending.ended_by)
        values: dict[str, Any] = {
            "found": found,
            "appeal": found.appeal,
            "case": case,
            "decision": next(one for one in decisions if one.decision_id == found.appeal.decision_id),
            "names": await proctoring.names_of(db, people),
            "impartial": account(request).account_id not in found.took_part,
            "remedies": Remedy,
            "zone": request.state.settings.time_zone,
            "now": now,
            "reason_max": REASON_MAX_CHARACTERS,
        }
        await audit.record(
            db, request, "appeal:view", f"session:{found.appeal.session_id}", {"appeal_id": found.appeal.appeal_id}
        )
    return render(request, "registrar/appeal.html", **values)


async def acknowledge_appeal(request: Request) -> Response:
    """Tell the candidate that somebody has read it."""
    async with transaction(request.state.pool) as db:
        found = await _locked(db, request)
        read = acknowledge(found, account(request).account_id, datetime.now(UTC))
        await appeals.insert_acknowledgement(db, read)
        await audit.record(db, request, "appeal:acknowledge", f"session:{read.session_id}", {"appeal_id": read.appeal_id})
        await notify(db, f"outcome:{read.session_id}")
    return redirect(f"/appeals/{read.appeal_id}")


async def answer_appeal(request: Request) -> Response:
    """Answer it. An upheld one opens the case again; what follows is done on the pages of results and of judging again."""
    form = await read_form(request, AnswerForm)
    async with transaction(request.state.pool) as db:
        found = await _locked(db, request)
        answered = answer(
            found,
            account(request).account_id,
            outcome=form.outcome,
            remedy=form.remedy,
            reason=form.reason,
            now=datetime.now(UTC),
        )
        await appeals.insert_appeal_ending(db, answered)
        facts: dict[str, object] = {"appeal_id": answered.appeal_id, "outcome": answered.stage}
        await audit.record(db, request, "appeal:answer", f"session:{answered.session_id}", facts)
        await notify(db, f"outcome:{answered.session_id}")
    return redirect(f"/appeals/{answered.appeal_id}")


async def _found(db: Connection, request: Request) -> AppealCase:
    found = await appeals.appeal_case(db, AppealId(request.path_params["appeal_id"]))
    if found is None:
        raise NotFound
    return found


async def _locked(db: Connection, request: Request) -> AppealCase:
    """The appeal as it is now that nobody else can act on its session."""
    found = await _found(db, request)
    await proctoring.session_to_put_on_record(db, found.appeal.session_id)
    return await _found(db, request)
