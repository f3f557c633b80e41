"""A judging worker whose sandbox is scripted: a real process with the real queue, jobs and database, that runs no program.

What it loses when it is killed, a real one would lose; what it finds is of no interest.
"""

import time
from datetime import UTC, datetime
from functools import partial

import uvloop

from app.database import open_pool
from app.logs import configure_logging
from app.settings import Settings
from app.workers.judging import HELD, JOBS, ROLE, JudgingResources
from app.workers.queue_worker import QueueWorker, stop_on_signals
from sandbox.limits import Limits
from sandbox.runner import Outcome, Program
from sandbox.scripted_runner import ScriptedRunner, exited

RUN_S = 0.002
"""So that a kill finds something running."""

SLOTS = 2


def script(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
    """Every program writes the same."""
    time.sleep(RUN_S)
    return exited(b"42\n")


async def run(settings: Settings) -> None:
    """Judge until a signal stops it."""
    assert settings.database_url is not None
    pool = await open_pool(settings.database_url, ROLE)
    worker = QueueWorker(settings.database_url, ROLE, {}, at_once=SLOTS)
    resources = JudgingResources(pool, ScriptedRunner(script), lambda: datetime.now(UTC), judged=worker.free_slot)
    worker.handlers = {job: partial(work, resources) for job, work in JOBS.items()}
    worker.held = {job: partial(work, resources) for job, work in HELD.items()}
    stop_on_signals(worker)
    await worker.run()


if __name__ == "__main__":
    made = Settings.from_environment()
    configure_logging(made.log_format)
    uvloop.run(run(made))
