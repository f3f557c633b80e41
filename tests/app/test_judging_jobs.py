"""The jobs of the judging worker, with a real database and a sandbox whose outcomes the test writes."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pgqueuer import RetryRequested

from app.database import transaction
from app.jobs import judge_solution, judge_submission, run_samples
from app.jobs.judge_submission import MAX_JUDGING_ATTEMPTS
from app.jobs.queue import Job
from app.task_import import import_task
from app.workers.judging import JudgingResources
from exams.authoring import store as authoring
from exams.authoring.store import TaskState
from exams.ids import DatasetId, SessionId, SubmissionId, TaskId
from exams.judging.judgement import Judged
from exams.judging.store import judgement_of
from exams.judging.verdict import Verdict
from exams.papers import store as papers
from exams.papers.blueprint import BlueprintRow
from exams.papers.paper import Choice
from exams.sessions import store as sessions
from sandbox.errors import EngineAway, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.runner import Outcome, Program, Runner
from sandbox.scripted_runner import ScriptedRunner, exited
from tests.fixtures.examroom import insert_account
from tests.fixtures.packages import a_package
from tests.fixtures.postgres import Database

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def interpret(program: Program, stdin: bytes, _limits: Limits) -> Outcome:
    """What the programs of these tests would print: a sum, the smaller number, or nothing."""
    numbers = [int(word) for word in stdin.split()]
    source = program.files[0].content
    return exited(f"{sum(numbers) if b'sum' in source else min(numbers)}\n".encode())


def away(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
    """An engine that does not answer."""
    raise SandboxUnavailable("no engine")


def gone(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
    """No engine at all."""
    raise EngineAway("no engine answers")


def resources(database: Database, runner: Runner | None = None, now: datetime = NOON) -> JudgingResources:
    """What a judging worker has: its own role, a sandbox, a clock."""
    return JudgingResources(database.judging, runner or ScriptedRunner(interpret), lambda: now)


@dataclass(frozen=True)
class Sitting:
    """A session with one item."""

    session_id: SessionId
    dataset_id: DatasetId
    database: Database

    async def submit(self, source: str, language: str = "python3") -> SubmissionId:
        """A program handed in."""
        found: UUID = await self.database.admin.fetchval(
            """INSERT INTO submission (session_id, position, language, source, source_sha256, origin, submitted_at)
               VALUES ($1, 1, $2, $3, sha256($3::text::bytea), 'handed_in', $4) RETURNING submission_id""",
            self.session_id,
            language,
            source,
            NOON,
        )
        return SubmissionId(found)

    async def judgement(self, submission_id: SubmissionId) -> Judged | None:
        """What was kept."""
        async with transaction(self.database.web) as db:
            return await judgement_of(db, submission_id, self.dataset_id)

    async def failures(self, submission_id: SubmissionId) -> list[str]:
        """The codes of the failures to judge."""
        rows = await self.database.admin.fetch(
            "SELECT code FROM judging_failure WHERE submission_id = $1 ORDER BY judging_failure_id", submission_id
        )
        return [row["code"] for row in rows]


@pytest.fixture
async def sitting(database: Database, tmp_path: Path) -> Sitting:
    """Somebody sits an exam of one task: the sum of two numbers."""
    async with transaction(database.admin) as db:
        author, candidate = await insert_account(db, "author", "examiner"), await insert_account(db, "sitter", "candidate")
        task_id = await import_task(db, a_package(tmp_path), author, NOON)
        task = await authoring.authored_task(db, task_id)
        assert task is not None
        scheme_id = await papers.insert_scheme(
            db,
            code="sums",
            names={"en": "Sums"},
            descriptions={"en": "-"},
            duration_minutes=60,
            cut_score_percent=60,
            languages=["python3", "cpp"],
            blueprint=[BlueprintRow(1, "arithmetic", 100)],
            now=NOON,
        )
        assert scheme_id is not None
        scheme = await papers.scheme_of(db, scheme_id)
        assert scheme is not None
        paper_id = await papers.insert_paper(db, scheme, [Choice(1, task_id, task.dataset_id, 100)], NOON)
        session = await sessions.insert_session(db, scheme, paper_id, candidate, NOON)
        assert session is not None
        session = replace(session, consented_at=NOON, started_at=NOON)
        await sessions.record_consent(db, session)
        await sessions.record_start(db, session)
    return Sitting(session.session_id, task.dataset_id, database)


async def queued(database: Database, job: Job) -> int:
    """How many jobs of a kind wait."""
    return await database.admin.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", job)


async def listen(database: Database, work: Awaitable[None]) -> list[str]:
    """The topics that `work` tells the pages about."""
    heard: list[str] = []

    def hear(*event: object) -> None:
        heard.append(str(event[3]))

    async with database.admin.acquire() as connection:
        await connection.add_listener("sarap_live", hear)
        await work
        await connection.execute("SELECT pg_notify('sarap_live', 'end')")
        while "end" not in heard:
            await asyncio.sleep(0.01)
        await connection.remove_listener("sarap_live", hear)
    return heard[:-1]


async def test_a_submission_is_judged_and_the_page_hears_of_it(sitting: Sitting) -> None:
    right, wrong = await sitting.submit("print(sum(...))"), await sitting.submit("print(min(...))")
    heard = await listen(sitting.database, judge_submission.run(resources(sitting.database), right))
    await judge_submission.run(resources(sitting.database), wrong)
    assert heard == [f"session:{sitting.session_id}"]
    judged, judged_wrong = await sitting.judgement(right), await sitting.judgement(wrong)
    assert judged is not None
    assert judged_wrong is not None
    assert (judged.verdict, judged.score, judged.max_score) == (Verdict.AC, 1, 1)
    assert [case.name for case in judged.cases] == ["sample/1", "secret/1", "secret/2"]
    assert judged.evidence["engine"] == "scripted"
    assert (judged_wrong.verdict, judged_wrong.score) == (Verdict.WA, 0)
    assert judged_wrong.cases[0].hint == "#1: 3 ≠ 1"


async def test_judging_twice_changes_nothing_and_runs_nothing(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    await judge_submission.run(resources(sitting.database), submission_id)
    runner = ScriptedRunner(away)
    await judge_submission.run(resources(sitting.database, runner), submission_id)
    assert runner.runs == []
    assert await sitting.failures(submission_id) == []


async def test_two_workers_on_one_submission_keep_one_judgement(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    await asyncio.gather(*(judge_submission.run(resources(sitting.database), submission_id) for _ in range(3)))
    assert await sitting.database.admin.fetchval("SELECT count(*) FROM judgement") == 1


async def test_a_fault_of_ours_is_written_down_and_tried_again_with_growing_pauses(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    delays: list[timedelta] = []
    for _ in range(MAX_JUDGING_ATTEMPTS - 1):
        with pytest.raises(RetryRequested) as retry:
            await judge_submission.run(resources(sitting.database, ScriptedRunner(away)), submission_id)
        delays.append(retry.value.delay)
    assert delays == sorted(delays)
    assert await sitting.judgement(submission_id) is None
    assert await sitting.failures(submission_id) == ["sandbox-unavailable"] * 4


async def test_after_five_faults_a_submission_is_left_for_a_person_and_never_failed(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    for _ in range(MAX_JUDGING_ATTEMPTS - 1):
        with pytest.raises(RetryRequested):
            await judge_submission.run(resources(sitting.database, ScriptedRunner(away)), submission_id)
    heard = await listen(
        sitting.database, judge_submission.run(resources(sitting.database, ScriptedRunner(away)), submission_id)
    )
    assert set(heard) == {f"session:{sitting.session_id}", "board"}
    assert await sitting.judgement(submission_id) is None
    assert len(await sitting.failures(submission_id)) == MAX_JUDGING_ATTEMPTS


async def test_an_engine_that_is_away_is_waited_for_and_counts_as_no_attempt(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    for _ in range(MAX_JUDGING_ATTEMPTS + 1):
        with pytest.raises(RetryRequested):
            await judge_submission.run(resources(sitting.database, ScriptedRunner(gone)), submission_id)
    assert await sitting.failures(submission_id) == []
    await judge_submission.run(resources(sitting.database), submission_id)
    assert await sitting.judgement(submission_id) is not None


async def test_a_sandbox_that_comes_back_judges_as_if_nothing_had_been(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    with pytest.raises(RetryRequested):
        await judge_submission.run(resources(sitting.database, ScriptedRunner(away)), submission_id)
    await judge_submission.run(resources(sitting.database), submission_id)
    judged = await sitting.judgement(submission_id)
    assert judged is not None
    assert judged.verdict is Verdict.AC


async def test_a_language_that_we_no_longer_have_is_held(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print", "cobol")
    await judge_submission.run(resources(sitting.database), submission_id)
    assert await sitting.judgement(submission_id) is None
    assert await sitting.failures(submission_id) == ["unknown-language"]


async def test_a_submission_that_nobody_knows_is_no_work(database: Database) -> None:
    await judge_submission.run(resources(database), uuid4())


async def test_the_last_judgement_of_a_sealed_session_calls_for_its_grading(sitting: Sitting) -> None:
    database = sitting.database
    submission_id = await sitting.submit("print(sum(...))")
    await judge_submission.run(resources(database), submission_id)
    assert await queued(database, Job.GRADE_SESSION) == 0
    later = await sitting.submit("print(sum(2))")
    await database.admin.execute(
        "UPDATE session SET sealed_at = $2, seal_reason = 'finished' WHERE session_id = $1", sitting.session_id, NOON
    )
    await judge_submission.run(resources(database), later)
    assert await queued(database, Job.GRADE_SESSION) == 1


async def test_grading_is_asked_for_even_if_the_worker_died_just_before(sitting: Sitting) -> None:
    database = sitting.database
    submission_id = await sitting.submit("print(sum(...))")
    await judge_submission.run(resources(database), submission_id)
    await database.admin.execute(
        "UPDATE session SET sealed_at = $2, seal_reason = 'finished' WHERE session_id = $1", sitting.session_id, NOON
    )
    await judge_submission.run(resources(database), submission_id)
    assert await queued(database, Job.GRADE_SESSION) == 1


async def sample_run(sitting: Sitting, source: str) -> UUID:
    """Somebody presses "run the samples"."""
    return await sitting.database.admin.fetchval(
        """INSERT INTO sample_run (session_id, position, language, source, requested_at)
           VALUES ($1, 1, 'python3', $2, $3) RETURNING sample_run_id""",
        sitting.session_id,
        source,
        NOON,
    )


async def test_a_sample_run_leaves_a_report_and_no_judgement(sitting: Sitting) -> None:
    run_id = await sample_run(sitting, "print(min(...))")
    heard = await listen(sitting.database, run_samples.run(resources(sitting.database), run_id))
    report = await sitting.database.web.fetchval("SELECT report FROM sample_run_report WHERE sample_run_id = $1", run_id)
    assert heard == [f"session:{sitting.session_id}"]
    assert report["verdict"] == "WA"
    assert report["undetermined"] is None
    assert report["samples"][0]["output"] == "1\n"
    assert report["samples"][0]["difference"] == {"token": 1, "expected": "3", "actual": "1", "kind": "token"}
    assert await sitting.database.admin.fetchval("SELECT count(*) FROM judgement") == 0


async def test_a_sample_run_is_tried_again_while_somebody_waits_and_then_says_that_it_failed(sitting: Sitting) -> None:
    run_id = await sample_run(sitting, "print(sum(...))")
    with pytest.raises(RetryRequested):
        await run_samples.run(resources(sitting.database, ScriptedRunner(away), NOON + timedelta(seconds=5)), run_id)
    await run_samples.run(resources(sitting.database, ScriptedRunner(away), NOON + timedelta(minutes=1)), run_id)
    report = await sitting.database.web.fetchval("SELECT report FROM sample_run_report WHERE sample_run_id = $1", run_id)
    assert (report["verdict"], report["undetermined"]) == (None, "sandbox-unavailable")
    await run_samples.run(resources(sitting.database), run_id)
    assert await sitting.database.admin.fetchval("SELECT count(*) FROM sample_run_report") == 1


async def import_sum(database: Database, folder: Path) -> TaskId:
    """A task that waits for validation."""
    async with transaction(database.admin) as db:
        return await import_task(db, a_package(folder), await insert_account(db, "author", "examiner"), NOON)


async def prove(using: JudgingResources, task_id: TaskId) -> None:
    """Judge every solution of the task that waits, as the judging worker would."""
    async with using.pool.acquire() as db:
        waiting = await authoring.solutions_to_judge(db, task_id)
    for solution_id in waiting:
        await judge_solution.run(using, solution_id)


async def state_of(database: Database, task_id: TaskId) -> TaskState:
    """Where the task is."""
    async with transaction(database.web) as db:
        task = await authoring.authored_task(db, task_id)
    assert task is not None
    return task.state


async def test_every_reference_solution_is_judged_and_the_page_follows(database: Database, tmp_path: Path) -> None:
    task_id = await import_sum(database, tmp_path)
    assert await queued(database, Job.JUDGE_SOLUTION) == 2
    assert await state_of(database, task_id) is TaskState.VALIDATING
    heard = await listen(database, prove(resources(database), task_id))
    assert heard == [f"task:{task_id}"] * 2
    assert await state_of(database, task_id) is TaskState.READY


async def test_a_validation_that_was_interrupted_goes_on_where_it_was(database: Database, tmp_path: Path) -> None:
    task_id = await import_sum(database, tmp_path)

    def dies(program: Program, stdin: bytes, limits: Limits) -> Outcome:
        return away(program, stdin, limits) if b"min" in program.files[0].content else interpret(program, stdin, limits)

    with pytest.raises(RetryRequested):
        await prove(resources(database, ScriptedRunner(dies)), task_id)
    assert await state_of(database, task_id) is TaskState.VALIDATING
    runner = ScriptedRunner(interpret)
    await prove(resources(database, runner), task_id)
    assert await state_of(database, task_id) is TaskState.READY
    assert all(b"min" in run.program.files[0].content for run in runner.runs)


async def test_a_wrong_solution_that_passes_keeps_the_task_unpublished(database: Database, tmp_path: Path) -> None:
    task_id = await import_sum(database, tmp_path)

    def always_right(_program: Program, stdin: bytes, _limits: Limits) -> Outcome:
        return exited(f"{sum(int(word) for word in stdin.split())}\n".encode())

    await prove(resources(database, ScriptedRunner(always_right)), task_id)
    assert await state_of(database, task_id) is TaskState.NOT_READY


async def test_the_judging_worker_may_not_write_tasks_or_sessions(database: Database) -> None:
    for statement in (
        "INSERT INTO account (login, password_hash, display_name) VALUES ('abc', '-', 'x')",
        "DELETE FROM judgement",
    ):
        with pytest.raises(Exception, match="permission denied"):
            await database.judging.execute(statement)
