"""How a worker works: take jobs from the queue until told to stop.

1. Connect, as the worker's own database role, and listen for new jobs.
2. Take as many as there are free slots; each is a call of one handler with one id. Their hearts beat while they run. A handler
   may give its slot back before it ends: while it keeps what it found, the next job begins.
3. A handler that raises is called again, later and later, `ATTEMPTS_MAX` times; then its job is held for a person to look at.
   While the database is away nothing counts.
4. A job whose worker died is taken by another. It is then suspected of having killed it: a worker runs one suspect at a time,
   and after `DEATHS_MAX` deaths it is held too.
5. A database that goes away ends the connection, not the worker: it connects again, and what runs goes on meanwhile.
6. A worker that is paused takes no job; what it runs goes back into the queue, if its results would be worth nothing.
7. A stop takes no new job and gives the running ones `DRAIN_S`; what is not done by then goes back into the queue.

The tables and statements are pgqueuer's. The loop is ours: it takes no job for which it has no slot, so that one that comes
later and goes first need not wait behind it; it asks the database when something changed and not several times for each job;
and it can be paused.
"""

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, cast
from uuid import UUID, uuid4

import structlog
from pgqueuer import RetryRequested
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import TracebackRecord
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries
from pgqueuer.types import QueueEntrypoint, QueueManagerId

from app.database import connect, is_unavailable
from app.jobs.queue import Job

log = structlog.get_logger(__name__)

Handler = Callable[[UUID], Awaitable[None]]

ATTEMPTS_MAX: Final = 5
"""Of one job in one worker: 1 + 2 + 4 + 8 s of waiting outlast an engine's restart; what fails longer needs a person."""

DEATHS_MAX: Final = 3
"""Of workers that had one job: a machine may fail twice; a job that was there each time is the likelier cause."""

SUSPECT_PAUSE: Final = timedelta(seconds=1)
"""A suspect waits for so long while another suspect runs; with one at a time no innocent job is counted with a guilty one."""

SECOND_DEATH_PAUSE: Final = timedelta(seconds=20)
"""After the second death others go first: a job that kills must not take down worker after worker as soon as each is up."""

BACK_OFF_MAX_S: Final = 30
"""Between two tries while the database is away."""

HEARTBEAT_TIMEOUT: Final = timedelta(seconds=10)
POLL_S: Final = 2
"""A job of a worker that died is taken by another after the sum of the two. New jobs are heard of at once."""

BEAT_S: Final = HEARTBEAT_TIMEOUT.total_seconds() / 4
"""Three beats may be lost before another worker thinks that this one is dead."""

DRAIN_S: Final = 4
"""Most jobs take less; a stop of the whole centre takes seconds."""

CHANNEL: Final = "ch_pgqueuer"
"""pgqueuer tells here that jobs came or went; only the first is of interest."""


@dataclass(slots=True)
class QueueWorker:
    """Takes jobs for `handlers` as `role`, at most `at_once` at a time; those in `serial` one by one over all workers.

    `held` is what to do with a job that killed `DEATHS_MAX` workers, where there is more to do than to hold it. `on_retry`
    hears the reason of each job that is put back.
    """

    database_url: str
    role: str
    handlers: Mapping[Job, Handler]
    at_once: int
    serial: frozenset[Job] = frozenset()
    held: Mapping[Job, Handler] = field(default_factory=dict[Job, Handler])
    on_retry: Callable[[str], None] = lambda _reason: None
    worker_id: UUID = field(default_factory=uuid4)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    drained: asyncio.Event = field(default_factory=asyncio.Event)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    failures: dict[int, int] = field(default_factory=dict[int, int])
    running: dict[int, asyncio.Task[None]] = field(default_factory=dict[int, asyncio.Task[None]])
    keeping: dict[int, asyncio.Task[None]] = field(default_factory=dict[int, asyncio.Task[None]])
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    paused: bool = False
    spared: int = 0
    suspect: int | None = None
    idle: bool = False

    async def run(self) -> None:
        """Work until `stop` is called."""
        tries = 0
        while not self.stopping.is_set() or self.tasks:
            try:
                await self._work()
                tries = 0
            except Exception as error:  # noqa: BLE001 - whatever it is, a worker that gives up judges nothing
                tries += 1
                log.warning("worker-lost-queue", role=self.role, error=repr(error), tries=tries)
                if self.stopping.is_set():  # what runs cannot be ticked off; another worker finds what it left
                    break
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), min(2**tries, BACK_OFF_MAX_S))
        for task in self.tasks:
            task.cancel()

    def stop(self) -> None:
        """Take no new job; call it from a signal handler."""
        if not self.stopping.is_set():
            self.stopping.set()
            self.wake.set()
            asyncio.get_running_loop().call_later(DRAIN_S, self._drain)

    def pause(self) -> None:
        """Take no job, and put back what runs: its results would be worth nothing."""
        self.paused = True
        for task in (*self.running.values(), *self.keeping.values()):
            task.cancel()

    def free_slot(self) -> None:
        """A handler calls it when it needs its slot no longer and only keeps what it found."""
        task = asyncio.current_task()
        for job_id, running in self.running.items():
            if running is task:
                self.keeping[job_id] = self.running.pop(job_id)
                self.wake.set()
                return

    def resume(self) -> None:
        """Take jobs again."""
        if self.paused:
            log.info("worker-ready", role=self.role, jobs=[str(job) for job in self.handlers], at_once=self.at_once)
        self.paused = False
        self.wake.set()

    @asynccontextmanager
    async def spare_slot(self, patience_s: float) -> AsyncGenerator[None]:
        """A slot that no job needs. After `patience_s` without one, the next that becomes free."""
        deadline = asyncio.get_running_loop().time() + patience_s
        while not self.paused and (not self.idle or len(self.running) + self.spared >= self.at_once):
            if asyncio.get_running_loop().time() >= deadline:
                break
            await asyncio.sleep(SPARE_POLL_S)
        self.spared += 1
        try:
            while len(self.running) + self.spared > self.at_once:  # noqa: ASYNC110 - nobody waits for it
                await asyncio.sleep(SPARE_POLL_S)
            yield
        finally:
            self.spared -= 1
            self.wake.set()

    def _drain(self) -> None:
        self.drained.set()
        for task in (*self.running.values(), *self.keeping.values()):
            task.cancel()

    # 1. connect
    async def _work(self) -> None:
        # Taking a job and ticking it off need not outlive a crash of the server: the job is then done again. What a handler
        # keeps goes through its own pool, whose commits wait for the disk.
        connection = await connect(self.database_url, self.role, durable=False)
        try:
            queries = Queries(AsyncpgDriver(connection))
            connection.add_termination_listener(lambda _connection: self.wake.set())
            await connection.add_listener(CHANNEL, self._hear)
            if not self.paused:
                log.info("worker-ready", role=self.role, jobs=[str(job) for job in self.handlers], at_once=self.at_once)
            beating = asyncio.create_task(self._beat(queries))
            try:
                while not self.stopping.is_set() or self.tasks:
                    self.wake.clear()
                    if beating.done():
                        beating.result()
                    await self._wait(await self._take(queries))
            finally:
                beating.cancel()
        finally:
            connection.terminate()

    def _hear(self, *event: object) -> None:
        if '"insert"' in str(event[3]):
            self.wake.set()

    async def _beat(self, queries: Queries) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            if self.running or self.keeping:
                await queries.update_heartbeat([*self.running, *self.keeping])  # pyright: ignore[reportArgumentType] - ids are ints

    # 2. take what there are slots for
    async def _take(self, queries: Queries) -> timedelta | None:
        """Take jobs. Returns when to look again, or None if all slots are busy: when one is free."""
        free = self.at_once - len(self.running) - self.spared
        if free <= 0 or len(self.keeping) >= self.at_once or self.paused or self.stopping.is_set():
            self.idle = False
            return None
        taken = await queries.dequeue(
            batch_size=free,
            entrypoints={
                QueueEntrypoint(job): EntrypointExecutionParameter(concurrency_limit=1 if job in self.serial else 0)
                for job in self.handlers
            },
            queue_manager_id=QueueManagerId(self.worker_id),
            global_concurrency_limit=None,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
        )
        for queued in taken:
            if queued.id not in self.running and queued.id not in self.keeping:  # a late heartbeat lets us take what we have
                task = asyncio.create_task(self._do(queries, queued))
                self.running[queued.id] = task
                self.tasks.add(task)
                task.add_done_callback(partial(self._forget, queued.id))
        self.idle = len(taken) < free
        if not self.idle:
            return None
        return await queries.next_deferred_eta([QueueEntrypoint(job) for job in self.handlers])

    async def _wait(self, due: timedelta | None) -> None:
        """Until a job comes, a slot becomes free, one that was put off is due, or it is time to look for those of the dead."""
        pause_s = POLL_S if due is None else min(POLL_S, max(due.total_seconds(), 0) + DUE_SLACK_S)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wake.wait(), pause_s)

    async def _do(self, queries: Queries, queued: QueuedJob) -> None:
        """Do a job and settle it. A job that cannot be settled loses its heartbeat, and is done again by whoever takes it."""
        settle = await self._attempt(queued)
        self.running.pop(queued.id, None)  # the slot is free while the job is ticked off
        self.keeping.pop(queued.id, None)
        if self.suspect == queued.id:
            self.suspect = None
        self.wake.set()
        try:
            match settle:
                case None:
                    await queries.log_jobs([(queued, "successful", None)])
                case RetryRequested():
                    self.on_retry(settle.reason or "")
                    await queries.retry_job(queued, settle.delay, _record(queued, settle))
                    self.wake.set()
                case Exception():
                    await queries.log_jobs([(queued, "failed", _record(queued, settle))])
        except Exception as error:  # noqa: BLE001 - the connection is gone; `_work` hears of it too
            log.warning("job-not-settled", job_id=queued.id, error=repr(error))

    def _forget(self, job_id: int, task: asyncio.Task[None]) -> None:
        """Its end, also where it was cancelled before it began."""
        self.tasks.discard(task)
        for jobs in (self.running, self.keeping):
            if jobs.get(job_id) is task:
                del jobs[job_id]
        self.wake.set()

    async def _attempt(self, queued: QueuedJob) -> Exception | None:
        """Call the handler. Returns what to do with the job: None, it is done; `RetryRequested`; an error that holds it."""
        job = Job(queued.entrypoint)
        handler: Handler | None = self.handlers[job]
        deaths = int(cast("int", (queued.headers or {}).get("deaths", 0)))
        if deaths >= DEATHS_MAX:
            log.error("job-kills-workers", job=str(job), job_id=queued.id, deaths=deaths)
            handler = self.held.get(job)
            if handler is None:
                return RuntimeError(f"{deaths} workers died while they had this job")
        elif deaths:
            if deaths > queued.attempts + 1:
                return RetryRequested(delay=SECOND_DEATH_PAUSE, reason=f"{deaths} workers died while they had this job")
            if self.suspect is not None:
                return RetryRequested(delay=SUSPECT_PAUSE, reason="another suspect runs")
            self.suspect = queued.id
        subject = UUID((queued.payload or b"").decode())
        structlog.contextvars.bind_contextvars(job=str(job), subject=str(subject))
        try:
            await handler(subject)
        except asyncio.CancelledError:
            return RetryRequested(reason="the worker stopped")
        except RetryRequested as retry:
            self.failures.pop(queued.id, None)
            return retry
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is counted
            return self._again(queued, error)
        self.failures.pop(queued.id, None)
        return None

    def _again(self, queued: QueuedJob, error: Exception) -> Exception:
        """What follows from a failure: try again, or the error itself, which holds the job."""
        away = is_unavailable(error)
        tries = self.failures.get(queued.id, 0) + (0 if away else 1)
        self.failures[queued.id] = tries
        if tries >= ATTEMPTS_MAX:
            del self.failures[queued.id]
            log.error("job-held", tries=tries, exc_info=error)
            return error
        log.warning("job-failed", tries=tries, database_away=away, exc_info=None if away else error)
        return RetryRequested(delay=timedelta(seconds=2 ** max(tries - 1, 0)), reason=repr(error))


SPARE_POLL_S: Final = 0.05
"""How often a slot is looked for that no job needs; nobody waits for it."""

DUE_SLACK_S: Final = 0.005
"""A job that was put off is taken strictly after it is due."""


def _record(queued: QueuedJob, error: Exception) -> TracebackRecord:
    return TracebackRecord.from_exception(exc=error, job_id=queued.id, additional_context={"entrypoint": queued.entrypoint})


def stop_on_signals(worker: QueueWorker) -> None:
    """SIGTERM and SIGINT stop the worker in order."""
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, worker.stop)
