"""Grade a sealed session once everything that could change its result is judged; again, if a late text was accepted since.

Idempotent: a result that stands and has every accepted text in it is left alone. While judging goes on the job comes again by
itself, because a judgement that is committed while this job is picked cannot put the same job into the queue.
"""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from pgqueuer import RetryRequested

from app import audit
from app.database import Connection, transaction
from app.live import notify
from exams.grading import store as results
from exams.grading.result import Held, HoldReason, grade
from exams.ids import SessionId
from exams.papers import store as papers
from exams.proctoring import store as proctoring
from exams.proctoring.incident import noticed
from exams.sessions import store as sessions
from exams.sessions.journal import store as journals
from exams.sessions.proof import unmade
from exams.sessions.session import Session
from exams.submissions import store as submissions
from exams.submissions.submission import Origin, Submission

if TYPE_CHECKING:
    from datetime import datetime

    from app.workers.registry import RegistryResources

LOOK_AGAIN_AFTER: Final = timedelta(seconds=5)
"""A judgement takes a second or two; its own call to grade usually comes first and this one then finds nothing to do."""


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Grade the session with this id if it is sealed and has no result yet."""
    now = resources.now()
    async with transaction(resources.pool) as db:
        session = await sessions.session_to_seal(db, SessionId(subject))
        if session is None or session.sealed_at is None:
            return
        earlier = await results.result_of(db, session)
        late = await proctoring.late_to_grade(db, session)
        if earlier is not None and not late:
            return
        scheme = await papers.scheme_of(db, session.scheme_id)
        assert scheme is not None  # the session refers to it
        items = await papers.items_of(db, session.paper_id)
        progress = await submissions.progress_of(db, session)
        graded = grade(items, progress, scheme.cut_score_percent)
        if isinstance(graded, Held):
            if all(reason is HoldReason.UNDETERMINED for _, reason in graded.reasons):
                # A person has to look first; judging anew calls for grading anew.
                return
        else:
            if earlier is None:
                await compare_with_replay(db, session, [one.submission for one in progress], now)
                result = await results.insert_result(db, session, graded, now)
            else:
                result = earlier
                if graded != earlier.graded:
                    await results.insert_late_revision(db, earlier, late[-1], graded, now)
            await proctoring.insert_late_gradings(db, late, now)
            if result is not None:
                facts: dict[str, object] = {"session_id": session.session_id, "score": graded.score, "passed": graded.passed}
                await audit.record(db, None, "result:grade", f"result:{result.result_id}", facts)
            await notify(db, f"outcome:{session.session_id}")
            await notify(db, "board")
            return
    raise RetryRequested(delay=LOOK_AGAIN_AFTER, reason="submissions wait to be judged")


async def compare_with_replay(db: Connection, session: Session, handed_in: list[Submission], now: "datetime") -> None:
    """Put an incident on record if replaying the journal does not make a program that counts: the result then waits.

    Late texts were never in the journal; their own chains were checked when they came.
    """
    for position in sorted({one.answer.position for one in handed_in}):
        wanted = [
            (one.answer.language, one.answer.sha256)
            for one in handed_in
            if one.answer.position == position and one.origin is not Origin.LATE
        ]
        revisions = await journals.edits_of(db, session, position)
        fault = await asyncio.to_thread(unmade, session.session_id, position, revisions, wanted)
        if fault is not None:
            await proctoring.insert_incident(db, noticed(session, fault, now))
