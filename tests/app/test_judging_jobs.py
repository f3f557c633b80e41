"""The jobs of the judging worker, with a real database and a sandbox whose outcomes the test writes."""

import asyncio
from collections.abc import Awaitable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
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
from exams.ids import TaskId
from exams.judging.verdict import Verdict
from sandbox import languages
from sandbox.limits import Limits
from sandbox.runner import CpuTimeExceeded, Outcome, Program
from sandbox.scripted_runner import ScriptedRunner, ended, exited
from tests.fixtures.examroom import insert_account
from tests.fixtures.judging import NOON, Sitting, away, gone, interpret, resources
from tests.fixtures.packages import a_package
from tests.fixtures.postgres import Database


def disturbed(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
    """A program that is too slow on a machine that has too much else to do."""
    return replace(ended(CpuTimeExceeded(), cpu_ms=5000), is_disturbed=True)


def unforeseen(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
    """A fault of the judge itself."""
    raise ValueError("nobody foresaw this")


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


async def test_a_fault_that_nobody_foresaw_is_written_down_and_held_like_any_other(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    for _ in range(MAX_JUDGING_ATTEMPTS - 1):
        with pytest.raises(RetryRequested):
            await judge_submission.run(resources(sitting.database, ScriptedRunner(unforeseen)), submission_id)
    heard = await listen(
        sitting.database, judge_submission.run(resources(sitting.database, ScriptedRunner(unforeseen)), submission_id)
    )
    assert "board" in heard
    assert await sitting.judgement(submission_id) is None
    assert await sitting.failures(submission_id) == ["judge-broken"] * MAX_JUDGING_ATTEMPTS


async def test_whoever_waits_for_the_samples_hears_also_of_a_fault_that_nobody_foresaw(sitting: Sitting) -> None:
    run_id = await sample_run(sitting, "print(sum(...))")
    for later, outcome in ((timedelta(seconds=5), pytest.raises(RetryRequested)), (timedelta(minutes=1), nullcontext())):
        with outcome:
            await run_samples.run(resources(sitting.database, ScriptedRunner(unforeseen), NOON + later), run_id)
    report = await sitting.database.web.fetchval("SELECT report FROM sample_run_report WHERE sample_run_id = $1", run_id)
    assert (report["verdict"], report["undetermined"]) == (None, "sandbox-broken")


async def test_an_engine_that_is_away_is_waited_for_and_counts_as_no_attempt(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    for _ in range(MAX_JUDGING_ATTEMPTS + 1):
        with pytest.raises(RetryRequested):
            await judge_submission.run(resources(sitting.database, ScriptedRunner(gone)), submission_id)
    assert await sitting.failures(submission_id) == []
    await judge_submission.run(resources(sitting.database), submission_id)
    assert await sitting.judgement(submission_id) is not None


async def test_a_machine_that_is_too_disturbed_is_waited_for_and_counts_as_no_attempt(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    for _ in range(MAX_JUDGING_ATTEMPTS + 1):
        with pytest.raises(RetryRequested):
            await judge_submission.run(resources(sitting.database, ScriptedRunner(disturbed)), submission_id)
    assert await sitting.failures(submission_id) == []
    assert await sitting.judgement(submission_id) is None
    await judge_submission.run(resources(sitting.database), submission_id)
    judged = await sitting.judgement(submission_id)
    assert judged is not None
    assert judged.verdict is Verdict.AC


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


async def test_a_language_that_another_worker_has_waits_for_it_and_counts_as_no_attempt(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    using = resources(sitting.database)
    without = JudgingResources(using.pool, using.runner, using.now, can_run={"cpp"}.__contains__)
    with pytest.raises(RetryRequested):
        await judge_submission.run(without, submission_id)
    assert await sitting.failures(submission_id) == []


async def test_a_submission_that_kills_its_workers_is_held_and_gets_no_verdict(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    heard = await listen(sitting.database, judge_submission.hold(resources(sitting.database), submission_id))
    assert set(heard) == {f"session:{sitting.session_id}", "board"}
    assert await sitting.judgement(submission_id) is None
    assert await sitting.failures(submission_id) == ["workers-died"]


async def test_what_is_judged_is_not_held_though_its_worker_died_afterwards(sitting: Sitting) -> None:
    submission_id = await sitting.submit("print(sum(...))")
    await judge_submission.run(resources(sitting.database), submission_id)
    await judge_submission.hold(resources(sitting.database), submission_id)
    assert await sitting.failures(submission_id) == []


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


async def test_a_sample_run_that_kills_its_workers_says_that_it_could_not_be_run(sitting: Sitting) -> None:
    run_id = await sample_run(sitting, "print(sum(...))")
    await run_samples.hold(resources(sitting.database), run_id)
    report = await sitting.database.web.fetchval("SELECT report FROM sample_run_report WHERE sample_run_id = $1", run_id)
    assert (report["verdict"], report["undetermined"]) == (None, "sandbox-broken")


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


def test_a_worker_judges_only_what_it_has_both_languages_for(database: Database, tmp_path: Path) -> None:
    plain = a_package(tmp_path / "a").dataset
    checked = a_package(tmp_path / "b", {"output_validator/check.cpp": "int main() { return 42; }\n"}).dataset
    python = languages.catalogue()["python3"]
    using = resources(database)
    alone = JudgingResources(using.pool, using.runner, using.now, can_run={"python3"}.__contains__)
    assert (alone.can_judge(plain, python), alone.can_judge(checked, python)) == (True, False)
    assert using.can_judge(checked, python)
