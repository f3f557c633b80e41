"""Judge a submission against the dataset of its item.

    1. load the submission; what is judged stays judged
    2. judge it
    3. keep the judgement and its record, and tell the page
    4. if the session is over by now and this was the last that waited, call for its grading

Idempotent: judging twice changes nothing. A fault of ours never becomes a verdict: it is written down, tried again with growing
pauses, and after `MAX_JUDGING_ATTEMPTS` left for a person. The result is then held, not failed. An engine that is away is no
attempt: it is waited for, as the database is. Neither is a machine too disturbed to call a program too slow.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Final, assert_never
from uuid import UUID

import structlog
from pgqueuer import RetryRequested

from app.database import transaction
from app.jobs.queue import Job, enqueue
from app.live import notify
from exams.ids import SubmissionId
from exams.judging import store
from exams.judging.judge import judge, limits_of
from exams.judging.judgement import Judged, Undetermined
from exams.judging.programs import program_of
from exams.judging.record import Subject, write_record
from exams.judging.store import PendingSubmission
from sandbox import languages
from sandbox.errors import EngineAway, SandboxDisturbed, SandboxError

if TYPE_CHECKING:
    from app.workers.judging import JudgingResources

MAX_JUDGING_ATTEMPTS: Final = 5
"""A program that breaks the sandbox five times would break it a sixth time; others wait behind it."""

RETRY_DELAYS: Final = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))
"""After the first, second … failure. A container is replaced within a second; an engine restarts within a minute."""

PATIENCE: Final = {EngineAway.code: timedelta(seconds=15), SandboxDisturbed.code: timedelta(seconds=30)}
"""Between two looks for an engine that is away, or for a quiet machine where a program's time must be measured on one. Others
are judged meanwhile, and nobody has to order the judging anew, after however long."""

OTHER_WORKER_DELAY: Final = timedelta(seconds=2)
"""Another worker may have the language that this one lacks. Where none has it, `sarap check` says so, and the program waits."""

JUDGE_BROKEN: Final = "judge-broken"
"""The code of a failure that nobody foresaw. If it were not written down it would be tried for ever, and nobody would know."""

WORKERS_DIED: Final = "workers-died"
"""The code of the failure that is written down for a submission whose judging killed one worker after another."""

log = structlog.get_logger(__name__)


async def run(resources: "JudgingResources", submission_id: UUID) -> None:
    """Judge the submission with this id. Raises `RetryRequested` to be called again after a fault of ours."""
    # 1. load the submission
    async with resources.pool.acquire() as db:
        submission = await store.pending_submission(db, SubmissionId(submission_id))
        if submission is None:
            log.error("judging.unknown", submission_id=str(submission_id))
            return
        dataset = None if submission.is_judged else await resources.datasets.load(db, submission.dataset_id)

    if dataset is not None:
        # 2. judge it
        language = languages.get(submission.language)
        if language is None:
            await give_up(resources, submission, Undetermined("unknown-language", submission.language))
            return
        if not resources.can_judge(dataset, language):
            raise RetryRequested(delay=OTHER_WORKER_DELAY, reason="language-elsewhere")
        program = program_of(language, submission.source, submission.files)
        try:
            judgement = await judge(resources.runner, dataset, program)
        except (EngineAway, SandboxDisturbed) as error:
            log.warning("judging.waits", submission_id=str(submission.submission_id), code=error.code, detail=str(error))
            raise RetryRequested(delay=PATIENCE[error.code], reason=error.code) from error
        except Exception as error:  # noqa: BLE001 - none of them is a verdict
            await try_again(resources, submission, failure_of(error))
            return

        resources.judged()

        # 3. keep the judgement
        match judgement:
            case Judged():
                subject = Subject(
                    submission.session_id,
                    submission.submission_id,
                    submission.dataset_id,
                    program,
                    resources.datasets.commitment(submission.dataset_id, dataset),
                    limits_of(dataset),
                )
                now = resources.now()
                async with transaction(resources.pool) as db:
                    if await store.insert_judgement(db, submission, judgement, now):
                        link = await store.take_link(db, submission.session_id)
                        await store.insert_record(db, write_record(subject, judgement, link, now))
                    await notify(db, f"session:{submission.session_id}")
            case Undetermined():
                await give_up(resources, submission, judgement)
                return
            case _:
                assert_never(judgement)

    # 4. call for grading, if this was the last one. After the judgement is committed, and not with it: whoever meanwhile seals
    # the session or judges another of its programs either sees the judgement or is seen here, and no session waits for a
    # grading that nobody asked for.
    async with resources.pool.acquire() as db:
        if await store.completes_session(db, submission):
            await enqueue(db, Job.GRADE_SESSION, submission.session_id)


async def hold(resources: "JudgingResources", subject: UUID) -> None:
    """Leave a submission for a person whose judging has killed worker after worker; what is judged stays judged."""
    async with resources.pool.acquire() as db:
        submission = await store.pending_submission(db, SubmissionId(subject))
    if submission is not None and not submission.is_judged:
        await give_up(resources, submission, Undetermined(WORKERS_DIED, "every worker that judged it died"))


def failure_of(error: Exception) -> Undetermined:
    """What is written down of a fault of ours."""
    if isinstance(error, SandboxError):
        return Undetermined(error.code, str(error))
    log.error("judging.broken", exc_info=error)
    return Undetermined(JUDGE_BROKEN, repr(error))


async def try_again(resources: "JudgingResources", submission: PendingSubmission, failure: Undetermined) -> None:
    """Write the failure down and ask for another attempt, or give up."""
    failures = submission.failures + 1
    if failures >= MAX_JUDGING_ATTEMPTS:
        await give_up(resources, submission, failure)
        return
    async with transaction(resources.pool) as db:
        await store.insert_judging_failure(db, submission, failure, resources.now())
    log.warning("judging.retry", submission_id=str(submission.submission_id), code=failure.code, failures=failures)
    raise RetryRequested(delay=RETRY_DELAYS[min(failures, len(RETRY_DELAYS)) - 1], reason=failure.code)


async def give_up(resources: "JudgingResources", submission: PendingSubmission, failure: Undetermined) -> None:
    """Leave the submission for a person: no verdict, the result is held."""
    async with transaction(resources.pool) as db:
        await store.insert_judging_failure(db, submission, failure, resources.now())
        await notify(db, f"session:{submission.session_id}")
        await notify(db, "board")
    log.error("judging.held", submission_id=str(submission.submission_id), code=failure.code, detail=failure.detail)
