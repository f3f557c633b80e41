r"""What the exam page asks for while a session runs: saves, sample runs, hand-ins, the whole state, and the stream of changes.

Every answer about a running session carries the server's clock, so that the page counts down from what the server says:

    POST /api/sessions/6f1d…/items/2/journal
    {"base_revision": 4, "language": "python3", "source": "print(42)\n"}

    {"revision": 5, "saved_at": "2026-03-02T09:03:22Z", "now": "2026-03-02T09:03:22Z",
     "deadline": "2026-03-02T10:00:00Z", "remaining_seconds": 3398.0}

Another candidate's session is not found; what the rules refuse is a problem (RFC 9457), and nothing is saved then.
"""

from datetime import UTC, datetime
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_json
from app.jobs.queue import Job, enqueue
from app.live import notify
from app.views.exam_state import HandedIn, SampleRunState, Saved, clock, encoded, session_state, submission_state
from exams.errors import NotFound, StaleRevision
from exams.ids import SampleRunId, SessionId
from exams.papers import store as papers
from exams.papers.paper import Item
from exams.sessions import store as sessions
from exams.sessions.journal import JournalEntry, refuse_flood, save
from exams.sessions.session import Session
from exams.sessions.sitting import work
from exams.submissions import samplerun
from exams.submissions import store as submissions
from exams.submissions.submission import PROGRAM_MAX_BYTES, Answer, Origin, check, hand_in

ANSWER_MAX_BYTES: Final = 6 * PROGRAM_MAX_BYTES + 1024
"""Of a JSON body: a program at its limit in which every byte is escaped as `\\u0000`, and the other fields."""

SAMPLES_PRIORITY: Final = 20
HAND_IN_PRIORITY: Final = 10
"""Somebody watches both; the samples more closely. Drafts that the server takes at the end have 0."""


class SaveCall(msgspec.Struct, forbid_unknown_fields=True):
    """A save: the whole text of an item in one language, and the revision that it continues."""

    base_revision: int
    language: str
    source: str


class ProgramCall(msgspec.Struct, forbid_unknown_fields=True):
    """A program to run on the samples, or to hand in."""

    language: str
    source: str


async def show_state(request: Request) -> Response:
    """Answer with the whole state of the session."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        state = await session_state(db, session, now)
    return _json(state)


async def save_draft(request: Request) -> Response:
    """Append a save to the journal."""
    call = await read_json(request, SaveCall, max_bytes=ANSWER_MAX_BYTES)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await sessions.session_to_add_to(db, _session_id(request), account(request).account_id)
        if session is None:
            raise NotFound
        work(session, now)
        item = await _item(db, session, request)
        check(item, Answer(item.position, call.language, call.source))
        newest = await sessions.newest_entry(db, session, item.position)
        entry = save(
            newest,
            position=item.position,
            base_revision=call.base_revision,
            language=call.language,
            source=call.source,
            now=now,
        )
        if entry is not newest:
            await _append(db, session, entry, now)
    return _json(Saved(*clock(session, now), revision=entry.revision, saved_at=entry.saved_at))


async def request_sample_run(request: Request) -> Response:
    """Have a program run on the samples that the statement shows."""
    call = await read_json(request, ProgramCall, max_bytes=ANSWER_MAX_BYTES)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await sessions.session_to_change(db, _session_id(request), account(request).account_id)
        if session is None:
            raise NotFound
        item = await _item(db, session, request)
        answer = Answer(item.position, call.language, call.source)
        asked = await submissions.sample_runs_in_last_minute(db, session, now)
        samplerun.request(session, item, answer, in_last_minute=asked, now=now)
        run_id = await submissions.insert_sample_run(db, session, answer, now)
        await enqueue(db, Job.RUN_SAMPLES, run_id, priority=SAMPLES_PRIORITY)
    return _json(SampleRunState(str(run_id), item.position, call.language, now, None), 201)


async def show_sample_run(request: Request) -> Response:
    """Answer with a run of the samples and, once it is there, its report."""
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        run = await submissions.sample_run_of(db, session, SampleRunId(request.path_params["sample_run_id"]))
    if run is None or run.answer.position != request.path_params["position"]:
        raise NotFound
    state = SampleRunState(str(run.sample_run_id), run.answer.position, run.answer.language, run.requested_at, run.report)
    return _json(state)


async def submit(request: Request) -> Response:
    """Take a hand-in: the submission, its journal entry and its job in one transaction.

    201 for a new one; 200 with the earlier one if the same program was handed in last.
    """
    call = await read_json(request, ProgramCall, max_bytes=ANSWER_MAX_BYTES)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await sessions.session_to_change(db, _session_id(request), account(request).account_id)
        if session is None:
            raise NotFound
        item = await _item(db, session, request)
        answer = Answer(item.position, call.language, call.source)
        count, last = await submissions.last_submission(db, session, item.position)
        earlier = hand_in(session, item, answer, count=count, last=last, now=now)
        newest = await sessions.newest_entry(db, session, item.position)
        if newest is None or (newest.language, newest.source) != (answer.language, answer.source):
            revision = 1 if newest is None else newest.revision + 1
            newest = JournalEntry(item.position, revision, answer.language, answer.source, now)
            await _append(db, session, newest, now)
        submission = earlier or await submissions.insert_submission(db, session, answer, Origin.HANDED_IN, now)
        assert submission is not None  # only a sealed one can be there already
        if earlier is None:
            await enqueue(db, Job.JUDGE_SUBMISSION, submission.submission_id, priority=HAND_IN_PRIORITY)
            facts: dict[str, object] = {"submission_id": submission.submission_id, "position": item.position}
            await audit.record(db, request, "session:hand-in", f"session:{session.session_id}", facts)
            await notify(db, f"session:{session.session_id}")
            await notify(db, "board")
        progress = next(
            one
            for one in await submissions.progress_of(db, session)
            if one.submission.submission_id == submission.submission_id
        )
    answered = HandedIn(
        *clock(session, now),
        submission_id=str(submission.submission_id),
        revision=newest.revision,
        submission=submission_state(progress, item.points),
    )
    return _json(answered, 201 if earlier is None else 200)


async def stream_changes(request: Request) -> Response:
    """Tell the page whenever something of its session may have changed."""
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
    return request.state.live.stream({f"session:{session.session_id}"}, account(request).account_id)


async def own_session(db: Connection, request: Request) -> Session:
    """Load the session of the address if it is the visitor's own. Raises `NotFound`."""
    session = await sessions.session_of(db, _session_id(request), account(request).account_id)
    if session is None:
        raise NotFound
    return session


async def _append(db: Connection, session: Session, entry: JournalEntry, now: datetime) -> None:
    refuse_flood(await sessions.saved_earlier(db, session, entry), now)
    if not await sessions.insert_entry(db, session, entry):
        raise StaleRevision(entry.revision)


async def _item(db: Connection, session: Session, request: Request) -> Item:
    position: int = request.path_params["position"]
    item = await papers.item_of(db, session.paper_id, position)
    if item is None:
        raise NotFound
    return item


def _session_id(request: Request) -> SessionId:
    return SessionId(request.path_params["session_id"])


def _json(value: msgspec.Struct, status: int = 200) -> Response:
    return Response(encoded(value), status, media_type="application/json")
