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
from app.views import account, candidate, candidate_api, examiner, health, home, observations, proctor, registrar, verifier

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


register_url_convertor("position", Position())

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
    Page("GET", "/sessions/{session_id:uuid}", candidate.show_session, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/consent", candidate.show_consent, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/consent", candidate.accept_consent, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/start", candidate.show_start, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/start", candidate.start_session, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/finish", candidate.show_finish, Permission.SIT_EXAM),
    Page("POST", "/sessions/{session_id:uuid}/finish", candidate.finish_session, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/progress", candidate.show_progress, Permission.SIT_EXAM),
    Page("GET", "/sessions/{session_id:uuid}/events", candidate_api.stream_changes, Permission.SIT_EXAM),
    Page("GET", "/api/sessions/{session_id:uuid}", candidate_api.show_state, Permission.SIT_EXAM),
    Page("POST", f"{ITEM}/journal", candidate_api.save_draft, Permission.SIT_EXAM),
    Page("POST", f"{ITEM}/sample-runs", candidate_api.request_sample_run, Permission.SIT_EXAM),
    Page("GET", f"{ITEM}/sample-runs/{{sample_run_id:uuid}}", candidate_api.show_sample_run, Permission.SIT_EXAM),
    Page("POST", f"{ITEM}/submissions", candidate_api.submit, Permission.SIT_EXAM),
    Page("POST", "/api/sessions/{session_id:uuid}/observations", observations.take_observations, Permission.SIT_EXAM),
    Page("POST", "/api/sessions/{session_id:uuid}/snapshots", observations.take_snapshot, Permission.SIT_EXAM),
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
    # Employers
    Page("GET", "/verify", verifier.show_verify, Permission.PUBLIC),
    Page("POST", "/verify", verifier.verify_upload, Permission.PUBLIC),
    Page("POST", "/api/verify", verifier.verify_for_program, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}.json", verifier.download_certificate, Permission.PUBLIC),
    Page("GET", "/certificates/{serial}", verifier.show_certificate, Permission.PUBLIC),
    # Whoever checks certificates with other software
    Page("GET", "/.well-known/did.json", verifier.show_key_document, Permission.PUBLIC),
    Page("GET", "/status/{purpose}", verifier.show_status_list, Permission.PUBLIC),
    Page("GET", "/log/checkpoint", verifier.show_checkpoint, Permission.PUBLIC),
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
            return await page.view(request)
        except Exception as error:  # noqa: BLE001 - nothing that a view raises reaches the visitor unexplained
            return await problems.answer(request, error)

    return enter
