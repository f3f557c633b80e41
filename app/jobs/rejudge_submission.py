"""Judge a member of a rejudge set once more. Nothing that counts changes: what comes of it is kept in the set.

    1. load the member; what is judged stays judged, and a set that somebody has ended is left alone
    2. judge it
    3. keep the rejudgement and its record, and tell the page

Idempotent. A fault of ours is tried again as in `judge_submission`; after as many failures what counts now goes on to count.
"""

from typing import TYPE_CHECKING, assert_never
from uuid import UUID

import structlog
from pgqueuer import RetryRequested

from app.database import transaction
from app.jobs.judge_submission import (
    MAX_JUDGING_ATTEMPTS,
    OTHER_WORKER_DELAY,
    PATIENCE,
    RETRY_DELAYS,
    WORKERS_DIED,
    failure_of,
)
from app.live import notify
from exams.ids import RejudgeMemberId
from exams.judging.judge import judge, limits_of
from exams.judging.judgement import Judged, Undetermined
from exams.judging.programs import program_of
from exams.judging.record import Subject, write_record
from exams.judging.store import insert_record, take_link
from exams.rejudging import store
from exams.rejudging.store import PendingMember
from sandbox import languages
from sandbox.errors import EngineAway, SandboxDisturbed

if TYPE_CHECKING:
    from app.workers.judging import JudgingResources

log = structlog.get_logger(__name__)


async def run(resources: "JudgingResources", subject: UUID) -> None:
    """Judge the member with this id. Raises `RetryRequested` to be called again after a fault of ours."""
    # 1. load the member
    async with resources.pool.acquire() as db:
        member = await store.pending_member(db, RejudgeMemberId(subject))
        if member is None:
            log.error("rejudging.unknown", rejudge_member_id=str(subject))
            return
        if member.is_judged or member.is_over:
            return
        dataset = await resources.datasets.load(db, member.dataset_id)
        assert dataset is not None  # the member refers to it

    # 2. judge it
    language = languages.get(member.language)
    if language is None:
        await give_up(resources, member, Undetermined("unknown-language", member.language))
        return
    if not resources.can_judge(dataset, language):
        raise RetryRequested(delay=OTHER_WORKER_DELAY, reason="language-elsewhere")
    program = program_of(language, member.source, member.files)
    try:
        judgement = await judge(resources.runner, dataset, program)
    except (EngineAway, SandboxDisturbed) as error:
        raise RetryRequested(delay=PATIENCE[error.code], reason=error.code) from error
    except Exception as error:  # noqa: BLE001 - none of them is a verdict
        await try_again(resources, member, failure_of(error))
        return

    resources.judged()

    # 3. keep the rejudgement
    match judgement:
        case Judged():
            now = resources.now()
            record = Subject(
                member.session_id,
                member.submission_id,
                member.dataset_id,
                program,
                resources.datasets.commitment(member.dataset_id, dataset),
                limits_of(dataset),
                member.rejudge_set_id,
            )
            async with transaction(resources.pool) as db:
                if await store.insert_rejudgement(db, member, judgement, now):
                    link = await take_link(db, member.session_id)
                    await insert_record(db, write_record(record, judgement, link, now))
                await notify(db, f"rejudging:{member.rejudge_set_id}")
        case Undetermined():
            await give_up(resources, member, judgement)
        case _:
            assert_never(judgement)


async def hold(resources: "JudgingResources", subject: UUID) -> None:
    """Try a member no more whose judging has killed worker after worker; what counts now goes on to count."""
    async with resources.pool.acquire() as db:
        member = await store.pending_member(db, RejudgeMemberId(subject))
    if member is not None and not member.is_judged and not member.is_over:
        await give_up(resources, member, Undetermined(WORKERS_DIED, "every worker that judged it died"))


async def try_again(resources: "JudgingResources", member: PendingMember, failure: Undetermined) -> None:
    """Write the failure down and ask for another attempt, or give up."""
    failures = member.failures + 1
    if failures >= MAX_JUDGING_ATTEMPTS:
        await give_up(resources, member, failure)
        return
    async with transaction(resources.pool) as db:
        await store.insert_rejudging_failure(db, member, failure, resources.now(), final=False)
    raise RetryRequested(delay=RETRY_DELAYS[min(failures, len(RETRY_DELAYS)) - 1], reason=failure.code)


async def give_up(resources: "JudgingResources", member: PendingMember, failure: Undetermined) -> None:
    """Try it no more: what counts now goes on to count."""
    async with transaction(resources.pool) as db:
        await store.insert_rejudging_failure(db, member, failure, resources.now(), final=True)
        await notify(db, f"rejudging:{member.rejudge_set_id}")
    log.error("rejudging.failed", rejudge_member_id=str(member.rejudge_member_id), code=failure.code, detail=failure.detail)
