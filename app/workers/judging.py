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
from app.jobs import judge_solution, judge_submission, run_samples
from app.jobs.queue import Job
from app.settings import Settings
from app.workers.datasets import Datasets
from app.workers.queue_worker import Handler, QueueWorker, stop_on_signals
from sandbox import languages
from sandbox.docker_runner import DockerRunner
from sandbox.errors import SandboxError
from sandbox.runner import Runner

log = structlog.get_logger(__name__)

ROLE: Final = "sarap_judging"


@dataclass(frozen=True, slots=True)
class JudgingResources:
    """What a job of this worker may use."""

    pool: Pool
    runner: Runner
    now: Callable[[], datetime]
    datasets: Datasets = field(default_factory=Datasets)


JOBS: Final[dict[Job, Callable[[JudgingResources, UUID], Awaitable[None]]]] = {
    Job.JUDGE_SUBMISSION: judge_submission.run,
    Job.RUN_SAMPLES: run_samples.run,
    Job.JUDGE_SOLUTION: judge_solution.run,
}


async def run(settings: Settings) -> None:
    """Judge until a signal stops it. A database or an engine that is away is waited for."""
    assert settings.database_url is not None
    runner = DockerRunner(settings.judging_slots)
    pool = await open_pool(settings.database_url, ROLE)
    resources = JudgingResources(pool, runner, lambda: datetime.now(UTC))
    handlers: dict[Job, Handler] = {job: partial(work, resources) for job, work in JOBS.items()}
    worker = QueueWorker(settings.database_url, ROLE, handlers, at_once=settings.judging_slots)
    stop_on_signals(worker)
    warming = asyncio.create_task(_warm(runner))
    try:
        await worker.run()
    finally:
        warming.cancel()
        await runner.close()
        pool.terminate()


async def _warm(runner: DockerRunner) -> None:
    """Start a sandbox of each language, so that the first candidate does not wait for it."""
    try:
        await runner.prewarm(languages.catalogue())
    except SandboxError as error:
        log.warning("sandboxes-not-warm", error=str(error))
