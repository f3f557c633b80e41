"""The Safe Exam Browser, as candidates meet it: its file, its start, and the checks before each change of state.

    POST /api/sessions/6f1d…/lockdown/challenges        {"purpose": "hand_in"}
    {"proven": false, "seconds": 60,
     "answer": "/api/sessions/6f1d…/lockdown/answers/Zk3…", "page": "/sessions/6f1d…/lockdown/Zk3…"}

    POST /api/sessions/6f1d…/lockdown/answers/Zk3…      X-SafeExamBrowser-ConfigKeyHash: 9c0e…
    {"proven": true, "level": "SEB-CK"}

The browser hashes the whole address of that request, or its script interface that of the page; the server computes the same
from its own public address and the path as it arrived. The step itself (`require_proof`) then uses the proof up.
"""

import functools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_json
from app.live import notify
from app.pages import redirect, render
from app.views.own_session import own_session
from exams.errors import LockdownHeld, LockdownUnproven, NotFound, TooOften
from exams.ids import SessionId
from exams.papers import store as papers
from exams.papers.rules import Lockdown, Rules
from exams.proctoring import store as proctoring
from exams.proctoring.observation import Observation, ObservationKind
from exams.proctoring.seb import store
from exams.proctoring.seb.check import (
    CHECKS_PER_MINUTE,
    HASH_CHARS,
    NONCE_LIFETIME,
    Check,
    Evidence,
    Fault,
    Level,
    Purpose,
    answer,
    ask,
    purpose_of,
)
from exams.proctoring.seb.hold import hold_for, is_waived, passed, refuse_step
from exams.sessions.session import Session
from exams.sessions.timing import Phase, phase

CONFIG_HASH: Final = "x-safeexambrowser-configkeyhash"

EXAM_HASH: Final = "x-safeexambrowser-requesthash"

View = Callable[[Request], Awaitable[Response]]

Hash = Annotated[str, msgspec.Meta(max_length=HASH_CHARS)]


class ChallengeCall(msgspec.Struct, forbid_unknown_fields=True):
    """For which step the page wants to prove itself."""

    purpose: str


class ChallengeState(msgspec.Struct, frozen=True):
    """Where to answer, and within how many seconds; nothing of it if there is nothing to prove."""

    proven: bool
    answer: str = ""
    page: str = ""
    seconds: int = 0


class AnswerCall(msgspec.Struct, forbid_unknown_fields=True):
    """What the script interface gave for the address of the challenge's page; empty if there is none.

    `last`: there is no further way for this page to prove itself, so that a failure holds the session.
    """

    config_key: Hash = ""
    exam_key: Hash = ""
    last: bool = True


class AnswerState(msgspec.Struct, frozen=True):
    """What came of it."""

    proven: bool
    level: Level


class LockdownState(msgspec.Struct, frozen=True):
    """Whether the session waits for a proctor, and for which fault (empty: a proctor said so)."""

    held: bool
    waived: bool
    fault: str


# What the steps ask


async def require_proof(db: Connection, session: Session, rules: Rules, purpose: Purpose, now: datetime) -> None:
    """Let a step of a locked-down session happen once for a fresh proof, or by a proctor's word.

    Raises `LockdownHeld` or `LockdownUnproven`. A scheme without lockdown asks the database nothing. Saves never call this.
    """
    if rules.lockdown is not Lockdown.SAFE_EXAM_BROWSER:
        return
    newest = await store.newest_hold(db, session)
    refuse_step(newest, is_proven=is_waived(newest) or await store.use_proof(db, session, purpose, now))


async def require_recent_start(db: Connection, session: Session, rules: Rules, now: datetime) -> None:
    """Let a start be answered again whose proof is used up: the answer was lost, or the button was pressed twice."""
    if rules.lockdown is not Lockdown.SAFE_EXAM_BROWSER:
        return
    newest = await store.newest_hold(db, session)
    refuse_step(newest, is_proven=is_waived(newest) or await store.has_recent_proof(db, session, Purpose.START, now))


def with_proof(purpose: Purpose, view: View) -> View:
    """Put the proof of a step before the view that takes it. For a scheme without lockdown this is one look at its rules."""

    @functools.wraps(view)
    async def proven_first(request: Request) -> Response:
        now = datetime.now(UTC)
        async with transaction(request.state.pool) as db:
            found = await store.session_and_rules(db, _session_id(request), account(request).account_id)
            if found is not None and phase(found[0], now) is not Phase.OVER:
                await require_proof(db, *found, purpose, now)
        return await view(request)

    return proven_first


def with_checked_page(view: View) -> View:
    """Send whoever opens the page of a running exam by way of a check first; the check leads back."""

    @functools.wraps(view)
    async def checked_first(request: Request) -> Response:
        now = datetime.now(UTC)
        async with transaction(request.state.pool) as db:
            found = await store.session_and_rules(db, _session_id(request), account(request).account_id)
            first = None if found is None else await _check_first(db, *found, now)
        return await view(request) if first is None else redirect(first)

    return checked_first


async def _check_first(db: Connection, session: Session, rules: Rules, now: datetime) -> str | None:
    """Where the page of a running exam goes first to prove itself, or None if it may go on; uses its proof up."""
    runs = session.started_at is not None and phase(session, now) is not Phase.OVER
    if rules.lockdown is not Lockdown.SAFE_EXAM_BROWSER or not runs:
        return None
    newest = await store.newest_hold(db, session)
    if is_waived(newest):
        return None
    held_by_person = newest is not None and newest.is_open and newest.held_by is not None
    if not held_by_person and await store.use_proof(db, session, Purpose.RESUME, now):
        return None
    return _page(await _ask(db, session, Purpose.RESUME, now))


# What the page asks


async def challenge(request: Request) -> Response:
    """Give out a nonce for a step, unless nothing has to be proven or a fresh proof is there."""
    call = await read_json(request, ChallengeCall)
    purpose = purpose_of(call.purpose)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        rules = await rules_of(db, session)
        newest = await store.newest_hold(db, session)
        if newest is not None and newest.is_open and newest.held_by is not None:
            raise LockdownHeld
        free = rules.lockdown is Lockdown.NONE or is_waived(newest)
        if free or await store.has_fresh_proof(db, session, purpose, now):
            return _json(ChallengeState(proven=True))
        check = await _ask(db, session, purpose, now)
    base = f"/api/sessions/{session.session_id}/lockdown/answers/{check.nonce}"
    return _json(ChallengeState(proven=False, answer=base, page=_page(check), seconds=int(NONCE_LIFETIME.total_seconds())))


async def take_answer(request: Request) -> Response:
    """Take the one answer to a nonce. A failure holds the session, tells the proctors, and is told to the candidate."""
    call = await read_json(request, AnswerCall)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        check = await store.open_check(db, session, request.path_params["nonce"])
        if check is None:
            raise NotFound
        answered = await _answered(db, request, session, check, call, now)
        if answered.fault is not None and answered.fault is not Fault.EXPIRED and not call.last:
            return _json(AnswerState(proven=False, level=Level.NONE))  # the page tries its other way with the same nonce
        await store.answer_check(db, answered)
        is_held = await _tell(db, request, session, answered, now)
    if is_held:
        raise LockdownHeld
    if answered.fault is not None:
        raise LockdownUnproven
    return _json(AnswerState(proven=True, level=answered.level))


async def show_lockdown(request: Request) -> Response:
    """Say whether the session waits for a proctor, and why: for the page of a held candidate, which asks every few seconds."""
    async with transaction(request.state.pool) as db:
        newest = await store.newest_hold(db, await own_session(db, request))
    held = newest is not None and newest.is_open
    fault = newest.fault or "" if newest is not None and held else ""
    return _json(LockdownState(held=held, waived=is_waived(newest), fault=fault))


async def show_challenge(request: Request) -> Response:
    """The page whose address the script interface hashes: it answers, and goes back to where the step is taken."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        check = await store.open_check(db, session, request.path_params["nonce"])
        newest = await store.newest_hold(db, session)
    here = f"/sessions/{session.session_id}"
    if check is None or phase(session, now) is Phase.OVER:
        return redirect(here)
    back = {Purpose.START: f"{here}/start", Purpose.FINISH: f"{here}/finish"}.get(check.purpose, here)
    return render(request, "candidate/lockdown_check.html", session=session, check=check, back=back, newest=newest)


async def _answered(db: Connection, request: Request, session: Session, check: Check, call: AnswerCall, now: datetime) -> Check:
    keys = [one.config_key for one in await store.configurations_of(db, session)]
    exam_keys = await store.exam_keys_of(db, session.scheme_id)
    base: str = request.state.settings.public_url
    evidence = (
        Evidence(base + _target(request), request.headers.get(CONFIG_HASH, ""), request.headers.get(EXAM_HASH, "")),
        Evidence(base + _page(check), call.config_key, call.exam_key),
    )
    return answer(check, evidence, keys, exam_keys, now)


async def _tell(db: Connection, request: Request, session: Session, check: Check, now: datetime) -> bool:
    """Hold or let go, and write down what a proctor must see. Answers whether the session is held by this check.

    An answer that came too late holds nobody: a slow line is no fault of the candidate's, and the page simply asks again.
    """
    newest = await store.newest_hold(db, session)
    seen: list[Observation] = []
    if check.fault is not None and check.fault is not Fault.EXPIRED:
        detail: dict[str, int | str] = {"fault": check.fault, "purpose": check.purpose}
        seen.append(Observation(session.session_id, ObservationKind.LOCKDOWN_FAILED, now, None, detail))
        if not is_waived(newest):
            await store.insert_hold(db, hold_for(session.session_id, check.fault, now))
            await audit.record(db, request, "session:hold", f"session:{session.session_id}", {"fault": check.fault})
    elif newest is not None and newest.is_open and not passed(newest, now).is_open:
        await store.end_hold(db, passed(newest, now))
        seen.append(Observation(session.session_id, ObservationKind.LOCKDOWN_RELEASED, now))
    if check.exam_key_missing:
        seen.append(Observation(session.session_id, ObservationKind.EXAM_KEY_UNKNOWN, now))
    if seen:
        await proctoring.insert_observations(db, seen)
        await notify(db, f"session:{session.session_id}")
        await notify(db, "board")
    return check.fault is not None and check.fault is not Fault.EXPIRED and not is_waived(newest)


async def _ask(db: Connection, session: Session, purpose: Purpose, now: datetime) -> Check:
    if await store.checks_since(db, session, now - timedelta(minutes=1)) >= CHECKS_PER_MINUTE:
        raise TooOften(60)
    check = ask(session.session_id, purpose, now)
    await store.insert_check(db, check)
    return check


async def rules_of(db: Connection, session: Session) -> Rules:
    """The rules of the session's scheme."""
    scheme = await papers.scheme_of(db, session.scheme_id)
    return Rules() if scheme is None else scheme.rules


def _session_id(request: Request) -> SessionId:
    return SessionId(request.path_params["session_id"])


def _page(check: Check) -> str:
    return f"/sessions/{check.session_id}/lockdown/{check.nonce}"


def _target(request: Request) -> str:
    """The path and query as they arrived, byte for byte."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("ascii", "backslashreplace")


def _json(value: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
