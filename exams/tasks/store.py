"""Tasks and datasets in the database. A task's row is frozen once it is published; a dataset's is never changed."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, LiteralString

import msgspec

from exams.ids import AccountId, DatasetId, TaskId
from exams.store import Connection, Record
from exams.tasks.dataset import (
    Aggregation,
    CheckerOptions,
    Dataset,
    FailureRule,
    JudgingKind,
    ScoreCondition,
    TestCase,
    TestGroup,
    Validator,
    ValidatorFile,
    ValidatorScore,
)
from exams.tasks.task import Sample, Statement, Task

LOCK_SHORT_NAME: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended('task:' || $1, 0))"


async def lock_short_name(db: Connection, short_name: str) -> None:
    """Keep others from importing a task of this name until the transaction ends, so that versions count up by one."""
    await db.execute(LOCK_SHORT_NAME, short_name)


@dataclass(frozen=True, slots=True)
class NewestVersion:
    """The newest version of a task: its number, the digest of the package that it came from, and whether it is published."""

    task_id: TaskId
    version: int
    package_sha256: bytes
    is_published: bool


NEWEST_VERSION: Final[LiteralString] = """
SELECT task_id, version, package_sha256, published_at IS NOT NULL AS is_published
FROM task WHERE short_name = $1 ORDER BY version DESC LIMIT 1
"""


async def newest_version(db: Connection, short_name: str) -> NewestVersion | None:
    """The newest version of the task with this name, or None."""
    row = await db.fetchrow(NEWEST_VERSION, short_name)
    return None if row is None else NewestVersion(**row)


INSERT_TASK: Final[LiteralString] = """
INSERT INTO task (task_id, short_name, version, names, statements, samples, content_area, languages, cpu_time_ms, memory_mib,
                  findings, package_sha256, imported_by, imported_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""


async def insert_task(
    db: Connection, task: Task, findings: Iterable[object], package_sha256: bytes, imported_by: AccountId, now: datetime
) -> None:
    """Keep a new version of a task, unpublished. `findings` are the author's (`exams.authoring.finding.Finding`)."""
    await db.execute(
        INSERT_TASK,
        task.task_id,
        task.short_name,
        task.version,
        task.names,
        task.statements,
        task.samples,
        task.content_area,
        list(task.languages),
        task.cpu_time_ms,
        task.memory_mib,
        list(findings),
        package_sha256,
        imported_by,
        now,
    )


TASK_OF: Final[LiteralString] = """
SELECT task_id, short_name, version, names, statements, samples, content_area, languages, cpu_time_ms, memory_mib
FROM task WHERE task_id = $1
"""


async def task_of(db: Connection, task_id: TaskId) -> Task | None:
    """What candidates see of a task, or None."""
    row = await db.fetchrow(TASK_OF, task_id)
    return None if row is None else task_from(row)


def task_from(row: Record) -> Task:
    """The task in a row with all columns of `TASK_OF`."""
    return Task(
        task_id=TaskId(row["task_id"]),
        short_name=row["short_name"],
        version=row["version"],
        names=row["names"],
        statements=msgspec.convert(row["statements"], dict[str, Statement]),
        samples=msgspec.convert(row["samples"], tuple[Sample, ...]),
        content_area=row["content_area"],
        languages=tuple(row["languages"]),
        cpu_time_ms=row["cpu_time_ms"],
        memory_mib=row["memory_mib"],
    )


INSERT_DATASET: Final[LiteralString] = """
INSERT INTO dataset (dataset_id, task_id, version, kind, checker, cpu_time_ms, memory_mib, output_kib, groups, max_score,
                     created_at, validator_language, validator_files, validation_passes, validator_score)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
INSERT_TEST_CASE: Final[LiteralString] = """
INSERT INTO test_case (dataset_id, position, name, sample, input, answer, validator_arguments)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def insert_dataset(
    db: Connection, dataset_id: DatasetId, task: Task, version: int, dataset: Dataset, now: datetime
) -> None:
    """Keep a dataset of a task with all its cases. It is not active yet."""
    await db.execute(
        INSERT_DATASET,
        dataset_id,
        task.task_id,
        version,
        dataset.kind,
        dataset.checker,
        dataset.cpu_time_ms,
        dataset.memory_mib,
        dataset.output_kib,
        GroupOutline.of(dataset.secret),
        dataset.secret.max_score,
        now,
        *validator_columns(dataset.validator),
    )
    cases = [(case, True) for case in dataset.samples] + [(case, False) for case in dataset.secret.all_cases()]
    await db.executemany(
        INSERT_TEST_CASE,
        [
            (dataset_id, position, case.name, sample, case.input, case.answer, list(case.validator_arguments))
            for position, (case, sample) in enumerate(cases, start=1)
        ],
    )


def validator_columns(validator: Validator | None) -> tuple[str | None, list[dict[str, str]] | None, int | None, str | None]:
    """A validator as the last four columns of `INSERT_DATASET`."""
    if validator is None:
        return None, None, None, None
    files = [{"name": file.name, "content": base64.b64encode(file.content).decode("ascii")} for file in validator.files]
    return validator.language, files, validator.passes, validator.score


DATASET_OF: Final[LiteralString] = """
SELECT kind, checker, cpu_time_ms, memory_mib, output_kib, groups,
       validator_language, validator_files, validation_passes, validator_score
FROM dataset WHERE dataset_id = $1
"""
TEST_CASES_OF: Final[LiteralString] = """
SELECT name, sample, input, answer, validator_arguments FROM test_case WHERE dataset_id = $1 ORDER BY position
"""


async def load_dataset(db: Connection, dataset_id: DatasetId) -> Dataset | None:
    """A dataset with all its cases, as judging needs it, or None."""
    row = await db.fetchrow(DATASET_OF, dataset_id)
    if row is None:
        return None
    samples: list[TestCase] = []
    secret: dict[str, TestCase] = {}
    for case in await db.fetch(TEST_CASES_OF, dataset_id):
        loaded = TestCase(case["name"], case["input"], case["answer"], tuple(case["validator_arguments"] or ()))
        if case["sample"]:
            samples.append(loaded)
        else:
            secret[loaded.name] = loaded
    return Dataset(
        kind=JudgingKind(row["kind"]),
        checker=msgspec.convert(row["checker"], CheckerOptions),
        cpu_time_ms=row["cpu_time_ms"],
        memory_mib=row["memory_mib"],
        output_kib=row["output_kib"],
        samples=tuple(samples),
        secret=msgspec.convert(row["groups"], GroupOutline).filled(secret),
        validator=validator_from(row),
    )


def validator_from(row: Record) -> Validator | None:
    """The validator in a row of `DATASET_OF`; datasets of the default checker have none."""
    if row["validator_language"] is None:
        return None
    files = tuple(ValidatorFile(file["name"], base64.b64decode(file["content"])) for file in row["validator_files"])
    return Validator(row["validator_language"], files, row["validation_passes"], ValidatorScore(row["validator_score"]))


class GroupOutline(msgspec.Struct, frozen=True):
    """A test group as it is stored in `dataset.groups`: the cases by name, their bytes in rows of their own.

    `{"name": "secret", "aggregation": "sum", "max_score": "100", "case_score": "0", "stop_at_failure": false, "cases": [],
    "groups": [{"name": "secret/small", …, "cases": ["secret/small/01"], "groups": []}]}`
    """

    name: str
    aggregation: Aggregation
    max_score: Decimal
    case_score: Decimal
    stop_at_failure: bool
    cases: tuple[str, ...]
    groups: tuple["GroupOutline", ...]
    reject_score: Decimal = Decimal(0)
    condition: ScoreCondition = ScoreCondition.ALWAYS
    failure: FailureRule = FailureRule.FIRST
    requires: tuple[str, ...] = ()

    @classmethod
    def of(cls, group: TestGroup) -> "GroupOutline":
        """The outline of a group."""
        return cls(
            group.name,
            group.aggregation,
            group.max_score,
            group.case_score,
            group.stop_at_failure,
            tuple(case.name for case in group.cases),
            tuple(cls.of(inner) for inner in group.groups),
            group.reject_score,
            group.condition,
            group.failure,
            group.requires,
        )

    def filled(self, cases: dict[str, TestCase]) -> TestGroup:
        """The group with its cases."""
        return TestGroup(
            self.name,
            self.aggregation,
            self.max_score,
            self.case_score,
            self.stop_at_failure,
            tuple(cases[name] for name in self.cases),
            tuple(inner.filled(cases) for inner in self.groups),
            self.reject_score,
            self.condition,
            self.failure,
            self.requires,
        )
