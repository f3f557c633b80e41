"""The registrar: decides results of people whom they did not examine, reviews incidents, stands by certificates or not."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_form
from app.jobs.queue import Job, Urgency, enqueue
from app.jobs.turns import turn_of
from app.live import notify
from app.pages import redirect, render
from app.views.journal_replay import journal_links
from app.views.lockdown_desk import lockdown_story
from app.views.own_case import refuse_own
from app.views.proctor import SNAPSHOTS_SHOWN
from certificates import store as certificates
from certificates.errors import StatusChangeRefused
from certificates.log.entry import Kind
from certificates.reasons import FOR_REVOCATION, FOR_SUSPENSION, REASONS, Reason
from certificates.serial import read_serial
from certificates.standing import change_to, published_reason, standing_after
from exams.errors import InvalidInput, NotFound, OwnCase
from exams.grading.appeal import store as appeals
from exams.grading.decision import Case, DecisionOutcome, Standing, bars, decide, holds, standing
from exams.grading.decision import store as decisions
from exams.ids import AccountId, DecisionId, IncidentId, SessionId
from exams.judging.record import faults_of
from exams.judging.store import last_failures, record_at, records_of
from exams.proctoring import store as proctoring
from exams.proctoring.reason import REASON_MAX_CHARACTERS, written_reason
from exams.proctoring.review import ReviewOutcome, review
from exams.rejudging.change import store as change_store
from exams.sessions.aside import store as asides
from exams.sessions.store import session_to_read
from exams.submissions.store import progress_of
from sandbox import languages

CERTIFICATES_LISTED_MAX: Final = 500
"""The newest ones. An older one is found by its number."""


SUPERSEDED: Final = "Superseded by a new decision after an appeal."
"""The reason on record of a certificate that an earlier decision led to. Employers see `Reason.SUPERSEDED`."""


class DecisionForm(msgspec.Struct):
    """Certify or decline, and why."""

    outcome: str
    reason: str


class ReviewForm(msgspec.Struct):
    """What an incident means, and why."""

    outcome: str
    reason: str


class StatusForm(msgspec.Struct):
    """Suspend, reinstate or revoke, and why."""

    change: str
    reason: str
    suspend_code: str = ""
    revoke_code: str = ""


async def show_results(request: Request) -> Response:
    """Every session that is over: to be decided, held and why, decided."""
    viewer = account(request).account_id
    async with transaction(request.state.pool) as db:
        found = await decisions.cases(db, viewer)
        notices = [one for one in await change_store.notices(db, viewer) if one.is_open]
        late_open = sum(one.decision is None for one in await proctoring.late_texts(db, viewer))
    groups = {kind: [case for case in found if standing(case) is kind] for kind in Standing}
    return render(
        request, "registrar/results.html", groups=groups, holds=holds, bars=bars, notices=notices, late_open=late_open
    )


async def show_case(request: Request) -> Response:
    """Everything that the decision rests on, and the form to take it."""
    session_id = SessionId(request.path_params["session_id"])
    async with transaction(request.state.pool) as db:
        case = await decisions.case_of(db, session_id)
        if case is None or case.is_rehearsal:
            raise NotFound
        refuse_own(request, case.session)
        viewer = account(request).account_id
        people = {by for record in case.incidents if (by := record.incident.raised_by) is not None}
        people |= {record.review.reviewed_by for record in case.incidents if record.review is not None}
        certificate = None
        people |= {one.decided_by for one in case.earlier}
        if case.decision is not None:
            people.add(case.decision.decided_by)
            certificate = await certificates.certificate_of_source(db, f"decision:{case.decision.decision_id}")
        values: dict[str, Any] = {
            "case": case,
            "session": case.session,
            "standing": standing(case),
            "holds": holds(case),
            "bars": bars(case),
            "impartial": viewer not in case.barred,
            "appeals": await appeals.appeals_of(db, case.session),
            "earlier_certificates": await _earlier_certificates(db, case),
            "submissions": await progress_of(db, case.session),
            "failures": await last_failures(db, session_id),
            "observations": await proctoring.observations_of(db, case.session),
            "snapshots": await proctoring.snapshots_of(db, case.session, SNAPSHOTS_SHOWN),
            "snapshot_path": f"/results/{session_id}/snapshots",
            "incidents": case.incidents,
            "names": await proctoring.names_of(db, people),
            "records": await records_of(db, session_id),
            "notices": await change_store.notices(db, viewer, session_id=session_id),
            "late_texts": await proctoring.late_texts(db, viewer, session_id),
            "kept": await asides.asides_of(db, case.session),
            **await journal_links(db, case.session, f"/results/{session_id}/journal"),
            "certificate": certificate,
            "catalogue": languages.catalogue(),
            "reason_max": REASON_MAX_CHARACTERS,
            "lockdown": await lockdown_story(db, case.session),
        }
        # The page asks for its own part every few seconds while a certificate is made: that is one look, not many.
        part = request.query_params.get("part") == "certificate"
        if not part:
            await audit.record(db, request, "result:view", f"session:{session_id}")
    # Hashing a hundred records takes a while: in a thread, so that nobody else's page waits for it.
    values["record_faults"] = await asyncio.to_thread(faults_of, session_id, [one.document for one in values["records"]])
    return render(request, "registrar/certificate_progress.html" if part else "registrar/case.html", **values)


async def decide_case(request: Request) -> Response:
    """Certify or decline. The decision, its audit and the job that issues the certificate are one transaction."""
    form = await read_form(request, DecisionForm)
    session_id = SessionId(request.path_params["session_id"])
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        # Nobody opens or reviews an incident of this session between our looking and our deciding.
        session = await proctoring.session_to_put_on_record(db, session_id)
        case = None if session is None else await decisions.case_of(db, session_id)
        if case is None:
            raise NotFound
        decision = decide(case, account(request).account_id, form.outcome, form.reason, now)
        await decisions.insert_decision(db, decision)
        await _supersede(request, db, case, now)
        await audit.record(
            db, request, f"result:{decision.outcome}", f"session:{session_id}", {"decision_id": decision.decision_id}
        )
        if decision.outcome is DecisionOutcome.CERTIFY:
            await enqueue(db, Job.ISSUE_CERTIFICATE, decision.decision_id)
        await notify(db, f"result:{decision.result_id}")
        await notify(db, f"outcome:{session_id}")
    return redirect(f"/results/{session_id}")


async def judge_again(request: Request) -> Response:
    """Have the programs judged that we could not judge; once what was broken is mended, nobody has to hand in again."""
    session_id = SessionId(request.path_params["session_id"])
    async with transaction(request.state.pool) as db:
        case = await decisions.case_of(db, session_id)
        if case is None:
            raise NotFound
        refuse_own(request, case.session)
        waiting = [one.submission for one in await progress_of(db, case.session) if one.earned is None]
        turn = await turn_of(db, case.session, Urgency.AFTERWARDS)
        for submission in waiting:
            await enqueue(db, Job.JUDGE_SUBMISSION, submission.submission_id, turn)
        await audit.record(db, request, "result:judge-again", f"session:{session_id}", {"submissions": len(waiting)})
    return redirect(f"/results/{session_id}")


async def download_record(request: Request) -> Response:
    """One judging record, in exactly the bytes that its hash is of."""
    session_id = SessionId(request.path_params["session_id"])
    place = request.path_params["place"]
    async with transaction(request.state.pool) as db:
        session = await session_to_read(db, session_id)
        record = await record_at(db, session_id, place)
        if session is None or record is None:
            raise NotFound
        refuse_own(request, session)
        await audit.record(db, request, "record:download", f"session:{session_id}", {"position": place})
    name = f"judging-record-{session_id}-{place}.json"
    return Response(
        record.document,
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def show_incidents(request: Request) -> Response:
    """Every incident, those without a review first."""
    async with transaction(request.state.pool) as db:
        listed = await proctoring.listed_incidents(db, account(request).account_id)
    return render(request, "registrar/incidents.html", listed=listed)


async def show_incident(request: Request) -> Response:
    """One incident with what surrounds it, and the form to review it."""
    async with transaction(request.state.pool) as db:
        record = await proctoring.incident_record(db, IncidentId(request.path_params["incident_id"]))
        seat = None if record is None else await proctoring.watched_session(db, record.incident.session_id)
        if record is None or seat is None:
            raise NotFound
        refuse_own(request, seat.session)
        people: set[AccountId] = set() if record.incident.raised_by is None else {record.incident.raised_by}
        if record.review is not None:
            people.add(record.review.reviewed_by)
        values: dict[str, Any] = {
            "record": record,
            "incident": record.incident,
            "seat": seat,
            "session": seat.session,
            "observations": await proctoring.observations_of(db, seat.session),
            "snapshots": await proctoring.snapshots_of(db, seat.session, SNAPSHOTS_SHOWN),
            "snapshot_path": f"/results/{seat.session.session_id}/snapshots",
            "names": await proctoring.names_of(db, people),
            "impartial": account(request).account_id != record.incident.raised_by,
            "outcomes": ReviewOutcome,
            "reason_max": REASON_MAX_CHARACTERS,
            **await journal_links(db, seat.session, f"/results/{seat.session.session_id}/journal"),
        }
    return render(request, "registrar/incident.html", **values)


async def review_incident(request: Request) -> Response:
    """Decide what an incident means. It no longer holds the result; whether it can be certified depends on the outcome."""
    form = await read_form(request, ReviewForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        record = await proctoring.incident_record(db, IncidentId(request.path_params["incident_id"]))
        if record is None:
            raise NotFound
        session = await proctoring.session_to_put_on_record(db, record.incident.session_id)
        # Again, now that nobody else can review it in the same moment.
        record = await proctoring.incident_record(db, record.incident.incident_id)
        assert session is not None
        assert record is not None
        done = review(
            record,
            candidate_id=session.candidate_id,
            reviewed_by=account(request).account_id,
            outcome=form.outcome,
            reason=form.reason,
            now=now,
        )
        await proctoring.insert_review(db, done)
        await audit.record(
            db,
            request,
            "incident:review",
            f"session:{session.session_id}",
            {"incident_id": done.incident_id, "outcome": done.outcome},
        )
        await notify(db, "board")
    return redirect(f"/incidents/{done.incident_id}")


async def show_certificates(request: Request) -> Response:
    """The newest certificates and whether the centre stands by them."""
    async with transaction(request.state.pool) as db:
        listed = await certificates.listed_certificates(db, CERTIFICATES_LISTED_MAX)
    return render(request, "registrar/certificates.html", listed=listed)


async def show_certificate_status(request: Request) -> Response:
    """What was decided about one certificate since it was issued, and the form for what may be decided next."""
    async with transaction(request.state.pool) as db:
        certificate = await _certificate(request, db)
        await _refuse_holder(request, db, certificate)
        changes = await certificates.changes_of(db, certificate)
        names = await proctoring.names_of(db, {AccountId(change.decided_by) for change in changes})
    return render(
        request,
        "registrar/certificate_status.html",
        certificate=certificate,
        changes=changes,
        names=names,
        stands=standing_after(changes),
        reason_max=REASON_MAX_CHARACTERS,
        reasons=REASONS,
        for_suspension=FOR_SUSPENSION,
        for_revocation=FOR_REVOCATION,
    )


async def change_certificate_status(request: Request) -> Response:
    """Suspend, reinstate or revoke. The worker publishes a new status list at once: whoever fetches it sees the change."""
    form = await read_form(request, StatusForm)
    try:
        kind = Kind(form.change)
    except ValueError:
        raise InvalidInput("change", "unknown") from None
    code = _code(form, kind)
    reason = written_reason("reason", form.reason)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        certificate = await _certificate(request, db)
        await certificates.lock_standing(db, certificate)
        await _refuse_holder(request, db, certificate)
        purpose, active = change_to(standing_after(await certificates.changes_of(db, certificate)), kind)
        person = account(request).account_id
        await certificates.insert_change(
            db, certificate, purpose, active=active, reason=reason, decided_by=person, now=now, code=code
        )
        await audit.record(db, request, f"credential:{kind}", f"credential:{certificate.credential_id}", {"code": code})
        await _publish(db)
    return redirect(f"/certificates/{certificate.serial}/status")


def _code(form: StatusForm, kind: Kind) -> Reason | None:
    """The published reason that goes with the choice; who chose none publishes none. Raises `InvalidInput` for no such word."""
    written = {Kind.SUSPEND: form.suspend_code, Kind.REVOKE: form.revoke_code}.get(kind, "")
    try:
        return published_reason(kind, written or Reason.UNDISCLOSED)
    except StatusChangeRefused:
        raise InvalidInput(f"{kind}_code", "unknown") from None


async def _earlier_certificates(db: Connection, case: Case) -> list[certificates.StoredCertificate]:
    """The certificates that followed from decisions which stand no more, and that are not revoked."""
    found: list[certificates.StoredCertificate] = []
    for before in case.earlier:
        certificate = await certificates.certificate_of_source(db, f"decision:{before.decision_id}")
        if certificate is not None and not standing_after(await certificates.changes_of(db, certificate)).revoked:
            found.append(certificate)
    return found


async def _supersede(request: Request, db: Connection, case: Case, now: datetime) -> None:
    """Revoke what followed from an earlier decision, together with the new one: of one exam two certificates never stand."""
    for certificate in await _earlier_certificates(db, case):
        await certificates.lock_standing(db, certificate)
        purpose, active = change_to(standing_after(await certificates.changes_of(db, certificate)), Kind.REVOKE)
        person = account(request).account_id
        await certificates.insert_change(
            db,
            certificate,
            purpose,
            active=active,
            reason=SUPERSEDED,
            decided_by=person,
            now=now,
            code=Reason.SUPERSEDED,
        )
        await audit.record(db, request, f"credential:{Kind.REVOKE}", f"credential:{certificate.credential_id}")
        await _publish(db)


async def _publish(db: Connection) -> None:
    """Have the lists published. A job of its own for each change: one that runs already may have read what stood before."""
    await enqueue(db, Job.PUBLISH_STATUS_LIST, uuid4())


async def _refuse_holder(request: Request, db: certificates.Connection, certificate: certificates.StoredCertificate) -> None:
    """Raise `OwnCase` if the certificate is the visitor's own: nobody decides about that, or reads what others wrote of it."""
    decision_id = DecisionId(UUID(certificate.source.removeprefix("decision:")))
    if await decisions.candidate_of(db, decision_id) == account(request).account_id:
        raise OwnCase


async def _certificate(request: Request, db: certificates.Connection) -> certificates.StoredCertificate:
    serial = read_serial(request.path_params["serial"])
    certificate = None if serial is None else await certificates.certificate_by_serial(db, serial)
    if certificate is None:
        raise NotFound
    return certificate
