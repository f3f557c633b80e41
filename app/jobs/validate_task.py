"""Judge every reference solution of a task that was imported. The task's page shows each as it is done.

Idempotent: a solution that is judged stays judged, so that a job that was interrupted goes on where it was. A fault of ours
is tried again until the sandbox is back; meanwhile the task cannot be published.
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
from exams.ids import TaskId
from exams.tasks.store import load_dataset
from sandbox.errors import SandboxError

if TYPE_CHECKING:
    from app.workers.judging import JudgingResources

RETRY_DELAY: Final = timedelta(seconds=10)
"""Nobody's clock runs while an author waits."""

log = structlog.get_logger(__name__)


async def run(resources: "JudgingResources", subject: UUID) -> None:
    """Validate the task with this id. Raises `RetryRequested` to be called again after a fault of ours."""
    async with resources.pool.acquire() as db:
        task = await store.authored_task(db, TaskId(subject))
        if task is None:
            log.error("validation.unknown", task_id=str(subject))
            return
        dataset = await load_dataset(db, task.dataset_id)
        assert dataset is not None  # the task's row refers to it
        waiting = [stored for stored in await store.stored_solutions(db, task) if stored.as_expected is None]
    for stored in waiting:
        try:
            report = await check_solution(resources.runner, dataset, stored.solution)
        except SandboxError as error:
            log.warning("validation.retry", task_id=str(subject), solution=stored.solution.path, code=error.code)
            raise RetryRequested(delay=RETRY_DELAY, reason=error.code) from error
        async with transaction(resources.pool) as db:
            await store.insert_reference_judgement(db, stored, task.dataset_id, report, resources.now())
            await notify(db, f"task:{subject}")
