"""The judging worker: it runs strangers' programs in sandboxes, and holds no keys."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from app.database import Pool, open_pool
from app.jobs import judge_solution, judge_submission, rejudge_submission, run_samples
from app.jobs.queue import Job
from app.settings import Settings
from app.workers.datasets import Datasets
from app.workers.engines import ability_of, runner_of
from app.workers.proving import Proving
from app.workers.queue_worker import QueueWorker, stop_on_signals
from app.workers.store import wanted_languages
from exams.tasks.dataset import Dataset
from sandbox.docker_runner import DockerRunner
from sandbox.errors import SandboxError
from sandbox.languages import Language
from sandbox.runner import Runner

log = structlog.get_logger(__name__)

ROLE: Final = "sarap_judging"


def _every_language(_code: str) -> bool:
    return True


def _keep_slot() -> None:
    pass


@dataclass(frozen=True, slots=True)
class JudgingResources:
    """What a job of this worker may use.

    `can_run` says whether this worker has a language. `judged` gives the slot back: the job only keeps what it found.
    """

    pool: Pool
    runner: Runner
    now: Callable[[], datetime]
    datasets: Datasets = field(default_factory=Datasets)
    can_run: Callable[[str], bool] = _every_language
    judged: Callable[[], None] = _keep_slot

    def can_judge(self, dataset: Dataset, language: Language) -> bool:
        """Whether this worker has the language of a program and, if the task has a validator of its own, that one's too."""
        return self.can_run(language.code) and (dataset.validator is None or self.can_run(dataset.validator.language))


Work = Callable[[JudgingResources, UUID], Awaitable[None]]

JOBS: Final[dict[Job, Work]] = {
    Job.JUDGE_SUBMISSION: judge_submission.run,
    Job.RUN_SAMPLES: run_samples.run,
    Job.JUDGE_SOLUTION: judge_solution.run,
    Job.REJUDGE_SUBMISSION: rejudge_submission.run,
}

HELD: Final[dict[Job, Work]] = {
    Job.JUDGE_SUBMISSION: judge_submission.hold,
    Job.RUN_SAMPLES: run_samples.hold,
    Job.REJUDGE_SUBMISSION: rejudge_submission.hold,
}
"""What to do with a job that kills its workers; a reference solution stays in the queue as held, and unjudged."""


async def run(settings: Settings) -> None:
    """Judge until a signal stops it. A database or an engine that is away is waited for."""
    assert settings.database_url is not None
    runner = runner_of(settings)
    pool = await open_pool(settings.database_url, ROLE)
    worker = QueueWorker(settings.database_url, ROLE, {}, at_once=settings.judging_slots, paused=True)
    proving = Proving(worker, runner, settings.runner, pool, _now, partial(ability_of, settings, runner))
    resources = JudgingResources(pool, runner, _now, can_run=proving.can_run, judged=worker.free_slot)
    worker.handlers = {job: partial(work, resources) for job, work in JOBS.items()}
    worker.held = {job: partial(work, resources) for job, work in HELD.items()}
    worker.on_retry = proving.on_retry
    stop_on_signals(worker)
    beside = [asyncio.create_task(proving.run()), asyncio.create_task(_warm(settings, runner, pool))]
    try:
        await worker.run()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)
        await runner.close()
        pool.terminate()


def _now() -> datetime:
    return datetime.now(UTC)


async def _warm(settings: Settings, runner: Runner, pool: Pool) -> None:
    """Start a sandbox of each language that exams allow, so that the first candidate does not wait for it."""
    if isinstance(runner, DockerRunner):
        try:
            async with pool.acquire() as db:
                wanted = await wanted_languages(db)
            able = await ability_of(settings, runner)
            useful = able.languages.intersection(wanted)
            await runner.prewarm(useful)
            await runner.pool.read_through(useful)
        except SandboxError as error:
            log.warning("sandboxes-not-warm", error=str(error))
