"""A sitting during which everything is killed: the web process, the workers, PostgreSQL. Afterwards nothing may be missing.

    outcome = sit_through_kills(people=200, kills=10, seed=7, say=print)
    outcome.faults == []

Candidates (`stubborn.py`) sit in a process of their own. This one does what `sarap serve` does, look after the services and
revive PostgreSQL; and meanwhile it sends SIGKILL at moments that follow from the seed. Call it on the main thread.
"""

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app.database import Connection, connected
from app.serve import POLL_S
from bench.sitting.hall import Hall, hall
from exams.ids import SessionId
from exams.sessions import store as sessions
from exams.sessions.chain import State, first_head, replay
from exams.sessions.timing import deadline, seal_due

PATIENCE_S: Final = 120
"""For what happens after the last candidate has gone: seals, and judging what they handed in."""

FIRST_KILL_S: Final = 3.0
VICTIMS: Final = ("web", "judging", "registry", "postgres", "backend")
"""`postgres` is the server with all its processes; `backend` one connection of it, after which the server restarts itself."""


@dataclass(slots=True)
class Outcome:
    """What came of it. `faults` is everything that must not happen; empty is good."""

    seed: int
    kills: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])
    facts: dict[str, object] = field(default_factory=dict[str, object])


def sit_through_kills(
    *, people: int, kills: int, every_s: float, seed: int, at_once: int, allotted_s: tuple[int, ...], say: Callable[[str], None]
) -> Outcome:
    """Run a sitting, kill `kills` times, about every `every_s`, and look at what is left."""
    outcome = Outcome(seed)
    dice = random.Random(seed)
    victims = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
    dice.shuffle(victims)
    say(f"seed {seed}: {people} sittings, {kills} kills")
    with hall(people, judging=True, allotted_s=allotted_s) as made, tempfile.TemporaryFile("w+") as written:
        spec = made.spec(seed=seed, at_once=at_once)
        crowd = subprocess.Popen([sys.executable, "-m", "bench.sitting.stubborn"], stdin=subprocess.PIPE, stdout=written)
        assert crowd.stdin is not None
        crowd.stdin.write(json.dumps(spec).encode())
        crowd.stdin.close()
        began = time.monotonic()
        due = began + FIRST_KILL_S
        try:
            while crowd.poll() is None:
                time.sleep(POLL_S)
                _tend(made, outcome)
                if victims and time.monotonic() >= due:
                    outcome.kills.append(f"{time.monotonic() - began:.1f} s: {_kill(made, victims.pop(), dice)}")
                    say(f"  killed after {outcome.kills[-1]}")
                    due = time.monotonic() + dice.uniform(0.5, 1.5) * every_s
        finally:
            if crowd.poll() is None:
                crowd.kill()
                crowd.wait()
        written.seek(0)
        said = json.loads(written.read() or "{}")
        if not said:
            outcome.faults.append("the candidates' process failed")
            return outcome
        outcome.faults += said["faults"]
        outcome.facts |= {name: said[name] for name in ("answers", "tries", "server_errors")}
        _settle(made, outcome)
        asyncio.run(_look(made, said, outcome))
        # A process that is killed need not end in order, but whatever is answered must be answered knowingly.
        outcome.faults += [line[-3000:] for line in made.log("web").splitlines() if re.search(r'"status": ?500', line)]
        # An error that nobody expected. A warning is not one: the pool says that it tries again while PostgreSQL is away.
        unexpected = [line for line in made.log("web").splitlines() if '"exception"' in line and '"level": "error"' in line]
        outcome.faults += [line[-3000:] for line in unexpected][:3]
        outcome.facts["sat for, s"] = round(time.monotonic() - began, 1)
    return outcome


def _tend(made: Hall, outcome: Outcome) -> None:
    """What `sarap serve` does every now and then."""
    if made.server.revive():
        outcome.kills.append("PostgreSQL was started again")
    for service in made.services.values():
        service.tend()


def _kill(made: Hall, victim: str, dice: random.Random) -> str:
    if victim == "postgres":
        pid = made.server.pid
    elif victim == "backend":
        backends = _children(made.server.pid)
        if not backends:
            return "nobody: PostgreSQL was away"
        pid = dice.choice(backends)
    else:
        process = made.services[victim].process
        if process is None or process.poll() is not None:
            return f"nobody: {victim} was away"
        pid = process.pid
    os.kill(pid, signal.SIGKILL)
    return victim


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


SETTLED: Final = """
SELECT (SELECT count(*) FROM session WHERE started_at IS NOT NULL AND sealed_at IS NULL) AS unsealed,
       (SELECT count(*) FROM submission u WHERE NOT EXISTS (SELECT FROM judgement j WHERE j.submission_id = u.submission_id))
           AS unjudged,
       (SELECT count(*) FROM session s WHERE sealed_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM result r WHERE r.session_id = s.session_id)) AS ungraded
"""


def _settle(made: Hall, outcome: Outcome) -> None:
    """Wait until everything is sealed, judged and graded."""
    deadline = time.monotonic() + PATIENCE_S
    left: Mapping[str, int] = {"not looked": 1}
    while any(left.values()):
        if time.monotonic() > deadline:
            outcome.faults.append(f"after {PATIENCE_S} s there are still {dict(left)}")
            return
        time.sleep(POLL_S)
        _tend(made, outcome)
        left = asyncio.run(_left(made.database_url))


async def _left(database_url: str) -> Mapping[str, int]:
    try:
        async with connected(database_url) as db:
            row = await db.fetchrow(SETTLED)
            assert row is not None
            return dict(row)
    except Exception as error:  # noqa: BLE001 - it is being started
        return {repr(error): 1}


async def _look(made: Hall, said: Mapping[str, Any], outcome: Outcome) -> None:
    async with connected(made.database_url) as db:
        await _look_for_saves(db, said["acknowledged"], outcome)
        await _look_at_chains(db, outcome)
        await _look_for_submissions(db, said["handed_in"], outcome)
        await _look_at_seals(db, outcome)


async def _look_for_saves(db: Connection, acknowledged: list[dict[str, Any]], outcome: Outcome) -> None:
    """Every acknowledged save is there, as it was acknowledged."""
    rows = await db.fetch("SELECT session_id, position, revision, head, source, receipt FROM journal_entry")
    there = {(str(row["session_id"]), row["position"], row["revision"]): row for row in rows}
    for save in acknowledged:
        row = there.get((save["session_id"], save["position"], save["revision"]))
        if row is None:
            outcome.faults.append(f"lost: {save}")
        elif (row["head"].hex(), row["source"], row["receipt"]) != (save["head"], save["text"], save["receipt"]):
            outcome.faults.append(f"altered: {save}")
    outcome.facts |= {"acknowledged saves": len(acknowledged), "saves kept": len(rows)}


async def _look_at_chains(db: Connection, outcome: Outcome) -> None:
    """Every journal is one chain from its first head, and its replay is the text that is kept."""
    rows = await db.fetch(
        "SELECT session_id, position, revision, edits, head, source FROM journal_entry ORDER BY session_id, position, revision"
    )
    states: dict[tuple[UUID, int], State] = {}
    for row in rows:
        key = row["session_id"], row["position"]
        before = states.get(key, State(0, first_head(SessionId(key[0]), key[1])))
        states[key] = replay(before, row["edits"])
        if (states[key].head, states[key].files[""]) != (row["head"], row["source"]):
            outcome.faults.append(f"broken chain: {key}, revision {row['revision']}")


async def _look_for_submissions(db: Connection, handed_in: list[str], outcome: Outcome) -> None:
    """What was handed in is there; each has one verdict and one record; each last text was handed in by somebody."""
    rows = await db.fetch("""
        SELECT u.submission_id, u.session_id, u.position, u.source,
               (SELECT count(*) FROM judgement j WHERE j.submission_id = u.submission_id) AS verdicts,
               (SELECT count(*) FROM judging_record r WHERE r.submission_id = u.submission_id) AS records
        FROM submission u
    """)
    there = {str(row["submission_id"]) for row in rows}
    outcome.faults += [f"lost hand-in: {one}" for one in handed_in if one not in there]
    outcome.faults += [
        f"{row['verdicts']} verdicts and {row['records']} records: submission {row['submission_id']}"
        for row in rows
        if (row["verdicts"], row["records"]) != (1, 1)
    ]
    twice = Counter((row["session_id"], row["position"], row["source"]) for row in rows)
    last = await db.fetch(
        "SELECT DISTINCT ON (session_id, position) session_id, position, source FROM journal_entry "
        "ORDER BY session_id, position, revision DESC"
    )
    outcome.faults += [
        f"not handed in: the last text of {row['session_id']}, item {row['position']}"
        for row in last
        if (row["session_id"], row["position"], row["source"]) not in twice
    ]
    outcome.facts |= {"submissions": len(rows), "acknowledged hand-ins": len(handed_in)}


async def _look_at_seals(db: Connection, outcome: Outcome) -> None:
    """Each is sealed, none before its own deadline with its credits, and no save is younger than the deadline."""
    rows = await db.fetch("SELECT * FROM session WHERE started_at IS NOT NULL")
    late: list[float] = []
    for row in rows:
        session = sessions.session_from(row)
        due = seal_due(session)
        if due is None or session.sealed_at is None:
            outcome.faults.append(f"not sealed: {session.session_id}")
            continue
        if session.seal_reason == "time_up":
            late.append((session.sealed_at - due).total_seconds())
            ends = deadline(session)  # from then on the candidate's own Finish seals too
            if ends is None or session.sealed_at < ends:
                outcome.faults.append(f"sealed before its deadline {ends}: {session.session_id}")
        newest = await db.fetchval("SELECT max(saved_at) FROM journal_entry WHERE session_id = $1", session.session_id)
        if newest is not None and newest >= due:
            outcome.faults.append(f"a save was taken after the deadline: {session.session_id}")
    outcome.facts |= {
        "sessions": len(rows),
        "sealed by the server": len(late),
        "latest seal, s after it was due": max(late or [0]),
    }
