"""Apply a rejudge set that a second person decided to apply: all of it in one transaction, or nothing.

    1. lock the set, and every session of it, so that nobody decides or grades meanwhile
    2. for each session, see what the new judgements make of it now
    3. switch it, keep it as it is, or put it before a registrar (`exams/rejudging/change.py` has the rule)
    4. the result follows as a new revision; a session without one is called to be graded

Idempotent: a set that is applied is left alone. It runs in the registry's worker, which alone may write results.
"""

from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from app import audit
from app.database import Connection, transaction
from app.jobs.queue import Job, enqueue
from app.live import notify
from exams.grading import store as results
from exams.grading.result import Graded, grade
from exams.ids import RejudgeSetId
from exams.papers import store as papers
from exams.rejudging import store
from exams.rejudging.change import Effect, change_of, effect_of
from exams.rejudging.change import store as changes
from exams.rejudging.choice import MEMBERS_MAX
from exams.rejudging.rejudge_set import RejudgeSet, RejudgeStage
from exams.rejudging.store import Concerned
from exams.sessions import store as sessions
from exams.submissions import store as submissions

if TYPE_CHECKING:
    from datetime import datetime

    from app.workers.registry import RegistryResources

log = structlog.get_logger(__name__)


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Apply the set with this id, if somebody has decided so and it is not done."""
    now = resources.now()
    rejudge_set_id = RejudgeSetId(subject)
    async with transaction(resources.pool) as db:
        # 1. lock the set and its sessions, in the order of their ids
        await store.lock_set(db, rejudge_set_id)
        found = await store.set_of(db, rejudge_set_id)
        if found is None or found.stage is not RejudgeStage.APPLYING:
            return
        for one in await store.concerned(db, rejudge_set_id, differing=False, limit=MEMBERS_MAX):
            await sessions.session_to_seal(db, one.session.session_id)
        await changes.insert_application(db, found, now)
        # 2–4. each session, as it stands under the lock
        effects = dict.fromkeys(Effect, 0)
        for one in await store.concerned(db, rejudge_set_id, differing=False, limit=MEMBERS_MAX):
            effects[await apply_to(db, found, one, now)] += 1
        facts: dict[str, object] = {str(effect): count for effect, count in effects.items()}
        await audit.record(db, None, "rejudging:applied", f"rejudging:{rejudge_set_id}", facts)
        await notify(db, f"rejudging:{rejudge_set_id}")
        await notify(db, "board")
    log.info("rejudging.applied", rejudge_set_id=str(rejudge_set_id), **facts)


async def apply_to(db: Connection, found: RejudgeSet, one: Concerned, now: "datetime") -> Effect:
    """Do to one session what the set does to it."""
    assert found.ending is not None
    items = await papers.items_of(db, one.session.paper_id)
    standing = await submissions.progress_of(db, one.session)
    result = await results.result_of(db, one.session)
    change = change_of(one.session.session_id, items, standing, one.rejudged, one.cut_score_percent, result, one.decision)
    effect = effect_of(change, found.ending.lowered)
    await changes.insert_effect(db, found, change, effect)
    if effect is not Effect.SWITCHED:
        return effect
    await changes.insert_switches(db, one, now)
    if result is None:
        await enqueue(db, Job.GRADE_SESSION, one.session.session_id)
    else:
        graded = grade(items, await submissions.progress_of(db, one.session), one.cut_score_percent)
        if isinstance(graded, Graded) and graded != result.graded:
            await changes.insert_revision(db, found, result, graded, now)
            facts: dict[str, object] = {"score": graded.score, "passed": graded.passed, "before": result.graded.score}
            await audit.record(db, None, "result:revise", f"result:{result.result_id}", facts)
            await notify(db, f"result:{result.result_id}")
    await notify(db, f"outcome:{one.session.session_id}")
    return effect
