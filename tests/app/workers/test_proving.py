"""`app/workers/proving.py`: a worker whose self-check fails takes itself out, says why, and comes back by itself."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import pytest
from pgqueuer import RetryRequested

from app.database import transaction
from app.jobs.queue import Job, depths, enqueue
from app.workers import proving
from app.workers.engines import Ability
from app.workers.proving import Proving
from app.workers.queue_worker import QueueWorker
from app.workers.roster import JudgingWorker, State
from app.workers.store import judging_workers
from sandbox import languages
from sandbox.errors import EngineAway
from sandbox.limits import Limits
from sandbox.runner import Outcome, Program
from sandbox.scripted_runner import ScriptedRunner, exited
from tests.fixtures.postgres import Database
from tests.sandbox.test_selfcheck import SOURCES, good

PATIENCE_S: Final = 30
ROLE: Final = "sarap_judging"


class Bench:
    """A judging worker whose sandbox can be broken and mended, and whose jobs say who did them."""

    def __init__(
        self,
        database: Database,
        name: str,
        done: list[tuple[str, UUID]],
        hold_up: asyncio.Event | None = None,
        at_once: int = 1,
    ) -> None:
        self.database = database
        self.breaks = ""
        self.away = False
        self.begun = asyncio.Event()

        async def handler(subject: UUID) -> None:
            self.begun.set()
            if self.away:
                raise RetryRequested(reason=EngineAway.code)
            if hold_up is not None:
                await hold_up.wait()
            done.append((name, subject))

        async def ability() -> Ability:
            if self.away:
                raise EngineAway("no engine answers")
            return Ability(frozenset(languages.catalogue()), {"name": "scripted"})

        self.worker = QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=at_once, paused=True)
        self.runner = ScriptedRunner(self._script)
        self.proving = Proving(self.worker, self.runner, "docker", database.judging, _now, ability, host=f"host-{name}")
        self.worker.on_retry = self.proving.on_retry

    def _script(self, program: Program, stdin: bytes, limits: Limits) -> Outcome:
        broken = SOURCES[program.files[0].content] == self.breaks
        return exited(b"leak\n") if broken else good(program, stdin, limits)

    @asynccontextmanager
    async def working(self) -> AsyncGenerator[None]:
        tasks = [asyncio.create_task(self.worker.run()), asyncio.create_task(self.proving.run())]
        try:
            yield
        finally:
            self.worker.stop()
            await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE_S)

    async def on_record(self) -> JudgingWorker:
        async with transaction(self.database.web) as db:
            known = await judging_workers(db, datetime(2000, 1, 1, tzinfo=UTC))
        return next(one for one in known if one.worker_id == self.worker.worker_id)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "BACK_OFF_FIRST_S", 0.2)
    monkeypatch.setattr(proving, "PROVE_INTERVAL_S", 0.2)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():
            await asyncio.sleep(0.02)


async def put(database: Database) -> UUID:
    subject = uuid4()
    async with transaction(database.web) as db:
        await enqueue(db, Job.JUDGE_SUBMISSION, subject)
    return subject


async def test_a_worker_that_proves_itself_works_and_is_on_record(database: Database) -> None:
    done: list[tuple[str, UUID]] = []
    bench = Bench(database, "a", done)
    async with bench.working():
        subject = await put(database)

        async def is_done() -> bool:
            return done == [("a", subject)]

        await until(is_done)
        known = await bench.on_record()
        assert (known.host, known.state, known.reason, known.slots) == ("host-a", State.WORKING, "", 1)
        assert known.works(_now())
        assert set(known.languages) == set(languages.catalogue())
        assert known.self_check is not None
        assert known.self_check["failures"] == []
    assert (await bench.on_record()).state is State.STOPPED


async def test_a_worker_that_does_not_prove_itself_takes_nothing_until_it_is_mended(database: Database) -> None:
    done: list[tuple[str, UUID]] = []
    bench = Bench(database, "a", done)
    bench.breaks = "network"
    async with bench.working():
        subject = await put(database)

        async def is_out() -> bool:
            return bench.proving.state is State.OUT and (await bench.on_record()).state is State.OUT

        await until(is_out)
        known = await bench.on_record()
        assert known.reason.startswith("network: it said 'leak'")
        assert not known.works(_now())
        assert done == []
        bench.breaks = ""

        async def is_done() -> bool:
            return done == [("a", subject)]

        await until(is_done)
        assert (await bench.on_record()).reason == ""


async def test_while_one_is_out_the_others_do_its_work_also_what_it_had_begun(database: Database) -> None:
    done: list[tuple[str, UUID]] = []
    sick, well = Bench(database, "sick", done, asyncio.Event(), at_once=2), Bench(database, "well", done)
    async with sick.working():
        subject = await put(database)
        await asyncio.wait_for(sick.begun.wait(), PATIENCE_S)
        sick.breaks = "canary"
        async with well.working():

            async def is_done() -> bool:
                return done == [("well", subject)]

            await until(is_done)
        assert sick.proving.state is State.OUT


async def test_an_engine_that_is_away_takes_the_worker_out_until_it_is_back(database: Database) -> None:
    done: list[tuple[str, UUID]] = []
    bench = Bench(database, "a", done)
    async with bench.working():

        async def works() -> bool:
            return bench.proving.state is State.WORKING

        await until(works)
        bench.away = True
        subject = await put(database)

        async def is_out() -> bool:
            return bench.proving.state is State.OUT

        await until(is_out)
        assert bench.proving.reason == "engine-away: no engine answers"
        async with transaction(database.admin) as db:
            assert await depths(db) == [("judge_submission", "queued", 1)]
        bench.away = False

        async def is_done() -> bool:
            return done == [("a", subject)]

        await until(is_done)


async def test_a_self_check_waits_for_a_slot_that_no_job_needs(database: Database) -> None:
    done: list[tuple[str, UUID]] = []
    hold_up = asyncio.Event()
    bench = Bench(database, "a", done, hold_up)
    async with bench.working():
        await put(database)
        await asyncio.wait_for(bench.begun.wait(), PATIENCE_S)
        probes = len(bench.runner.runs)
        await asyncio.sleep(0.6)  # three intervals
        assert len(bench.runner.runs) == probes
        hold_up.set()

        async def is_done() -> bool:
            return len(done) == 1 and len(bench.runner.runs) > probes

        await until(is_done)
