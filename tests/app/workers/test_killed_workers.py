"""Judging workers killed at random: nothing is lost, and nothing is judged twice."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import pytest

from app.database import transaction
from app.jobs.queue import Job, Turn, Urgency, enqueue
from app.supervision import Service
from app.task_import import import_task
from exams.authoring import store as authoring
from exams.papers import store as papers
from exams.papers.blueprint import BlueprintRow
from exams.papers.paper import Choice
from exams.sessions import store as sessions
from exams.sessions.session import Session
from exams.submissions import store as submissions
from exams.submissions.submission import Answer, Origin
from sandbox.docker_engine import DockerEngine
from sandbox.docker_runner import DockerRunner
from tests.fixtures.examroom import NOON, insert_account
from tests.fixtures.packages import a_package
from tests.fixtures.postgres import Database

SUBMISSIONS: Final = 500
CANDIDATES: Final = 20
WORKERS: Final = 2
KILLS: Final = 8
PATIENCE_S: Final = 600
"""It takes two minutes on two idle cores, and three times as long beside other tests."""

SUM: Final = "print(sum(map(int, input().split())))"


class Handed(NamedTuple):
    """How many of a hundred submissions, and the verdict that they must get, whoever dies."""

    share: int
    language: str
    source: str
    verdict: str


JS_SUM: Final = 'console.log(require("fs").readFileSync(0, "utf8").trim().split(/\\s+/).reduce((a, b) => a + +b, 0))'
CPP_SUM: Final = '#include <cstdio>\nint main() { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); }'
ATTACK: Final = "import os\ntry:\n    os.kill(1, 9)\nexcept OSError:\n    pass\n"
PROGRAMS: Final = (
    Handed(68, "python3", SUM, "AC"),
    Handed(10, "python3", "print(0)", "WA"),
    Handed(6, "python3", "raise SystemExit(1)", "RTE"),
    Handed(4, "python3", "print(", "CE"),
    Handed(5, "javascript", JS_SUM, "AC"),
    Handed(4, "cpp", CPP_SUM, "AC"),
    Handed(2, "python3", ATTACK + SUM, "AC"),
    Handed(1, "python3", "kept = []\nwhile True:\n    kept.append(bytearray(2**20))", "MLE"),
)
assert sum(program.share for program in PROGRAMS) == 100


@dataclass
class Fleet:
    """Judging workers in processes of their own, as a centre runs them, one slot each."""

    database: Database
    folder: Path
    services: list[Service] = field(default_factory=list[Service])
    killed: list[int] = field(default_factory=list[int])

    def start(self) -> None:
        environment = {
            "DATABASE_URL": self.database.url,
            "SARAP_JUDGING_SLOTS": "1",
            "SARAP_DATA_DIR": str(self.folder),
            "SARAP_LOG_FORMAT": "json",
        }
        service = Service(
            "judging", ("worker", "judging"), environment, self.folder / f"{len(self.killed)}-{time.time_ns()}.log"
        )
        service.start()
        self.services.append(service)

    def kill(self, service: Service) -> None:
        assert service.process is not None
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
        self.services.remove(service)
        self.killed.append(service.process.pid)

    @staticmethod
    def works(service: Service) -> bool:
        """Whether it has proved itself and takes jobs; and lives, for none may die by itself."""
        assert service.process is not None
        assert service.log_path is not None
        log = service.log_path.read_text("utf-8")
        assert service.process.poll() is None, log
        return "worker-ready" in log


@contextmanager
def fleet(database: Database, folder: Path) -> Generator[Fleet]:
    made = Fleet(database, folder)
    try:
        for _ in range(WORKERS):
            made.start()
        yield made
    finally:
        for service in made.services:
            service.ask_to_stop()
        for service in made.services:
            service.stop()


async def sit(database: Database, folder: Path) -> list[Session]:
    """Twenty candidates sit an exam of one task: the sum of two numbers."""
    sittings: list[Session] = []
    async with transaction(database.admin) as db:
        author = await insert_account(db, "author", "examiner")
        task_id = await import_task(db, a_package(folder), author, NOON)
        task = await authoring.authored_task(db, task_id)
        assert task is not None
        scheme_id = await papers.insert_scheme(
            db,
            code="sums",
            names={"en": "Sums"},
            descriptions={"en": "-"},
            duration_minutes=60,
            cut_score_percent=60,
            languages=["python3", "javascript", "cpp"],
            blueprint=[BlueprintRow(1, "arithmetic", 100)],
            now=NOON,
        )
        assert scheme_id is not None
        scheme = await papers.scheme_of(db, scheme_id)
        assert scheme is not None
        for number in range(CANDIDATES):
            candidate = await insert_account(db, f"candidate{number}", "candidate")
            paper_id = await papers.insert_paper(db, scheme, [Choice(1, task_id, task.dataset_id, 100)], NOON)
            session = await sessions.insert_session(db, scheme, paper_id, candidate, NOON)
            assert session is not None
            sittings.append(session)
    return sittings


async def hand_in_all(database: Database, folder: Path) -> dict[UUID, str]:
    """Five hundred submissions, as the web process takes them; the verdict that each must get."""
    sittings = await sit(database, folder)
    mixed = [program for program in PROGRAMS for _ in range(program.share * SUBMISSIONS // 100)]
    random.Random(5).shuffle(mixed)
    expected: dict[UUID, str] = {}
    for number, program in enumerate(mixed):
        session = sittings[number % CANDIDATES]
        comment = "#" if program.language == "python3" else "//"
        answer = Answer(1, program.language, f"{program.source}\n{comment} {number}\n")
        async with transaction(database.web) as db:
            submission = await submissions.insert_submission(db, session, answer, Origin.HANDED_IN, NOON)
            assert submission is not None
            turn = Turn(Urgency.HAND_IN, session.session_id, session.scheme_id)
            await enqueue(db, Job.JUDGE_SUBMISSION, submission.submission_id, turn)
        expected[submission.submission_id] = program.verdict
    return expected


@asynccontextmanager
async def connected_engine() -> AsyncGenerator[DockerEngine]:
    engine = await DockerEngine.connect()
    try:
        yield engine
    finally:
        await engine.close()


@pytest.mark.docker
async def test_workers_killed_at_random_lose_nothing_and_judge_nothing_twice(
    database: Database,
    docker_runner: DockerRunner,  # there is an engine, with the images
    tmp_path: Path,
) -> None:
    expected = await hand_in_all(database, tmp_path)
    choose = random.Random(7)
    orphans: set[int] = set()
    with fleet(database, tmp_path) as workers:
        deadline = time.monotonic() + PATIENCE_S
        to_live: dict[int, float] = {}
        while await database.admin.fetchval("SELECT count(*) FROM pgqueuer WHERE status <> 'failed'"):
            assert time.monotonic() < deadline, await database.admin.fetch("SELECT status, count(*) FROM pgqueuer GROUP BY 1")
            rows = await database.admin.fetch("SELECT id FROM pgqueuer WHERE headers ? 'deaths'")
            orphans |= {row["id"] for row in rows}
            for service in [service for service in workers.services if workers.works(service)]:
                until = to_live.setdefault(id(service), time.monotonic() + choose.uniform(1, 4))
                if len(workers.killed) < KILLS and time.monotonic() > until:
                    workers.kill(service)
                    workers.start()
            await asyncio.sleep(choose.uniform(0.05, 0.3))
        judged = await database.admin.fetch("SELECT submission_id, verdict FROM judgement")
        assert Counter(row["submission_id"] for row in judged) == Counter(expected.keys())  # none missing, none twice
        assert {row["submission_id"]: row["verdict"] for row in judged} == expected
        assert await database.admin.fetch("SELECT * FROM judging_failure") == []
        assert await database.admin.fetch("SELECT * FROM pgqueuer") == []
        assert len(workers.killed) == KILLS
        assert orphans, "no worker was killed in the middle of a job"

        # Nobody ends the sandboxes of the dead: they end because their standard input is closed.
        known = await database.admin.fetch("SELECT engine->>'containers' AS label, state FROM judging_worker")
        assert len(known) == WORKERS + KILLS
        async with connected_engine() as engine:
            async with asyncio.timeout(30):
                while sum([bool(await engine.labelled(row["label"])) for row in known]) > WORKERS:
                    await asyncio.sleep(0.5)
