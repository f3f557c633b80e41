"""`make bench-sitting`: how fast a sitting is when many sit at once, with web, database and candidates on one machine.

An open loop: requests leave at fixed times, each with a session's cookie and a browser's `Origin`, and their times are counted
from the moment at which they were to leave. Afterwards the database is compared with what was acknowledged. A row whose aim was
not met says so.

    python -m bench.sitting [--write | --tenth]     # docs/sitting-speed.json and docs/sitting-speed.md
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import asyncpg

from app.database import connected
from app.live import CHANNEL, NOTIFY
from bench.machine import described
from bench.sitting.hall import Candidate, Hall, hall
from bench.sitting.machine_limits import allow_files
from bench.sitting.page import first_loads
from bench.sitting.rows import Percentiles, Row, markdown, percentiles

DOCS: Final = Path(__file__).parents[2] / "docs"

TENTH: Final = "--tenth"
"""A tenth of everything, to try it out; no aim is met or missed by it, and nothing is written."""

SHARE: Final = 10 if TENTH in sys.argv else 1
STARTERS: Final = 1_000 // SHARE
STARTS_PER_S: Final = 100 // SHARE
SAVERS: Final = 1_000 // SHARE
"""Each saves once in two and a half seconds: people who type without a pause."""

SAVES_PER_S: Final = 400 // SHARE
SAVE_S: Final = 20
LISTENERS: Final = 2_000 // SHARE
EVENTS_PER_S: Final = 100 // SHARE
EVENT_S: Final = 10
SEALED: Final = 1_000 // SHARE
LOADS: Final = 3

UNTIL_SEALED_S: Final = 6.0
"""Between the preparation and the common deadline: whoever watches is ready by then."""

HEAD: Final = """\
# How fast a sitting is

Written by `make bench-sitting BENCH=--write`. Requests leave at fixed times (an open loop), each with a session's cookie and a
browser's `Origin`; times are in ms and counted from the moment at which a request was to leave, so that a pause of the server
is charged for everything that waited. "hello" is the smallest route of the same server (`/healthz`), asked ten times a second
during the same run. PostgreSQL commits durably (`fsync` and `synchronous_commit` on). "lost" is what was acknowledged and is
not in the database afterwards. The candidates run on the same machine and take their share of it. A row whose aim was not met
says so.

"""


def main(arguments: Sequence[str]) -> int:
    """Measure every row. Returns 1 if one could not be measured; an aim that was not met is a row, not a failure."""
    allow_files()
    machine = described()
    began = time.monotonic()
    with hall(LISTENERS + 1) as made:
        # The last rows are of sessions that run, the first of some that have yet to begin: so they are in this order.
        rows: list[Row] = []
        for measure in (_starts, _sealing, _saves, _channels, _page):
            rows += measure(made)
            print(f"{measure.__name__.strip('_')}: {time.monotonic() - began:.0f} s", flush=True)
    print(markdown(rows))
    if "--write" in arguments and SHARE == 1:
        measured = {"measured_at": datetime.now(UTC).strftime("%Y-%m-%d"), "machine": machine}
        stored = measured | {"rows": [row.as_json() for row in rows]}
        (DOCS / "sitting-speed.json").write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", "utf-8")
        text = f"{HEAD}Measured on {measured['measured_at']}: {machine}.\n\n{markdown(rows)}\n"
        (DOCS / "sitting-speed.md").write_text(text, "utf-8")
    return 0


def _generate(made: Hall, candidates: list[Candidate], **spec: object) -> dict[str, Any]:
    """Let a generator do what the spec says."""
    told = json.dumps(made.spec(**spec) | {"candidates": [vars_of(one) for one in candidates]})
    done = subprocess.run(
        [sys.executable, "-m", "bench.sitting.generator"], input=told, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def vars_of(one: Candidate) -> dict[str, str]:
    """A candidate for another process."""
    return {"account_id": one.account_id, "token": one.token, "session_id": one.session_id}


def _baseline(said: dict[str, Any]) -> Percentiles:
    return percentiles(said["timed"]["hello"]["took_ms"])


def _starts(made: Hall) -> list[Row]:
    people = made.candidates[:STARTERS]
    said = _generate(made, people, kind="starts", per_s=STARTS_PER_S, seconds=STARTERS / STARTS_PER_S)
    timed = said["timed"]["starts"]
    took = percentiles(timed["took_ms"])
    started = asyncio.run(_count(made, "SELECT count(*) FROM session WHERE started_at IS NOT NULL"))
    row = Row(
        f"{STARTERS:,} candidates start within {STARTERS // STARTS_PER_S} s",
        STARTERS,
        took,
        _baseline(said),
        timed["errors"],
        STARTERS - started,
        "p95 ≤ 300 ms, 0 errors",
        took.p95 <= 300 and timed["errors"] == 0,
        {"generator late by, p99 ms": percentiles(timed["late_ms"]).p99} | said["problems"],
    )
    return [row]


def _saves(made: Hall) -> list[Row]:
    people = made.candidates[SEALED : SEALED + SAVERS]
    said = _generate(made, people, kind="saves", per_s=SAVES_PER_S, seconds=SAVE_S)
    timed = said["timed"]["saves"]
    took = percentiles(timed["took_ms"])
    lost = asyncio.run(_lost(made, said["acknowledged"]))
    row = Row(
        f"journal saves, durable, {SAVES_PER_S} a second",
        len(timed["took_ms"]),
        took,
        _baseline(said),
        timed["errors"],
        lost,
        "p95 ≤ 100 ms, 0 lost",
        took.p95 <= 100 and timed["errors"] == 0 and lost == 0,
        {"acknowledged": len(said["acknowledged"]), "generator late by, p99 ms": percentiles(timed["late_ms"]).p99}
        | said["problems"],
    )
    return [row]


async def _lost(made: Hall, acknowledged: list[dict[str, Any]]) -> int:
    async with connected(made.database_url) as db:
        rows = await db.fetch("SELECT session_id, position, revision, head, source FROM journal_entry")
    there = {(str(row["session_id"]), row["position"], row["revision"]): (row["head"].hex(), row["source"]) for row in rows}
    return sum(
        there.get((one["session_id"], one["position"], one["revision"])) != (one["head"], one["text"]) for one in acknowledged
    )


async def _count(made: Hall, statement: str) -> int:
    async with connected(made.database_url) as db:
        return await db.fetchval(statement)


MOVE_DEADLINES: Final = """
UPDATE session SET started_at = clock_timestamp() + make_interval(secs => $2) - make_interval(secs => allotted_seconds + 3)
WHERE session_id = ANY($1::uuid[])
"""
"""So that the deadline and the grace for saves (3 s) are over together in a moment."""

TEXTS: Final = """
INSERT INTO journal_entry (session_id, position, revision, language, source, saved_at)
SELECT session_id, position, 1, 'python3', repeat('print(42)  # ' || position || E'\\n', 80), now()
FROM unnest($1::uuid[]) AS session_id, generate_series(1, 3) AS position
"""


def _sealing(made: Hall) -> list[Row]:
    """A thousand deadlines in one moment, three drafts each that nobody handed in; their pages listen."""
    ids = [one.session_id for one in made.candidates[:SEALED]]

    async def arrange() -> float:
        async with connected(made.database_url) as db, db.transaction():
            await db.execute(TEXTS, ids)
            await db.execute(MOVE_DEADLINES, ids, UNTIL_SEALED_S)
            return time.monotonic() + UNTIL_SEALED_S

    async def watch(due: float) -> list[float]:
        """When each batch was seen to be sealed, in s after it was due."""
        async with connected(made.database_url) as db:
            seen: list[float] = []
            while len(seen) < SEALED and time.monotonic() < due + 60:
                await asyncio.sleep(0.02)
                sealed = await db.fetchval(
                    "SELECT count(*) FROM session WHERE sealed_at IS NOT NULL AND session_id = ANY($1::uuid[])", ids
                )
                seen += [time.monotonic() - due] * (sealed - len(seen))
            return seen

    with subprocess.Popen(
        [sys.executable, "-m", "bench.sitting.generator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as hello:
        assert hello.stdin is not None
        assert hello.stdout is not None
        hello.stdin.write(json.dumps(made.spec(kind="hello", per_s=0, seconds=UNTIL_SEALED_S + 5) | {"candidates": []}))
        hello.stdin.close()
        due = asyncio.run(arrange())
        seen = asyncio.run(watch(due))
        said = json.loads(hello.stdout.read())
    taken = asyncio.run(_count(made, "SELECT count(*) FROM submission WHERE origin = 'sealed'"))
    jobs = asyncio.run(_count(made, "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'judge_submission'"))
    return [
        Row(
            f"{SEALED:,} sessions reach their deadline together",
            len(seen),
            percentiles([after * 1000 for after in seen]) if seen else None,
            _baseline(said),
            SEALED - len(seen),
            3 * SEALED - min(taken, jobs),
            "all sealed within 5 s",
            len(seen) == SEALED and seen[-1] <= 5,
            {"the last after, s": round(seen[-1], 2) if seen else "never", "drafts handed in": taken},
        )
    ]


def _channels(made: Hall) -> list[Row]:
    """Two thousand open pages: events one by one, and one for everybody in the same moment."""
    people = made.candidates[:LISTENERS]
    before = _memory_kib(made)
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sitting.channels"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as pages:
        assert pages.stdin is not None
        assert pages.stdout is not None
        pages.stdin.write(json.dumps(made.spec() | {"candidates": [vars_of(one) for one in people]}) + "\n")
        pages.stdin.flush()
        while "open" not in (line := json.loads(pages.stdout.readline())):
            print(line)
        memory_kib = (_memory_kib(made) - before) / LISTENERS
        one_by_one, hello = _tell_one_by_one(made, people)
        together = asyncio.run(_tell_together(made, people))
        pages.stdin.close()
        came = _events(pages.stdout)
    rows: list[Row] = []
    for name, told, baseline in (
        (f"{LISTENERS:,} live channels, {EVENTS_PER_S} events a second", one_by_one, hello),
        (f"{LISTENERS:,} live channels, an event for each in one moment", together, None),
    ):
        took = [
            (next((at for at in came.get(topic, []) if at >= moment), moment + 60) - moment) * 1000 for topic, moment in told
        ]
        lost = sum(one >= 60_000 for one in took)
        spread = percentiles(took)
        more: dict[str, object] = {"web memory for each channel": f"{memory_kib:.0f} KiB"}
        rows.append(Row(name, len(told), spread, baseline, 0, lost, "p99 ≤ 250 ms", spread.p99 <= 250 and lost == 0, more))
    return rows


def _events(lines: IO[str]) -> dict[str, list[float]]:
    came: dict[str, list[float]] = {}
    for line in lines:
        said = json.loads(line)
        if "topic" in said:
            came.setdefault(said["topic"], []).append(said["at"])
    return came


def _memory_kib(made: Hall) -> int:
    process = made.services["web"].process
    assert process is not None
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4


def _tell_one_by_one(made: Hall, people: list[Candidate]) -> tuple[list[tuple[str, float]], Percentiles]:
    """Commit a change of one session after the other; answers with the topics, when they were committed, and hello."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sitting.generator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as hello:
        assert hello.stdin is not None
        assert hello.stdout is not None
        hello.stdin.write(json.dumps(made.spec(kind="hello", per_s=0, seconds=EVENT_S) | {"candidates": []}))
        hello.stdin.close()
        told = asyncio.run(_commit_each(made, people))
        return told, _baseline(json.loads(hello.stdout.read()))


async def _commit_each(made: Hall, people: list[Candidate]) -> list[tuple[str, float]]:
    told: list[tuple[str, float]] = []
    async with connected(made.database_url) as db:
        began = time.monotonic()
        for number in range(EVENTS_PER_S * EVENT_S):
            due = began + number / EVENTS_PER_S
            await asyncio.sleep(max(0, due - time.monotonic()))
            topic = f"session:{people[number * 7 % len(people)].session_id}"
            told.append((topic, due))
            await db.execute(NOTIFY, CHANNEL, [topic])
    return told


async def _tell_together(made: Hall, people: list[Candidate]) -> list[tuple[str, float]]:
    topics = [f"session:{one.session_id}" for one in people]
    async with connected(made.database_url) as db:
        await asyncio.sleep(1)
        began = time.monotonic()
        await db.execute(NOTIFY, CHANNEL, topics)
        await asyncio.sleep(5)
    return [(topic, began) for topic in topics]


def _page(made: Hall) -> list[Row]:
    loads = asyncio.run(first_loads(made, made.candidates[SEALED : SEALED + LOADS]))
    if not loads:
        print("no Chromium on this machine: the page was not measured")
        return []
    usable = percentiles([one.usable_ms for one in loads])
    kilobytes = max(one.kilobytes for one in loads)
    return [
        Row(
            "exam page, first load on Chromium's slow 4G, until usable",
            len(loads),
            usable,
            None,
            0,
            None,
            "≤ 300 kB compressed, usable in 2 s",
            usable.p50 <= 2_000 and kilobytes <= 300,
            {"compressed": f"{kilobytes:.0f} kB", "requests": max(one.requests for one in loads)},
        )
    ]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except asyncpg.PostgresError as error:
        raise SystemExit(f"the database refused: {error}") from error
