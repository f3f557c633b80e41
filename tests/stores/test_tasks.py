"""A task on its way into the bank: imported whole or not at all, proved, published by somebody else, and frozen."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from app.auth.store import insert_account
from app.database import transaction
from app.task_import import import_task
from exams.authoring import store
from exams.authoring.finding import prevents_publishing
from exams.authoring.importing import import_package
from exams.authoring.package import read_package
from exams.authoring.publishing import Hindrance, hindrances, publish
from exams.authoring.store import AuthoredTask, TaskState
from exams.authoring.validation import SolutionReport
from exams.errors import NotPublishable, PackageRefused
from exams.ids import AccountId, TaskId
from exams.judging.judgement import CaseResult, Judged, Undetermined
from exams.judging.verdict import Verdict
from exams.tasks.dataset import JudgingKind, ValidatorScore
from exams.tasks.store import load_dataset, newest_version, task_of
from exams.tasks.task import Sample
from sandbox import languages
from tests.fixtures.packages import PROBLEM, a_package
from tests.fixtures.postgres import Database

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def somebody(database: Database) -> AccountId:
    """An account."""
    async with transaction(database.admin) as db:
        account_id = await insert_account(db, login=f"e-{uuid4().hex}", password_hash="-", display_name="Dana", locale="en")
    assert account_id is not None
    return account_id


async def loaded(database: Database, task_id: TaskId) -> AuthoredTask:
    """The task as its authors see it."""
    async with transaction(database.web) as db:
        task = await store.authored_task(db, task_id)
    assert task is not None
    return task


async def imported(database: Database, folder: Path, changes: dict[str, str | bytes | None] | None = None) -> AuthoredTask:
    """A task that was imported a moment ago."""
    author = await somebody(database)
    async with transaction(database.web) as db:
        task_id = await import_package(db, a_package(folder, changes), author, NOON)
    return await loaded(database, task_id)


async def prove(database: Database, task: AuthoredTask, *, as_expected: bool = True) -> AuthoredTask:
    """Judge every reference solution, as the judging worker would."""
    judged = Judged(
        Verdict.AC, Decimal(1), Decimal(1), (CaseResult("secret/1", Verdict.AC, 5, 6, 7),), (), "", {"engine": "test"}
    )
    async with transaction(database.judging) as db:
        for stored in await store.stored_solutions(db, task):
            report = SolutionReport(stored.solution, judged, as_expected)
            await store.insert_reference_judgement(db, stored, task.dataset_id, report, NOON)
    return await loaded(database, task.task.task_id)


@pytest.mark.parametrize("name", ["accesslog", "membercard"])
async def test_a_package_comes_back_from_the_database_as_it_went_in(database: Database, name: str) -> None:
    package = read_package(Path("examples/tasks", name))
    author = await somebody(database)
    async with transaction(database.web) as db:
        task_id = await import_package(db, package, author, NOON)
    task = await loaded(database, task_id)
    async with transaction(database.judging) as db:
        assert await load_dataset(db, task.dataset_id) == package.dataset
        stored = await store.stored_solutions(db, task)
        seen = await task_of(db, task_id)
    assert seen is not None
    assert [one.solution for one in stored] == list(package.solutions)
    assert (seen.names, seen.statements, seen.samples) == (package.names, package.statements, package.samples)
    assert task.findings == package.findings
    assert task.state is TaskState.VALIDATING


async def test_a_validator_its_arguments_and_the_rules_of_groups_come_back_as_they_went_in(
    database: Database, tmp_path: Path
) -> None:
    folder = "data/secret"
    package = a_package(
        tmp_path,
        {
            "problem.yaml": PROBLEM.replace("memory: 256", "memory: 256, validation_passes: 3")
            + "type: [scoring, multi-pass, interactive]\n",
            "output_validator/validate.py": "import rules\n",
            "output_validator/rules.py": "raise SystemExit(42)\n",
            **{f"{folder}/{name}": None for name in ("1.in", "1.ans", "2.in", "2.ans")},
            f"{folder}/a/test_group.yaml": "max_score: 40\noutput_validator_args: [fast, 'a b']\n",
            f"{folder}/a/1.in": "1 1\n",
            f"{folder}/a/1.ans": "2\n",
            f"{folder}/b/test_group.yaml": "max_score: 60\nscore_aggregation: min\nrequire_pass: secret/a\n",
            f"{folder}/b/1.in": "1 2\n",
            f"{folder}/b/1.ans": "3\n",
            "data/sample/1.interaction": "<1 2\n>3\n",
        },
    )
    assert package.findings == ()
    validator = package.dataset.validator
    assert validator is not None
    assert ([file.name for file in validator.files], validator.passes) == (["validate.py", "rules.py"], 3)
    assert validator.score is ValidatorScore.BY_CASE
    first, second = package.dataset.secret.groups
    assert first.cases[0].validator_arguments == ("fast", "a b")
    assert second.requires == ("secret/a",)
    author = await somebody(database)
    async with transaction(database.web) as db:
        task_id = await import_package(db, package, author, NOON)
    task = await loaded(database, task_id)
    assert (task.kind, task.validator_language, task.validation_passes) == (
        JudgingKind.INTERACTIVE_MULTI_PASS,
        "python3",
        3,
    )
    async with transaction(database.judging) as db:
        assert await load_dataset(db, task.dataset_id) == package.dataset
        seen = await task_of(db, task_id)
    assert seen is not None
    assert seen.samples == package.samples == (Sample("sample/1", "", "", "<1 2\n>3\n"),)


async def test_a_package_that_breaks_the_format_is_refused_and_nothing_is_saved(database: Database, tmp_path: Path) -> None:
    author = await somebody(database)
    package = a_package(tmp_path, {"data/secret/1.ans": None})
    with pytest.raises(PackageRefused) as refusal:
        async with transaction(database.web) as db:
            await import_task(db, package, author, NOON)
    assert any("answer-missing" in line for line in refusal.value.findings)
    async with transaction(database.web) as db:
        assert await store.authored_tasks(db) == []


async def test_importing_again_makes_the_next_version_and_the_same_package_none(database: Database, tmp_path: Path) -> None:
    author = await somebody(database)
    first, second = a_package(tmp_path / "a"), a_package(tmp_path / "b", {"data/secret/1.ans": "9 \n"})
    async with transaction(database.web) as db:
        ids = [await import_package(db, package, author, NOON) for package in (first, first, second, second)]
        newest = await newest_version(db, "sum")
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert newest is not None
    assert (newest.task_id, newest.version) == (ids[2], 2)


async def test_a_published_package_imported_again_is_a_new_version_to_prove(database: Database, tmp_path: Path) -> None:
    task = await prove(database, await imported(database, tmp_path / "a"))
    publisher = await somebody(database)
    async with transaction(database.web) as db:
        await publish(db, task, publisher, NOON)
        again = await import_package(db, a_package(tmp_path / "b"), publisher, NOON)
    assert again != task.task.task_id
    assert (await loaded(database, again)).state is TaskState.VALIDATING


async def test_two_imports_at_once_make_two_versions(database: Database, tmp_path: Path) -> None:
    author = await somebody(database)

    async def one(number: int) -> TaskId:
        package = a_package(tmp_path / str(number), {"data/secret/1.in": f"{number} 1\n"})
        async with transaction(database.web) as db:
            return await import_package(db, package, author, NOON)

    ids = await asyncio.gather(*(one(number) for number in range(4)))
    async with transaction(database.web) as db:
        tasks = await store.authored_tasks(db)
    assert sorted(task.task.version for task in tasks) == [1, 2, 3, 4]
    assert len(set(ids)) == 4


async def test_a_second_examiner_publishes_what_is_proved(database: Database, tmp_path: Path) -> None:
    task = await prove(database, await imported(database, tmp_path))
    assert task.state is TaskState.READY
    publisher = await somebody(database)
    async with transaction(database.web) as db:
        await publish(db, task, publisher, NOON)
    published = await loaded(database, task.task.task_id)
    assert published.state is TaskState.PUBLISHED
    assert published.published_by == publisher
    async with transaction(database.web) as db:
        active = await db.fetchval("SELECT activated_at FROM dataset WHERE dataset_id = $1", task.dataset_id)
    assert active == NOON


async def test_whoever_imported_a_task_does_not_publish_it(database: Database, tmp_path: Path) -> None:
    task = await prove(database, await imported(database, tmp_path))
    with pytest.raises(NotPublishable) as refusal:
        async with transaction(database.web) as db:
            await publish(db, task, task.imported_by, NOON)
    assert refusal.value.reasons == (Hindrance.SAME_PERSON,)
    assert not (await loaded(database, task.task.task_id)).is_published


async def test_the_database_itself_refuses_one_person_alone(database: Database, tmp_path: Path) -> None:
    task = await imported(database, tmp_path)
    with pytest.raises(asyncpg.CheckViolationError):
        async with transaction(database.web) as db:
            await store.record_publication(db, task, task.imported_by, NOON)


async def test_a_task_is_not_published_before_its_solutions_are_judged(database: Database, tmp_path: Path) -> None:
    task = await imported(database, tmp_path)
    assert hindrances(task, await somebody(database), NOON) == (Hindrance.UNJUDGED,)


async def test_a_task_whose_solutions_surprise_is_not_published(database: Database, tmp_path: Path) -> None:
    task = await prove(database, await imported(database, tmp_path), as_expected=False)
    assert task.state is TaskState.NOT_READY
    assert hindrances(task, await somebody(database), NOON) == (Hindrance.UNEXPECTED,)


async def test_a_task_with_an_obstacle_is_not_published(database: Database, tmp_path: Path) -> None:
    task = await prove(database, await imported(database, tmp_path, {"certification.yaml": None}))
    assert task.state is TaskState.NOT_READY
    assert hindrances(task, await somebody(database), NOON) == (Hindrance.FINDINGS,)


async def test_a_task_whose_languages_have_all_ended_is_not_published(database: Database, tmp_path: Path) -> None:
    task = await prove(database, await imported(database, tmp_path))
    publisher = await somebody(database)
    ends = [languages.catalogue()[code].end_of_life for code in task.task.languages]
    last = datetime.combine(max(ends), time.max, UTC)
    assert hindrances(task, publisher, last) == ()
    assert hindrances(task, publisher, last + timedelta(seconds=1)) == (Hindrance.LANGUAGES_ENDED,)
    with pytest.raises(NotPublishable):
        async with transaction(database.web) as db:
            await publish(db, task, publisher, last + timedelta(seconds=1))


async def test_an_author_is_told_which_languages_have_ended(database: Database, tmp_path: Path) -> None:
    package = a_package(tmp_path, None)
    author = await somebody(database)
    async with transaction(database.web) as db:
        task_id = await import_package(db, package, author, datetime(2040, 1, 1, tzinfo=UTC))
    task = await loaded(database, task_id)
    assert [finding.code for finding in task.findings if finding.code == "language-ended"] == ["language-ended"] * len(
        package.languages
    )
    assert task.findings[0].code == "no-language"
    assert prevents_publishing(task.findings)


async def test_a_published_task_is_not_published_again(database: Database, tmp_path: Path) -> None:
    task = replace(await imported(database, tmp_path), published_by=AccountId(uuid4()), published_at=NOON)
    assert hindrances(task, await somebody(database), NOON) == (Hindrance.PUBLISHED,)


async def test_judging_a_solution_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    task = await prove(database, await imported(database, tmp_path))
    again = await prove(database, task, as_expected=False)
    assert again.solutions_as_expected == again.solutions


async def test_what_could_not_be_judged_keeps_its_code(database: Database, tmp_path: Path) -> None:
    task = await imported(database, tmp_path)
    async with transaction(database.judging) as db:
        stored = (await store.stored_solutions(db, task))[0]
        report = SolutionReport(stored.solution, Undetermined("checker-unavailable", "no checker"), as_expected=False)
        await store.insert_reference_judgement(db, stored, task.dataset_id, report, NOON)
        (again, _) = await store.stored_solutions(db, task)
    assert (again.verdict, again.as_expected) == (None, False)
    assert again.detail == {"undetermined": {"code": "checker-unavailable", "detail": "no checker"}}


@pytest.mark.parametrize("role", ["web", "judging", "registry"])
async def test_no_process_changes_a_dataset_or_a_test_case(database: Database, tmp_path: Path, role: str) -> None:
    await imported(database, tmp_path)
    for statement in ("UPDATE test_case SET answer = ''", "DELETE FROM test_case", "UPDATE dataset SET groups = '{}'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await getattr(database, role).execute(statement)
