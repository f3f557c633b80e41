"""Judging again: make a set, watch it being judged, see who would change, apply or cancel.

Examiners and registrars make sets; a registrar applies them, and never the one that they made. Examiners see no names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.auth.permissions import Permission, holds
from app.database import Connection, transaction
from app.forms import read_form
from app.jobs.queue import Job, Turn, Urgency, enqueue
from app.live import notify
from app.pages import redirect, render
from certificates import store as certificates
from exams.authoring.store import authored_tasks
from exams.errors import AlreadyDecided, InvalidInput, NotFound
from exams.grading.store import result_of
from exams.ids import AccountId, DatasetId, RejudgeSetId, SessionId, TaskId
from exams.papers.paper import Item
from exams.papers.store import items_of
from exams.proctoring.reason import REASON_MAX_CHARACTERS, written_reason
from exams.proctoring.store import names_of
from exams.rejudging import rejudge_set, store
from exams.rejudging.change import Effect, SessionChange, change_of, effect_of
from exams.rejudging.change import store as change_store
from exams.rejudging.choice import MEMBERS_MAX, Choice, RejudgeKind, check_choice
from exams.rejudging.choice import store as choices
from exams.rejudging.rejudge_set import RejudgeSet, RejudgeStage
from exams.rejudging.store import Concerned
from exams.submissions.store import progress_of
from sandbox import languages

SESSIONS_SHOWN_MAX: Final = 200
"""On one page, of those that would change. A wrong test concerns the few who met it."""

FALLS_SHOWN_MAX: Final = 40
"""Sessions that one form can let fall, with two fields each. Where more would, the set is too coarse for a person to decide."""


class SetForm(msgspec.Struct):
    """Which submissions, and why. A field that is left empty asks nothing."""

    kind: RejudgeKind
    reason: str
    dataset_id: str = ""
    task_id: str = ""
    session_id: str = ""
    language: str = ""
    image: str = ""
    host: str = ""
    judged_from: str = ""
    judged_before: str = ""


class ApplyForm(msgspec.Struct):
    """Why it is applied, and for each session that would fall the reason why it may; an empty one leaves it as it is."""

    reason: str
    falling: list[str] = []
    lowered_reason: list[str] = []


class CancelForm(msgspec.Struct):
    """Why it is not applied."""

    reason: str


class AnswerForm(msgspec.Struct):
    """What was done about a decided session."""

    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A session that would change: whose, what of it, what applying would do, and its certificate's serial if it has one."""

    concerned: Concerned
    change: SessionChange
    effect: Effect
    serial: str | None
    tasks: dict[int, dict[str, str]]


async def show_sets(request: Request) -> Response:
    """Every set, what decided sessions wait for a registrar, and the forms to make a set."""
    viewer = account(request).account_id
    async with transaction(request.state.pool) as db:
        found = await store.sets(db)
        values: dict[str, Any] = {
            "sets": found,
            "names": await names_of(db, {one.made_by for one in found}),
            "newer": await choices.newer_datasets(db),
            "tasks": [task.task for task in await authored_tasks(db) if task.is_published],
            "open_notices": [one for one in await change_store.notices(db, viewer) if one.is_open]
            if _sees_names(request)
            else [],
        }
    return render(request, "rejudging/sets.html", **values, catalogue=languages.catalogue(), reason_max=REASON_MAX_CHARACTERS)


async def make_set(request: Request) -> Response:
    """Keep a set with its members and put them into the queue, behind everybody who waits."""
    form = await read_form(request, SetForm)
    choice = _choice(form, request)
    check_choice(choice)
    reason = written_reason("reason", form.reason)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        if choice.dataset_id is not None:
            newer = await choices.newer_datasets(db, choice.dataset_id)
            if not newer or not newer[0].is_proved:
                raise InvalidInput("dataset_id", "unknown")
        members = await choices.chosen(db, choice)
        if len(members) > MEMBERS_MAX:
            raise InvalidInput("choice", "too-many", MEMBERS_MAX)
        if not members and choice.kind is RejudgeKind.ANEW:
            raise InvalidInput("choice", "nothing-found")
        set_id, member_ids = await store.insert_set(db, choice, reason, account(request).account_id, members, now)
        for member_id in member_ids:
            await enqueue(db, Job.REJUDGE_SUBMISSION, member_id, Turn(Urgency.REJUDGE, set_id, set_id))
        await audit.record(db, request, "rejudging:make", f"rejudging:{set_id}", {"members": len(members)})
    return redirect(f"/rejudging/{set_id}")


async def show_set(request: Request) -> Response:
    """One set: how far it is, who would change, and the forms to apply or cancel it."""
    async with transaction(request.state.pool) as db:
        values = await _page(db, request)
        await audit.record(db, request, "rejudging:view", f"rejudging:{values['found'].rejudge_set_id}")
    return render(request, "rejudging/set.html", **values, is_part=False)


async def show_set_progress(request: Request) -> Response:
    """Show the part of a set's page that changes while it is judged and applied."""
    async with transaction(request.state.pool) as db:
        return render(request, "rejudging/progress.html", **await _page(db, request), is_part=True)


async def stream_set(request: Request) -> Response:
    """Send an event whenever a program of the set was judged, or the set was ended or applied."""
    return request.state.live.stream({f"rejudging:{request.path_params['rejudge_set_id']}"}, account(request).account_id)


async def apply_set(request: Request) -> Response:
    """Decide that the new judgements count. The registry's worker does it, all at once."""
    form = await read_form(request, ApplyForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        found = await _locked(db, request)
        lowered = _lowered(form)
        asked = [one for one in await _concerned(db, found, MEMBERS_MAX) if one.session.session_id in lowered]
        changes = [await _change(db, one, await items_of(db, one.session.paper_id)) for one in asked]
        ending = rejudge_set.apply(
            found,
            tuple(changes),
            await store.candidates_of_set(db, found.rejudge_set_id),
            decided_by=account(request).account_id,
            reason=form.reason,
            lowered=lowered,
            now=now,
        )
        await change_store.insert_ending(db, ending)
        await audit.record(
            db, request, "rejudging:apply", f"rejudging:{found.rejudge_set_id}", {"lowered": list(ending.lowered)}
        )
        await enqueue(db, Job.APPLY_REJUDGING, found.rejudge_set_id)
        await notify(db, f"rejudging:{found.rejudge_set_id}")
    return redirect(f"/rejudging/{found.rejudge_set_id}")


async def cancel_set(request: Request) -> Response:
    """Decide that everything stays as it is; what still waits is not judged again."""
    form = await read_form(request, CancelForm)
    async with transaction(request.state.pool) as db:
        found = await _locked(db, request)
        person = account(request).account_id
        await change_store.insert_ending(
            db, rejudge_set.cancel(found, decided_by=person, reason=form.reason, now=datetime.now(UTC))
        )
        await audit.record(db, request, "rejudging:cancel", f"rejudging:{found.rejudge_set_id}")
        await notify(db, f"rejudging:{found.rejudge_set_id}")
    return redirect(f"/rejudging/{found.rejudge_set_id}")


async def answer_notice(request: Request) -> Response:
    """Write down what was done about a decided session that a set would have changed."""
    form = await read_form(request, AnswerForm)
    set_id = RejudgeSetId(request.path_params["rejudge_set_id"])
    session_id = SessionId(request.path_params["session_id"])
    words = written_reason("words", form.words)
    async with transaction(request.state.pool) as db:
        notice = next(iter(await change_store.notices(db, account(request).account_id, set_id, session_id)), None)
        if notice is None or notice.effect is not Effect.DECIDED:
            raise NotFound
        if not await change_store.insert_answer(db, notice, account(request).account_id, words, datetime.now(UTC)):
            raise AlreadyDecided
        await audit.record(db, request, "rejudging:answer", f"session:{session_id}", {"rejudge_set_id": set_id})
    return redirect(f"/results/{session_id}")


def _sees_names(request: Request) -> bool:
    return holds(account(request), Permission.DECIDE_RESULTS)


async def _load(db: Connection, request: Request) -> RejudgeSet:
    found = await store.set_of(db, RejudgeSetId(request.path_params["rejudge_set_id"]))
    if found is None:
        raise NotFound
    return found


async def _locked(db: Connection, request: Request) -> RejudgeSet:
    await store.lock_set(db, RejudgeSetId(request.path_params["rejudge_set_id"]))
    return await _load(db, request)


async def _page(db: Connection, request: Request) -> dict[str, Any]:
    found, person = await _load(db, request), account(request).account_id
    waits = found.stage in {RejudgeStage.JUDGING, RejudgeStage.READY}
    concerned = await _concerned(db, found, SESSIONS_SHOWN_MAX) if waits else []
    rows = [await _row(db, one) for one in concerned if one.session.candidate_id != person]
    notices = await change_store.notices(db, person, found.rejudge_set_id) if found.stage is RejudgeStage.APPLIED else []
    people: set[AccountId] = {found.made_by} | ({found.ending.decided_by} if found.ending else set())
    people |= {one.answered_by for one in notices if one.answered_by is not None}
    return {
        "found": found,
        "rows": rows,
        "falling": [one for one in rows if one.effect is Effect.KEPT][:FALLS_SHOWN_MAX],
        "notices": notices,
        "names": await names_of(db, people),
        "sees_names": _sees_names(request),
        "may_apply": _sees_names(request)
        and person != found.made_by
        and person not in await store.candidates_of_set(db, found.rejudge_set_id),
        "tasks": {task.task.task_id: task.task for task in await authored_tasks(db)},
        "dataset": next(iter(await choices.newer_datasets(db, found.choice.dataset_id)), None)
        if found.choice.dataset_id
        else None,
        "catalogue": languages.catalogue(),
        "reason_max": REASON_MAX_CHARACTERS,
        "shown_max": SESSIONS_SHOWN_MAX,
    }


async def _concerned(db: Connection, found: RejudgeSet, limit: int) -> list[Concerned]:
    return await store.concerned(db, found.rejudge_set_id, differing=True, limit=limit)


async def _change(db: Connection, one: Concerned, items: Sequence[Item]) -> SessionChange:
    return change_of(
        one.session.session_id,
        items,
        await progress_of(db, one.session),
        one.rejudged,
        one.cut_score_percent,
        await result_of(db, one.session),
        one.decision,
    )


async def _row(db: Connection, one: Concerned) -> Row:
    items = await items_of(db, one.session.paper_id)
    change = await _change(db, one, items)
    certificate = None
    if change.decision_id is not None:
        certificate = await certificates.certificate_of_source(db, f"decision:{change.decision_id}")
    tasks = {item.position: item.task.names for item in items}
    return Row(one, change, effect_of(change, {}), certificate.serial if certificate else None, tasks)


def _lowered(form: ApplyForm) -> dict[SessionId, str]:
    """The sessions whose points may fall: those for which a reason was written."""
    if len(form.falling) != len(form.lowered_reason):
        raise InvalidInput("lowered_reason", "malformed")
    return {
        SessionId(_uuid("falling", session_id)): reason
        for session_id, reason in zip(form.falling, form.lowered_reason, strict=True)
        if reason.strip()
    }


def _choice(form: SetForm, request: Request) -> Choice:
    if form.kind is RejudgeKind.DATASET:
        dataset_id = _uuid("dataset_id", form.dataset_id) if form.dataset_id else None
        return Choice(form.kind, None if dataset_id is None else DatasetId(dataset_id))
    return Choice(
        form.kind,
        task_id=TaskId(_uuid("task_id", form.task_id)) if form.task_id else None,
        session_id=SessionId(_uuid("session_id", form.session_id.strip())) if form.session_id.strip() else None,
        language=form.language.strip() or None,
        image=form.image.strip() or None,
        host=form.host.strip() or None,
        judged_from=_time("judged_from", form.judged_from, request),
        judged_before=_time("judged_before", form.judged_before, request),
    )


def _uuid(field: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(field, "malformed") from None


def _time(field: str, text: str, request: Request) -> datetime | None:
    """A time as a browser's field gives it, `2026-03-02T12:00`, in the centre's time zone."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(field, "malformed") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=request.state.settings.time_zone)
