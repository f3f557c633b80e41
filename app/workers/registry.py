"""The registry worker: it seals, grades, issues and publishes. It holds the issuer's keys and runs no stranger's program."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from app.database import Pool, open_pool, transaction
from app.jobs import (
    apply_rejudging,
    ask_witnesses,
    grade_session,
    issue_certificate,
    issue_to_wallet,
    print_certificate,
    publish_status_list,
    reseal_certificates,
    seal_session,
)
from app.jobs.publish_status_list import keep_published
from app.jobs.queue import Job, Turn, Urgency, enqueue, raise_what_waits
from app.key_safe import open_safe
from app.settings import Settings
from app.workers.queue_worker import Handler, QueueWorker, stop_on_signals
from app.workers.store import unissued_decisions
from certificates.carriers.typesetter import Typesetter
from certificates.keys import Safe
from certificates.printing import PRINTED
from certificates.store import unprinted_certificates
from exams.grading.store import ungraded_sessions
from exams.judging.store import unjudged_submissions
from exams.rejudging.change.store import unapplied_sets
from exams.rejudging.store import waiting_members

log = structlog.get_logger(__name__)

ROLE: Final = "sarap_registry"

AT_ONCE: Final = 4
"""These jobs are a few statements each; their pool has ten connections."""

SERIAL: Final = frozenset(
    {
        Job.ISSUE_CERTIFICATE,
        Job.PUBLISH_STATUS_LIST,
        Job.PRINT_CERTIFICATE,
        Job.RESEAL_CERTIFICATES,
        Job.ASK_WITNESSES,
    }
)
"""One leaf after the other is appended to the log, one status list follows the other, and there is one typesetter."""

SWEEP_INTERVAL_S: Final = 60
"""Each job comes by itself; the sweep finds what was missed, e.g. because its job failed too often and is held."""

PUBLISH_INTERVAL_S: Final = 3600
"""A status list is valid for days; whether it grows old is looked at each hour, and when the worker starts."""

RESEAL_INTERVAL_S: Final = 24 * 3600
"""What a withdrawn key had signed is made again when it is withdrawn; each day, and when the worker starts, what failed."""

ROUND_RETRY_S: Final = 10
"""A database that restarts is back by then."""

NOBODY: Final = UUID(int=0)

SWEEP_GRACE: Final = timedelta(seconds=30)
"""Later than the jobs themselves come, so that the sweep finds only what they missed."""


@dataclass(frozen=True, slots=True)
class RegistryResources:
    """What a job of this worker may use."""

    pool: Pool
    settings: Settings
    now: Callable[[], datetime]
    safe: Safe | None = None
    """The device with the keys; None: they are files."""
    typesetter: Typesetter = field(default_factory=Typesetter)


JOBS: Final[dict[Job, Callable[[RegistryResources, UUID], Awaitable[None]]]] = {
    Job.SEAL_SESSION: seal_session.run,
    Job.GRADE_SESSION: grade_session.run,
    Job.APPLY_REJUDGING: apply_rejudging.run,
    Job.ISSUE_CERTIFICATE: issue_certificate.run,
    Job.PRINT_CERTIFICATE: print_certificate.run,
    Job.RESEAL_CERTIFICATES: reseal_certificates.run,
    Job.PUBLISH_STATUS_LIST: publish_status_list.run,
    Job.ISSUE_TO_WALLET: issue_to_wallet.run,
    Job.ASK_WITNESSES: ask_witnesses.run,
}


async def run(settings: Settings) -> None:
    """Work until a signal stops it. A database that is away is waited for."""
    assert settings.database_url is not None
    pool = await open_pool(settings.database_url, ROLE)
    resources = RegistryResources(pool, settings, lambda: datetime.now(UTC), safe=open_safe(settings))
    handlers: dict[Job, Handler] = {job: partial(work, resources) for job, work in JOBS.items()}
    worker = QueueWorker(settings.database_url, ROLE, handlers, at_once=AT_ONCE, serial=SERIAL)
    stop_on_signals(worker)
    sealer = seal_session.Sealer(resources)
    rounds = [
        asyncio.create_task(_each(seal_session.SEAL_INTERVAL_S, sealer.seal_what_is_due, worker.stopping)),
        asyncio.create_task(_each(SWEEP_INTERVAL_S, partial(sweep, resources), worker.stopping)),
        asyncio.create_task(_each(SWEEP_INTERVAL_S, partial(ask_witnesses.run, resources), worker.stopping)),
        asyncio.create_task(_each(PUBLISH_INTERVAL_S, partial(keep_published, resources), worker.stopping)),
        asyncio.create_task(_each(RESEAL_INTERVAL_S, partial(look_through, resources), worker.stopping)),
    ]
    try:
        await worker.run()
    finally:
        for task in rounds:
            task.cancel()
        await resources.typesetter.close()
        pool.terminate()


async def look_through(resources: RegistryResources) -> None:
    """Have all certificates looked through for what a withdrawn document key had signed."""
    async with transaction(resources.pool) as db:
        await enqueue(db, Job.RESEAL_CERTIFICATES, reseal_certificates.ALL)


async def _each(interval_s: float, work: Callable[[], Awaitable[object]], stopping: asyncio.Event) -> None:
    """Do `work` now and each `interval_s` after; what fails is done again sooner."""
    while not stopping.is_set():
        pause = interval_s
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the next round finds what this one missed
            log.warning("round-failed", work=repr(work), error=repr(error))
            pause = min(interval_s, ROUND_RETRY_S)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


async def sweep(resources: RegistryResources) -> int:
    """Put back the jobs that were missed; answers how many. A job that waits already is not added twice, and may rise."""
    before = resources.now() - SWEEP_GRACE
    async with transaction(resources.pool) as db:
        unjudged = await unjudged_submissions(db, before)
        missed = {
            Job.GRADE_SESSION: await ungraded_sessions(db),
            Job.ISSUE_CERTIFICATE: await unissued_decisions(db, before),
            Job.PRINT_CERTIFICATE: await unprinted_certificates(db, before, len(PRINTED)),
            Job.APPLY_REJUDGING: await unapplied_sets(db, before),
        }
        unrejudged = await waiting_members(db, before)
        for submission_id, is_rehearsal in unjudged.items():
            # What was missed is judged as if all of it were one more sitting.
            urgency = Urgency.REHEARSAL if is_rehearsal else Urgency.AFTERWARDS
            await enqueue(db, Job.JUDGE_SUBMISSION, submission_id, Turn(urgency, submission_id, NOBODY))
        for job, subjects in missed.items():
            for subject in subjects:
                await enqueue(db, job, subject)
        for member_id, set_id in unrejudged:
            await enqueue(db, Job.REJUDGE_SUBMISSION, member_id, Turn(Urgency.REJUDGE, set_id, set_id))
        await raise_what_waits(db, resources.now())
    return len(unjudged) + sum(map(len, missed.values())) + len(unrejudged)
