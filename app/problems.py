"""Errors as answers: the only place where one becomes an HTTP status, a page or problem details.

Each says what happened, what it means and what to do now, in the visitor's language. Programs get RFC 9457:

    HTTP/1.1 409 Conflict
    Content-Type: application/problem+json

    {"type": "/problems/stale-revision", "title": "This text was saved from another window", "status": 409,
     "detail": "…", "next": "…", "code": "stale-revision", "request_id": "9f3c…", "current": 7}

What is not in the table is a 500: the log has the traceback, the visitor has the request's id and nothing else.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote

import structlog
from babel.numbers import format_decimal
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app.auth.errors import AuthError, SignInRequired, TooManyAttempts
from app.database import is_unavailable
from app.live import TooManySubscribers
from app.locales import locale_of, translate
from app.pages import address, moment_in_words, redirect, render, wants_json
from app.problem_texts import FIELDS, PROBLEMS, REASONS, UNKNOWN
from certificates.errors import CertificateError
from exams import errors as exams
from sandbox.errors import SandboxError

DATABASE_RETRY_S: Final = 5
"""After how long it makes sense to try again: a database restarts in seconds."""

log = structlog.get_logger(__name__)


async def answer(request: Request, error: Exception) -> Response:
    """Turn any error of a view into its answer; Starlette's own (404, 405) come here too."""
    code = code_of(error)
    if isinstance(error, ClientDisconnect):
        return Response(status_code=400)  # nobody is there to read it
    if code is None:
        log.error("request.fault", exc_info=error)
    elif code == "database-unavailable":
        log.warning("database.away", error=repr(error))
    if isinstance(error, SignInRequired) and not wants_json(request):
        here = address(request)
        return redirect("/sign-in" if here == "/" else f"/sign-in?next={quote(here, safe='/')}")
    response = respond(request, code, facts_of(error))
    if isinstance(error, HTTPException):
        response.headers.update(error.headers or {})
    return response


def code_of(error: Exception) -> str | None:
    """Return the table's code for an error, or `None` if it is not there. A subclass without an entry uses its base's."""
    match error:
        case exams.InvalidInput(reason="too-large"):
            return "too-large"
        case exams.ExamError() | AuthError() | CertificateError() | SandboxError():
            return next((code for kind in type(error).__mro__ if (code := getattr(kind, "code", "")) in PROBLEMS), None)
        case HTTPException(status_code=404):
            return "not-found"
        case HTTPException(status_code=405):
            return "method-not-allowed"
        case HTTPException(status_code=status) if status < 500:
            return "bad-request"
        case TooManySubscribers():
            return "too-busy"
        case _:
            return "database-unavailable" if is_unavailable(error) else None


def facts_of(error: Exception) -> Mapping[str, object]:
    """Return the facts that the answer may tell: extension members of the problem details and values of its texts."""
    match error:
        case exams.InvalidInput(field=field, reason=reason, limit=limit):
            return {"field": field, "reason": reason} | ({} if limit is None else {"limit": limit})
        case exams.BrokenChain(reason=reason, revision=revision, head=head):
            return {"reason": reason, "revision": revision, "head": head}
        case exams.HeldElsewhere(device=device, taken_at=taken_at, last_seen_at=last_seen_at):
            return {"device": device, "taken_at": taken_at.isoformat(), "last_seen_at": last_seen_at.isoformat()}
        case exams.StaleRevision(current=current):
            return {"current": current}
        case exams.PackageRefused(findings=findings):
            return {"findings": findings}
        case exams.NotDecidable(reasons=reasons) | exams.NotPublishable(reasons=reasons):
            return {"reasons": reasons}
        case exams.NotAppealable(reason=reason):
            return {"reasons": (reason,)}
        case exams.LanguagesEnded(languages=languages):
            return {"languages": ", ".join(languages)}
        case exams.TooOften(retry_after_seconds=seconds):
            return {"retry_after": seconds, "seconds": seconds}
        case TooManyAttempts(retry_after_s=seconds):
            return {"retry_after": seconds, "minutes": math.ceil(seconds / 60)}
        case exams.NotEligible(facts=facts):
            return facts
        case _:
            return {"retry_after": DATABASE_RETRY_S} if is_unavailable(error) else {}


def respond(request: Request, code: str | None, facts: Mapping[str, object]) -> Response:
    """Answer with the problem `code` (`None`: our own fault), as a page or as problem details."""
    problem = PROBLEMS.get(code or "", UNKNOWN)
    title = translate(request, problem.title)
    told = {name: moment_in_words(request, fact) if isinstance(fact, datetime) else fact for name, fact in facts.items()}
    meaning = translate(request, problem.meaning) % told
    next_step = translate(request, problem.next_step) % told
    reason = _reason(request, facts)
    if wants_json(request):
        body: dict[str, object] = {
            "type": f"/problems/{code or 'internal'}",
            "title": title,
            "status": problem.status,
            "detail": f"{reason} {meaning}".strip(),
            "next": next_step,
            "code": code or "internal",
            "request_id": request.state.request_id,
            **{name: fact.isoformat() if isinstance(fact, datetime) else fact for name, fact in facts.items()},
        }
        response: Response = JSONResponse(body, problem.status, media_type="application/problem+json")
    else:
        response = render(
            request,
            "problem.html",
            status=problem.status,
            title=title,
            meaning=meaning,
            reason=reason,
            next_step=next_step,
            code=problem.status,
        )
    if "retry_after" in facts:
        response.headers["retry-after"] = str(facts["retry_after"])
    return response


def _reason(request: Request, facts: Mapping[str, object]) -> str:
    if "field" not in facts:
        return ""  # a reason of something else than a field: of a broken chain, for the page's script
    text = REASONS.get(str(facts["reason"]))
    if text is None:
        return f"{facts['field']}: {facts['reason']}."
    field = FIELDS.get(str(facts["field"]))
    named = f"“{facts['field']}”" if field is None else translate(request, field)
    limit = facts.get("limit")
    shown = format_decimal(limit, locale=locale_of(request)) if isinstance(limit, int) else ""
    return translate(request, text, field=named, limit=shown)
