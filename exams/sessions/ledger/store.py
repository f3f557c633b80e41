"""The time ledger in the database: its lines, pauses, outages, and the pulse that tells them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, LiteralString

from exams.ids import AccountId, PauseId, SessionId, TimeEntryId
from exams.sessions.ledger import EntryKind, Interval, TimeEntry
from exams.sessions.pause import Pause
from exams.sessions.pulse import Beat
from exams.sessions.session import PauseKind, Session
from exams.store import Connection, Record

INSERT_TIME_ENTRY: Final[LiteralString] = """
INSERT INTO time_entry (time_entry_id, session_id, kind, seconds, once, rule, actor_id, reason, since, until, corrects,
                        evidence, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""


async def insert_time_entries(db: Connection, entries: Iterable[TimeEntry]) -> None:
    """Append lines; the sessions' `credited_seconds` and `ledger_revision` follow in the same moment.

    The database refuses a line that is written already, one for a sealed session, and a candidate's own.
    """
    rows = [
        (
            entry.time_entry_id,
            entry.session_id,
            entry.kind,
            entry.seconds,
            entry.once,
            entry.rule,
            entry.actor_id,
            entry.reason,
            entry.interval and entry.interval.since,
            entry.interval and entry.interval.until,
            entry.corrects,
            dict(entry.evidence),
            entry.made_at,
        )
        for entry in entries
    ]
    await db.executemany(INSERT_TIME_ENTRY, rows)


TIME_ENTRIES_OF: Final[LiteralString] = """
SELECT time_entry_id, session_id, kind, seconds, once, rule, actor_id, reason, since, until, corrects, evidence, made_at
FROM time_entry WHERE session_id = ANY ($1::uuid[])
ORDER BY made_at, time_entry_id
"""


async def time_entries_of(db: Connection, session_ids: Iterable[SessionId]) -> dict[SessionId, tuple[TimeEntry, ...]]:
    """The ledger of each of these sessions, in the order in which it was written."""
    found: dict[SessionId, list[TimeEntry]] = {session_id: [] for session_id in session_ids}
    for row in await db.fetch(TIME_ENTRIES_OF, list(found)):
        found[SessionId(row["session_id"])].append(_time_entry(row))
    return {session_id: tuple(entries) for session_id, entries in found.items()}


async def ledger_of(db: Connection, session: Session) -> tuple[TimeEntry, ...]:
    """The ledger of one session, in the order in which it was written."""
    return (await time_entries_of(db, [session.session_id]))[session.session_id]


INSERT_PAUSE: Final[LiteralString] = """
INSERT INTO session_pause (pause_id, session_id, kind, actor_id, reason, began_at, max_seconds)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def insert_pause(db: Connection, pause: Pause) -> None:
    """Stop the clock. The database refuses it for a session that does not run, or is stopped already."""
    await db.execute(
        INSERT_PAUSE,
        pause.pause_id,
        pause.session_id,
        pause.kind,
        pause.actor_id,
        pause.reason,
        pause.began_at,
        pause.max_seconds,
    )


INSERT_PAUSE_END: Final[LiteralString] = """
INSERT INTO session_pause_end (pause_id, actor_id, ended_at) VALUES ($1, $2, $3)
"""


async def insert_pause_end(db: Connection, pause: Pause, ended_at: datetime, actor_id: AccountId | None) -> None:
    """Let the clock go on. The database refuses it for a pause that is over."""
    await db.execute(INSERT_PAUSE_END, pause.pause_id, actor_id, ended_at)


OPEN_PAUSES: Final[LiteralString] = """
SELECT p.pause_id, p.session_id, p.kind, p.actor_id, p.reason, p.began_at, p.max_seconds
FROM session s JOIN session_pause p ON p.session_id = s.session_id AND p.began_at = s.paused_since
WHERE s.session_id = ANY ($1::uuid[]) AND NOT EXISTS (SELECT FROM session_pause_end e WHERE e.pause_id = p.pause_id)
"""


async def open_pauses(db: Connection, session_ids: Sequence[SessionId]) -> dict[SessionId, Pause]:
    """The pause of each of these sessions whose clock is stopped."""
    return {SessionId(row["session_id"]): _pause(row) for row in await db.fetch(OPEN_PAUSES, list(session_ids))}


EXHAUSTED_BREAKS: Final[LiteralString] = """
SELECT session_id FROM session
WHERE paused_since IS NOT NULL AND paused_since + make_interval(secs => pause_max_seconds) <= $1
ORDER BY session_id LIMIT 1000
"""


async def exhausted_breaks(db: Connection, now: datetime) -> list[SessionId]:
    """Sessions whose candidates have used up their break without ending it."""
    return [SessionId(row["session_id"]) for row in await db.fetch(EXHAUSTED_BREAKS, now)]


BEAT_TO_FOLLOW: Final[LiteralString] = "SELECT beat_at, boot_id, uptime_s FROM pulse FOR UPDATE"


async def beat_to_follow(db: Connection) -> Beat | None:
    """The last beat of any web process, locked: of several processes, one notices a gap."""
    row = await db.fetchrow(BEAT_TO_FOLLOW)
    return None if row is None else Beat(row["beat_at"], row["boot_id"], row["uptime_s"])


KEEP_BEAT: Final[LiteralString] = """
INSERT INTO pulse (beat_at, boot_id, uptime_s) VALUES ($1, $2, $3)
ON CONFLICT (only_row) DO UPDATE SET beat_at = excluded.beat_at, boot_id = excluded.boot_id, uptime_s = excluded.uptime_s
"""


async def keep_beat(db: Connection, beat: Beat) -> None:
    """Overwrite the last beat."""
    await db.execute(KEEP_BEAT, beat.at, beat.boot_id, beat.uptime_s)


LAST_BEAT: Final[LiteralString] = "SELECT beat_at FROM pulse"


async def last_beat(db: Connection) -> datetime | None:
    """When a web process was there for the last time, by its own account; None if none ever was."""
    return await db.fetchval(LAST_BEAT)


INSERT_OUTAGE: Final[LiteralString] = """
INSERT INTO outage (since, until, evidence, noticed_at) VALUES ($1, $2, $3, $4) RETURNING outage_id
"""


async def insert_outage(db: Connection, lost: Interval, evidence: dict[str, object], now: datetime) -> int:
    """Write down that nobody was there; returns its number."""
    return int(await db.fetchval(INSERT_OUTAGE, lost.since, lost.until, evidence, now))


def _time_entry(row: Record) -> TimeEntry:
    return TimeEntry(
        session_id=SessionId(row["session_id"]),
        kind=EntryKind(row["kind"]),
        seconds=row["seconds"],
        once=row["once"],
        made_at=row["made_at"],
        rule=row["rule"],
        actor_id=None if row["actor_id"] is None else AccountId(row["actor_id"]),
        reason=row["reason"],
        interval=None if row["since"] is None else Interval(row["since"], row["until"]),
        corrects=None if row["corrects"] is None else TimeEntryId(row["corrects"]),
        evidence=row["evidence"],
        time_entry_id=TimeEntryId(row["time_entry_id"]),
    )


def _pause(row: Record) -> Pause:
    return Pause(
        session_id=SessionId(row["session_id"]),
        kind=PauseKind(row["kind"]),
        actor_id=AccountId(row["actor_id"]),
        reason=row["reason"],
        began_at=row["began_at"],
        max_seconds=row["max_seconds"],
        pause_id=PauseId(row["pause_id"]),
    )
