"""A judging worker proves itself: when it starts, each hour, and when its engine has come back.

    proving ──passes──▸ working ──hour──▸ (checks itself, beside its work) ──passes──▸ working
                           │ fails, or the engine is away
                           ▾
                          out ──passes twice──▸ working

A worker that is out takes no job and puts back those it has: nothing that its sandbox says counts. The others go on. It tries
again by itself, later and later.
"""

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from app.database import Pool, transaction
from app.workers import store
from app.workers.engines import Ability
from app.workers.queue_worker import QueueWorker
from app.workers.roster import HEARD_INTERVAL_S, KEPT, SILENT_AFTER, State
from sandbox import languages, selfcheck
from sandbox.errors import EngineAway, SandboxError
from sandbox.runner import Runner
from sandbox.selfcheck import Proof

log = structlog.get_logger(__name__)

PROVE_INTERVAL_S: Final = 3600
"""Of a worker that works. What breaks a sandbox is an update of its machine; those come by the day."""

PATIENCE_S: Final = 60
"""A probe waits for so long for a slot that no job needs; then it takes its turn: three seconds in an hour."""

SURVEY_EVERY: Final = 8
"""Times of being heard, two minutes: a language whose image was built meanwhile is found; asking for all costs 0.1 s."""

FAREWELL_S: Final = 1
"""A stop does not wait for a database that is away."""

PASSES_AFTER_FAILURE: Final = 2
"""One pass may be luck."""

BACK_OFF_FIRST_S: Final = 5
BACK_OFF_MAX_S: Final = 300
"""A machine that is mended need not be told to anybody; five minutes are less than a person takes."""


@dataclass(slots=True)
class Proving:
    """Keeps one worker honest. `ability` asks what the engine can do now; `check` is the self-check, `slots` probes at once."""

    worker: QueueWorker
    runner: Runner
    runner_name: str
    pool: Pool
    now: Callable[[], datetime]
    ability: Callable[[], Awaitable[Ability]]
    host: str = field(default_factory=socket.gethostname)
    state: State = State.PROVING
    reason: str = ""
    able: Ability = field(default_factory=lambda: Ability(frozenset(), {}))
    enrolled: bool = False
    engine_lost: asyncio.Event = field(default_factory=asyncio.Event)

    def can_run(self, code: str) -> bool:
        """Whether the worker has this language."""
        return code in self.able.languages

    def on_retry(self, reason: str) -> None:
        """A job was put back; if the engine is away, the worker waits for it and proves itself anew."""
        if reason == EngineAway.code:
            self.engine_lost.set()

    async def run(self) -> None:
        """Prove until the worker stops. The worker must be paused at first."""
        await self._enrol()
        heard = asyncio.create_task(self._be_heard())
        try:
            await self._prove()
        finally:
            heard.cancel()
            self.state, self.reason = State.STOPPED, ""
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await self._say()

    async def _prove(self) -> None:
        wanted, passes, pause_s = 1, 0, BACK_OFF_FIRST_S
        while not self.worker.stopping.is_set():
            self.engine_lost.clear()
            fault = await self._fault()
            if fault:
                await self._go_out(fault)
                wanted, passes = PASSES_AFTER_FAILURE, 0
                await self._pause(pause_s)
                pause_s = min(2 * pause_s, BACK_OFF_MAX_S)
                continue
            passes += 1
            if passes < wanted:
                continue
            self.state, self.reason = State.WORKING, ""
            await self._say()
            self.worker.resume()
            wanted, passes, pause_s = 1, 0, BACK_OFF_FIRST_S
            await self._pause(PROVE_INTERVAL_S, self.engine_lost)

    async def _fault(self) -> str:
        """Why the worker must not work; empty if it may."""
        try:
            self.able = await self.ability()
            language = languages.get(selfcheck.LANGUAGE)
            assert language is not None  # a test holds it
            if language.code not in self.able.languages:
                return f"the self-check needs {language.name}, which this worker does not have"
            proof = await selfcheck.check(
                self.runner,
                language,
                at_once=self.worker.at_once if self.worker.paused else 1,
                slot=lambda: self.worker.spare_slot(PATIENCE_S),
            )
        except SandboxError as error:
            return f"{error.code}: {error}"
        except Exception as error:
            log.exception("self-check-broken")
            return f"the self-check broke: {error!r}"
        await self._record(proof)
        return "; ".join(proof.failures)

    async def _go_out(self, fault: str) -> None:
        self.worker.pause()
        log.error("worker-out", host=self.host, worker_id=str(self.worker.worker_id), reason=fault)
        self.state, self.reason = State.OUT, fault
        await self._say()

    async def _pause(self, pause_s: float, *events: asyncio.Event) -> None:
        """Until the time is over, the worker stops, or something happens."""
        waits = [asyncio.create_task(event.wait()) for event in (self.worker.stopping, *events)]
        await asyncio.wait(waits, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _be_heard(self) -> None:
        """Say four times a minute how the worker is and what it can do. A database that is away is waited for."""
        for times in itertools.count():
            if not self.enrolled:
                await self._enrol()
            if times % SURVEY_EVERY == SURVEY_EVERY - 1 and self.state is State.WORKING:
                with suppress(SandboxError):
                    self.able = await self.ability()
            await self._say()
            await asyncio.sleep(HEARD_INTERVAL_S)

    async def _enrol(self) -> None:
        """Put the worker on record, and take those off that ended on this host without a word."""
        try:
            async with transaction(self.pool) as db:
                await store.enrol(db, self.worker.worker_id, self.host, self.worker.at_once, self.runner_name, self.now())
                await store.stop_silent(db, self.host, self.now() - SILENT_AFTER)
                await store.forget_workers(db, self.now() - KEPT)
        except Exception as error:  # noqa: BLE001 - judging goes on without the record
            log.warning("worker-not-on-record", error=repr(error))
        else:
            self.enrolled = True

    async def _say(self) -> None:
        able = self.able
        try:
            async with self.pool.acquire() as db:
                await store.hear(db, self.worker.worker_id, self.state, self.reason, able.languages, able.engine, self.now())
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("worker-not-on-record", error=repr(error))

    async def _record(self, proof: Proof) -> None:
        log.info("self-check", failures=proof.failures, unchecked=proof.unchecked, took_ms=proof.took_ms)
        try:
            async with self.pool.acquire() as db:
                await store.record_proof(db, self.worker.worker_id, proof, self.now())
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("worker-not-on-record", error=repr(error))
