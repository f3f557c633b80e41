"""`app/workers/queue_worker.py`, with the real queue on a real database."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import pytest
from pgqueuer import RetryRequested

from app.database import transaction
from app.embedded_postgres import running
from app.jobs.queue import Job, Turn, Urgency, depths, enqueue
from app.migrate import migrate, read
from app.workers import queue_worker
from app.workers.queue_worker import HEARTBEAT_TIMEOUT, QueueWorker
from tests.fixtures.postgres import Database

PATIENCE_S: Final = 30
ROLE: Final = "sarap_judging"


@asynccontextmanager
async def working(worker: QueueWorker) -> AsyncGenerator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await asyncio.wait_for(task, PATIENCE_S)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():
            await asyncio.sleep(0.02)


async def put(database: Database, job: Job, *subjects: UUID) -> None:
    async with transaction(database.web) as db:
        for subject in subjects:
            await enqueue(db, job, subject)


async def left(database: Database) -> list[tuple[str, str, int]]:
    async with transaction(database.admin) as db:
        return await depths(db)


async def test_each_job_is_done_once_with_its_id_and_then_gone(database: Database) -> None:
    seen: list[UUID] = []

    async def handler(subject: UUID) -> None:
        seen.append(subject)

    subjects = [uuid4() for _ in range(20)]
    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=4)):
        await put(database, Job.JUDGE_SUBMISSION, *subjects)

        async def done() -> bool:
            return not await left(database)

        await until(done)
    assert sorted(seen) == sorted(subjects)


async def test_no_more_jobs_run_at_once_than_there_are_slots(database: Database) -> None:
    now = most = 0

    async def handler(_subject: UUID) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    await put(database, Job.JUDGE_SUBMISSION, *(uuid4() for _ in range(12)))
    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=1)):

        async def done() -> bool:
            return not await left(database)

        await until(done)
    assert most == 1


async def test_a_hand_in_goes_before_reference_solutions_that_wait_longer(database: Database) -> None:
    order: list[Job] = []

    def handler(job: Job) -> Callable[[UUID], Awaitable[None]]:
        async def work(_subject: UUID) -> None:
            order.append(job)

        return work

    async with transaction(database.web) as db:
        for _ in range(3):
            await enqueue(db, Job.JUDGE_SOLUTION, uuid4(), Turn(Urgency.VALIDATION, uuid4(), uuid4()))
        await enqueue(db, Job.JUDGE_SUBMISSION, uuid4(), Turn(Urgency.HAND_IN, uuid4(), uuid4()))
    handlers = {job: handler(job) for job in (Job.JUDGE_SOLUTION, Job.JUDGE_SUBMISSION)}
    async with working(QueueWorker(database.url, ROLE, handlers, at_once=1)):

        async def done() -> bool:
            return not await left(database)

        await until(done)
    assert order == [Job.JUDGE_SUBMISSION] + 3 * [Job.JUDGE_SOLUTION]


async def test_what_keeps_failing_is_tried_again_and_then_held_for_a_person(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_worker, "ATTEMPTS_MAX", 2)
    tries = 0

    async def handler(_subject: UUID) -> None:
        nonlocal tries
        tries += 1
        raise ValueError("broken")

    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=1)):
        await put(database, Job.JUDGE_SUBMISSION, uuid4())

        async def held() -> bool:
            return await left(database) == [("judge_submission", "failed", 1)]

        await until(held)
    assert tries == 2


async def test_a_job_that_asks_to_come_again_is_never_held(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_worker, "ATTEMPTS_MAX", 2)
    tries = 0

    async def handler(_subject: UUID) -> None:
        nonlocal tries
        tries += 1
        if tries < 5:
            raise RetryRequested(reason="not yet")

    async with working(QueueWorker(database.url, ROLE, {Job.GRADE_SESSION: handler}, at_once=1)):
        await put(database, Job.GRADE_SESSION, uuid4())

        async def done() -> bool:
            return tries == 5 and not await left(database)

        await until(done)


async def test_a_stop_puts_back_what_is_not_done_in_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_worker, "DRAIN_S", 0.1)
    begun = asyncio.Event()

    async def endless(_subject: UUID) -> None:
        begun.set()
        await asyncio.sleep(600)

    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: endless}, at_once=1)):
        await put(database, Job.JUDGE_SUBMISSION, uuid4())
        await asyncio.wait_for(begun.wait(), PATIENCE_S)
    assert await left(database) == [("judge_submission", "queued", 1)]


async def test_a_stop_lets_what_is_nearly_done_finish(database: Database) -> None:
    begun = asyncio.Event()
    finished = False

    async def short(_subject: UUID) -> None:
        nonlocal finished
        begun.set()
        await asyncio.sleep(0.3)
        finished = True

    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: short}, at_once=1)):
        await put(database, Job.JUDGE_SUBMISSION, uuid4())
        await asyncio.wait_for(begun.wait(), PATIENCE_S)
    assert finished
    assert await left(database) == []


async def test_a_worker_outlives_a_database_that_is_killed_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_worker, "BACK_OFF_MAX_S", 1)
    seen: list[UUID] = []

    async def handler(subject: UUID) -> None:
        seen.append(subject)

    async def put_into(url: str, subject: UUID) -> None:
        from app.database import connected

        async with connected(url) as db:
            await enqueue(db, Job.JUDGE_SUBMISSION, subject)

    with running(tmp_path) as server:
        await migrate(server.url, read())
        before, after = uuid4(), uuid4()
        async with working(QueueWorker(server.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=1)):
            await put_into(server.url, before)

            async def saw_first() -> bool:
                return before in seen

            await until(saw_first)
            os.kill(server.pid, signal.SIGKILL)
            while not server.revive():
                await asyncio.sleep(0.05)
            await put_into(server.url, after)

            async def saw_second() -> bool:
                return after in seen

            await until(saw_second)


async def taken_by_the_dead(database: Database, deaths: int, job: Job = Job.JUDGE_SUBMISSION) -> UUID:
    """A job that so many workers had when they died, the last one just long enough ago to be noticed."""
    subject = uuid4()
    await put(database, job, subject)
    dead = [f"00000000-0000-4000-8000-{number:012}" for number in range(deaths)]
    for worker_id in dead:
        await database.judging.execute(
            """UPDATE pgqueuer SET status = 'picked', queue_manager_id = $1, heartbeat = now() - $2::interval
               WHERE payload = $3""",
            UUID(worker_id),
            2 * HEARTBEAT_TIMEOUT,
            str(subject).encode(),
        )
    return subject


async def nothing_left(database: Database) -> bool:
    return not await left(database)


async def test_a_job_of_a_worker_that_died_is_done_by_another(database: Database) -> None:
    seen: list[UUID] = []

    async def handler(subject: UUID) -> None:
        seen.append(subject)

    subject = await taken_by_the_dead(database, 1)
    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=1)):
        await until(partial(nothing_left, database))
    assert seen == [subject]


async def test_a_job_that_killed_each_worker_that_took_it_is_not_run_again(database: Database) -> None:
    ran: list[UUID] = []
    held: list[UUID] = []

    async def handler(subject: UUID) -> None:
        ran.append(subject)

    async def hold(subject: UUID) -> None:
        held.append(subject)

    deadly = await taken_by_the_dead(database, queue_worker.DEATHS_MAX)
    well = uuid4()
    await put(database, Job.JUDGE_SUBMISSION, well)
    worker = QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, 1, held={Job.JUDGE_SUBMISSION: hold})
    async with working(worker):
        await until(partial(nothing_left, database))
    assert (ran, held) == ([well], [deadly])


async def test_a_deadly_job_that_nobody_can_hold_stays_in_the_queue_as_failed(database: Database) -> None:
    async def handler(_subject: UUID) -> None:
        pytest.fail("it was run")

    await taken_by_the_dead(database, queue_worker.DEATHS_MAX, Job.JUDGE_SOLUTION)
    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SOLUTION: handler}, at_once=1)):

        async def failed() -> bool:
            return await left(database) == [("judge_solution", "failed", 1)]

        await until(failed)


async def test_of_jobs_whose_workers_died_one_runs_at_a_time_and_none_is_blamed_for_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_worker, "SUSPECT_PAUSE", timedelta(milliseconds=50))
    suspects = [await taken_by_the_dead(database, 1) for _ in range(3)]
    innocent = uuid4()
    await put(database, Job.JUDGE_SUBMISSION, innocent)
    now: set[UUID] = set()
    beside: list[int] = []

    async def handler(subject: UUID) -> None:
        now.add(subject)
        beside.append(len(now - {innocent}))
        await asyncio.sleep(0.2)
        now.discard(subject)

    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=4)):
        await until(partial(nothing_left, database))
    assert max(beside) == 1
    assert len(beside) == len(suspects) + 1


async def test_a_paused_worker_puts_back_what_it_runs_and_takes_nothing(database: Database) -> None:
    begun = asyncio.Event()

    async def endless(_subject: UUID) -> None:
        begun.set()
        await asyncio.sleep(600)

    worker = QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: endless}, at_once=1)
    async with working(worker):
        await put(database, Job.JUDGE_SUBMISSION, uuid4())
        await asyncio.wait_for(begun.wait(), PATIENCE_S)
        worker.pause()

        async def back() -> bool:
            return await left(database) == [("judge_submission", "queued", 1)]

        await until(back)
        begun.clear()
        await asyncio.sleep(0.3)
        assert not begun.is_set()
        worker.resume()
        await asyncio.wait_for(begun.wait(), PATIENCE_S)


async def test_a_job_waits_for_no_other_while_a_slot_is_free_and_none_is_taken_without_one(database: Database) -> None:
    """What is taken ahead of its time keeps what comes later, and is more urgent, waiting."""
    order: list[UUID] = []
    release = asyncio.Event()

    async def handler(subject: UUID) -> None:
        order.append(subject)
        await release.wait()

    first, second, urgent = uuid4(), uuid4(), uuid4()
    session = uuid4()
    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=1)):
        await put(database, Job.JUDGE_SUBMISSION, first, second)

        async def has_begun() -> bool:
            return order == [first]

        await until(has_begun)
        async with transaction(database.web) as db:
            await enqueue(db, Job.JUDGE_SUBMISSION, urgent, Turn(Urgency.SAMPLES, session, session))
        release.set()
        await until(partial(nothing_left, database))
    assert order == [first, urgent, second]


async def test_after_the_second_death_others_go_first(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_worker, "SECOND_DEATH_PAUSE", timedelta(milliseconds=300))
    order: list[UUID] = []

    async def handler(subject: UUID) -> None:
        order.append(subject)
        await asyncio.sleep(0.02)

    twice = await taken_by_the_dead(database, 2)
    others = [uuid4() for _ in range(3)]
    await put(database, Job.JUDGE_SUBMISSION, *others)
    async with working(QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=1)):
        await until(partial(nothing_left, database))
    assert order == [*others, twice]


async def test_while_a_job_keeps_what_it_found_the_next_begins_and_no_more(database: Database) -> None:
    begun: list[UUID] = []
    release = asyncio.Event()

    async def handler(subject: UUID) -> None:
        begun.append(subject)
        worker.free_slot()
        await release.wait()

    subjects = [uuid4() for _ in range(4)]
    worker = QueueWorker(database.url, ROLE, {Job.JUDGE_SUBMISSION: handler}, at_once=2)
    async with working(worker):
        await put(database, Job.JUDGE_SUBMISSION, *subjects)

        async def two_keep() -> bool:
            return len(worker.keeping) == 2

        await until(two_keep)
        await asyncio.sleep(0.2)
        assert begun == subjects[:2], "a database that is slow is not given more and more to keep"
        release.set()
        await until(partial(nothing_left, database))
    assert sorted(begun) == sorted(subjects)
