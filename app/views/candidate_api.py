r"""What the exam page asks for while a session runs: sample runs, hand-ins, the whole state, and the stream of changes.

Saves are `journal_api.py`. Every answer about a running session carries the server's clock, so that the page counts down from
what the server says:

    POST /api/sessions/6f1d…/items/2/submissions
    {"lease": "77aa…", "revision": 7, "sha256": "5d41…"}

    {"submission_id": "…", "revision": 7, "submission": {…}, "receipt": "eyJ…", "now": "2026-03-02T09:03:22Z",
     "deadline": "2026-03-02T10:00:00Z", "remaining_seconds": 3398.0}

A hand-in names a revision of the journal and the digest of its draft: what counts is what the journal holds, byte for byte.

Another candidate's session is not found; what the rules refuse is a problem (RFC 9457), and nothing is saved then.
"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_json
from app.jobs.queue import Job, Urgency, enqueue
from app.jobs.turns import turn_of
from app.live import notify
from app.views.exam_state import (
    HandedIn,
    SampleRunState,
    clock,
    encoded,
    sample_run_state,
    session_state,
    submission_state,
)
from app.views.own_session import own_session, own_session_to_change
from exams.errors import HeldElsewhere, NotFound, StaleRevision
from exams.grading.release import withheld
from exams.ids import SampleRunId
from exams.judging.further_files import FILE_NAME_MAX_CHARACTERS, FURTHER_FILES_MAX
from exams.judging.programs import check_names
from exams.papers import store as papers
from exams.papers.paper import Item
from exams.proctoring import store as proctoring
from exams.proctoring.incident import noticed
from exams.sessions.journal import JournalEntry
from exams.sessions.journal import store as journals
from exams.sessions.proof import unmade
from exams.sessions.receipt import Receipt, ReceiptKind, moment
from exams.sessions.session import Session
from exams.sessions.sitting import work
from exams.sessions.timing import Phase, phase
from exams.submissions import samplerun
from exams.submissions import store as submissions
from exams.submissions.samplerun import OWN_INPUT_MAX_BYTES
from exams.submissions.submission import PROGRAM_MAX_BYTES, Answer, Origin, hand_in

ANSWER_MAX_BYTES: Final = 6 * PROGRAM_MAX_BYTES + FURTHER_FILES_MAX * (FILE_NAME_MAX_CHARACTERS + 6) + 1024
"""Of a JSON body: a program at its limit with every byte escaped as `\\u0000`, its files' names, and the other fields."""


REPLAY_AT_HAND_IN_MAX_BYTES: Final = 32 * 1024 * 1024
"""Of an item's journal, to replay while its candidate waits: a whole exam is below it. What is above is replayed at grading."""


class HandInCall(msgspec.Struct, forbid_unknown_fields=True):
    """A hand-in: the newest revision of its language, and the digest of its draft (`sha256` of a save)."""

    lease: UUID
    revision: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class RunCall(msgspec.Struct, forbid_unknown_fields=True):
    """A program to run on the samples, or on `input`, the candidate's own: its main source, and further files by name."""

    language: str
    source: str
    files: dict[str, str] = {}
    input: str | None = None


async def show_state(request: Request) -> Response:
    """Answer with the whole state of the session."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        state = await session_state(db, session, now, withheld=await is_withheld(db, session, now))
    return _json(state)


async def request_sample_run(request: Request) -> Response:
    """Have a program run on the samples that the statement shows, or on the candidate's own input."""
    call = await read_json(request, RunCall, max_bytes=ANSWER_MAX_BYTES + 6 * OWN_INPUT_MAX_BYTES)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        item = await _item(db, session, request)
        answer = Answer(item.position, call.language, call.source, call.files)
        asked = await submissions.sample_runs_in_last_minute(db, session, now)
        samplerun.request(session, item, answer, in_last_minute=asked, now=now, own_input=call.input)
        check_names(call.language, call.files)
        run_id = await submissions.insert_sample_run(db, session, answer, now, call.input)
        await enqueue(db, Job.RUN_SAMPLES, run_id, await turn_of(db, session, Urgency.SAMPLES))
    return _json(SampleRunState(str(run_id), item.position, call.language, now, None, call.input), 201)


async def show_sample_run(request: Request) -> Response:
    """Answer with a run of the samples and, once it is there, its report."""
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        run = await submissions.sample_run_of(db, session, SampleRunId(request.path_params["sample_run_id"]))
    if run is None or run.answer.position != request.path_params["position"]:
        raise NotFound
    return _json(sample_run_state(run))


async def submit(request: Request) -> Response:
    """Take a hand-in of what the journal holds: the submission and its job in one transaction.

    201 for a new one; 200 with the earlier one if the same program was handed in last.
    """
    call = await read_json(request, HandInCall)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session_to_change(db, request)
        item = await _item(db, session, request)
        entry = await _handed_in(db, session, item.position, call, now)
        answer = Answer(item.position, entry.language, entry.source, entry.files)
        count, last = await submissions.last_submission(db, session, item.position)
        earlier = hand_in(session, item, answer, count=count, last=last, now=now)
        check_names(entry.language, entry.files)
        if earlier is None and entry.journal_bytes <= REPLAY_AT_HAND_IN_MAX_BYTES:
            await _compare_with_replay(db, session, entry, now)
        submission = earlier or await submissions.insert_submission(db, session, answer, Origin.HANDED_IN, now)
        assert submission is not None  # only a sealed one can be there already
        if earlier is None:
            turn = await turn_of(db, session, Urgency.HAND_IN)
            await enqueue(db, Job.JUDGE_SUBMISSION, submission.submission_id, turn)
            facts: dict[str, object] = {"submission_id": submission.submission_id, "position": item.position}
            await audit.record(db, request, "session:hand-in", f"session:{session.session_id}", facts)
            await notify(db, f"session:{session.session_id}")
            await notify(db, "board")
        progress = next(
            one
            for one in await submissions.progress_of(db, session)
            if one.submission.submission_id == submission.submission_id
        )
    said = Receipt(
        centre=request.state.settings.public_url,
        session_id=str(session.session_id),
        position=item.position,
        revision=entry.revision,
        head=entry.head.hex(),
        draft_sha256=entry.sha256.hex(),
        saved_at=moment(submission.submitted_at),
        nonce=entry.nonce,
        kind=ReceiptKind.HANDED_IN,
    )
    answered = HandedIn(
        *clock(session, now),
        submission_id=str(submission.submission_id),
        revision=entry.revision,
        submission=submission_state(progress, item.points),
        receipt=request.state.receipts.sign(said),
    )
    return _json(answered, 201 if earlier is None else 200)


async def stream_changes(request: Request) -> Response:
    """Tell the page whenever something of its session may have changed."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        topics = {f"session:{session.session_id}"}
        # What comes of a session is heard only on a stream that began after its end and its embargo.
        if phase(session, now) is Phase.OVER and not await is_withheld(db, session, now):
            topics.add(f"outcome:{session.session_id}")
    return request.state.live.stream(topics, account(request).account_id)


async def is_withheld(db: Connection, session: Session, now: datetime) -> bool:
    """Whether verdicts, scores and decisions of the session are kept from its candidate now."""
    scheme = await papers.scheme_of(db, session.scheme_id)
    return scheme is not None and withheld(session, scheme.rules, now)


async def _handed_in(db: Connection, session: Session, position: int, call: HandInCall, now: datetime) -> JournalEntry:
    """The revision that is handed in.

    Raises `HeldElsewhere` without the lease, and `StaleRevision` if the revision is not the newest of its language or its draft
    not the one that the page means.
    """
    work(session, now)
    lease = await journals.lease_of(db, session)
    if lease is not None and lease.lease_id != call.lease:
        raise HeldElsewhere(lease.device, lease.taken_at, lease.last_seen_at)
    entry = await journals.entry_of(db, session, position, call.revision)
    drafts = await journals.drafts_of(db, session, position)
    newest = next((draft for draft in drafts if entry is not None and draft.language == entry.language), None)
    if entry is None or newest is None or newest.revision != entry.revision or entry.sha256.hex() != call.sha256:
        raise StaleRevision(max((draft.revision for draft in drafts), default=0))
    return entry


async def _compare_with_replay(db: Connection, session: Session, entry: JournalEntry, now: datetime) -> None:
    """Put an incident on record if replaying the journal does not make what is handed in. The hand-in is taken all the same."""
    revisions = await journals.edits_of(db, session, entry.position)
    wanted = [(entry.language, entry.sha256)]
    # In a thread: a long journal takes a while, and nobody else's save waits for it.
    fault = await asyncio.to_thread(unmade, session.session_id, entry.position, revisions, wanted)
    if fault is not None:
        await proctoring.insert_incident(db, noticed(session, fault, now))


async def _item(db: Connection, session: Session, request: Request) -> Item:
    position: int = request.path_params["position"]
    item = await papers.item_of(db, session.paper_id, position)
    if item is None:
        raise NotFound
    return item


def _json(value: msgspec.Struct, status: int = 200) -> Response:
    return Response(encoded(value), status, media_type="application/json")
