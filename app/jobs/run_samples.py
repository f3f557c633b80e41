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
from sandbox import languages
from sandbox.errors import SandboxBroken, SandboxError, SandboxUnavailable

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
            if not resources.can_judge(dataset, language):
                raise SandboxUnavailable(f"this worker has no {language.name}")
            program = program_of(language, pending.source, pending.files)
            began_at = resources.now()
            if pending.own_input is None:
                report = await run_samples(resources.runner, dataset, program)
            else:
                report = await run_own(resources.runner, dataset, program, pending.own_input)
        except SandboxError as error:
            log.warning("samples.fault", sample_run_id=str(subject), code=error.code, detail=str(error))
            if resources.now() - pending.requested_at < PATIENCE:
                raise RetryRequested(delay=RETRY_DELAY, reason=error.code) from error
            began_at, report = None, SampleReport(None, error.code, "", ())
    resources.judged()
    async with transaction(resources.pool) as db:
        await store.insert_sample_run_report(db, pending, report, resources.now(), began_at)
        await notify(db, f"session:{pending.session_id}")
