"""Each judgement is kept with its record, in one chain a session, in one transaction."""

import asyncio
from unittest.mock import patch

import asyncpg
import pytest

from app.database import transaction
from app.jobs import judge_submission
from exams.judging import store
from exams.judging.canonical import sha256
from exams.judging.record import Record, facts_of, faults_of, first_link, next_link
from tests.fixtures.judging import NOON, Sitting, resources
from tests.fixtures.postgres import Database
from tests.fixtures.rejudging import ODD, RIGHT, Room


async def chain(sitting: Sitting) -> tuple[Record, ...]:
    """The session's records, as the web process reads them."""
    async with transaction(sitting.database.web) as db:
        return await store.records_of(db, sitting.session_id)


async def test_each_judgement_has_its_record_in_one_chain(sitting: Sitting) -> None:
    sources = ["print(sum(...))", "print(min(...))", "print(sum(1))"]
    for source in sources:
        await judge_submission.run(resources(sitting.database), await sitting.submit(source))
    records = await chain(sitting)
    assert faults_of(sitting.session_id, [one.document for one in records]) == []
    facts = [facts_of(one.document) for one in records]
    assert [one["verdict"] for one in facts] == ["AC", "WA", "AC"]
    assert [one["source"]["files"][0]["sha256"] for one in facts] == [sha256(source.encode()) for source in sources]
    assert facts[0]["environment"]["engine"] == "scripted"
    assert facts[0]["judged_at"] == "2026-03-02T12:00:00.000000Z"
    assert facts[0]["dataset"]["case_count"] == 3
    assert facts[0]["limits"]["memory_mib"] == 256


async def test_no_record_names_a_person(sitting: Sitting) -> None:
    await judge_submission.run(resources(sitting.database), await sitting.submit("print(sum(...))"))
    (record,) = await chain(sitting)
    people = await sitting.database.admin.fetch("SELECT account_id::text, login, display_name FROM account")
    assert people
    for person in people:
        assert not any(str(fact).encode() in record.document for fact in person)


async def test_judging_twice_leaves_one_record(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    await asyncio.gather(*(judge_submission.run(resources(sitting.database), submission_id) for _ in range(3)))
    assert len(await chain(sitting)) == 1


async def test_judged_at_once_the_records_of_a_session_still_follow_each_other(sitting: Sitting) -> None:
    submissions = [await sitting.submit(f"print(sum({number}))") for number in range(8)]
    await asyncio.gather(*(judge_submission.run(resources(sitting.database), one) for one in submissions))
    records = await chain(sitting)
    assert {one.submission_id for one in records} == set(submissions)
    assert faults_of(sitting.session_id, [one.document for one in records]) == []


async def test_a_crash_before_the_record_leaves_no_judgement_either(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    with (
        patch("app.jobs.judge_submission.write_record", side_effect=MemoryError),
        pytest.raises(MemoryError),
    ):
        await judge_submission.run(resources(sitting.database), submission_id)
    assert await sitting.judgement(submission_id) is None
    assert await chain(sitting) == ()
    await judge_submission.run(resources(sitting.database), submission_id)
    assert await sitting.judgement(submission_id) is not None
    assert len(await chain(sitting)) == 1


async def test_the_database_takes_no_record_that_does_not_follow(sitting: Sitting) -> None:
    await judge_submission.run(resources(sitting.database), await sitting.submit("print(sum(...))"))
    (first,) = await chain(sitting)
    follows = next_link(first)
    begins = first_link(sitting.session_id)
    wrong = [
        (2, begins.previous_sha256, first.document),  # names what is not before it
        (3, follows.previous_sha256, first.document),  # leaves a gap
        (1, begins.previous_sha256, b"{}"),  # takes a place that is taken
    ]
    for position, previous, document in wrong:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with transaction(sitting.database.judging) as db:
                await store.insert_record(db, Record(sitting.session_id, first.submission_id, position, previous, document))
    assert await chain(sitting) == (first,)


@pytest.mark.parametrize("role", ["web", "judging", "registry"])
async def test_nobody_changes_or_removes_a_record(module_database: Database, role: str) -> None:
    for statement in ("UPDATE judging_record SET document = ''", "DELETE FROM judging_record"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await getattr(module_database, role).execute(statement)
    if role != "judging":
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await getattr(module_database, role).execute("INSERT INTO judging_record DEFAULT VALUES")


async def test_a_record_is_found_by_its_place(sitting: Sitting) -> None:
    await judge_submission.run(resources(sitting.database), await sitting.submit("print(sum(...))"))
    (record,) = await chain(sitting)
    async with transaction(sitting.database.web) as db:
        assert await store.record_at(db, sitting.session_id, 1) == record
        assert await store.record_at(db, sitting.session_id, 2) is None
    assert facts_of(record.document)["judged_at"].startswith(NOON.date().isoformat())


async def test_a_registrar_sees_each_records_hash_and_downloads_exactly_its_bytes(room: Room) -> None:
    session_id, _ = await room.sits(ODD, RIGHT)
    page = (await room.registrar.get(f"/results/{session_id}")).text
    async with transaction(room.site.database.web) as db:
        records = await store.records_of(db, session_id)
    assert len(records) == 2
    for record in records:
        assert record.sha256.hex() in page
        address = f"/results/{session_id}/records/{record.position}"
        assert f'href="{address}"' in page
        answer = await room.registrar.get(address)
        assert answer.content == record.document
        assert sha256(answer.content) == record.sha256.hex()
        assert answer.headers["content-disposition"].startswith("attachment")
    assert "each names the one before it" in page
    assert (await room.registrar.get(f"/results/{session_id}/records/3")).status_code == 404
    assert (await room.examiner.get(f"/results/{session_id}/records/1")).status_code == 403
    assert await room.site.database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'record:download'") == 2


async def test_a_registrar_is_warned_of_a_chain_that_somebody_with_all_rights_has_changed(room: Room) -> None:
    session_id, _ = await room.sits(ODD, RIGHT)
    await room.site.database.admin.execute(
        """UPDATE judging_record SET document = replaced.document, sha256 = sha256(replaced.document)
        FROM (SELECT convert_to(replace(convert_from(document, 'UTF8'), '"verdict":"WA"', '"verdict":"AC"'), 'UTF8') AS document
              FROM judging_record WHERE session_id = $1 AND position = 1) replaced
        WHERE session_id = $1 AND position = 1""",
        session_id,
    )
    page = (await room.registrar.get(f"/results/{session_id}")).text
    assert "The chain of judging records is broken" in page
    assert "record 2: does not follow record 1" in page
