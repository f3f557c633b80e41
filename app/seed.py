"""A demo centre: people, a scheme and tasks to try the whole path with.

The passwords are random, made once for each data folder and kept there, readable for its owner only: a demo centre whose port
is forwarded to the world by mistake must not open to whoever read our documentation. Everything is done once; a second start
finds it all there.
"""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app import seed_booking, seed_lockdown
from app.auth import store as auth
from app.auth.account import Role
from app.auth.passwords import hash_password, new_password
from app.database import Connection, Pool, connected, open_pool, transaction
from app.seed_alignment import JUNIOR_RULES
from app.settings import Settings
from app.task_import import import_task
from exams.authoring import store as authoring
from exams.authoring.package import read_package
from exams.authoring.publishing import publish
from exams.ids import AccountId, TaskId
from exams.papers.blueprint import BlueprintRow
from exams.papers.setting import found_scheme
from exams.tasks.store import newest_version
from sandbox import languages

Say = Callable[[str], None]

EXAMPLES: Final = Path(__file__).parent.parent / "examples" / "tasks"

VALIDATION_TIMEOUT_S: Final = 900
"""All reference solutions of the examples take a minute or two on a small machine."""

POLL_S: Final = 0.2

LANGUAGES: Final = ("python3", "javascript", "cpp")


class SeedError(Exception):
    """The demo centre cannot be set up; the message says which task is not as it should be."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo centre."""

    login: str
    display_name: str
    locale: str
    role: Role


PEOPLE: Final = (
    DemoPerson("candidate", "Aigerim Sadykova", "en", Role.CANDIDATE),
    DemoPerson("candidate2", "Timur Akhmetov", "ru", Role.CANDIDATE),
    DemoPerson("examiner", "Daniyar Ospanov", "en", Role.EXAMINER),
    DemoPerson("examiner2", "Marina Belova", "en", Role.EXAMINER),
    DemoPerson("proctor", "Aliya Nurlanova", "en", Role.PROCTOR),
    DemoPerson("registrar", "Yerlan Zhumabayev", "en", Role.REGISTRAR),
    DemoPerson("registrar2", "Saule Bekova", "en", Role.REGISTRAR),
)


def passwords(data_dir: Path) -> dict[str, str]:
    """Everybody's password by login, made at the first call and kept in `demo-accounts.json`."""
    path = data_dir / "demo-accounts.json"
    kept: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    everybody = {person.login: kept.get(person.login) or new_password() for person in PEOPLE}
    if everybody != kept:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".tmp")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(everybody, file, indent=2)
        beside.replace(path)
    return everybody


async def seed(settings: Settings, say: Say, tasks: Path = EXAMPLES) -> None:
    """Have the demo centre ready. A judging worker must run: it judges the tasks' reference solutions. Raises `SeedError`."""
    assert settings.database_url is not None
    async with connected(settings.database_url) as owner:  # no process may make accounts or schemes
        people = await _people(owner, settings.data_dir, say)
        async with owner.transaction():
            await _scheme(owner)
            now = datetime.now(UTC)
            maintained = languages.maintained(LANGUAGES, now)
            await seed_booking.seed(owner, settings, now, maintained)
            await seed_lockdown.seed(owner, maintained, now)
    pool = await open_pool(settings.database_url, "sarap_web")
    try:
        packages = folders(tasks)
        if not packages:
            raise SeedError(f"no task packages in {tasks}")
        await _tasks(pool, packages, people["examiner"], people["examiner2"], say)
    finally:
        pool.terminate()


def folders(tasks: Path = EXAMPLES) -> list[Path]:
    """The task packages in a folder."""
    return sorted(path.parent for path in tasks.glob("*/problem.yaml"))


async def _people(db: Connection, data_dir: Path, say: Say) -> dict[str, AccountId]:
    known = (data_dir / "demo-accounts.json").exists()
    chosen = passwords(data_dir)
    found: dict[str, AccountId] = {}
    for person in PEOPLE:
        async with db.transaction():
            there = await auth.sign_in_of_login(db, person.login)
            if there is not None and known:
                found[person.login] = there.account_id
                continue
            say(f"account {person.login}")
            password_hash = await asyncio.to_thread(hash_password, chosen[person.login])
            account_id = (
                await auth.set_password_hash(db, person.login, password_hash)
                if there is not None  # the file with the old password is gone
                else await auth.insert_account(
                    db,
                    login=person.login,
                    password_hash=password_hash,
                    display_name=person.display_name,
                    locale=person.locale,
                )
            )
            assert account_id is not None
            await auth.set_roles(db, account_id, [person.role])
            found[person.login] = account_id
    return found


async def _scheme(db: Connection) -> None:
    now = datetime.now(UTC)
    await found_scheme(
        db,
        code="junior-software-developer",
        names={
            "kk": "Кіші бағдарламалық жасақтама әзірлеушісі",
            "ru": "Младший разработчик ПО",
            "en": "Junior software developer",
        },
        descriptions={
            "kk": "Үш тапсырма: жолдармен жұмыс, деректерді өңдеу және алгоритмдер. Әр тапсырманың тілін өзіңіз таңдайсыз.",
            "ru": "Три задания: строки и проверка ввода, обработка данных, алгоритмы. Язык для каждого задания выбираете вы.",
            "en": "Three tasks: strings and validation, data processing, algorithms. Choose the language for each task.",
        },
        duration_minutes=60,
        cut_score_percent=60,
        languages=languages.maintained(LANGUAGES, now),
        blueprint=[
            BlueprintRow(1, "strings-and-validation", 30),
            BlueprintRow(2, "data-processing", 30),
            BlueprintRow(3, "algorithms", 40),
        ],
        now=now,
        rules=JUNIOR_RULES,
    )


async def _tasks(pool: Pool, folders: list[Path], author: AccountId, publisher: AccountId, say: Say) -> None:
    waiting: list[TaskId] = []
    for folder in folders:
        say(f"importing {folder.name}")
        package = await asyncio.to_thread(read_package, folder)
        async with transaction(pool) as db:
            newest = await newest_version(db, package.short_name)
            if newest is not None and newest.is_published and newest.package_sha256 == package.sha256:
                continue
            waiting.append(await import_task(db, package, author, datetime.now(UTC)))
    try:
        async with asyncio.timeout(VALIDATION_TIMEOUT_S):
            for task_id in waiting:
                await _publish_when_judged(pool, task_id, publisher, say)
    except TimeoutError:
        raise SeedError(f"the reference solutions were not judged within {VALIDATION_TIMEOUT_S} s") from None


async def _publish_when_judged(pool: Pool, task_id: TaskId, publisher: AccountId, say: Say) -> None:
    while True:
        async with transaction(pool) as db:
            task = await authoring.authored_task(db, task_id)
            assert task is not None  # it was imported just now
            name = task.task.short_name
            if task.solutions_judged == task.solutions:
                if task.solutions_as_expected < task.solutions:
                    raise SeedError(
                        f"{name}: {task.solutions - task.solutions_as_expected} reference solutions surprise the judge"
                    )
                await publish(db, task, publisher, datetime.now(UTC))
                return
        say(f"{name}: {task.solutions_judged} of {task.solutions} reference solutions judged")
        await asyncio.sleep(POLL_S)
