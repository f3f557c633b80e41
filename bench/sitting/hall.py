"""A hall full of candidates: a centre with its processes, and as many people in front of it as a benchmark needs.

    with hall(people=1000) as full:
        full.url, full.candidates[0].token, full.database_url …

PostgreSQL keeps its promises here as at a real centre: `fsync` and `synchronous_commit` are on. Everything is in a temporary
folder and gone afterwards. People and their papers are written straight into the tables; from there on all goes through HTTP.
"""

import asyncio
import shutil
import socket
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx2

from app.auth import store as auth
from app.auth import websession
from app.auth.account import Role
from app.database import Connection, connected
from app.embedded_postgres import Server, running
from app.migrate import migrate, read
from app.seed import EXAMPLES
from app.supervision import Service
from exams.authoring import store as authoring
from exams.authoring.importing import import_package
from exams.authoring.package import read_package
from exams.ids import AccountId, SchemeId
from exams.papers import store as papers
from exams.papers.blueprint import BlueprintRow
from exams.papers.setting import set_paper

TASKS: Final = ("membercard", "accesslog", "roomplan")
"""Three of the examples, one of each content area: an exam of three items."""

START_TIMEOUT_S: Final = 60
DURATION_MINUTES: Final = 60
NOBODY_SIGNS_IN: Final = "-"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the hall: signed in, with a session that waits for its start."""

    account_id: str
    token: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Hall:
    """The centre and who is there."""

    host: str
    port: int
    database_url: str
    candidates: list[Candidate]
    services: dict[str, Service]
    server: Server
    folder: Path

    @property
    def url(self) -> str:
        """Of the centre."""
        return f"http://{self.host}:{self.port}"

    def log(self, name: str) -> str:
        """What a process wrote so far."""
        return (self.folder / f"{name}.log").read_text("utf-8")

    def spec(self, **more: object) -> dict[str, Any]:
        """What a generator in another process needs to know."""
        return {"host": self.host, "port": self.port, "candidates": [asdict(one) for one in self.candidates], **more}


@contextmanager
def hall(people: int, *, judging: bool = False, allotted_s: Sequence[int] = (DURATION_MINUTES * 60,)) -> Generator[Hall]:
    """Open the hall. Call it on the main thread: PostgreSQL ends when the thread that started it does.

    With `judging` there is a judging worker too, whose sandbox is scripted (`scripted_worker.py`). The candidates in turn are
    allotted the times of `allotted_s`.
    """
    folder = Path(tempfile.mkdtemp(prefix="sarap-hall-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = stack.enter_context(running(folder / "data"))
        candidates = asyncio.run(fill(server.url, people, allotted_s))
        port = free_port()
        environment = {
            "DATABASE_URL": server.url,
            "PORT": str(port),
            "SARAP_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SARAP_DATA_DIR": str(folder / "data"),
            "SARAP_KEYS_DIR": str(folder / "keys"),
            "SARAP_DEMO": "0",
            "SARAP_LOG_FORMAT": "json",
        }
        services = [
            Service("web", ("serve", "--web-only"), environment, folder / "web.log"),
            Service("registry", ("worker", "registry"), environment, folder / "registry.log"),
        ]
        if judging:
            module = "bench.sitting.scripted_worker"
            services.append(Service("judging", (), environment, folder / "judging.log", module=module))
        for service in services:
            service.start()
            stack.callback(service.stop)
        made = Hall("127.0.0.1", port, server.url, candidates, {one.name: one for one in services}, server, folder)
        wait_until_ready(made)
        yield made


def wait_until_ready(made: Hall) -> None:
    """Until the web answers and the workers work."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not (_ready(made.url) and all("worker-ready" in made.log(name) for name in made.services if name != "web")):
        if time.monotonic() > deadline:
            raise SystemExit("\n".join(made.log(name) for name in made.services))
        time.sleep(0.1)


def _ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz").status_code == HTTPStatus.OK
    except httpx2.TransportError:
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def fill(database_url: str, people: int, allotted_s: Sequence[int]) -> list[Candidate]:
    """Make the tables, an exam of three items, and people who have consented and not begun."""
    await migrate(database_url, read())
    now = datetime.now(UTC)
    async with connected(database_url) as db, db.transaction():
        scheme_id = await found_exam(db, now)
        return await seat(db, scheme_id, people, allotted_s, now)


async def found_exam(db: Connection, now: datetime) -> SchemeId:
    """The tasks, published without the judging of their solutions, and a scheme of them."""
    author, publisher = [await _account(db, login, Role.EXAMINER) for login in ("author", "publisher")]
    areas: list[str] = []
    for name in TASKS:
        package = read_package(EXAMPLES / name)
        task_id = await import_package(db, package, author, now)
        task = await authoring.authored_task(db, task_id)
        assert task is not None
        await authoring.record_publication(db, task, publisher, now)
        areas.append(package.content_area)
    scheme_id = await papers.insert_scheme(
        db,
        code="three-items",
        names={"en": "Three items", "ru": "Три задачи", "kk": "Үш тапсырма"},
        descriptions={},
        duration_minutes=DURATION_MINUTES,
        cut_score_percent=60,
        languages=["python3", "javascript", "cpp"],
        blueprint=[BlueprintRow(position, area, 30) for position, area in enumerate(areas, 1)],
        now=now,
    )
    assert scheme_id is not None
    return scheme_id


async def seat(db: Connection, scheme_id: SchemeId, people: int, allotted_s: Sequence[int], now: datetime) -> list[Candidate]:
    """Candidates, signed in, each with a paper of their own and a session whose clock has not begun."""
    scheme = await papers.scheme_of(db, scheme_id)
    assert scheme is not None
    pattern = await set_paper(db, scheme, 1, now)
    seated: list[Candidate] = []
    for number in range(people):
        account_id = await _account(db, f"candidate-{number}", Role.CANDIDATE)
        token, signed_in = websession.begin(account_id, now)
        await auth.insert_websession(db, signed_in)
        session_id: UUID = await db.fetchval(SEAT, pattern, account_id, now, scheme_id, allotted_s[number % len(allotted_s)])
        seated.append(Candidate(str(account_id), token, str(session_id)))
    await db.execute("ANALYZE")
    return seated


SEAT: Final = """
WITH paper AS (
    INSERT INTO paper (scheme_id, assembled_at, languages)
    SELECT scheme_id, assembled_at, languages FROM paper WHERE paper_id = $1 RETURNING paper_id
), items AS (
    INSERT INTO item (paper_id, position, task_id, dataset_id, points)
    SELECT paper.paper_id, i.position, i.task_id, i.dataset_id, i.points FROM item i, paper WHERE i.paper_id = $1
)
INSERT INTO session (scheme_id, paper_id, candidate_id, opened_at, consented_at, allotted_seconds)
SELECT $4, paper_id, $2, $3, $3, $5 FROM paper RETURNING session_id
"""


async def _account(db: Connection, login: str, role: Role) -> AccountId:
    account_id = await auth.insert_account(db, login=login, password_hash=NOBODY_SIGNS_IN, display_name=login, locale="kk")
    assert account_id is not None
    await auth.set_roles(db, account_id, [role])
    return account_id
