"""Papers, sessions, journal, submissions and results in a real database, as the roles that use them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from app.database import transaction
from exams.errors import InvalidInput, LanguagesEnded
from exams.grading import store as results
from exams.grading.result import Graded, grade
from exams.judging import store as judging
from exams.judging.judgement import CaseResult, Judged, Undetermined
from exams.judging.verdict import Verdict
from exams.papers import store as papers
from exams.papers.setting import found_scheme, set_paper
from exams.sessions import store as sessions
from exams.sessions.session import SealReason
from exams.sessions.timing import SAVE_GRACE_S
from exams.submissions import store as submissions
from exams.submissions.progress import Stage
from exams.submissions.submission import Answer, Origin
from sandbox import languages
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


async def test_a_session_offers_the_languages_that_were_mended_when_its_paper_was_set(database: Database) -> None:
    room = await arrange(database.admin)
    ended = languages.catalogue()["javascript"]
    last = datetime.combine(ended.end_of_life, time.max, UTC)
    async with transaction(database.web) as db:
        before = await set_paper(db, room.scheme, 1, last)
        after = await set_paper(db, room.scheme, 1, last + timedelta(seconds=1))
        assert [item.languages for item in await papers.items_of(db, before)] == [LANGUAGES] * 3
        left = tuple(code for code in LANGUAGES if code != "javascript")
        assert [item.languages for item in await papers.items_of(db, after)] == [left] * 3


async def test_no_paper_is_set_when_every_language_of_the_scheme_has_ended(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        with pytest.raises(LanguagesEnded) as refusal:
            await set_paper(db, room.scheme, 1, datetime(2040, 1, 1, tzinfo=UTC))
    assert refusal.value.languages == LANGUAGES


async def test_a_paper_of_an_earlier_release_follows_its_scheme(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.admin) as db:
        session = await open_session(db, room)
        await db.execute("UPDATE paper SET languages = NULL WHERE paper_id = $1", session.paper_id)
        assert {item.languages for item in await papers.items_of(db, session.paper_id)} == {LANGUAGES}


@pytest.mark.parametrize(("code", "reason"), [("javascript", "language-ended"), ("cobol", "unknown-language")])
async def test_no_scheme_is_founded_with_a_language_that_has_ended_or_is_unknown(
    database: Database, code: str, reason: str
) -> None:
    async with transaction(database.admin) as db:
        with pytest.raises(InvalidInput) as refusal:
            await found_scheme(
                db,
                code="late",
                names={"en": "Late"},
                descriptions={},
                duration_minutes=1,
                cut_score_percent=1,
                languages=["cpp", code],
                blueprint=[],
                now=datetime(2028, 5, 1, tzinfo=UTC),
            )
    assert refusal.value.reason == reason


async def test_another_candidate_never_loads_the_session(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        for load in (sessions.session_of, sessions.session_to_change):
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
        await sessions.record_seals(db, [replace(session, sealed_at=LATER, seal_reason=SealReason.FINISHED)])
        assert await sessions.insert_session(db, room.scheme, other_paper, room.candidate, LATER) is not None


async def test_a_start_and_a_seal_that_stand_are_never_moved(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        await sessions.record_start(db, replace(session, started_at=LATER))
        await sessions.record_seals(db, [replace(session, sealed_at=LATER, seal_reason=SealReason.FINISHED)])
        await sessions.record_seals(db, [replace(session, sealed_at=NOON, seal_reason=SealReason.TIME_UP)])
        await sessions.record_consent(db, replace(session, camera_consent=True))
        found = await sessions.session_of(db, session.session_id, room.candidate)
    assert found == replace(session, sealed_at=LATER, seal_reason=SealReason.FINISHED)


async def test_overdue_sessions_are_those_past_deadline_and_grace_and_not_sealed(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.registry) as db:
        due = NOON + timedelta(hours=1, seconds=SAVE_GRACE_S)
        assert await sessions.overdue_sessions(db, due, 10) == ()
    async with transaction(database.web) as db:
        session = await open_session(db, room)
    async with transaction(database.registry) as db:
        assert await sessions.overdue_sessions(db, due - timedelta(microseconds=1), 10) == ()
        assert [one.session_id for one in await sessions.overdue_sessions(db, due, 10)] == [session.session_id]
        assert await sessions.overdue_sessions(db, due, 10, [session.session_id]) == ()
        async with transaction(database.registry) as another:
            assert await sessions.overdue_sessions(another, due, 10) == (), "somebody holds it: it is found the next time"


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
    assert (earned.reason, earned.startup_us) == ("", 0)


async def test_a_submission_says_why_its_first_failing_test_failed_and_what_starting_the_language_took(
    database: Database,
) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        made = await submissions.insert_submission(db, session, Answer(1, "cpp", "a"), Origin.HANDED_IN, NOON)
        assert made is not None
    cases = tuple(
        CaseResult(f"secret/{number}", verdict, 1, 2, 3, reason=reason)
        for number, (verdict, reason) in enumerate(
            [(Verdict.AC, ""), (Verdict.TLE, "wall-time"), (Verdict.TLE, ""), (Verdict.RTE, "exit-1")]
        )
    )
    judged = Judged(Verdict.TLE, Decimal(0), Decimal(1), cases, (), "", {"startup_us": 9_500})
    async with transaction(database.judging) as db:
        pending = await judging.pending_submission(db, made.submission_id)
        assert pending is not None
        await judging.insert_judgement(db, pending, judged, LATER)
        assert await judging.judgement_of(db, pending.submission_id, pending.dataset_id) == judged
    async with transaction(database.web) as db:
        (found,) = await submissions.progress_of(db, session)
    assert found.earned is not None
    assert (found.earned.reason, found.earned.startup_us) == ("wall-time", 9_500)


async def test_the_last_reason_why_we_could_not_judge_is_found(database: Database) -> None:
    room = await arrange(database.admin)
    async with transaction(database.web) as db:
        session = await open_session(db, room)
        made = await submissions.insert_submission(db, session, Answer(1, "cpp", "a"), Origin.HANDED_IN, NOON)
        assert made is not None
        assert await judging.last_failures(db, session.session_id) == {}
    async with transaction(database.judging) as db:
        pending = await judging.pending_submission(db, made.submission_id)
        assert pending is not None
        for code in ("sandbox-broken", "checker-broken"):
            await judging.insert_judging_failure(db, pending, Undetermined(code, f"why {code}"), LATER)
    async with transaction(database.web) as db:
        found = await judging.last_failures(db, session.session_id)
    assert found == {made.submission_id: Undetermined("checker-broken", "why checker-broken")}


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
        await sessions.record_seals(db, [session])
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
