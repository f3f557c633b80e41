"""`app/jobs/queue.py` and `migrations/0013_fair_queue.sql`: whose job is next, on a real database."""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job as QueuedJob
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries
from pgqueuer.types import QueueEntrypoint, QueueManagerId

from app.database import connect, transaction
from app.jobs.queue import AGES, Job, Turn, Urgency, enqueue, raise_what_waits
from app.workers.queue_worker import HEARTBEAT_TIMEOUT
from tests.fixtures.postgres import Database

SLOTS = 2
JUDGING = (Job.JUDGE_SUBMISSION, Job.RUN_SAMPLES, Job.JUDGE_SOLUTION)


@dataclass
class Worker:
    """Takes jobs one by one and is done with each as soon as all slots are busy."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    slots: int = SLOTS
    manager: UUID = field(default_factory=uuid4)
    busy: list[QueuedJob] = field(default_factory=list[QueuedJob])

    async def take(self) -> UUID | None:
        """The subject of the next job, or None."""
        queries = Queries(AsyncpgDriver(self.connection))
        if len(self.busy) == self.slots:
            await queries.log_jobs([(self.busy.pop(0), "successful", None)])
        found = await queries.dequeue(
            batch_size=1,
            entrypoints={QueueEntrypoint(job): EntrypointExecutionParameter(concurrency_limit=0) for job in JUDGING},
            queue_manager_id=QueueManagerId(self.manager),
            global_concurrency_limit=None,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
        )
        self.busy += found
        return UUID((found[0].payload or b"").decode()) if found else None

    async def take_all(self) -> list[UUID]:
        """Everything that waits, in the order in which it is taken."""
        taken: list[UUID] = []
        while (subject := await self.take()) is not None:
            taken.append(subject)
        return taken


@pytest.fixture
async def worker(database: Database) -> Worker:
    return Worker(await connect(database.url, "sarap_judging", durable=False))


async def hand_in(
    database: Database, session: UUID, sitting: UUID, count: int = 1, urgency: Urgency = Urgency.HAND_IN
) -> list[UUID]:
    """Jobs of one session in their order, put in as the web process would, each in a transaction of its own."""
    job = {Urgency.SAMPLES: Job.RUN_SAMPLES, Urgency.VALIDATION: Job.JUDGE_SOLUTION}.get(urgency, Job.JUDGE_SUBMISSION)
    subjects = [uuid4() for _ in range(count)]
    for subject in subjects:
        async with transaction(database.web) as db:
            await enqueue(db, job, subject, Turn(urgency, session, sitting))
    return subjects


async def test_a_hundred_runs_of_one_candidate_do_not_delay_the_first_of_another(database: Database, worker: Worker) -> None:
    sitting = uuid4()
    many = await hand_in(database, uuid4(), sitting, 100)
    taken = [await worker.take() for _ in range(10)]
    (first,) = await hand_in(database, uuid4(), sitting)
    taken = [await worker.take() for _ in range(SLOTS + 1)]
    assert first in taken
    rest = await worker.take_all()
    assert sorted(subject for subject in rest if subject) == sorted(set(many[10:]) - set(taken))


async def test_many_newcomers_wait_for_one_run_at_most_of_whoever_has_many(database: Database, worker: Worker) -> None:
    sitting = uuid4()
    many = await hand_in(database, uuid4(), sitting, 60)
    newcomers = [(await hand_in(database, uuid4(), sitting))[0] for _ in range(20)]
    taken = [await worker.take() for _ in range(22)]
    assert set(newcomers) <= set(taken)
    assert [subject for subject in taken if subject in many] == many[:2]


async def test_a_large_sitting_and_a_small_one_take_turns(database: Database, worker: Worker) -> None:
    large, small = uuid4(), uuid4()
    for _ in range(500):
        await hand_in(database, uuid4(), large)
    few = [(await hand_in(database, uuid4(), small))[0] for _ in range(5)]
    taken = await worker.take_all()
    assert len(taken) == 505
    assert [taken.index(subject) for subject in few] == [1, 3, 5, 7, 9]


async def test_one_candidate_s_programs_are_judged_in_their_order(database: Database, worker: Worker) -> None:
    sessions = {uuid4(): uuid4() for _ in range(6)}
    handed_in: dict[UUID, list[UUID]] = {session: [] for session in sessions}
    for _ in range(60):
        session = random.choice(list(sessions))
        handed_in[session] += await hand_in(database, session, sessions[session])
    taken = await worker.take_all()
    for subjects in handed_in.values():
        assert [subject for subject in taken if subject in subjects] == subjects


async def test_samples_go_before_hand_ins_and_bulk_goes_last(database: Database, worker: Worker) -> None:
    session, sitting = uuid4(), uuid4()
    expected = {
        urgency: await hand_in(database, session, sitting, 2, urgency) for urgency in sorted(Urgency)
    }  # the least urgent came first
    taken = await worker.take_all()
    assert taken == [subject for urgency in sorted(Urgency, reverse=True) for subject in expected[urgency]]


@pytest.mark.parametrize("seed", range(3))
async def test_whoever_comes_when_and_however_often_is_served_in_turns(database: Database, worker: Worker, seed: int) -> None:
    """Each job once; and while somebody waits, nobody else is served more often than in turns."""
    choose = random.Random(seed)
    sittings = [uuid4() for _ in range(3)]
    session_of: dict[UUID, tuple[UUID, UUID]] = {}
    sessions = [(uuid4(), choose.choices(sittings, (8, 3, 1))[0]) for _ in range(20)]
    waiting_since: dict[UUID, int] = {}
    line: dict[tuple[UUID, UUID], list[UUID]] = {session: [] for session in sessions}
    order: list[tuple[UUID, UUID]] = []
    while len(order) < 150 or waiting_since:
        if len(order) < 150 and choose.random() < 0.55:
            session = choose.choice(sessions)
            for subject in await hand_in(database, *session, choose.choice((1, 1, 1, 12))):
                session_of[subject] = session
                waiting_since[subject] = len(order)
                line[session].append(subject)
            continue
        subject = await worker.take()
        assert (subject is None) == (not waiting_since), "no job waits while a slot is free"
        if subject is None:
            continue
        session = session_of[subject]
        assert line[session].pop(0) == subject
        head_since = max(waiting_since.pop(subject), last_served(order, session))
        order.append(session)
        meanwhile = order[head_since:-1]
        within = Counter(other for other in meanwhile if other[1] == session[1])
        assert all(times <= 2 for times in within.values()), "a candidate of the same sitting came three times"
        own, others = sum(within.values()), Counter(sitting for _, sitting in meanwhile if sitting != session[1])
        assert all(times <= own + 2 for times in others.values()), "another sitting came more often than ours"


def last_served(order: Sequence[tuple[UUID, UUID]], session: tuple[UUID, UUID]) -> int:
    """Since when the session's next job is the first of its line."""
    with suppress(ValueError):
        return len(order) - list(reversed(order)).index(session)
    return 0


async def test_whoever_waits_is_reached_though_others_keep_coming(database: Database, worker: Worker) -> None:
    sitting = uuid4()
    (patient,) = (await hand_in(database, uuid4(), sitting, 5))[-1:]
    for turn in range(30):
        await hand_in(database, uuid4(), sitting)
        if await worker.take() == patient:
            assert turn < 15
            return
    pytest.fail("never reached")


async def test_a_program_that_is_handed_in_while_its_forerunner_is_taken_keeps_its_turn(
    database: Database, worker: Worker
) -> None:
    session, sitting = uuid4(), uuid4()
    (first,) = await hand_in(database, session, sitting)
    second = uuid4()
    async with transaction(database.web) as db:
        await enqueue(db, Job.JUDGE_SUBMISSION, second, Turn(Urgency.HAND_IN, session, sitting))
        assert await worker.take() is None, "the first is taken only when the second can be called up"
    assert await worker.take() == first
    (other,) = await hand_in(database, uuid4(), sitting)
    assert [await worker.take(), await worker.take()] == [second, other]


async def test_a_job_that_waits_already_is_not_added_twice(database: Database, worker: Worker) -> None:
    subject, turn = uuid4(), Turn(Urgency.HAND_IN, uuid4(), uuid4())
    for _ in range(2):
        async with transaction(database.web) as db:
            await enqueue(db, Job.JUDGE_SUBMISSION, subject, turn)
    assert await worker.take_all() == [subject]


async def test_a_hand_in_rises_when_samples_keep_it_waiting_too_long(database: Database, worker: Worker) -> None:
    sitting = uuid4()
    old = [(await hand_in(database, uuid4(), sitting))[0] for _ in range(2)]
    age = AGES[Job.JUDGE_SUBMISSION, Urgency.HAND_IN][2]
    await database.admin.execute("UPDATE pgqueuer SET created = created - $1::interval", age)
    samples = [(await hand_in(database, uuid4(), sitting, urgency=Urgency.SAMPLES))[0] for _ in range(4)]
    (new,) = await hand_in(database, uuid4(), sitting)
    async with transaction(database.registry) as db:
        assert await raise_what_waits(db, datetime.now(UTC)) == 2
        assert await raise_what_waits(db, datetime.now(UTC)) == 0
    taken = await worker.take_all()
    assert taken[:4] == [old[0], samples[0], old[1], samples[1]]
    assert taken[-1] == new


@pytest.mark.parametrize("urgency", [Urgency.REHEARSAL, Urgency.REJUDGE])
async def test_bulk_work_and_rehearsals_never_rise(database: Database, urgency: Urgency) -> None:
    await hand_in(database, uuid4(), uuid4(), urgency=urgency)
    await database.admin.execute("UPDATE pgqueuer SET created = created - interval '30 days'")
    async with transaction(database.registry) as db:
        assert await raise_what_waits(db, datetime.now(UTC)) == 0


BACKLOG = """
INSERT INTO pgqueuer (priority, entrypoint, payload, execute_after, headers, status)
SELECT CASE WHEN n % 10 = 0 THEN 599999999 - n / 10 ELSE 500000000 END, 'judge_submission', convert_to($1, 'UTF8'), now(),
       jsonb_build_object('urgency', 5, 'session', '5:' || n / 10, 'sitting', '5:' || n % 3), 'queued'
FROM generate_series(1, 50000) n
"""


async def test_with_fifty_thousand_jobs_waiting_one_is_put_in_and_taken_by_index(database: Database, worker: Worker) -> None:
    """Both read a handful of rows: the queue is longest when there is least time."""
    async with transaction(database.admin) as db:
        await db.execute("SET LOCAL session_replication_role = replica")  # without the triggers: half a minute less
        await db.execute(BACKLOG, str(uuid4()))
    await database.admin.execute("ANALYZE pgqueuer")
    before = await rows_read(database)
    assert await worker.take() is not None
    await worker.connection.execute("SELECT pg_stat_force_next_flush()")
    taking = await rows_read(database) - before
    async with database.web.acquire() as db:
        await enqueue(db, Job.JUDGE_SUBMISSION, uuid4(), Turn(Urgency.HAND_IN, uuid4(), uuid4()))
        await db.execute("SELECT pg_stat_force_next_flush()")
    putting = await rows_read(database) - before - taking
    assert 0 < taking < 100
    assert 0 < putting < 100


async def rows_read(database: Database) -> int:
    """Rows of the queue that all statements so far have read."""
    return await database.admin.fetchval(
        "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'pgqueuer'"
    )
