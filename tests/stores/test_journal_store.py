"""The journal in a real database: compare and swap, the seal, append-only rows, and texts kept aside."""

import asyncio
import json
import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from app.database import transaction
from exams.ids import LeaseId
from exams.sessions import store as sessions
from exams.sessions.chain import first_head
from exams.sessions.journal import Draft, JournalEntry
from exams.sessions.journal import store as journals
from exams.sessions.lease import Lease
from exams.sessions.session import SealReason, Session
from exams.store import Connection
from tests.fixtures.examroom import NOON, ExamRoom, arrange, open_session
from tests.fixtures.postgres import Database

LATER = NOON + timedelta(minutes=1)


def entry_of(session: Session, lease: LeaseId, revision: int, source: str, language: str = "python3") -> JournalEntry:
    """A revision as the rules would make it, with heads that only have to differ."""
    return JournalEntry(
        position=1,
        revision=revision,
        language=language,
        source=source,
        files={},
        left={},
        edits=("{}",),
        edit_count=revision,
        prev_head=first_head(session.session_id, revision),
        head=first_head(session.session_id, revision + 1),
        lease_id=lease,
        nonce=f"{revision:032x}",
        receipt="",
        journal_bytes=0,
        saved_at=LATER,
    )


async def leased(db: Connection, room: ExamRoom) -> tuple[Session, LeaseId]:
    """A running session and the lease of its first tab."""
    session = await open_session(db, room)
    return session, await take(db, session)


async def take(db: Connection, session: Session) -> LeaseId:
    lease = Lease(LeaseId(uuid4()), session.session_id, uuid4(), "a test", LATER, uuid4().hex, LATER)
    await journals.insert_lease(db, session, lease)
    return lease.lease_id


async def test_of_two_saves_of_one_revision_in_the_same_moment_one_is_kept_and_the_other_told_so(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session, lease = await leased(db, room)

    async def save(source: str) -> bool:
        async with database.web.acquire() as db:
            return await journals.append_entry(db, session, entry_of(session, lease, 1, source))

    sources = [str(number) for number in range(8)]
    kept = await asyncio.gather(*map(save, sources))
    assert kept.count(True) == 1
    async with transaction(database.web) as db:
        standing = await journals.standing_of(db, session.session_id, room.candidate, 1)
    assert standing is not None
    assert standing.newest is not None
    assert standing.newest.source == sources[kept.index(True)]


async def test_a_save_is_kept_only_under_the_lease_that_holds_and_by_its_owner(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session, first = await leased(db, room)
        second = await take(db, session)
        assert not await journals.append_entry(db, session, entry_of(session, first, 1, "a"))
        stranger = replace(session, candidate_id=room.stranger)
        assert not await journals.append_entry(db, stranger, entry_of(session, second, 1, "a"))
        assert await journals.append_entry(db, session, entry_of(session, second, 1, "a"))


async def test_the_journal_its_leases_and_asides_cannot_be_changed_or_emptied_by_the_web(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session, lease = await leased(db, room)
        await journals.append_entry(db, session, entry_of(session, lease, 1, "a"))
    for statement in (
        "UPDATE journal_entry SET source = ''",
        "DELETE FROM journal_entry",
        "UPDATE submission SET source = ''",
        "UPDATE lease SET device = 'x'",
        "DELETE FROM lease",
        "UPDATE aside SET source = ''",
        "DELETE FROM aside",
        "UPDATE late_decision SET reason = 'x'",
        "INSERT INTO late_grading VALUES (gen_random_uuid(), now())",
    ):
        async with database.web.acquire() as db:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(statement)


async def test_a_seal_waits_for_a_save_under_way_and_sees_it_and_a_later_save_finds_it_sealed(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session, lease = await leased(db, room)
    holding, sealed = asyncio.Event(), asyncio.Event()

    async def save() -> None:
        async with transaction(database.web) as db:
            assert await journals.append_entry(db, session, entry_of(session, lease, 1, "last words"))
            holding.set()
            await asyncio.sleep(0.1)
            assert not sealed.is_set()

    async def seal() -> tuple[Draft, ...]:
        await holding.wait()
        async with transaction(database.registry) as db:
            loaded = await sessions.session_to_seal(db, session.session_id)
            assert loaded is not None
            sealed.set()
            await sessions.record_seals(db, [replace(loaded, sealed_at=LATER, seal_reason=SealReason.TIME_UP)])
            return await journals.drafts_of(db, loaded)

    _, drafts = await asyncio.gather(save(), seal())
    assert [draft.source for draft in drafts] == ["last words"]
    async with database.web.acquire() as db:
        assert not await journals.append_entry(db, session, entry_of(session, lease, 2, "too late"))


async def test_a_save_that_waited_for_a_seal_is_not_kept(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session, lease = await leased(db, room)

    async def save() -> bool:
        async with database.web.acquire() as db:
            return await journals.append_entry(db, session, entry_of(session, lease, 1, "too late"))

    async with transaction(database.registry) as db:
        loaded = await sessions.session_to_seal(db, session.session_id)
        assert loaded is not None
        saving = asyncio.create_task(save())
        while not await database.admin.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
        await sessions.record_seals(db, [replace(loaded, sealed_at=LATER, seal_reason=SealReason.TIME_UP)])
    assert not await saving
    assert await database.admin.fetchval("SELECT count(*) FROM journal_entry") == 0


async def test_drafts_keep_one_text_for_each_language_and_end_with_what_was_worked_on_last(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session, lease = await leased(db, room)
        for revision, (language, source) in enumerate([("python3", "p1"), ("cpp", "c1"), ("cpp", "c2"), ("python3", "p2")], 1):
            assert await journals.append_entry(db, session, entry_of(session, lease, revision, source, language))
        left = replace(entry_of(session, lease, 5, "j1", "javascript"), left={"cpp": {"": "c3", "tree.h": "t"}})
        assert await journals.append_entry(db, session, left)
        drafts = await journals.drafts_of(db, session)
        assert [(draft.language, draft.source, draft.files) for draft in drafts] == [
            ("python3", "p2", {}),
            ("cpp", "c3", {"tree.h": "t"}),
            ("javascript", "j1", {}),
        ]
        earlier = await journals.drafts_of(db, session, 1, 2)
        assert [(draft.language, draft.source) for draft in earlier] == [("python3", "p1"), ("cpp", "c1")]


async def test_a_part_of_a_journal_ends_at_its_bytes_and_what_comes_after_it_is_not_unpacked(database: Database) -> None:
    room = await arrange(database.admin)
    revisions, edit_bytes = 40, 100_000
    async with transaction(database.admin) as db:
        session, lease = await leased(db, room)
        held = 0
        for revision in range(1, revisions + 1):
            source = f"text {revision}"
            edit = secrets.token_hex(edit_bytes // 2)  # nothing that a database could pack
            held += len(source) + len(edit)
            entry = replace(entry_of(session, lease, revision, source), edits=(edit,), journal_bytes=held)
            assert await journals.append_entry(db, session, entry)
    most = 5 * edit_bytes + 1
    async with transaction(database.web) as db:
        parts = [await journals.earlier_part(db, session, 1, after, 500, most) for after in (0, 6, 38, 40)]
        assert [[one.revision for one in part] for part in parts] == [
            [1, 2, 3, 4, 5, 6],
            [7, 8, 9, 10, 11, 12],
            [39, 40],
            [],
        ]
        assert [one.revision for one in await journals.earlier_part(db, session, 1, 3, 2, most)] == [4, 5]
        explained = await db.fetchval(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + journals.EARLIER_PART,
            session.session_id,
            session.candidate_id,
            1,
            0,
            500,
            most,
        )
        plan = json.loads(explained)[0]["Plan"]
        blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        assert blocks < revisions * edit_bytes / 8192 / 4  # far fewer than the edits alone are in
