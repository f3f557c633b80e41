"""Seal sessions at their deadline, with the last acknowledged drafts. Due when the grace for saves on their way is over.

Which sessions are due follows from their times, so that nothing has to be ordered and nothing can be lost: the registry worker
looks twice a second, and seals those it finds many at a time, in a dozen statements for each batch. A worker that is killed
half-way has sealed none of its batch; whoever looks next finds them. Several workers take different sessions.

Sealing never ends in an error: where a batch cannot be sealed, its sessions are sealed one by one; one that cannot be sealed by
itself is left as it is and tried again, and no other waits for it.

Idempotent: a sealed session is left alone, and a draft is taken once (a unique index holds that too).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog
from pgqueuer import RetryRequested
from starlette.requests import Request

from app import audit, timekeeping
from app.database import Connection, Pool, is_unavailable, transaction
from app.jobs.queue import Job, Urgency, enqueue_each
from app.jobs.turns import turns_of
from app.live import notify
from exams.grading.store import gradable_of
from exams.ids import SessionId
from exams.sessions import store as sessions
from exams.sessions.journal import store as journals
from exams.sessions.ledger import store as ledgers
from exams.sessions.session import Session
from exams.sessions.sitting import seal_overdue
from exams.sessions.timing import SAVE_GRACE_S, remaining, seal_due
from exams.submissions import store as submissions
from exams.submissions.sealing import answers_to_seal, is_blank

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources

SEAL_INTERVAL_S: Final = 0.5
"""How often the sealer looks: what is due is sealed within a second, and looking costs one read of an index."""

BATCH: Final = 200
"""Sessions that are sealed in one transaction. Their pages hear of it and look anew: 200 at a time, not a whole sitting."""

TRY_AGAIN_AFTER: Final = timedelta(seconds=10)
"""For a session that could not be sealed by itself: others are looked for meanwhile without it."""

log = structlog.get_logger(__name__)


class Sealer:
    """Seals what is due. One for each worker: it remembers which sessions it could not seal, and when."""

    def __init__(self, resources: "RegistryResources") -> None:
        self._resources = resources
        self._failed: dict[SessionId, datetime] = {}

    async def seal_what_is_due(self) -> int:
        """Seal every session whose time is up; answers how many. Raises what a database that is away raises."""
        count = 0
        while True:
            now = self._resources.now()
            self._failed = {one: at for one, at in self._failed.items() if now - at < TRY_AGAIN_AFTER}
            found = await self._seal_batch(now, BATCH)
            count += len(found)
            if len(found) < BATCH:
                return count

    async def _seal_batch(self, now: datetime, limit: int) -> Sequence[Session]:
        try:
            async with transaction(self._resources.pool) as db:
                due = await sessions.overdue_sessions(db, now, limit, self._failed)
                settled = await timekeeping.settle(db, due, now)
                # Read after the sessions were locked: a pulse that credits an outage waits for them, and is not seen yet.
                beat_at = await ledgers.last_beat(db)
                sealed = [one for session in settled if (one := seal_overdue(session, now, beat_at)) is not None]
                if not sealed:
                    return ()
                await seal(db, sealed, None)
        except Exception as error:
            if is_unavailable(error):
                raise
            log.exception("sealing.batch-failed", limit=limit)
            return await self._seal_singly(now, limit)
        await call_for_grading(self._resources.pool, sealed)
        return sealed

    async def _seal_singly(self, now: datetime, limit: int) -> Sequence[Session]:
        async with transaction(self._resources.pool) as db:
            due = await sessions.overdue_sessions(db, now, limit, self._failed)
        for session in due:
            try:
                await seal_one(self._resources.pool, session.session_id, now)
            except Exception as error:
                if is_unavailable(error):
                    raise
                self._failed[session.session_id] = now
                log.exception("sealing.failed", session_id=str(session.session_id))
        return due


async def seal_one(pool: Pool, session_id: SessionId, now: datetime) -> None:
    """Seal one session if it is due."""
    async with transaction(pool) as db:
        session = await sessions.session_to_seal(db, session_id)
        sealed = None
        if session is not None and (due := seal_due(session)) is not None and due <= now:
            settled = await timekeeping.settle(db, [session], now)
            sealed = seal_overdue(settled[0], now, await ledgers.last_beat(db))
        if sealed is not None:
            await seal(db, [sealed], None)
    if sealed is not None:
        await call_for_grading(pool, [sealed])


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Seal the session with this id if it is time: a job of a queue from before the sealer. Asks to come again if it is not."""
    now = resources.now()
    await seal_one(resources.pool, SessionId(subject), now)
    async with resources.pool.acquire() as db:
        session = await sessions.session_to_read(db, SessionId(subject))
    if session is None or session.sealed_at is not None or session.started_at is None:
        return
    due = seal_due(session)
    # While the clock is stopped: it cannot be up before what is left has passed.
    wait = remaining(session, now) + timedelta(seconds=SAVE_GRACE_S) if due is None else due - now
    raise RetryRequested(delay=max(wait, timedelta(seconds=1)), reason="the deadline has moved")


async def seal(db: Connection, sealed: Sequence[Session], who: Request | None) -> None:
    """Keep seals that were decided on and hand in the drafts that they find. Call for grading after the commit.

    The caller holds the sessions' locks, so that no save slips in between reading the drafts and the seal.
    """
    for one in sealed:
        if one.paused_since is not None and one.sealed_at is not None:
            # A break that is used up, or a candidate who finishes while the clock is stopped: the ledger gets its line.
            await timekeeping.end_pause(db, who, replace(one, sealed_at=None, seal_reason=None), None, one.sealed_at)
    await sessions.record_seals(db, sealed)
    drafts = await journals.last_drafts_of(db, sealed)
    for session in sealed:
        if any(is_blank(draft) for draft in drafts[session.session_id]):  # then an older one counts, in another language
            drafts[session.session_id] = list(await journals.drafts_of(db, session))
    handed_in = await submissions.handed_in_of(db, sealed)
    taken = [
        (session, answer)
        for session in sealed
        for answer in answers_to_seal(drafts[session.session_id], handed_in[session.session_id])
    ]
    new = await submissions.insert_sealed(db, taken)
    turns = await turns_of(db, sealed, Urgency.AFTERWARDS)
    await enqueue_each(db, Job.JUDGE_SUBMISSION, {submission_id: turns[session_id] for submission_id, session_id in new})
    counts = dict.fromkeys(turns, 0)
    for _, session_id in new:
        counts[session_id] += 1
    facts: dict[str, dict[str, object]] = {
        f"session:{session.session_id}": {"reason": session.seal_reason, "drafts_taken": counts[session.session_id]}
        for session in sealed
    }
    await audit.record_each(db, who, "session:seal", facts)
    await notify(db, *facts, "board")


async def call_for_grading(pool: Pool, sealed: Sequence[Session]) -> None:
    """Have those graded of which nothing waits for a judgement; the last judgement of each other calls for its grading itself.

    After the seals are committed, and not with them: whoever judges meanwhile either sees the seal or is seen here.
    """
    if not sealed:
        return
    async with transaction(pool) as db:
        await enqueue_each(db, Job.GRADE_SESSION, dict.fromkeys(await gradable_of(db, sealed)))
