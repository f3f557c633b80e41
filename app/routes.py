"""Every address of Sarap, on one page, with the permission that it needs.

Whatever comes to one of them passes the same door, in this order:

1. an unsafe request must come from our own pages (`auth/csrf.py`)
2. who is it (the websession's cookie)
3. may they (`auth/permissions.py`)
4. the view
5. an error becomes its answer (`problems.py`)

A test opens every address as nobody and as every wrong role.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import problems
from app.auth import csrf, permissions
from app.auth.permissions import Permission
from app.auth.visitor import load_visitor
from app.views import (
    accommodations,
    account,
    appeals,
    asides,
    booking,
    bulk_verifier,
    candidate,
    candidate_api,
    carriers,
    documentation,
    exam_worker,
    examiner,
    health,
    home,
    journal_api,
    journal_replay,
    late_texts,
    lockdown,
    lockdown_desk,
    log_files,
    observations,
    printed,
    proctor,
    receipts,
    registrar,
    rejudging,
    results,
    seats,
    seb_file,
    starting,
    system_check,
    timeledger,
    translations,
    verifier,
    wallet,
    wallet_metadata,
)
from exams.proctoring.seb.check import Purpose

View = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address: method, path with its parameters' types, what answers, and who may ask."""

    method: str
    path: str
    view: View
    permission: Permission


class Position(Convertor[int]):
    """A place in a paper: 1 to 999, more than any paper has. Starlette's own `int` takes digits without end and trips."""

    regex = "[1-9][0-9]{0,2}"

    def convert(self, value: str) -> int:
        """From an address."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Into an address."""
        return str(value)


class Place(Convertor[int]):
    """A place in a session's chain of records: 1 to 99,999, more than anybody hands in."""

    regex = "[1-9][0-9]{0,4}"

    def convert(self, value: str) -> int:
        """From an address."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Into an address."""
        return str(value)


register_url_convertor("position", Position())
register_url_convertor("place", Place())

ITEM: Final = "/api/sessions/{session_id:uuid}/items/{position:position}"
"""An item of a running session: what the exam page saves, runs and hands in."""

PAGES: Final = (
    # Everybody
    Page("GET", "/", home.show_home, Permission.PUBLIC),
    Page("GET", "/problems/{code}", home.explain_problem, Permission.PUBLIC),
    # Signing in and out; language and colours
    Page("GET", "/sign-in", account.show_sign_in, Permission.PUBLIC),
    Page("POST", "/sign-in", account.sign_in, Permission.PUBLIC),
    Page("POST", "/sign-out", account.sign_out, Permission.PUBLIC),
    Page("POST", "/language", account.choose_language, Permission.PUBLIC),
    Page("POST", "/theme", account.choose_theme, Permission.PUBLIC),
    # Candidates
    Page("GET", "/exams", candidate.show_exams, Permission.SIT_EXAM),
    Page("POST", "/exams/{scheme_id:uuid}/sessions", candidate.open_session, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}", lockdown.with_checked_page(candidate.show_session), Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/consent", candidate.show_consent, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/consent", candidate.accept_consent, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/start", starting.show_start, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/start", starting.start_session, Permission.SIT_EXAM),
    Page("GET", "/api/sessions/{session_id:uuid}/form", starting.download_form, Permission.SIT_EXAM),
    Page("POST", "/api/sessions/{session_id:uuid}/start", starting.release_key, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/finish", candidate.show_finish, Permission.SIT_EXAM),
    Page(
        "POST",
        "/sessions/{session_id:uuid}/finish",
        lockdown.with_proof(Purpose.FINISH, candidate.finish_session),
        Permission.SIT_EXAM,
    ),
    Page("GET", "/sessions/{session_id:uuid}/progress", candidate.show_progress, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/events", candidate_api.stream_changes, Permission.SIT_EXAM),
    Page("GET", "/api/sessions/{session_id:uuid}", candidate_api.show_state, Permission.SIT_EXAM),
    Page("POST", f"{ITEM}/sample-runs", candidate_api.request_sample_run, Permission.SIT_EXAM),
    Page("GET", f"{ITEM}/sample-runs/{{sample_run_id:uuid}}", candidate_api.show_sample_run, Permission.SIT_EXAM),
    Page("POST", f"{ITEM}/submissions", lockdown.with_proof(Purpose.HAND_IN, candidate_api.submit), Permission.SIT_EXAM),
    Page("POST", "/api/sessions/{session_id:uuid}/observations", observations.take_observations, Permission.SIT_EXAM),
    Page("POST", "/api/sessions/{session_id:uuid}/snapshots", observations.take_snapshot, Permission.SIT_EXAM),
    Page("GET", "/sessions/worker.js", exam_worker.show_worker, Permission.PUBLIC),
    # Candidates: the Safe Exam Browser. What it opens before anybody is signed in has a token of its own
    Page("GET", "/sessions/{session_id:uuid}/seb", seb_file.show_browser, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/seb", seb_file.make_configuration, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/lockdown/{nonce}", lockdown.show_challenge, Permission.SIT_EXAM),
    Page("GET", "/api/sessions/{session_id:uuid}/lockdown", lockdown.show_lockdown, Permission.SIT_EXAM),
    Page("POST", "/api/sessions/{session_id:uuid}/lockdown/challenges", lockdown.challenge, Permission.SIT_EXAM),
    Page("POST", "/api/sessions/{session_id:uuid}/lockdown/answers/{nonce}", lockdown.take_answer, Permission.SIT_EXAM),
    Page("GET", "/seb", seb_file.show_browser_start, Permission.PUBLIC),
    Page("POST", "/seb", seb_file.start_in_browser, Permission.PUBLIC),
    Page("GET", "/seb/exam.seb", seb_file.download_configuration, Permission.PUBLIC),
    Page("GET", "/seb/quit", seb_file.show_quit, Permission.PUBLIC),
    Page("GET", "/safe-exam-browser", seb_file.explain_browser, Permission.PUBLIC),
    # Proctors and registrars: who waits, and Browser Exam Keys
    Page("POST", "/board/sessions/{session_id:uuid}/hold", lockdown_desk.hold_session, Permission.WATCH_SESSIONS),
    Page("POST", "/board/sessions/{session_id:uuid}/release", lockdown_desk.release_session, Permission.WATCH_SESSIONS),
    Page("GET", "/exam-keys", lockdown_desk.show_keys, Permission.KEEP_EXAM_KEYS),
    Page("POST", "/exam-keys", lockdown_desk.add_key, Permission.KEEP_EXAM_KEYS),
    Page("POST", "/exam-keys/{exam_key_id:uuid}/withdrawal", lockdown_desk.withdraw_key, Permission.KEEP_EXAM_KEYS),
    # Candidates, of their results
    Page("GET", "/sessions/{session_id:uuid}/report", results.show_report, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/report.json", results.download_report, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/judging-leaves.json", results.download_judging_leaves, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/appeal", results.show_appeal, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/appeal", results.send_appeal, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/appeal/withdraw", results.withdraw_appeal, Permission.SIT_EXAM),
    # Candidates: the journal
    Page("POST", "/api/sessions/{session_id:uuid}/lease", journal_api.take_lease, Permission.SIT_EXAM),
    Page("POST", f"{ITEM}/journal", journal_api.save_edits, Permission.SIT_EXAM),
    Page("GET", f"{ITEM}/journal", journal_replay.show_own_edits, Permission.SIT_EXAM),
    Page("GET", "/api/sessions/{session_id:uuid}/asides", asides.show_asides, Permission.SIT_EXAM),
    Page(
        "POST",
        "/api/sessions/{session_id:uuid}/asides/{aside_id:uuid}/taken",
        asides.take_aside,
        Permission.SIT_EXAM,
    ),
    Page("GET", "/sessions/{session_id:uuid}/receipts.json", receipts.download_receipts, Permission.SIT_EXAM),
    # Registrars: late texts and the journal
    Page(
        "GET",
        "/results/{session_id:uuid}/journal/{position:position}",
        journal_replay.show_journal,
        Permission.REVIEW_INCIDENTS,
    ),
    Page(
        "GET",
        "/results/{session_id:uuid}/journal/{position:position}/edits",
        journal_replay.show_edits,
        Permission.REVIEW_INCIDENTS,
    ),
    # Proctors: the same journal, while and after it is written
    Page(
        "GET",
        "/board/sessions/{session_id:uuid}/journal/{position:position}",
        journal_replay.show_journal,
        Permission.WATCH_SESSIONS,
    ),
    Page(
        "GET",
        "/board/sessions/{session_id:uuid}/journal/{position:position}/edits",
        journal_replay.show_edits,
        Permission.WATCH_SESSIONS,
    ),
    Page("GET", "/late", late_texts.show_late_texts, Permission.REVIEW_INCIDENTS),
    Page("GET", "/late/{aside_id:uuid}", late_texts.show_late_text, Permission.REVIEW_INCIDENTS),
    Page("POST", "/late/{aside_id:uuid}/decision", late_texts.decide_late_text, Permission.DECIDE_RESULTS),
    # Whoever checks receipts
    Page("GET", "/.well-known/receipt-keys.json", receipts.show_receipt_keys, Permission.PUBLIC),
    # Examiners
    Page("GET", "/tasks", examiner.show_tasks, Permission.AUTHOR_TASKS),
    Page("POST", "/tasks", examiner.import_package, Permission.AUTHOR_TASKS),
    Page("GET", "/tasks/{task_id:uuid}", examiner.show_task, Permission.AUTHOR_TASKS),
    Page("GET", "/tasks/{task_id:uuid}/progress", examiner.show_progress, Permission.AUTHOR_TASKS),
    Page("GET", "/tasks/{task_id:uuid}/events", examiner.stream_task, Permission.AUTHOR_TASKS),
    Page("POST", "/tasks/{task_id:uuid}/publish", examiner.publish_task, Permission.AUTHOR_TASKS),
    Page("GET", "/api/tasks", examiner.show_tasks, Permission.AUTHOR_TASKS),
    Page("POST", "/api/tasks", examiner.import_package, Permission.AUTHOR_TASKS),
    Page("GET", "/api/tasks/{task_id:uuid}", examiner.show_task, Permission.AUTHOR_TASKS),
    Page("POST", "/api/tasks/{task_id:uuid}/publish", examiner.publish_task, Permission.AUTHOR_TASKS),
    # Candidates: what may be looked up in an exam
    Page("GET", "/documentation", documentation.show_documentation, Permission.SIT_EXAM),
    Page("GET", "/documentation/{language}", documentation.show_card, Permission.SIT_EXAM),
    # Candidates and examiners: wrong translations
    Page("POST", f"{ITEM}/translation-reports", translations.report_translation, Permission.SIT_EXAM),
    Page("GET", "/translations", translations.show_translations, Permission.AUTHOR_TASKS),
    Page(
        "POST",
        "/translations/{translation_report_id:uuid}/answer",
        translations.answer_translation,
        Permission.AUTHOR_TASKS,
    ),
    # Proctors
    Page("GET", "/board", proctor.show_board, Permission.WATCH_SESSIONS),
    Page("GET", "/board/seats", proctor.show_seats, Permission.WATCH_SESSIONS),
    Page("GET", "/board/events", proctor.stream_board, Permission.WATCH_SESSIONS),
    Page("GET", "/board/sessions/{session_id:uuid}", proctor.show_sitting, Permission.WATCH_SESSIONS),
    Page("GET", "/board/sessions/{session_id:uuid}/timeline", proctor.show_timeline, Permission.WATCH_SESSIONS),
    Page("POST", "/board/sessions/{session_id:uuid}/incidents", proctor.report_incident, Permission.WATCH_SESSIONS),
    Page(
        "GET", "/sessions/{session_id:uuid}/snapshots/{snapshot_id:uuid}.jpg", proctor.show_snapshot, Permission.WATCH_SESSIONS
    ),
    # Registrars
    Page("GET", "/results", registrar.show_results, Permission.DECIDE_RESULTS),
    Page("GET", "/results/{session_id:uuid}", registrar.show_case, Permission.DECIDE_RESULTS),
    Page("POST", "/results/{session_id:uuid}/judge-again", registrar.judge_again, Permission.DECIDE_RESULTS),
    Page("GET", "/results/{session_id:uuid}/records/{place:place}", registrar.download_record, Permission.DECIDE_RESULTS),
    Page("POST", "/results/{session_id:uuid}/decision", registrar.decide_case, Permission.DECIDE_RESULTS),
    Page(
        "GET", "/results/{session_id:uuid}/snapshots/{snapshot_id:uuid}.jpg", proctor.show_snapshot, Permission.REVIEW_INCIDENTS
    ),
    Page("GET", "/incidents", registrar.show_incidents, Permission.REVIEW_INCIDENTS),
    Page("GET", "/incidents/{incident_id:uuid}", registrar.show_incident, Permission.REVIEW_INCIDENTS),
    Page("POST", "/incidents/{incident_id:uuid}/review", registrar.review_incident, Permission.REVIEW_INCIDENTS),
    Page("GET", "/certificates", registrar.show_certificates, Permission.DECIDE_RESULTS),
    Page("GET", "/certificates/{serial}/status", registrar.show_certificate_status, Permission.DECIDE_RESULTS),
    Page("POST", "/certificates/{serial}/status", registrar.change_certificate_status, Permission.DECIDE_RESULTS),
    # Registrars, of appeals
    Page("GET", "/appeals", appeals.show_appeals, Permission.DECIDE_RESULTS),
    Page("GET", "/appeals/{appeal_id:uuid}", appeals.show_appeal, Permission.DECIDE_RESULTS),
    Page("POST", "/appeals/{appeal_id:uuid}/acknowledge", appeals.acknowledge_appeal, Permission.DECIDE_RESULTS),
    Page("POST", "/appeals/{appeal_id:uuid}/answer", appeals.answer_appeal, Permission.DECIDE_RESULTS),
    # Time: the candidate's own; what proctors and registrars do with it; accommodations
    Page("GET", "/sessions/{session_id:uuid}/time", timeledger.show_own_time, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/break", timeledger.begin_break, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/resume", timeledger.end_break, Permission.SIT_EXAM),
    Page("GET", "/time", timeledger.show_time, Permission.KEEP_TIME),
    Page("POST", "/time/pause", timeledger.pause_all, Permission.KEEP_TIME),
    Page("POST", "/time/resume", timeledger.resume_all, Permission.KEEP_TIME),
    Page("POST", "/time/credit", timeledger.credit_all, Permission.KEEP_TIME),
    Page("GET", "/time/sessions/{session_id:uuid}", timeledger.show_session_time, Permission.KEEP_TIME),
    Page("POST", "/time/sessions/{session_id:uuid}/pause", timeledger.pause_session, Permission.KEEP_TIME),
    Page("POST", "/time/sessions/{session_id:uuid}/resume", timeledger.resume_session, Permission.KEEP_TIME),
    Page("POST", "/time/sessions/{session_id:uuid}/credit", timeledger.credit_session, Permission.KEEP_TIME),
    Page("POST", "/time/sessions/{session_id:uuid}/corrections", timeledger.correct_session, Permission.KEEP_TIME),
    Page("GET", "/accommodations", accommodations.show_accommodations, Permission.GRANT_ACCOMMODATIONS),
    Page("POST", "/accommodations", accommodations.grant_accommodation, Permission.GRANT_ACCOMMODATIONS),
    Page(
        "POST",
        "/accommodations/{accommodation_id:uuid}/revocation",
        accommodations.revoke_accommodation,
        Permission.GRANT_ACCOMMODATIONS,
    ),
    # Examiners and registrars: judging again
    Page("GET", "/rejudging", rejudging.show_sets, Permission.REJUDGE),
    Page("POST", "/rejudging", rejudging.make_set, Permission.REJUDGE),
    Page("GET", "/rejudging/{rejudge_set_id:uuid}", rejudging.show_set, Permission.REJUDGE),
    Page("GET", "/rejudging/{rejudge_set_id:uuid}/progress", rejudging.show_set_progress, Permission.REJUDGE),
    Page("GET", "/rejudging/{rejudge_set_id:uuid}/events", rejudging.stream_set, Permission.REJUDGE),
    Page("POST", "/rejudging/{rejudge_set_id:uuid}/apply", rejudging.apply_set, Permission.DECIDE_RESULTS),
    Page("POST", "/rejudging/{rejudge_set_id:uuid}/cancel", rejudging.cancel_set, Permission.REJUDGE),
    Page(
        "POST",
        "/rejudging/{rejudge_set_id:uuid}/sessions/{session_id:uuid}/answer",
        rejudging.answer_notice,
        Permission.DECIDE_RESULTS,
    ),
    # Booking: a candidate's seat, and what a registrar offers
    Page("GET", "/exams/{scheme_id:uuid}/seats", booking.show_seats, Permission.SIT_EXAM),
    Page("GET", "/exams/{scheme_id:uuid}/seats/{slot_id:uuid}", booking.show_seat, Permission.SIT_EXAM),
    Page("POST", "/exams/{scheme_id:uuid}/seats/{slot_id:uuid}", booking.book_seat, Permission.SIT_EXAM),
    Page("GET", "/bookings/{booking_id:uuid}", booking.show_booking, Permission.SIT_EXAM),
    Page("GET", "/bookings/{booking_id:uuid}.ics", booking.download_calendar, Permission.SIT_EXAM),
    Page("POST", "/bookings/{booking_id:uuid}/move", booking.move_booking, Permission.SIT_EXAM),
    Page("GET", "/bookings/{booking_id:uuid}/cancel", booking.show_cancel, Permission.SIT_EXAM),
    Page("POST", "/bookings/{booking_id:uuid}/cancel", booking.cancel_booking, Permission.SIT_EXAM),
    Page("GET", "/seats", seats.show_slots, Permission.MANAGE_SEATS),
    Page("POST", "/seats", seats.make_slots, Permission.MANAGE_SEATS),
    Page("GET", "/seats/centres", seats.show_centres, Permission.MANAGE_SEATS),
    Page("POST", "/seats/centres", seats.make_centre, Permission.MANAGE_SEATS),
    Page("GET", "/seats/vouchers", seats.show_vouchers, Permission.MANAGE_SEATS),
    Page("POST", "/seats/vouchers", seats.issue_vouchers, Permission.MANAGE_SEATS),
    Page("GET", "/seats/changes", seats.show_changes, Permission.MANAGE_SEATS),
    Page("GET", "/seats/{slot_id:uuid}", seats.show_slot, Permission.MANAGE_SEATS),
    Page("POST", "/seats/{slot_id:uuid}/seats", seats.set_seats, Permission.MANAGE_SEATS),
    Page("POST", "/seats/{slot_id:uuid}/cancel", seats.cancel_slot, Permission.MANAGE_SEATS),
    Page("POST", "/seats/{slot_id:uuid}/bookings/{booking_id:uuid}/excuse", seats.excuse_absence, Permission.MANAGE_SEATS),
    # Whoever wants to know whether their computer will do
    Page("GET", "/system-check", system_check.show_check, Permission.PUBLIC),
    Page("GET", "/api/time", system_check.tell_time, Permission.PUBLIC),
    # Employers
    Page("GET", "/verify", verifier.show_verify, Permission.PUBLIC),
    Page("GET", "/v", verifier.show_verify, Permission.PUBLIC),
    Page("POST", "/verify", verifier.verify_upload, Permission.PUBLIC),
    Page("POST", "/api/verify", verifier.verify_for_program, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}.jwt", carriers.download_token, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}.tlog-proof", carriers.download_log_proof, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}/front-code.svg", carriers.show_front_code, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}/second-code.svg", carriers.show_second_code, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}.json", verifier.download_certificate, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}.{language}.pdf", printed.download_pages, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}", verifier.show_certificate, Permission.PUBLIC),
    # Employers with many certificates, and whoever has only a number
    Page("GET", "/verify/many", bulk_verifier.show_form, Permission.PUBLIC),
    Page("POST", "/verify/many", bulk_verifier.check_archive, Permission.PUBLIC),
    Page("GET", "/verify/numbers", bulk_verifier.show_numbers, Permission.PUBLIC),
    Page("GET", "/api/numbers", bulk_verifier.show_bits, Permission.PUBLIC),
    Page("GET", "/api/numbers/{crowd}", bulk_verifier.show_crowd, Permission.PUBLIC),
    Page("POST", "/api/check-receipts", bulk_verifier.sign_receipt, Permission.PUBLIC),
    # Whoever checks certificates with other software
    Page("GET", "/.well-known/did.json", verifier.show_key_document, Permission.PUBLIC),
    Page("GET", "/.well-known/jwks.json", verifier.show_key_set, Permission.PUBLIC),
    Page("GET", "/status/tokens", wallet.show_token_list, Permission.PUBLIC),
    Page("GET", "/status/{purpose}", verifier.show_status_list, Permission.PUBLIC),
    Page("GET", "/log/checkpoint", verifier.show_checkpoint, Permission.PUBLIC),
    Page("GET", "/log/tile/{path:path}", log_files.show_tile, Permission.PUBLIC),
    # Candidates and their wallets
    Page("GET", "/certificates/{serial}/wallet", wallet.show_wallet, Permission.SIT_EXAM),
    Page("POST", "/certificates/{serial}/wallet", wallet.offer_certificate, Permission.SIT_EXAM),
    Page("GET", "/.well-known/openid-credential-issuer", wallet_metadata.show_issuer, Permission.PUBLIC),
    Page("GET", "/.well-known/oauth-authorization-server", wallet_metadata.show_authorization_server, Permission.PUBLIC),
    Page("GET", "/.well-known/jwt-vc-issuer", wallet_metadata.show_jwt_issuer, Permission.PUBLIC),
    Page("GET", "/credentials/examination", wallet_metadata.show_type, Permission.PUBLIC),
    Page("POST", "/wallet/token", wallet.take_offer, Permission.PUBLIC),
    Page("POST", "/wallet/nonce", wallet.give_nonce, Permission.PUBLIC),
    Page("POST", "/wallet/credential", wallet.give_credential, Permission.PUBLIC),
    Page("POST", "/wallet/deferred-credential", wallet.give_deferred_credential, Permission.PUBLIC),
    # Machines
    Page("GET", "/healthz", health.is_alive, Permission.PUBLIC),
    Page("GET", "/readyz", health.is_ready, Permission.PUBLIC),
    Page("GET", "/metrics", health.show_metrics, Permission.OPERATE),
)


def routes() -> list[Route]:
    """Return the pages as Starlette routes, each behind the door."""
    return [Route(page.path, _door(page), methods=[page.method], name=page.view.__name__) for page in PAGES]


def _door(page: Page) -> View:
    async def enter(request: Request) -> Response:
        request.state.route = page.path
        request.state.account = None
        try:
            csrf.check_same_site(request)
            if page.permission is Permission.OPERATE:
                permissions.check_operator(request, request.state.settings.metrics_token)
            else:
                await load_visitor(request)
                permissions.check(request.state.account, page.permission)
            if page.permission is Permission.SIT_EXAM:
                await request.state.pulse.fresh()  # no lost time is left uncredited when a candidate's page is answered
            return await page.view(request)
        except Exception as error:  # noqa: BLE001 - nothing that a view raises reaches the visitor unexplained
            return await problems.answer(request, error)

    return enter
