"""Reports that a statement is wrong in one of its languages: made in the exam, read and answered by examiners.

POST /api/sessions/6f1d…/items/2/translation-reports   {"locale": "kk", "words": "…"}   →  201 {"reported_at": "…"}
"""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_form, read_json
from app.pages import redirect, render
from app.views.own_session import own_session_to_change
from exams.errors import AlreadyDecided, NotFound
from exams.ids import TranslationReportId
from exams.papers import store as papers
from exams.sessions.translation import WORDS_MAX_CHARACTERS, Outcome, TranslationReport, answer_report, check_report
from exams.sessions.translation import store as translations

REPORT_MAX_BYTES: Final = 6 * WORDS_MAX_CHARACTERS + 1024
"""Of a JSON body in which every letter is escaped."""

REMARK_MAX_CHARACTERS: Final = 2000


class ReportCall(msgspec.Struct, forbid_unknown_fields=True):
    """What is wrong, and in which language of the statement."""

    locale: str
    words: str


class AnswerForm(msgspec.Struct):
    """An examiner's answer. `mended_in` is empty when there was no fault."""

    outcome: Outcome
    mended_in: str = ""
    remark: Annotated[str, msgspec.Meta(max_length=REMARK_MAX_CHARACTERS)] = ""


async def report_translation(request: Request) -> Response:
    """Keep a candidate's report on the statement of an item."""
    call = await read_json(request, ReportCall, max_bytes=REPORT_MAX_BYTES)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        item = await papers.item_of(db, session.paper_id, request.path_params["position"])
        if item is None:
            raise NotFound
        made = await translations.translation_reports_made(db, session)
        check_report(session, item, call.locale, call.words, reports=made, now=now)
        await translations.insert_translation_report(db, session, item, call.locale, call.words.strip(), now)
    return JSONResponse({"reported_at": now.isoformat()}, 201)


async def show_translations(request: Request) -> Response:
    """Show every report, those without an answer first."""
    async with transaction(request.state.pool) as db:
        reports = await translations.translation_reports(db)
    return render(request, "examiner/translations.html", reports=reports)


async def answer_translation(request: Request) -> Response:
    """Keep an examiner's answer to a report."""
    form = await read_form(request, AnswerForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        report = await translations.translation_report_to_answer(
            db, TranslationReportId(request.path_params["translation_report_id"])
        )
        if report is None:
            raise NotFound
        await _answer(db, request, form, report, now)
    return redirect("/translations")


async def _answer(db: Connection, request: Request, form: AnswerForm, report: TranslationReport, now: datetime) -> None:
    mended_in = int(form.mended_in) if form.mended_in.isdecimal() and len(form.mended_in) <= 6 else None
    versions = await translations.task_versions(db, report)
    answer = answer_report(report, form.outcome, mended_in, form.remark, versions=versions, now=now)
    if not await translations.insert_translation_answer(db, report, answer, account(request).account_id):
        raise AlreadyDecided
    facts: dict[str, object] = {"report": report.translation_report_id, "outcome": answer.outcome, "mended_in": mended_in}
    await audit.record(db, request, "translation:answer", f"task:{report.task_id}", facts)
