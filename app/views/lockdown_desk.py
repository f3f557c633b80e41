"""Lockdown, as proctors and registrars meet it: who waits for a person, letting them go on, and Browser Exam Keys."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit, timekeeping
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_form
from app.live import notify
from app.pages import redirect, render
from app.views.own_case import refuse_own
from exams.errors import InvalidInput, NotFound
from exams.ids import AccountId, SchemeId, SessionId
from exams.papers import store as papers
from exams.papers.blueprint import Scheme
from exams.papers.rules import Lockdown
from exams.proctoring import store as proctoring
from exams.proctoring.observation import Observation, ObservationKind
from exams.proctoring.seb import store
from exams.proctoring.seb.check import Check, Level, proven
from exams.proctoring.seb.configuration import Configuration
from exams.proctoring.seb.exam_key import NAME_MAX_CHARS, ExamKey, new_key
from exams.proctoring.seb.hold import Hold, hold_by, release
from exams.sessions.ledger import Interval
from exams.sessions.session import Session

FAILING_OF: Final = timedelta(hours=12)
"""The banner counts sessions that were opened since: those of today."""


class HoldForm(msgspec.Struct):
    """Why a session is to wait."""

    reason: str


class ReleaseForm(msgspec.Struct):
    """Why a session may go on without checks, and whether the fault was ours. The box is ticked or absent."""

    reason: str
    our_fault: bool = False


class KeyForm(msgspec.Struct):
    """A Browser Exam Key."""

    scheme_id: UUID
    name: str
    key: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class LockdownStory:
    """What the checks of one session tell a proctor or a registrar. `asked`: the session's scheme wants the browser at all."""

    asked: bool
    level: Level
    waived: bool
    checks: tuple[Check, ...]
    holds: tuple[Hold, ...]
    configurations: tuple[Configuration, ...]
    key_names: dict[UUID, str]

    @property
    def open_hold(self) -> Hold | None:
        """The hold that the session waits in."""
        return self.holds[0] if self.holds and self.holds[0].is_open else None


async def lockdown_story(db: Connection, session: Session) -> LockdownStory:
    """Gather it. A session of a scheme without lockdown asks only for its scheme."""
    scheme = await papers.scheme_of(db, session.scheme_id)
    if scheme is None or scheme.rules.lockdown is Lockdown.NONE:
        return LockdownStory(False, Level.NONE, False, (), (), (), {})
    checks, holds = await store.checks_of(db, session), await store.holds_of(db, session)
    keys = await store.exam_keys_of(db, session.scheme_id)
    waived = any(hold.released_by is not None for hold in holds)
    return LockdownStory(
        asked=True,
        level=proven(store.levels(checks), waived=waived),
        waived=waived,
        checks=checks,
        holds=holds,
        configurations=await store.configurations_of(db, session),
        key_names={key.exam_key_id: key.name for key in keys},
    )


async def held_facts(db: Connection, viewer: AccountId, now: datetime) -> dict[str, Any]:
    """What the board shows above its seats."""
    return {"held": await store.held_sessions(db, viewer), "failing": await store.failing(db, now - FAILING_OF)}


async def hold_session(request: Request) -> Response:
    """Let a session wait for a proctor at its next step."""
    form = await read_form(request, HoldForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await _locked(db, request)
        if not (await lockdown_story(db, session)).asked or session.sealed_at is not None:
            raise NotFound
        hold = hold_by(session, await store.newest_hold(db, session), account(request).account_id, form.reason, now)
        await store.insert_hold(db, hold)
        await audit.record(db, request, "session:hold", f"session:{session.session_id}")
        await _tell(db, session)
    return redirect(f"/board/sessions/{session.session_id}#lockdown")


async def release_session(request: Request) -> Response:
    """Let a session go on without further checks. If the fault was ours, the time of the hold is given back."""
    form = await read_form(request, ReleaseForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await _locked(db, request)
        newest = await store.newest_hold(db, session)
        hold = release(session, newest, account(request).account_id, form.reason, now, our_fault=form.our_fault)
        await store.end_hold(db, hold)
        if hold.our_fault:
            await timekeeping.credit_hold(db, request, session, hold.hold_id, Interval(hold.held_at, now))
        await proctoring.insert_observations(db, [Observation(session.session_id, ObservationKind.LOCKDOWN_RELEASED, now)])
        facts: dict[str, object] = {"hold_id": hold.hold_id, "our_fault": form.our_fault}
        await audit.record(db, request, "session:release", f"session:{session.session_id}", facts)
        await _tell(db, session)
    return redirect(f"/board/sessions/{session.session_id}#lockdown")


async def show_keys(request: Request) -> Response:
    """The Browser Exam Keys of every scheme that wants the Safe Exam Browser."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        schemes = [scheme for scheme in await papers.schemes(db) if scheme.rules.lockdown is not Lockdown.NONE]
        keys = {scheme.scheme_id: await store.exam_keys_of(db, scheme.scheme_id) for scheme in schemes}
        people = {key.added_by for found in keys.values() for key in found}
        names = await proctoring.names_of(db, people)
    return render(request, "proctor/exam_keys.html", schemes=schemes, keys=keys, names=names, now=now, name_max=NAME_MAX_CHARS)


async def add_key(request: Request) -> Response:
    """Add a key to a scheme. It counts until the end of the named day, in the centre's time zone."""
    form = await read_form(request, KeyForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        scheme = await _locked_down(db, SchemeId(form.scheme_id))
        ends = datetime.combine(form.expires_on, time(23, 59, 59), request.state.settings.time_zone)
        known = sum(key.counts(now) for key in await store.exam_keys_of(db, scheme.scheme_id))
        made: ExamKey = new_key(scheme.scheme_id, form.name, form.key, ends, account(request).account_id, now, known=known)
        if not await store.insert_exam_key(db, made):
            raise InvalidInput("key", "known")
        facts: dict[str, object] = {"exam_key_id": made.exam_key_id, "name": made.name}
        await audit.record(db, request, "exam-key:add", f"scheme:{scheme.scheme_id}", facts)
    return redirect("/exam-keys")


async def withdraw_key(request: Request) -> Response:
    """Let a key count no longer. What it proved stays."""
    exam_key_id: UUID = request.path_params["exam_key_id"]
    async with transaction(request.state.pool) as db:
        scheme_id = await store.withdraw_exam_key(db, exam_key_id, datetime.now(UTC))
        if scheme_id is None:
            raise NotFound
        await audit.record(db, request, "exam-key:withdraw", f"scheme:{scheme_id}", {"exam_key_id": exam_key_id})
    return redirect("/exam-keys")


async def _locked(db: Connection, request: Request) -> Session:
    session = await proctoring.session_to_put_on_record(db, SessionId(request.path_params["session_id"]))
    if session is None:
        raise NotFound
    refuse_own(request, session)
    return session


async def _locked_down(db: Connection, scheme_id: SchemeId) -> Scheme:
    scheme = await papers.scheme_of(db, scheme_id)
    if scheme is None or scheme.rules.lockdown is Lockdown.NONE:
        raise InvalidInput("scheme_id", "unknown")
    return scheme


async def _tell(db: Connection, session: Session) -> None:
    await notify(db, f"session:{session.session_id}")
    await notify(db, "board")
