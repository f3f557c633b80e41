"""Judge one reference solution of a task that was imported. The task's page shows it as soon as it is done.

A task has one such job for each of its solutions, so that they use every slot of every worker, and no candidate's hand-in waits
for a whole task: between two solutions the queue asks anew who is first.

Idempotent: a solution that is judged stays judged. A fault of ours is tried again until the sandbox is back; meanwhile the task
cannot be published.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog
from pgqueuer import RetryRequested

from app.database import transaction
from app.live import notify
from exams.authoring import store
from exams.authoring.validation import check_solution
from exams.ids import ReferenceSolutionId
from sandbox.errors import SandboxError

if TYPE_CHECKING:
    from app.workers.judging import JudgingResources

RETRY_DELAY: Final = timedelta(seconds=10)
"""Nobody's clock runs while an author waits."""

log = structlog.get_logger(__name__)


async def run(resources: "JudgingResources", subject: UUID) -> None:
    """Judge the reference solution with this id. Raises `RetryRequested` to be called again after a fault of ours."""
    async with resources.pool.acquire() as db:
        waiting = await store.solution_to_judge(db, ReferenceSolutionId(subject))
        if waiting is None:
            log.error("validation.unknown", reference_solution_id=str(subject))
            return
        if waiting.stored.as_expected is not None:
            return
        dataset = await resources.datasets.load(db, waiting.dataset_id)
        assert dataset is not None  # the task's row refers to it
    if not resources.can_judge(dataset, waiting.stored.solution.program.language):
        raise RetryRequested(delay=RETRY_DELAY, reason="language-elsewhere")
    try:
        report = await check_solution(resources.runner, dataset, waiting.stored.solution)
    except SandboxError as error:
        path = waiting.stored.solution.path
        log.warning("validation.retry", task_id=str(waiting.task_id), solution=path, code=error.code)
        raise RetryRequested(delay=RETRY_DELAY, reason=error.code) from error
    resources.judged()
    async with transaction(resources.pool) as db:
        await store.insert_reference_judgement(db, waiting.stored, waiting.dataset_id, report, resources.now())
        await notify(db, f"task:{waiting.task_id}")
