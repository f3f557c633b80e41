"""The examiner: the task bank, a task with its findings and reference solutions, and its publication by a second examiner.

The same addresses below `/api` answer in JSON, for programs.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_upload
from app.live import notify
from app.locales import NAMES
from app.pages import redirect, render, wants_json
from app.statements import render_statement
from app.task_import import import_task
from app.task_import import read_upload as read_package_upload
from exams.authoring import store
from exams.authoring.archive import ARCHIVE_MAX_BYTES
from exams.authoring.expectation import may_earn
from exams.authoring.publishing import hindrances, publish
from exams.authoring.store import AuthoredTask, StoredSolution
from exams.errors import InvalidInput, NotFound, PackageRefused
from exams.ids import TaskId
from exams.judging.judgement import CaseResult, Undetermined
from exams.judging.verdict import Verdict
from exams.rejudging.choice.store import newer_datasets
from exams.sessions.translation.store import translation_reports
from sandbox import languages

READERS: Final = ThreadPoolExecutor(1, "package")
"""Reading a package takes seconds of one core and up to 256 MiB of disk: one at a time, and in no thread that others need."""

FORM_OVERHEAD_BYTES: Final = 64 * 1024
"""What a multipart form adds to the file in it."""


class ImportForm(msgspec.Struct):
    """The import form has nothing but its file."""


class JudgedDetail(msgspec.Struct):
    """What a page needs of `reference_judgement.detail`."""

    cases: tuple[CaseResult, ...] = ()
    undetermined: Undetermined | None = None


@dataclass(frozen=True, slots=True)
class SolutionRow:
    """A reference solution as a row: what it is filed under, what it earned, and its slowest case in ms.

    `remark` is for the author: why it could not be judged, or what the task's validator said of the first case that failed.
    """

    stored: StoredSolution
    expected: tuple[str, ...]
    slowest_ms: float | None
    undetermined: str | None
    remark: str


async def show_tasks(request: Request) -> Response:
    """Show the task bank and the import form."""
    tasks = await _tasks(request)
    if wants_json(request):
        return JSONResponse({"tasks": [_described(task) for task in tasks]})
    return _bank(request, tasks)


async def import_package(request: Request) -> Response:
    """Take a package. Either all of it is kept, or none, and every finding is told."""
    _, upload = await read_upload(request, "package", ImportForm, max_bytes=ARCHIVE_MAX_BYTES + FORM_OVERHEAD_BYTES)
    if upload is None:
        raise InvalidInput("package", "missing")
    now = datetime.now(UTC)
    try:
        package = await asyncio.get_running_loop().run_in_executor(READERS, read_package_upload, upload.name, upload.content)
        async with transaction(request.state.pool) as db:
            task_id = await import_task(db, package, account(request).account_id, now)
            await audit.record(db, request, "task:import", f"task:{task_id}", {"short_name": package.short_name})
    except PackageRefused as refusal:
        if wants_json(request):
            raise
        return _bank(request, await _tasks(request), refused=refusal.findings, file_name=upload.name)
    if wants_json(request):
        return JSONResponse({"task_id": str(task_id), "short_name": package.short_name}, 201)
    return redirect(f"/tasks/{task_id}")


async def show_task(request: Request) -> Response:
    """Show a task: statements, findings, and what its reference solutions earned."""
    async with transaction(request.state.pool) as db:
        page = await _task(db, request)
        reports = await translation_reports(db, page["task"].task.short_name)
    task, solutions = page["task"], page["solutions"]
    if wants_json(request):
        return JSONResponse(_described(task) | {"solutions": [_solution_described(row) for row in solutions]})
    statements = [
        (language, task.task.names.get(language, task.task.short_name), render_statement(statement, language))
        for language, statement in sorted(task.task.statements.items(), key=lambda pair: [*NAMES, pair[0]].index(pair[0]))
    ]
    return render(request, "examiner/task.html", **page, statements=statements, reports=reports)


async def show_progress(request: Request) -> Response:
    """Show the part of a task's page that changes while its solutions are judged."""
    async with transaction(request.state.pool) as db:
        return render(request, "examiner/progress.html", **await _task(db, request))


async def stream_task(request: Request) -> Response:
    """Send an event whenever a reference solution was judged or the task was published."""
    return request.state.live.stream({f"task:{request.path_params['task_id']}"}, account(request).account_id)


async def publish_task(request: Request) -> Response:
    """Publish a task, if nothing is in the way and somebody else imported it."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        task = await _load(db, request)
        await publish(db, task, account(request).account_id, now)
        await audit.record(db, request, "task:publish", f"task:{task.task.task_id}", {"short_name": task.task.short_name})
        await notify(db, f"task:{task.task.task_id}")
    if wants_json(request):
        return JSONResponse({"task_id": str(task.task.task_id), "published": True})
    return redirect(f"/tasks/{task.task.task_id}")


async def _tasks(request: Request) -> list[AuthoredTask]:
    async with transaction(request.state.pool) as db:
        return await store.authored_tasks(db)


async def _load(db: Connection, request: Request) -> AuthoredTask:
    task = await store.authored_task(db, TaskId(request.path_params["task_id"]))
    if task is None:
        raise NotFound
    return task


async def _task(db: Connection, request: Request) -> dict[str, Any]:
    task = await _load(db, request)
    return {
        "task": task,
        "solutions": [_row(stored) for stored in await store.stored_solutions(db, task)],
        "hindrances": hindrances(task, account(request).account_id, datetime.now(UTC)),
        "names": await store.names_of_people(db, task),
        "catalogue": languages.catalogue(),
        "newer": [one for one in await newer_datasets(db) if one.task_id == task.task.task_id and not one.is_active],
    }


def _row(stored: StoredSolution) -> SolutionRow:
    detail = msgspec.convert(stored.detail, JudgedDetail)
    slowest_us = max((case.cpu_time_us for case in detail.cases), default=None)
    return SolutionRow(
        stored,
        tuple(may_earn(stored.solution.rules)),
        None if slowest_us is None else slowest_us / 1000,
        detail.undetermined.code if detail.undetermined else None,
        _remark(detail),
    )


def _remark(detail: JudgedDetail) -> str:
    if detail.undetermined:
        return detail.undetermined.detail
    failed = next((case for case in detail.cases if case.verdict is not Verdict.AC), None)
    if failed is None:
        return ""
    return ": ".join(part for part in (failed.name, failed.judge_message or failed.hint or failed.reason) if part)


def _bank(request: Request, tasks: list[AuthoredTask], *, refused: list[str] | None = None, file_name: str = "") -> Response:
    """The task bank: for each task its newest version, with the older ones below it."""
    groups = [list(versions) for _, versions in groupby(tasks, key=lambda task: task.task.short_name)]
    status = 200 if refused is None else 422
    limit = ARCHIVE_MAX_BYTES // (1024 * 1024)
    return render(
        request, "examiner/tasks.html", status=status, groups=groups, refused=refused, file_name=file_name, limit=limit
    )


def _described(task: AuthoredTask) -> dict[str, object]:
    """A task for programs. `state` is `validating`, `not-ready`, `ready` or `published`."""
    return {
        "task_id": str(task.task.task_id),
        "short_name": task.task.short_name,
        "version": task.task.version,
        "names": task.task.names,
        "content_area": task.task.content_area,
        "languages": list(task.task.languages),
        "state": task.state,
        "kind": task.kind,
        "validator_language": task.validator_language,
        "solutions_total": task.solutions,
        "solutions_judged": task.solutions_judged,
        "solutions_as_expected": task.solutions_as_expected,
        "findings": [
            {"severity": finding.severity, "path": finding.path, "code": finding.code, "message": finding.message}
            for finding in task.findings
        ],
    }


def _solution_described(row: SolutionRow) -> dict[str, object]:
    """A reference solution for programs."""
    return {
        "path": row.stored.solution.path,
        "language": row.stored.solution.program.language.code,
        "expected": list(row.expected),
        "verdict": row.stored.verdict,
        "score": None if row.stored.score is None else float(row.stored.score),
        "as_expected": row.stored.as_expected,
        "remark": row.remark,
    }
