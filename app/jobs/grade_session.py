"""Grade a sealed session once everything that could change its result is judged.

Idempotent: a result that stands is left alone. While judging goes on the job comes again by itself, because a judgement that is
committed while this job is picked cannot put the same job into the queue.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from pgqueuer import RetryRequested

from app import audit
from app.database import transaction
from app.live import notify
from exams.grading import store as results
from exams.grading.result import Held, HoldReason, grade
from exams.ids import SessionId
from exams.papers import store as papers
from exams.sessions import store as sessions
from exams.submissions import store as submissions

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources

LOOK_AGAIN_AFTER: Final = timedelta(seconds=5)
"""A judgement takes a second or two; its own call to grade usually comes first and this one then finds nothing to do."""


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Grade the session with this id if it is sealed and has no result yet."""
    now = resources.now()
    async with transaction(resources.pool) as db:
        session = await sessions.session_to_seal(db, SessionId(subject))
        if session is None or session.sealed_at is None or await results.result_of(db, session) is not None:
            return
        scheme = await papers.scheme_of(db, session.scheme_id)
        assert scheme is not None  # the session refers to it
        items = await papers.items_of(db, session.paper_id)
        graded = grade(items, await submissions.progress_of(db, session), scheme.cut_score_percent)
        if isinstance(graded, Held):
            if all(reason is HoldReason.UNDETERMINED for _, reason in graded.reasons):
                # A person has to look first; judging anew calls for grading anew.
                return
        else:
            result = await results.insert_result(db, session, graded, now)
            if result is not None:
                facts: dict[str, object] = {"session_id": session.session_id, "score": graded.score, "passed": graded.passed}
                await audit.record(db, None, "result:grade", f"result:{result.result_id}", facts)
            await notify(db, f"session:{session.session_id}")
            await notify(db, "board")
            return
    raise RetryRequested(delay=LOOK_AGAIN_AFTER, reason="submissions wait to be judged")
