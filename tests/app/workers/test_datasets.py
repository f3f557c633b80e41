"""Datasets that a judging worker keeps, with a real database."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app.database import transaction
from app.task_import import import_task
from app.workers.datasets import Datasets
from exams.authoring import store as authoring
from exams.ids import DatasetId
from tests.fixtures.examroom import insert_account
from tests.fixtures.packages import a_package
from tests.fixtures.postgres import Database

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def imported(database: Database, folder: Path) -> DatasetId:
    """The dataset of a task in the bank."""
    async with transaction(database.admin) as db:
        task_id = await import_task(db, a_package(folder), await insert_account(db, "author", "examiner"), NOW)
        task = await authoring.authored_task(db, task_id)
    assert task is not None
    return task.dataset_id


async def test_a_dataset_is_read_once(database: Database, tmp_path: Path) -> None:
    dataset_id = await imported(database, tmp_path)
    datasets = Datasets()
    async with transaction(database.judging) as db:
        first = await datasets.load(db, dataset_id)
        assert first is not None
        assert await datasets.load(db, dataset_id) is first


async def test_what_is_kept_is_bounded(database: Database, tmp_path: Path) -> None:
    dataset_id = await imported(database, tmp_path)
    datasets = Datasets(kept_max_bytes=1)
    async with transaction(database.judging) as db:
        first = await datasets.load(db, dataset_id)
        second = await datasets.load(db, dataset_id)
    assert first == second
    assert first is not second


async def test_a_dataset_that_is_not_there_is_asked_for_again(database: Database) -> None:
    datasets = Datasets()
    async with transaction(database.judging) as db:
        assert await datasets.load(db, DatasetId(uuid4())) is None
