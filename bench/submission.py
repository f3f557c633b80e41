"""A ten-case Python submission, from the HTTP request to the stored judgement, against ten bare runs of the same program.

And the same with every core kept busy: many submissions at once, put in as the web process does, against as many bare runs that
keep as many cores busy.

A centre of its own (embedded PostgreSQL with its disk writes, web, judging worker) is started in a temporary folder; the
candidate hands the program in through HTTP, and the clock stops when the judgement is committed. Before each hand-in the ten
bare runs (`bare.py`) are measured, on the same inputs. Medians are compared. Needs root and Docker.

    python -m bench.submission [ROUNDS]
"""

import asyncio
import contextlib
import json
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx2
import uvloop

from app import child
from app.auth import store as auth
from app.auth.account import Role
from app.auth.passwords import hash_password
from app.database import connect, connected
from app.demo.people import Candidate
from app.embedded_postgres import running
from app.jobs.queue import Job, Turn, Urgency, enqueue
from app.live import CHANNEL
from app.migrate import migrate, read
from app.seed import EXAMPLES
from app.settings import physical_cores
from app.supervision import Service
from bench.bare import Bare, Command, exported
from bench.machine import described
from bench.rows import Row, middle, p95, printed
from exams.authoring import store as authoring
from exams.authoring.importing import import_package
from exams.authoring.package import read_package
from exams.ids import AccountId, SessionId
from exams.papers.blueprint import BlueprintRow
from exams.papers.store import insert_scheme
from exams.sessions.store import session_to_seal
from exams.submissions.store import insert_submission
from exams.submissions.submission import Answer, Origin
from sandbox import images

ROUNDS: Final = 15
"""Hand-ins that are measured; one item takes fifty."""

WARM_UP: Final = 3
CASES: Final = 10
AIM_RATIO: Final = 1.2
AIM_BUSY: Final = 0.85
"""What the judge reaches of the bare runs' pace when all cores are busy."""
BUSY_SUBMISSIONS: Final = 60
BUSY_WARM_UP: Final = 6
START_TIMEOUT_S: Final = 60
JUDGED_TIMEOUT_S: Final = 60
PASSWORD: Final = "only-for-this-bench"  # noqa: S105
SCHEME: Final = "Ten cases"
TASK: Final = "membercard"


def ten_cases(folder: Path) -> tuple[Path, str, list[bytes]]:
    """An example task cut down to ten cases, its right answer in Python, and the inputs in judging order."""
    package = folder / TASK
    shutil.copytree(EXAMPLES / TASK, package)
    for sample in (package / "data" / "sample").glob("*.*[!l]"):
        if sample.suffix in {".in", ".ans"}:
            sample.unlink()
    inputs = sorted((package / "data" / "secret").glob("*.in"))
    for extra in inputs[CASES:]:
        extra.unlink()
        extra.with_suffix(".ans").unlink()
    source = (package / "submissions" / "accepted" / "check.py").read_text("utf-8")
    return package, source, [path.read_bytes() for path in inputs[:CASES]]


async def prepare(database_url: str, package: Path) -> None:
    """People, an exam with one item, and the task, published without the judging of its solutions."""
    await migrate(database_url, read())
    now = datetime.now(UTC)
    async with connected(database_url) as db, db.transaction():
        people: dict[str, AccountId] = {}
        for login, role in (("candidate", Role.CANDIDATE), ("examiner", Role.EXAMINER), ("examiner2", Role.EXAMINER)):
            account_id = await auth.insert_account(
                db, login=login, password_hash=hash_password(PASSWORD), display_name=login, locale="en"
            )
            assert account_id is not None
            await auth.set_roles(db, account_id, [role])
            people[login] = account_id
        loaded = read_package(package)
        task_id = await import_package(db, loaded, people["examiner"], now)
        task = await authoring.authored_task(db, task_id)
        assert task is not None
        await authoring.record_publication(db, task, people["examiner2"], now)
        await insert_scheme(
            db,
            code="ten-cases",
            names={"en": SCHEME},
            descriptions={},
            duration_minutes=60,
            cut_score_percent=60,
            languages=["python3"],
            blueprint=[BlueprintRow(1, loaded.content_area, 100)],
            now=now,
        )


@contextmanager
def centre(folder: Path, database_url: str) -> Generator[str]:
    """A web process and a judging worker; yields the address."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {"DATABASE_URL": database_url, "PORT": str(port), "SARAP_DATA_DIR": str(folder / "data"), "SARAP_DEMO": "0"}
    services = [
        Service(name, arguments, environment, folder / f"{name}.log")
        for name, arguments in (("web", ("serve", "--web-only")), ("judging", ("worker", "judging")))
    ]
    try:
        for service in services:
            service.start()
        deadline = time.monotonic() + START_TIMEOUT_S
        url = f"http://127.0.0.1:{port}"
        while not _ready(url) or "worker-ready" not in (folder / "judging.log").read_text("utf-8"):
            if time.monotonic() > deadline:
                raise SystemExit((folder / "web.log").read_text("utf-8") + (folder / "judging.log").read_text("utf-8"))
            time.sleep(0.1)
        yield url
    finally:
        for service in services:
            if service.process is not None:
                child.stop(service.process, 10)


def _ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz").status_code == HTTPStatus.OK
    except httpx2.TransportError:
        return False


JUDGED: Final = "SELECT verdict, jsonb_array_length(cases) AS cases FROM judgement WHERE submission_id = $1"


async def measure(url: str, database_url: str, source: str, bare: Bare, rounds: int) -> tuple[list[float], list[float]]:
    """Hand in again and again; returns (ours, bare) in ms."""
    ours: list[float] = []
    theirs: list[float] = []
    database = await connect(database_url, "sarap_web")
    heard = asyncio.Event()

    def hear(*_: object) -> None:
        heard.set()

    await database.add_listener(CHANNEL, hear)
    with Candidate(url) as candidate:
        candidate.sign_in("candidate", PASSWORD)
        session_id = candidate.open_session(SCHEME)
        candidate.start(session_id)
        path = f"/api/sessions/{session_id}/items/1/submissions"
        for turn in range(WARM_UP + rounds):
            candidate.save(session_id, 1, "python3", f"{source}\n# {turn}\n")
            call = candidate.writer(session_id, 1).hand_in(candidate.take_lease(session_id))
            answer, began, baseline = _hand_in(candidate.client, path, call, bare)
            submission_id = UUID(answer.json()["submission_id"])
            async with asyncio.timeout(JUDGED_TIMEOUT_S):
                while (judged := await database.fetchrow(JUDGED, submission_id)) is None:
                    heard.clear()
                    await heard.wait()
            taken = (time.perf_counter() - began) * 1000
            if (judged["verdict"], judged["cases"]) != ("AC", CASES):
                raise SystemExit(f"expected ten accepted cases, not {judged}")
            if turn >= WARM_UP:
                ours.append(taken)
                theirs.append(baseline)
    await database.close()
    return ours, theirs


def _hand_in(client: httpx2.Client, path: str, call: object, bare: Bare) -> tuple[httpx2.Response, float, float]:
    """Hand in as soon as the centre takes it.

    Returns its answer, when the request that it took began, and what the bare runs just before took, in ms.
    """
    while True:
        baseline = sum(bare.run_ms(case) for case in range(CASES))
        began = time.perf_counter()
        answer = client.post(path, json=call)
        if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            answer.raise_for_status()
            return answer, began, baseline
        time.sleep(float(answer.headers["retry-after"]))


async def keep_busy(database_url: str, source: str, submissions: int, tag: str) -> float:
    """Hand in many programs at once; returns the seconds until the last is judged."""
    database = await connect(database_url, "sarap_web")
    heard = asyncio.Event()

    def hear(*_: object) -> None:
        heard.set()

    await database.add_listener(CHANNEL, hear)
    session_id = SessionId(await database.fetchval("SELECT session_id FROM session LIMIT 1"))
    now = datetime.now(UTC)
    began = time.perf_counter()
    ids: list[UUID] = []
    async with database.transaction():
        session = await session_to_seal(database, session_id)
        assert session is not None
        for number in range(submissions):
            answer = Answer(1, "python3", f"{source}\n# {tag} {number}\n")
            one = await insert_submission(database, session, answer, Origin.HANDED_IN, now)
            assert one is not None
            ids.append(one.submission_id)
            turn = Turn(Urgency.HAND_IN, session_id, session.scheme_id)
            await enqueue(database, Job.JUDGE_SUBMISSION, one.submission_id, turn)
    async with asyncio.timeout(JUDGED_TIMEOUT_S + submissions):
        while await database.fetchval(JUDGED_OF, ids) < submissions:
            heard.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), 1)
    taken = time.perf_counter() - began
    await database.close()
    return taken


JUDGED_OF: Final = "SELECT count(*) FROM judgement WHERE submission_id = ANY($1) AND verdict = 'AC'"


def bare_busy(bares: Sequence[Bare], submissions: int) -> float:
    """The seconds that the same runs take bare, with as many at once as there are cores."""
    with ThreadPoolExecutor(len(bares)) as threads:

        def work(bare: Bare) -> None:
            for _ in range(submissions // len(bares)):
                for case in range(CASES):
                    bare.run_ms(case)

        began = time.perf_counter()
        list(threads.map(work, bares))
        return time.perf_counter() - began


def busy_row(database_url: str, source: str, bares: Sequence[Bare]) -> Row:
    """The pace with all cores busy, in cases a second."""
    uvloop.run(keep_busy(database_url, source, BUSY_WARM_UP, "warm"))
    before = bare_busy(bares, BUSY_SUBMISSIONS)
    taken = uvloop.run(keep_busy(database_url, source, BUSY_SUBMISSIONS, "busy"))
    after = bare_busy(bares, BUSY_SUBMISSIONS)
    runs = BUSY_SUBMISSIONS * CASES
    mine, theirs = runs / taken, 2 * runs / (before + after)
    shown = f"{len(bares)} cores kept busy with such submissions"
    return Row(shown, mine, mine, theirs, theirs, "cases/s", f"≥ {AIM_BUSY} × bare", mine >= AIM_BUSY * theirs)


def main(rounds: int) -> None:
    """Measure, print a table, and one JSON object as the last line."""
    tag = asyncio.run(images.ensure(["python3"], lambda line: print(line, file=sys.stderr)))["python3"]
    with tempfile.TemporaryDirectory(prefix="sarap-bench-") as name, exported(tag) as root:
        folder = Path(name)
        package, source, inputs = ten_cases(folder)
        (root / "main.py").write_text(source, "utf-8")
        for number, content in enumerate(inputs):
            (root / f"{number}.in").write_bytes(content)
        commands = [Command(("/usr/bin/python3", "/main.py"), f"/{number}.in") for number in range(CASES)]
        bares = [Bare(root, commands) for _ in range(physical_cores())]  # before the event loops and their threads
        try:
            with running(folder / "data") as server:
                asyncio.run(prepare(server.url, package))
                with centre(folder, server.url) as url:
                    ours, theirs = uvloop.run(measure(url, server.url, source, bares[0], rounds))
                    busy = busy_row(server.url, source, bares)
        finally:
            for bare in reversed(bares):  # a later one holds copies of the ends of the earlier ones
                bare.close()
    mine, baseline = middle(ours), middle(theirs)
    aim = f"≤ {AIM_RATIO} × ten bare runs"
    shown = "ten-case Python submission, request to stored judgement"
    rows = [Row(shown, mine, p95(ours), baseline, p95(theirs), "ms", aim, mine <= AIM_RATIO * baseline), busy]
    print(described())
    print(printed(rows))
    print(json.dumps({"rows": [row.as_json() for row in rows]}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
