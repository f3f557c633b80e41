"""The candidate's result: the score report, as a page and as a file, and the way to appeal."""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_form
from app.live import notify
from app.pages import redirect, render
from app.views.exam_state import encoded
from app.views.own_session import own_session, own_session_to_change
from app.views.score_report import score_report
from exams.errors import ExamError, NotAppealable, NotReleased
from exams.grading import appeal
from exams.grading.appeal import Appeal, AppealKind, appeal_until, check_appealable, make_appeal
from exams.grading.appeal import store as appeal_store
from exams.grading.decision import Case
from exams.grading.decision import store as decisions
from exams.grading.release import withheld
from exams.judging import merkle
from exams.judging.store import records_of
from exams.papers.blueprint import Scheme
from exams.papers.store import scheme_of
from exams.proctoring.reason import REASON_MAX_CHARACTERS
from exams.sessions.session import Session
from sandbox import languages


class AppealForm(msgspec.Struct):
    """What is wrong, of what kind, in the candidate's words."""

    kind: str
    reason: str


class JudgingLeaf(msgspec.Struct, frozen=True):
    """One judging record as a leaf of the tree: RFC 6962, SHA-256 of a zero byte and the record."""

    position: int
    submission_id: str
    leaf: str


class JudgingLeaves(msgspec.Struct, frozen=True):
    """All leaves of a session and the root over them. A certificate names the root as of its issue: over the first so many."""

    session_id: str
    root: str
    leaves: list[JudgingLeaf]


@dataclass(frozen=True, slots=True)
class AppealState:
    """What a candidate sees of appealing: what was said so far, whether they may appeal now (or why not), and until when."""

    appeals: list[Appeal]
    refusal: str | None
    until: datetime | None

    @property
    def is_possible(self) -> bool:
        """Whether the form may be sent."""
        return self.refusal is None


async def show_report(request: Request) -> Response:
    """The score report. A printer makes a clean sheet of it."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        scheme, case = await _told(db, session, now)
        if case is None or case.result is None:
            return redirect(f"/sessions/{session.session_id}")
        report = await score_report(db, request.state.settings.centre_name, scheme, case, case.result, now)
        state = await appeal_state(db, request, session, scheme, case, now)
    return render(
        request, "candidate/report.html", session=session, report=report, appeal=state, catalogue=languages.catalogue(), now=now
    )


async def download_report(request: Request) -> Response:
    """The same as a file for the candidate's own records. Raises `NotReleased` while there is nothing to tell."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        scheme, case = await _told(db, session, now)
        if case is None or case.result is None:
            raise NotReleased
        report = await score_report(db, request.state.settings.centre_name, scheme, case, case.result, now)
    name = f"score-report-{session.session_id}.json"
    return Response(
        encoded(report),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )


async def download_judging_leaves(request: Request) -> Response:
    """The hashes of the session's judging records, in order: with them anybody makes the root that the certificate names.

    The records themselves hold hashes of secret tests and go to whoever examines an appeal (docs/judging-record.md).
    """
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        _scheme, case = await _told(db, session, now)
        if case is None or case.result is None:
            raise NotReleased
        records = await records_of(db, session.session_id)
    leaves = [
        JudgingLeaf(record.position, str(record.submission_id), merkle.leaf_hash(record.document).hex()) for record in records
    ]
    documents = [record.document for record in records]
    name = f"judging-leaves-{session.session_id}.json"
    return Response(
        encoded(JudgingLeaves(str(session.session_id), merkle.root(documents).hex(), leaves)),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )


async def show_appeal(request: Request) -> Response:
    """The form to appeal, or where the appeal stands."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        scheme, case = await _told(db, session, now)
        if case is None or (case.decision is None and not case.earlier):
            return redirect(f"/sessions/{session.session_id}")
        state = await appeal_state(db, request, session, scheme, case, now)
    return render(
        request,
        "candidate/appeal.html",
        session=session,
        scheme=scheme,
        case=case,
        appeal=state,
        kinds=AppealKind,
        zone=request.state.settings.time_zone,
        reason_max=REASON_MAX_CHARACTERS,
    )


async def send_appeal(request: Request) -> Response:
    """Put an appeal on record; a registrar who had no part in the exam answers it."""
    form = await read_form(request, AppealForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        scheme, case = await _told(db, session, now)
        made = make_appeal(
            case,
            await appeal_store.appeals_of(db, session),
            made_by=account(request).account_id,
            kind=form.kind,
            reason=form.reason,
            rules=scheme.rules,
            zone=request.state.settings.time_zone,
            now=now,
        )
        await appeal_store.insert_appeal(db, made)
        facts: dict[str, object] = {"appeal_id": made.appeal_id, "kind": made.kind}
        await audit.record(db, request, "appeal:make", f"session:{session.session_id}", facts)
        await notify(db, f"outcome:{session.session_id}")
    return redirect(f"/sessions/{session.session_id}/appeal")


async def withdraw_appeal(request: Request) -> Response:
    """Take the open appeal back."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        known = next((one for one in await appeal_store.appeals_of(db, session) if one.is_open), None)
        if known is None:
            raise NotAppealable("ended")
        ended = appeal.withdraw(known, account(request).account_id, now)
        await appeal_store.insert_appeal_ending(db, ended)
        await audit.record(db, request, "appeal:withdraw", f"session:{session.session_id}", {"appeal_id": ended.appeal_id})
        await notify(db, f"outcome:{session.session_id}")
    return redirect(f"/sessions/{session.session_id}/appeal")


async def appeal_state(
    db: Connection, request: Request, session: Session, scheme: Scheme, case: Case | None, now: datetime
) -> AppealState:
    """Gather what a candidate sees of appealing. The caller knows that nothing is withheld."""
    zone = request.state.settings.time_zone
    appeals = await appeal_store.appeals_of(db, session)
    refusal = None
    try:
        check_appealable(case, appeals, scheme.rules, zone, now)
    except NotAppealable as error:
        refusal = error.reason
    except ExamError as error:
        refusal = error.code
    return AppealState(appeals, refusal, None if case is None else appeal_until(case, scheme.rules, zone))


async def _told(db: Connection, session: Session, now: datetime) -> tuple[Scheme, Case | None]:
    """The scheme, and the case if its candidate may know of it now."""
    scheme = await scheme_of(db, session.scheme_id)
    assert scheme is not None  # the session refers to it
    return scheme, None if withheld(session, scheme.rules, now) else await decisions.case_of(db, session.session_id)
