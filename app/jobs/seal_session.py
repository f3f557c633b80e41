"""Seal a session at its deadline, with the last acknowledged drafts. Due when the grace for saves on their way is over.

Idempotent: a sealed session is left alone, and a draft is taken once (a unique index holds that too).
"""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pgqueuer import RetryRequested
from starlette.requests import Request

from app import audit
from app.database import Connection, transaction
from app.jobs.queue import Job, enqueue
from app.live import notify
from exams.ids import SessionId
from exams.sessions import store as sessions
from exams.sessions.session import Session
from exams.sessions.sitting import seal_overdue
from exams.sessions.timing import seal_due
from exams.submissions import store as submissions
from exams.submissions.sealing import answers_to_seal
from exams.submissions.submission import Origin

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Seal the session with this id if it is time. Asks to come again if the deadline has moved meanwhile."""
    now = resources.now()
    async with transaction(resources.pool) as db:
        session = await sessions.session_to_seal(db, SessionId(subject))
        if session is None or session.sealed_at is not None:
            return
        due = seal_due(session)
        if due is None:
            return
        sealed = seal_overdue(session, now)
        if sealed is not None:
            await seal(db, sealed, None)
            return
    # Outside the transaction: nothing is kept, and the job itself is put back, because its key is taken while it is picked.
    raise RetryRequested(delay=max(due - now, timedelta(seconds=1)), reason="the deadline has moved")


async def seal(db: Connection, sealed: Session, who: Request | None) -> None:
    """Keep a seal that was decided on, hand in the drafts that it finds, and have the session graded.

    The caller holds the session's lock, so that no save slips in between reading the drafts and the seal.
    """
    assert sealed.sealed_at is not None
    await sessions.record_seal(db, sealed)
    drafts = await sessions.drafts_of(db, sealed)
    handed_in = [one.submission for one in await submissions.progress_of(db, sealed)]
    taken = 0
    for answer in answers_to_seal(drafts, handed_in):
        submission = await submissions.insert_submission(db, sealed, answer, Origin.SEALED, sealed.sealed_at)
        if submission is not None:
            await enqueue(db, Job.JUDGE_SUBMISSION, submission.submission_id)
            taken += 1
    await enqueue(db, Job.GRADE_SESSION, sealed.session_id)
    facts: dict[str, object] = {"reason": sealed.seal_reason, "drafts_taken": taken}
    await audit.record(db, who, "session:seal", f"session:{sealed.session_id}", facts)
    await notify(db, f"session:{sealed.session_id}")
    await notify(db, "board")
