"""Papers, sessions, journal, submissions and results in a real database, as the roles that use them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from app.database import transaction
from exams.grading import store as results
from exams.grading.result import Graded, grade
from exams.judging.verdict import Verdict
from exams.papers import store as papers
from exams.sessions import store as sessions
from exams.sessions.journal import SAVES_PER_MINUTE, JournalEntry
from exams.sessions.session import SealReason
from exams.sessions.timing import SAVE_GRACE_S
from exams.submissions import store as submissions
from exams.submissions.progress import Stage
from exams.submissions.submission import Answer, Origin
from tests.fixtures.examroom import AREAS, LANGUAGES, NOON, arrange, insert_judgement, insert_task, open_session
from tests.fixtures.postgres import Database

LATER = NOON + timedelta(minutes=10)


async def test_a_scheme_is_founded_once_and_read_back_whole(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        assert await papers.schemes(db) == [room.scheme]
        assert room.scheme.max_points == 100
    async with transaction(database.admin) as db:
        again = await papers.insert_scheme(
            db,
            code=room.scheme.code,
            names={"en": "Other"},
            descriptions={},
            duration_minutes=1,
            cut_score_percent=1,
            languages=[],
            blueprint=[],
            now=NOON,
        )
        assert again is None
        assert await papers.schemes(db) == [room.scheme]


async def test_only_the_newest_published_version_of_a_task_is_chosen_from(database: Database) -> None:
    room = await arrange(database.admin)
    examiners = (room.examiner, room.second_examiner)
    async with transaction(database.admin) as db:
        newer = await insert_task(db, examiners, "algorithms", "algorithms", version=2)
        await insert_task(db, examiners, "algorithms", "algorithms", version=3, published=False)
        await insert_task(db, examiners, "draft", "algorithms", published=False)
    async with transaction(database.web) as db:
        found = await papers.published_tasks(db)
    assert {one.short_name for one in found} == {area.replace("-", "") for area in AREAS}
    assert next(one.task_id for one in found if one.content_area == "algorithms") == newer


async def test_a_papers_items_come_in_order_with_the_languages_that_scheme_and_task_share(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        items = await papers.items_of(db, session.paper_id)
    assert [(item.position, item.points, item.task.content_area) for item in items] == [
        (1, 30, AREAS[0]),
        (2, 30, AREAS[1]),
        (3, 40, AREAS[2]),
    ]
    assert items[0].languages == LANGUAGES
    assert items[0].task.samples[0].answer == "3\n"
    assert set(items[0].task.statements) == {"kk", "ru", "en"}


async def test_another_candidate_never_loads_the_session(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        for load in (sessions.session_of, sessions.session_to_add_to, sessions.session_to_change):
            assert await load(db, session.session_id, room.candidate) == session
            assert await load(db, session.session_id, room.stranger) is None
        assert await sessions.sessions_of(db, room.stranger) == []
        assert await sessions.unfinished_session_of(db, room.candidate, room.scheme.scheme_id) == session


async def test_a_candidate_has_one_unfinished_session_of_a_scheme(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        other_paper = await papers.insert_paper(db, room.scheme, (), NOON)
        assert await sessions.insert_session(db, room.scheme, other_paper, room.candidate, NOON) is None
        await sessions.record_seal(db, replace(session, sealed_at=LATER, seal_reason=SealReason.FINISHED))
        assert await sessions.insert_session(db, room.scheme, other_paper, room.candidate, LATER) is not None


async def test_a_start_and_a_seal_that_stand_are_never_moved(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        await sessions.record_start(db, replace(session, started_at=LATER))
        await sessions.record_seal(db, replace(session, sealed_at=LATER, seal_reason=SealReason.FINISHED))
        await sessions.record_seal(db, replace(session, sealed_at=NOON, seal_reason=SealReason.TIME_UP))
        await sessions.record_consent(db, replace(session, camera_consent=True))
        found = await sessions.session_of(db, session.session_id, room.candidate)
    assert found == replace(session, sealed_at=LATER, seal_reason=SealReason.FINISHED)


async def test_of_two_saves_of_one_revision_in_the_same_moment_one_is_kept_and_the_other_told_so(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)

    async def save(source: str) -> bool:
        async with transaction(database.web) as db:
            loaded = await sessions.session_to_add_to(db, session.session_id, room.candidate)
            assert loaded is not None
            await asyncio.sleep(0.05)
            return await sessions.insert_entry(db, loaded, JournalEntry(1, 1, "python3", source, LATER))

    kept = await asyncio.gather(save("a"), save("b"))
    assert sorted(kept) == [False, True]
    async with transaction(database.web) as db:
        newest = await sessions.newest_entry(db, session, 1)
    assert newest is not None
    assert newest.source == ("a" if kept[0] else "b")


async def test_the_journal_cannot_be_changed_or_emptied_by_the_web(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        await sessions.insert_entry(db, session, JournalEntry(1, 1, "python3", "a", LATER))
    for statement in ("UPDATE journal_entry SET source = ''", "DELETE FROM journal_entry", "UPDATE submission SET source = ''"):
        async with database.web.acquire() as db:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(statement)


async def test_a_seal_waits_for_a_save_under_way_and_a_later_save_finds_it_sealed(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
    holding, sealed = asyncio.Event(), asyncio.Event()

    async def save() -> None:
        async with transaction(database.web) as db:
            loaded = await sessions.session_to_add_to(db, session.session_id, room.candidate)
            assert loaded is not None
            assert loaded.sealed_at is None
            holding.set()
            await asyncio.sleep(0.1)
            assert not sealed.is_set()
            await sessions.insert_entry(db, loaded, JournalEntry(1, 1, "python3", "last words", LATER))

    async def seal() -> tuple[JournalEntry, ...]:
        await holding.wait()
        async with transaction(database.registry) as db:
            loaded = await sessions.session_to_seal(db, session.session_id)
            assert loaded is not None
            sealed.set()
            await sessions.record_seal(db, replace(loaded, sealed_at=LATER, seal_reason=SealReason.TIME_UP))
            return await sessions.drafts_of(db, loaded)

    _, drafts = await asyncio.gather(save(), seal())
    assert [draft.source for draft in drafts] == ["last words"]
    async with transaction(database.web) as db:
        found = await sessions.session_to_add_to(db, session.session_id, room.candidate)
    assert found is not None
    assert found.sealed_at == LATER


async def test_drafts_keep_one_text_for_each_language_and_end_with_what_was_worked_on_last(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        for revision, (language, source) in enumerate([("python3", "p1"), ("cpp", "c1"), ("cpp", "c2"), ("python3", "p2")], 1):
            assert await sessions.insert_entry(db, session, JournalEntry(1, revision, language, source, LATER))
        drafts = await sessions.drafts_of(db, session)
        assert [(draft.language, draft.source) for draft in drafts] == [("cpp", "c2"), ("python3", "p2")]
        entry = JournalEntry(1, SAVES_PER_MINUTE + 2, "cpp", "x", LATER)
        assert await sessions.saved_earlier(db, session, entry) == LATER
        assert await sessions.saved_earlier(db, session, replace(entry, revision=5)) is None


async def test_overdue_sessions_are_those_past_deadline_and_grace_and_not_sealed(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.registry) as db:
        due = NOON + timedelta(hours=1, seconds=SAVE_GRACE_S)
        assert await sessions.overdue_sessions(db, due) == []
    async with transaction(database.web) as db:
        session = await open_session(db, room)
    async with transaction(database.registry) as db:
        assert await sessions.overdue_sessions(db, due - timedelta(microseconds=1)) == []
        assert await sessions.overdue_sessions(db, due) == [session.session_id]


async def test_a_submission_shows_how_far_it_has_come_and_never_the_secret_cases(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        assert await submissions.last_submission(db, session, 1) == (0, None)
        made = [
            await submissions.insert_submission(
                db, session, Answer(1, "python3", f"print({place})"), Origin.HANDED_IN, NOON + timedelta(minutes=place)
            )
            for place in range(3)
        ]
    first, second, third = (one.submission_id for one in made if one is not None)
    async with transaction(database.judging) as db:
        await insert_judgement(db, first, "WA", 50)
        await db.execute(
            "INSERT INTO judging_failure (submission_id, code, detail, failed_at) VALUES ($1, 'sandbox-broken', '', now())",
            second,
        )
    async with transaction(database.web) as db:
        found = await submissions.progress_of(db, session)
        assert await submissions.last_submission(db, session, 1) == (3, made[2])
    assert [one.stage for one in found] == [Stage.JUDGED, Stage.DELAYED, Stage.WAITING]
    assert found[2].submission.submission_id == third
    earned = found[0].earned
    assert earned is not None
    assert (earned.verdict, earned.tests_passed, earned.tests_total) == (Verdict.WA, 1, 2)
    assert (earned.cpu_time_us, earned.memory_kib) == (15_000, 9500)


async def test_an_items_draft_is_sealed_once(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
    async with transaction(database.registry) as db:
        assert await submissions.insert_submission(db, session, Answer(1, "cpp", "a"), Origin.SEALED, LATER) is not None
        assert await submissions.insert_submission(db, session, Answer(1, "cpp", "a"), Origin.SEALED, LATER) is None


async def test_a_sample_run_is_found_only_in_its_own_session(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        run_id = await submissions.insert_sample_run(db, session, Answer(1, "cpp", "a"), LATER)
        found = await submissions.sample_run_of(db, session, run_id)
        assert found is not None
        assert (found.answer, found.report) == (Answer(1, "cpp", "a"), None)
        assert await submissions.sample_run_of(db, replace(session, session_id=session.paper_id), run_id) is None  # pyright: ignore[reportArgumentType]
        assert await submissions.sample_runs_in_last_minute(db, session, LATER + timedelta(seconds=59)) == 1
        assert await submissions.sample_runs_in_last_minute(db, session, LATER + timedelta(seconds=61)) == 0


async def test_a_result_is_made_once_and_read_back_whole(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        made = await submissions.insert_submission(db, session, Answer(3, "cpp", "a"), Origin.HANDED_IN, LATER)
        assert made is not None
        session = replace(session, sealed_at=LATER, seal_reason=SealReason.FINISHED)
        await sessions.record_seal(db, session)
    async with transaction(database.judging) as db:
        await insert_judgement(db, made.submission_id, "WA", 33)
    async with transaction(database.registry) as db:
        assert await results.ungraded_sessions(db) == [session.session_id]
        graded = grade(await papers.items_of(db, session.paper_id), await submissions.progress_of(db, session), 60)
        assert isinstance(graded, Graded)
        stored = await results.insert_result(db, session, graded, LATER)
        assert stored is not None
        assert await results.result_of(db, session) == stored
        assert await results.insert_result(db, session, replace(graded, passed=True), LATER) is None
        assert await results.ungraded_sessions(db) == []
