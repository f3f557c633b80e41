"""`app/workers/roster.py`, `sarap check` and `/metrics`: whoever looks sees which workers judge, and which do not and why."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from typer.testing import CliRunner, Result

from app import checks
from app.__main__ import sarap
from app.database import transaction
from app.settings import Settings
from app.workers import store
from app.workers.roster import SILENT_AFTER, JudgingWorker, State, lines, unserved
from tests.fixtures.examroom import arrange
from tests.fixtures.postgres import Database

NOW = datetime.now(UTC)
WORKER = JudgingWorker(
    worker_id=uuid4(),
    host="judge-1",
    slots=2,
    runner="docker",
    started_at=NOW,
    last_heard_at=NOW,
    state=State.WORKING,
    reason="",
    languages=("cpp", "python3"),
    engine={"name": "docker 27.1"},
    self_check={"failures": [], "unchecked": [], "took_ms": 3000},
    self_checked_at=NOW - timedelta(minutes=10),
)


def test_a_worker_that_is_out_or_silent_serves_nobody() -> None:
    out = replace(WORKER, state=State.OUT, reason="network: it said 'tcp'", languages=("go",))
    silent = replace(WORKER, last_heard_at=NOW - 2 * SILENT_AFTER, languages=("rust",))
    assert unserved([WORKER, out, silent], ["python3", "go", "rust"], NOW) == ["go", "rust"]
    assert [one.condition(NOW) for one in (WORKER, out, silent)] == ["working", "out", "silent"]


def test_the_list_says_who_is_out_and_why_and_leaves_out_whoever_stopped() -> None:
    out = replace(WORKER, state=State.OUT, reason="canary: it said '/tmp/x'")
    shown = lines([WORKER, out, replace(WORKER, state=State.STOPPED)], NOW)
    assert len(shown) == 3
    assert "judge-1" in shown[0]
    assert "self-check 10 min ago" in shown[0]
    assert shown[2].strip() == "canary: it said '/tmp/x'"


async def enrolled(database: Database, state: State, reason: str, *languages: str) -> None:
    worker_id = uuid4()
    async with transaction(database.judging) as db:
        await store.enrol(db, worker_id, "judge-1", 2, "docker", NOW)
        await store.hear(db, worker_id, state, reason, languages, {"name": "docker 27.1"}, datetime.now(UTC))


async def checked(database: Database, folder: Path) -> str:
    settings = replace(Settings.from_environment({}), data_dir=folder, keys_dir=folder / "keys", database_url=database.url)
    said: list[str] = []
    await checks.report(settings, said.append)
    return next(line for line in said if "judging workers" in line)


async def test_a_check_tells_of_languages_that_exams_allow_and_nobody_has(database: Database, tmp_path: Path) -> None:
    assert "none has ever reported" in await checked(database, tmp_path)
    await arrange(database.admin)
    await enrolled(database, State.OUT, "network: it said 'tcp 192.0.2.1'", "python3", "cpp", "javascript")
    assert (await checked(database, tmp_path)).startswith(
        "✗ judging workers: none works, so nothing is judged; judge-1: network"
    )
    await enrolled(database, State.WORKING, "", "python3", "cpp")
    assert "no worker has javascript" in await checked(database, tmp_path)
    await enrolled(database, State.WORKING, "", "javascript")
    assert "2 work; out: judge-1: network" in await checked(database, tmp_path)


async def test_a_new_worker_on_a_host_takes_those_off_that_ended_there_without_a_word(database: Database) -> None:
    await enrolled(database, State.WORKING, "", "python3")
    await database.admin.execute("UPDATE judging_worker SET last_heard_at = $1", NOW - 2 * SILENT_AFTER)
    async with transaction(database.judging) as db:
        await store.stop_silent(db, "judge-2", NOW - SILENT_AFTER)
        assert [one.condition(NOW) for one in await store.judging_workers(db, NOW - timedelta(days=1))] == ["silent"]
        await store.stop_silent(db, "judge-1", NOW - SILENT_AFTER)
        assert [one.condition(NOW) for one in await store.judging_workers(db, NOW - timedelta(days=1))] == ["stopped"]
        await store.forget_workers(db, NOW)
        assert await store.judging_workers(db, NOW - timedelta(days=1)) == []


async def test_the_command_lists_the_workers_and_fails_if_none_works(database: Database) -> None:
    async def listed() -> Result:
        return await asyncio.to_thread(CliRunner().invoke, sarap, ["workers"], env={"DATABASE_URL": database.url})

    assert (await listed()).exit_code == 1
    await enrolled(database, State.OUT, "canary: it said '/tmp/x'", "python3")
    out = await listed()
    assert out.exit_code == 1
    assert "canary: it said '/tmp/x'" in out.output
    await enrolled(database, State.WORKING, "", "python3", "cpp")
    working = await listed()
    assert working.exit_code == 0
    assert "cpp, python3" in working.output
