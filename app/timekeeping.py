"""Writing the time ledger: every line with its audit and its news to the pages, in the caller's transaction.

The caller holds the lock of each session that it passes, and goes on with the session that it gets back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from starlette.requests import Request

from app import audit
from app.database import Connection
from app.live import notify
from exams.ids import AccountId
from exams.sessions import ledger, pause, store
from exams.sessions.accommodation import Accommodation, combined
from exams.sessions.ledger import EntryKind, Interval, TimeEntry
from exams.sessions.ledger import store as ledger_store
from exams.sessions.pause import Pause
from exams.sessions.pulse import Beat, elapsed
from exams.sessions.session import Session
from exams.submissions import store as submissions

WAITS_LOOKED_BACK: Final = timedelta(minutes=2)
"""How far back finished runs are looked at for waits. They are looked for every second, and once more at the seal."""


async def write(db: Connection, who: Request | None, entries: Iterable[TimeEntry]) -> None:
    """Append lines, and say so."""
    written = list(entries)
    if not written:
        return
    await ledger_store.insert_time_entries(db, written)
    for entry in written:
        facts: dict[str, object] = {
            "time_entry_id": entry.time_entry_id,
            "kind": entry.kind,
            "seconds": entry.seconds,
            "rule": entry.rule,
        }
        await audit.record(db, who, "time:write", f"session:{entry.session_id}", facts)
        await notify(db, f"session:{entry.session_id}")
    await notify(db, "board")


async def credit_outage(db: Connection, before: Beat, after: Beat, lost: Interval) -> int:
    """Nobody was there, or the clock leapt: give every session in progress what it lost. Returns how many there were."""
    sessions = await store.running_to_change(db)
    real = elapsed(before, after)
    evidence: dict[str, object] = {
        "gap_seconds": (after.at - before.at).total_seconds(),
        "elapsed_seconds": None if real is None else real.total_seconds(),
        "sessions": len(sessions),
    }
    outage_id = await ledger_store.insert_outage(db, lost, evidence, after.at)
    ledgers = await ledger_store.time_entries_of(db, [session.session_id for session in sessions])
    entries = [
        ledger.lost(
            session,
            ledgers[session.session_id],
            lost,
            kind=EntryKind.OUTAGE,
            once=f"outage:{outage_id}",
            rule="outage=gap-between-pulses",
            now=after.at,
            evidence={"outage_id": outage_id, **evidence},
        )
        for session in sessions
    ]
    await write(db, None, [entry for entry in entries if entry is not None])
    await audit.record(db, None, "time:outage", f"outage:{outage_id}", evidence)
    return len(sessions)


async def credit_start(db: Connection, session: Session, heard_at: datetime) -> None:
    """The page is heard for the first time: give back what it took from the start until now."""
    locked = await store.session_to_seal(db, session.session_id)
    if locked is None:
        return
    entry = ledger.start_jitter(locked, await ledger_store.ledger_of(db, locked), heard_at)
    await write(db, None, [] if entry is None else [entry])


async def credit_hold(db: Connection, who: Request, session: Session, hold_id: UUID, held: Interval) -> None:
    """A proctor says that a hold was our fault: give back the time of it, as far as the clock ran. The caller has the lock."""
    entry = ledger.lost(
        session,
        await ledger_store.ledger_of(db, session),
        held,
        kind=EntryKind.HOLD,
        once=f"hold:{hold_id}",
        rule="hold=our-fault",
        now=held.until,
        evidence={"hold_id": str(hold_id)},
    )
    await write(db, who, [] if entry is None else [entry])


async def credit_waits(db: Connection, now: datetime) -> None:
    """Give back what runs of the samples waited in the queue beyond what is free, as soon as they are done."""
    waits = await submissions.waits_since(db, now - WAITS_LOOKED_BACK, now)
    for wait in sorted(waits, key=lambda one: (one.session_id, one.waited.until)):
        session = await store.session_to_seal(db, wait.session_id)
        if session is None:
            continue
        known = await ledger_store.ledger_of(db, session)
        entry = ledger.queue_wait(session, known, wait.sample_run_id, wait.waited, now)
        await write(db, None, [] if entry is None else [entry])


async def end_exhausted_breaks(db: Connection, now: datetime) -> None:
    """Let the clock go on where a break has used up its allowance."""
    for session_id in await ledger_store.exhausted_breaks(db, now):
        session = await store.session_to_seal(db, session_id)
        if session is not None and session.sealed_at is None:
            await end_pause(db, None, session, None, now)


async def settle(db: Connection, due: Sequence[Session], now: datetime) -> list[Session]:
    """Everything that is due to sessions before they may be sealed: waits, also one that is still going on.

    Such a wait is credited once, as if it ended now: a queue that stands still for ever prolongs no session for ever.
    """
    settled = {session.session_id: session for session in due}
    for wait in await submissions.waits_of(db, due, now):
        session = settled[wait.session_id]
        entry = ledger.queue_wait(session, await ledger_store.ledger_of(db, session), wait.sample_run_id, wait.waited, now)
        if entry is not None:
            await write(db, None, [entry])
            settled[wait.session_id] = ledger.with_entry(session, entry)
    return list(settled.values())


async def begin_pause(db: Connection, who: Request | None, session: Session, one: Pause) -> Session:
    """Stop the clock, as `pause.pause` or `pause.take_break` decided."""
    await ledger_store.insert_pause(db, one)
    facts: dict[str, object] = {"pause_id": one.pause_id, "kind": one.kind, "max_seconds": one.max_seconds}
    await audit.record(db, who, "time:pause", f"session:{session.session_id}", facts)
    await notify(db, f"session:{session.session_id}")
    await notify(db, "board")
    return pause.with_pause(session, one)


async def end_pause(
    db: Connection, who: Request | None, session: Session, actor_id: AccountId | None, now: datetime
) -> Session:
    """Let the clock go on, and write the line. Nothing happens if it goes already."""
    one = (await ledger_store.open_pauses(db, [session.session_id])).get(session.session_id)
    if one is None:
        return session
    entry = pause.resume(session, one, await ledger_store.ledger_of(db, session), now)
    await ledger_store.insert_pause_end(db, one, pause.ends_at(one, now), actor_id)
    await write(db, who, [entry])
    return ledger.with_entry(pause.without_pause(session), entry)


async def accommodate(db: Connection, session: Session, accommodations: Iterable[Accommodation], now: datetime) -> Session:
    """Write the extra time that is arranged for a session, as far as it is not written yet."""
    arranged = combined(accommodations, session.scheme_id, session.opened_at, now)
    if not arranged.sources:
        return session
    entry = ledger.accommodated(
        session,
        await ledger_store.ledger_of(db, session),
        arranged.extra_seconds(session.allotted_seconds),
        arranged.evidence(),
        now,
    )
    if entry is None:
        return session
    await write(db, None, [entry])
    return ledger.with_entry(session, entry)
