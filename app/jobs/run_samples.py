"""Run a candidate's program on the samples of an item, or on an input of their own. No score follows from it.

Idempotent: a report that is there stays. After a fault of ours it is tried again for as long as a candidate may be waiting;
then the report says that it could not be run.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog
from pgqueuer import RetryRequested

from app.database import transaction
from app.live import notify
from exams.ids import SampleRunId
from exams.judging import store
from exams.judging.judge import run_own, run_samples
from exams.judging.programs import program_of
from exams.judging.sample_report import SampleReport
from exams.tasks.dataset import Dataset
from sandbox import languages
from sandbox.errors import SandboxBroken, SandboxError, SandboxUnavailable
from sandbox.runner import Program

if TYPE_CHECKING:
    from app.workers.judging import JudgingResources

PATIENCE: Final = timedelta(seconds=30)
"""For so long a candidate looks at "running"; then they hear that it did not work and can press again."""

RETRY_DELAY: Final = timedelta(seconds=2)

log = structlog.get_logger(__name__)


async def hold(resources: "JudgingResources", subject: UUID) -> None:
    """Say that it could not be run: this run has killed worker after worker."""
    async with transaction(resources.pool) as db:
        pending = await store.pending_sample_run(db, SampleRunId(subject))
        if pending is not None and not pending.is_reported:
            await store.insert_sample_run_report(db, pending, SampleReport(None, SandboxBroken.code, "", ()), resources.now())
            await notify(db, f"session:{pending.session_id}")


async def run(resources: "JudgingResources", subject: UUID) -> None:
    """Run the samples for the run with this id. Raises `RetryRequested` to be called again after a fault of ours."""
    async with resources.pool.acquire() as db:
        pending = await store.pending_sample_run(db, SampleRunId(subject))
        if pending is None or pending.is_reported:
            return
        dataset = await resources.datasets.load(db, pending.dataset_id)
    language = languages.get(pending.language)
    began_at: datetime | None = None
    if dataset is None or language is None:
        report = SampleReport(None, "unknown-language", "", ())
    else:
        try:
            program = program_of(language, pending.source, pending.files)
            began_at = resources.now()
            report = await report_of(resources, dataset, program, pending.own_input)
        except Exception as error:
            code = error.code if isinstance(error, SandboxError) else SandboxBroken.code
            log.warning("samples.fault", sample_run_id=str(subject), code=code, detail=repr(error))
            if resources.now() - pending.requested_at < PATIENCE:
                raise RetryRequested(delay=RETRY_DELAY, reason=code) from error
            began_at, report = None, SampleReport(None, code, "", ())
    resources.judged()
    async with transaction(resources.pool) as db:
        await store.insert_sample_run_report(db, pending, report, resources.now(), began_at)
        await notify(db, f"session:{pending.session_id}")


async def report_of(resources: "JudgingResources", dataset: Dataset, program: Program, own_input: str | None) -> SampleReport:
    """Run the program on the samples, or on the candidate's own input. Raises `SandboxError` for faults of ours."""
    if not resources.can_judge(dataset, program.language):
        raise SandboxUnavailable(f"this worker has no {program.language.name}")
    if own_input is None:
        return await run_samples(resources.runner, dataset, program)
    return await run_own(resources.runner, dataset, program, own_input)
