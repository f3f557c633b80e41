"""How a worker works: take jobs from the queue until told to stop.

1. Connect, as the worker's own database role.
2. Take jobs; each is a call of one handler with one id.
3. A handler that raises is called again, later and later, `ATTEMPTS_MAX` times; then its job is held for a person to look at.
   While the database is away nothing counts.
4. A database that goes away ends the connection, not the worker: it connects again.
5. A stop takes no new job and gives the running ones `DRAIN_S`; what is not done by then goes back into the queue.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, cast
from uuid import UUID

import structlog
from pgqueuer import PgQueuer, RetryRequested
from pgqueuer.models import Job as QueuedJob

from app.database import connect, is_unavailable
from app.jobs.queue import Job

log = structlog.get_logger(__name__)

Handler = Callable[[UUID], Awaitable[None]]

ATTEMPTS_MAX: Final = 5
"""Of one job in one worker: 1 + 2 + 4 + 8 s of waiting outlast an engine's restart; what fails longer needs a person."""

BACK_OFF_MAX_S: Final = 30
"""Between two tries while the database is away."""

HEARTBEAT_TIMEOUT: Final = timedelta(seconds=10)
DEQUEUE_TIMEOUT: Final = timedelta(seconds=2)
"""A job of a worker that died is taken by another after the sum of the two."""

DRAIN_S: Final = 4
"""Most jobs take less; a stop of the whole centre takes seconds."""


@dataclass(slots=True)
class QueueWorker:
    """Takes jobs for `handlers` as `role`, at most `at_once` at a time; those in `serial` one by one over all workers."""

    database_url: str
    role: str
    handlers: Mapping[Job, Handler]
    at_once: int
    serial: frozenset[Job] = frozenset()
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    drained: asyncio.Event = field(default_factory=asyncio.Event)
    failures: dict[int, int] = field(default_factory=dict[int, int])

    async def run(self) -> None:
        """Work until `stop` is called."""
        slots = asyncio.Semaphore(self.at_once)
        tries = 0
        while not self.stopping.is_set():
            try:
                await self._work(slots)
                tries = 0
            except Exception as error:  # noqa: BLE001 - whatever it is, a worker that gives up judges nothing
                tries += 1
                log.warning("worker-lost-queue", role=self.role, error=repr(error), tries=tries)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), min(2**tries, BACK_OFF_MAX_S))

    def stop(self) -> None:
        """Take no new job; call it from a signal handler."""
        if not self.stopping.is_set():
            self.stopping.set()
            asyncio.get_running_loop().call_later(DRAIN_S, self.drained.set)

    async def _work(self, slots: asyncio.Semaphore) -> None:
        # Picking a job and ticking it off need not outlive a crash of the server: the job is then done again. What a handler
        # keeps goes through its own pool, whose commits wait for the disk.
        connection = await connect(self.database_url, self.role, durable=False)
        queue = PgQueuer.from_asyncpg_connection(connection)
        try:
            for job, handler in self.handlers.items():
                queue.entrypoint(job, on_failure="hold", concurrency_limit=1 if job in self.serial else 0)(
                    self._entry(job, handler, slots)
                )
            batch = max(1, self.at_once // 2)
            log.info("worker-ready", role=self.role, jobs=[str(job) for job in self.handlers], at_once=self.at_once)
            ending = asyncio.create_task(self._end(queue))
            try:
                await queue.run(
                    dequeue_timeout=DEQUEUE_TIMEOUT,
                    heartbeat_timeout=HEARTBEAT_TIMEOUT,
                    batch_size=batch,
                    max_concurrent_tasks=max(self.at_once, 2 * batch),
                    shutdown_on_listener_failure=True,
                )
            finally:
                ending.cancel()
        finally:
            connection.terminate()

    async def _end(self, queue: PgQueuer) -> None:
        await self.stopping.wait()
        queue.shutdown.set()

    def _entry(self, job: Job, handler: Handler, slots: asyncio.Semaphore) -> Callable[[QueuedJob], Awaitable[None]]:
        async def entry(queued: QueuedJob) -> None:
            subject = UUID((queued.payload or b"").decode())
            async with slots:
                structlog.contextvars.bind_contextvars(job=str(job), subject=str(subject))
                await self._attempt(queued, asyncio.ensure_future(handler(subject)))

        return entry

    async def _attempt(self, queued: QueuedJob, work: "asyncio.Future[None]") -> None:
        """Wait for the work, unless the worker must be gone. Raises `RetryRequested` to have the job put back."""
        drained = asyncio.ensure_future(self.drained.wait())
        try:
            await asyncio.wait((work, drained), return_when=asyncio.FIRST_COMPLETED)
        finally:
            drained.cancel()
            if not work.done():
                work.cancel()
                await asyncio.wait((work,))
        if work.cancelled():
            raise RetryRequested(reason="the worker stopped")
        error = work.exception()
        if error is None or isinstance(error, RetryRequested):
            self.failures.pop(queued.id, None)
            if error is not None:
                raise error
            return
        raise self._again(queued, cast("Exception", error)) from error

    def _again(self, queued: QueuedJob, error: Exception) -> Exception:
        """What to raise after a failure: try again, or the error itself, which holds the job."""
        away = is_unavailable(error)
        tries = self.failures.get(queued.id, 0) + (0 if away else 1)
        self.failures[queued.id] = tries
        if tries >= ATTEMPTS_MAX:
            del self.failures[queued.id]
            log.error("job-held", tries=tries, exc_info=error)
            return error
        log.warning("job-failed", tries=tries, database_away=away, exc_info=None if away else error)
        return RetryRequested(delay=timedelta(seconds=2 ** max(tries - 1, 0)), reason=repr(error))


def stop_on_signals(worker: QueueWorker) -> None:
    """SIGTERM and SIGINT stop the worker in order."""
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, worker.stop)
