"""The sealer: everything that is due is sealed, whoever fails or is killed meanwhile, and nothing is sealed early or twice."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.database import Connection, transaction
from app.jobs import seal_session
from app.jobs.queue import depths
from app.jobs.seal_session import Sealer
from app.settings import Settings
from app.workers.registry import RegistryResources
from exams.ids import AccountId, SessionId
from exams.papers import store as papers
from exams.papers.paper import Choice
from exams.sessions import store as sessions
from exams.sessions.session import Session
from exams.sessions.timing import SAVE_GRACE_S
from tests.fixtures.examroom import NOON, ExamRoom, arrange, insert_account
from tests.fixtures.postgres import Database

DUE = NOON + timedelta(hours=1, seconds=SAVE_GRACE_S)


def sealer(database: Database, now: datetime = DUE) -> Sealer:
    return Sealer(RegistryResources(database.registry, Settings.from_environment({}), lambda: now))


async def sit(database: Database, count: int, *, saves: int = 1) -> list[Session]:
    """Candidates who began at noon and saved something for the first item."""
    room = await arrange(database.admin)
    async with transaction(database.admin) as db:
        return [await _sit(db, room, number, saves) for number in range(count)]


async def _sit(db: Connection, room: ExamRoom, number: int, saves: int) -> Session:
    candidate: AccountId = await insert_account(db, f"sitter-{number}", "candidate")
    tasks = await papers.published_tasks(db)
    choices = [Choice(position, task.task_id, task.dataset_id, 10) for position, task in enumerate(tasks, 1)]
    paper_id = await papers.insert_paper(db, room.scheme, choices, NOON)
    session = await sessions.insert_session(db, room.scheme, paper_id, candidate, NOON)
    assert session is not None
    session = replace(session, consented_at=NOON, started_at=NOON)
    await sessions.record_consent(db, session)
    await sessions.record_start(db, session)
    for revision in range(1, saves + 1):
        await insert_entry(db, session, revision, f"answer {revision} of {number}")
    return session


async def insert_entry(db: Connection, session: Session, revision: int, source: str, language: str = "python3") -> None:
    """A save as far as the seal reads it; its chain is the business of others."""
    await db.execute(
        "INSERT INTO journal_entry (session_id, position, revision, language, source, saved_at) VALUES ($1, 1, $2, $3, $4, $5)",
        session.session_id,
        revision,
        language,
        source,
        NOON,
    )


async def sealed_texts(database: Database) -> dict[UUID, list[str]]:
    rows = await database.admin.fetch("SELECT session_id, source FROM submission WHERE origin = 'sealed'")
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row["session_id"], []).append(row["source"])
    return found


async def unsealed(database: Database) -> int:
    return await database.admin.fetchval("SELECT count(*) FROM session WHERE sealed_at IS NULL")


async def test_all_that_are_due_are_sealed_over_several_batches_each_with_its_last_draft(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_session, "BATCH", 4)
    sat = await sit(database, 10, saves=3)
    assert await sealer(database, DUE - timedelta(milliseconds=1)).seal_what_is_due() == 0
    assert await sealer(database).seal_what_is_due() == 10
    assert await sealer(database).seal_what_is_due() == 0
    texts = {one.session_id: [f"answer 3 of {number}"] for number, one in enumerate(sat)}
    assert await sealed_texts(database) == texts
    rows = await database.admin.fetch("SELECT sealed_at, seal_reason FROM session")
    assert {(row["sealed_at"], row["seal_reason"]) for row in rows} == {(DUE, "time_up")}
    async with transaction(database.admin) as db:
        assert await depths(db) == [("judge_submission", "queued", 10)], "the last judgement of each calls for its grading"
        told = await db.fetch("SELECT subject, detail FROM audit_event WHERE action = 'session:seal'")
    assert {row["subject"] for row in told} == {f"session:{one.session_id}" for one in sat}
    assert all(row["detail"] == {"reason": "time_up", "drafts_taken": 1} for row in told)


async def test_whoever_only_turned_to_another_language_at_the_end_has_left_the_older_text_standing(database: Database) -> None:
    (session,) = await sit(database, 1)
    async with transaction(database.admin) as db:
        await insert_entry(db, session, 2, " \n", "cpp")
    assert await sealer(database).seal_what_is_due() == 1
    assert await sealed_texts(database) == {session.session_id: ["answer 1 of 0"]}


async def test_a_session_without_an_answer_is_graded_at_once(database: Database) -> None:
    await sit(database, 2, saves=0)
    assert await sealer(database).seal_what_is_due() == 2
    async with transaction(database.admin) as db:
        assert await depths(db) == [("grade_session", "queued", 2)]


async def test_two_sealers_at_once_seal_each_session_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal_session, "BATCH", 3)
    await sit(database, 12)
    both = await asyncio.gather(sealer(database).seal_what_is_due(), sealer(database).seal_what_is_due())
    left = await sealer(database).seal_what_is_due()
    assert sum(both) + left == 12
    assert await unsealed(database) == 0
    assert [len(texts) for texts in (await sealed_texts(database)).values()] == [1] * 12


async def test_a_sealer_that_is_killed_in_a_batch_has_sealed_none_of_it_and_the_next_one_seals_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sit(database, 5)

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(seal_session, "notify", killed)
        with pytest.raises(asyncio.CancelledError):
            await sealer(database).seal_what_is_due()
    assert await unsealed(database) == 5
    assert await sealed_texts(database) == {}
    assert await sealer(database).seal_what_is_due() == 5


async def test_a_save_that_is_being_written_is_waited_for_and_belongs_to_what_is_sealed(database: Database) -> None:
    first, *_ = await sit(database, 2)
    async with transaction(database.web) as db:
        await db.execute("SELECT FROM session WHERE session_id = $1 FOR SHARE", first.session_id)  # as a save does
        assert await sealer(database).seal_what_is_due() == 1, "the other one does not wait"
        await insert_entry(db, first, 2, "last words")
    assert await sealer(database).seal_what_is_due() == 1
    assert (await sealed_texts(database))[first.session_id] == ["last words"]


async def test_complaint_18_a_session_that_cannot_be_sealed_stops_nobody_and_is_sealed_when_the_fault_is_gone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sat = await sit(database, 4)
    broken = sat[1].session_id
    whole = seal_session.seal

    async def fails(db: Connection, sealed: list[Session], who: None) -> None:
        await whole(db, sealed, who)
        if any(one.session_id == broken for one in sealed):
            raise ValueError("a draft that nobody thought of")

    tried = sealer(database)
    with monkeypatch.context() as patch:
        patch.setattr(seal_session, "seal", fails)
        await tried.seal_what_is_due()
        assert await tried.seal_what_is_due() == 0, "it is not tried again at once"
    rows = await database.admin.fetch("SELECT session_id FROM session WHERE sealed_at IS NULL")
    assert [SessionId(row["session_id"]) for row in rows] == [broken]
    state = await database.admin.fetchrow("SELECT sealed_at, seal_reason FROM session WHERE session_id = $1", broken)
    assert state is not None
    assert (state["sealed_at"], state["seal_reason"]) == (None, None), "no state of error: it is as it was"
    assert await sealer(database, DUE + seal_session.TRY_AGAIN_AFTER).seal_what_is_due() == 1
    assert await unsealed(database) == 0
