"""What authors see of a task in the database: where it came from, what was found, and what its reference solutions earned."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, LiteralString

import msgspec

from exams.authoring.expectation import Rule
from exams.authoring.finding import Finding, prevents_publishing
from exams.authoring.solutions import ReferenceSolution
from exams.authoring.validation import SolutionReport
from exams.ids import AccountId, DatasetId, ReferenceSolutionId, TaskId
from exams.judging.judgement import Judged
from exams.judging.verdict import Verdict
from exams.store import Connection, Record
from exams.tasks.dataset import JudgingKind
from exams.tasks.store import task_from
from exams.tasks.task import Task
from sandbox import languages
from sandbox.runner import Program, SourceFile


class TaskState(StrEnum):
    """Where a version of a task is; derived, never stored."""

    VALIDATING = "validating"
    """its reference solutions are being judged"""
    NOT_READY = "not-ready"
    """something must be mended, in a new version"""
    READY = "ready"
    """a second examiner can publish it"""
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class AuthoredTask:
    """A version of a task with its origin; published means that exams may choose it.

    `dataset_id` is its newest dataset, which judges by `kind` and, if it has a validator of its own, by a program in
    `validator_language`.
    """

    task: Task
    dataset_id: DatasetId
    findings: tuple[Finding, ...]
    imported_by: AccountId
    imported_at: datetime
    published_by: AccountId | None
    published_at: datetime | None
    solutions: int
    solutions_judged: int
    solutions_as_expected: int
    kind: JudgingKind
    validator_language: str | None
    validation_passes: int

    @property
    def state(self) -> TaskState:
        """Where the task is on its way into exams."""
        if self.is_published:
            return TaskState.PUBLISHED
        if self.solutions_judged < self.solutions:
            return TaskState.VALIDATING
        ready = self.solutions > 0 and self.solutions_as_expected == self.solutions and not prevents_publishing(self.findings)
        return TaskState.READY if ready else TaskState.NOT_READY

    @property
    def is_published(self) -> bool:
        """Whether exams may choose it; it is frozen from then on."""
        return self.published_at is not None


AUTHORED_TASKS: Final[LiteralString] = """
SELECT t.task_id, t.short_name, t.version, t.names, t.statements, t.samples, t.content_area, t.languages,
       t.cpu_time_ms, t.memory_mib, t.findings, t.imported_by, t.imported_at, t.published_by, t.published_at, d.dataset_id,
       d.kind, d.validator_language, coalesce(d.validation_passes, 1) AS validation_passes,
       count(r.reference_solution_id) AS solutions,
       count(j.as_expected) AS solutions_judged,
       count(*) FILTER (WHERE j.as_expected) AS solutions_as_expected
FROM task t
JOIN LATERAL (
    SELECT dataset_id, version, kind, validator_language, validation_passes
    FROM dataset WHERE dataset.task_id = t.task_id ORDER BY version DESC LIMIT 1
) d ON true
LEFT JOIN reference_solution r
    ON r.task_id = t.task_id AND (r.dataset_id = d.dataset_id OR (r.dataset_id IS NULL AND d.version = 1))
LEFT JOIN reference_judgement j ON j.reference_solution_id = r.reference_solution_id AND j.dataset_id = d.dataset_id
WHERE $1::uuid IS NULL OR t.task_id = $1
GROUP BY t.task_id, d.dataset_id, d.kind, d.validator_language, d.validation_passes
ORDER BY t.short_name, t.version DESC
"""


async def authored_tasks(db: Connection) -> list[AuthoredTask]:
    """Every version of every task, by name, the newest version first."""
    return [authored_from(row) for row in await db.fetch(AUTHORED_TASKS, None)]


async def authored_task(db: Connection, task_id: TaskId) -> AuthoredTask | None:
    """One version of a task, or None."""
    row = await db.fetchrow(AUTHORED_TASKS, task_id)
    return None if row is None else authored_from(row)


def authored_from(row: Record) -> AuthoredTask:
    """The task in a row of `AUTHORED_TASKS`."""
    return AuthoredTask(
        task=task_from(row),
        dataset_id=DatasetId(row["dataset_id"]),
        findings=msgspec.convert(row["findings"], tuple[Finding, ...]),
        imported_by=AccountId(row["imported_by"]),
        imported_at=row["imported_at"],
        published_by=None if row["published_by"] is None else AccountId(row["published_by"]),
        published_at=row["published_at"],
        solutions=row["solutions"],
        solutions_judged=row["solutions_judged"],
        solutions_as_expected=row["solutions_as_expected"],
        kind=JudgingKind(row["kind"]),
        validator_language=row["validator_language"],
        validation_passes=row["validation_passes"],
    )


NAMES_OF_PEOPLE: Final[LiteralString] = """
SELECT a.account_id, a.display_name
FROM task t JOIN account a ON a.account_id IN (t.imported_by, t.published_by)
WHERE t.task_id = $1
"""


async def names_of_people(db: Connection, task: AuthoredTask) -> dict[AccountId, str]:
    """The names of whoever imported and published a task."""
    return {AccountId(row["account_id"]): row["display_name"] for row in await db.fetch(NAMES_OF_PEOPLE, task.task.task_id)}


RECORD_PUBLICATION: Final[LiteralString] = """
UPDATE task SET published_by = $2, published_at = $3 WHERE task_id = $1 AND published_at IS NULL
"""
ACTIVATE_DATASET: Final[LiteralString] = """
UPDATE dataset SET activated_at = $2 WHERE dataset_id = $1 AND activated_at IS NULL
"""


async def record_publication(db: Connection, task: AuthoredTask, publisher: AccountId, now: datetime) -> None:
    """Freeze a task and make its dataset the one that exams use."""
    await db.execute(RECORD_PUBLICATION, task.task.task_id, publisher, now)
    await db.execute(ACTIVATE_DATASET, task.dataset_id, now)


INSERT_REFERENCE_SOLUTION: Final[LiteralString] = """
INSERT INTO reference_solution (task_id, path, language, rules, files, dataset_id) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_reference_solutions(
    db: Connection, task: Task, solutions: Sequence[ReferenceSolution], dataset_id: DatasetId | None = None
) -> None:
    """Keep the reference solutions of a new version, or of a newer dataset of a version that there is."""
    await db.executemany(
        INSERT_REFERENCE_SOLUTION,
        [
            (
                task.task_id,
                solution.path,
                solution.program.language.code,
                solution.rules,
                [
                    {"name": file.name, "content": base64.b64encode(file.content).decode("ascii")}
                    for file in solution.program.files
                ],
                dataset_id,
            )
            for solution in solutions
        ],
    )


DATASET_FROM_PACKAGE: Final[LiteralString] = """
SELECT n.dataset_id FROM dataset_import n JOIN dataset d USING (dataset_id)
WHERE d.task_id = $1 AND n.package_sha256 = $2 AND d.version = (SELECT max(version) FROM dataset WHERE task_id = $1)
"""
NEWEST_DATASET_VERSION: Final[LiteralString] = "SELECT max(version) FROM dataset WHERE task_id = $1"
INSERT_DATASET_IMPORT: Final[LiteralString] = """
INSERT INTO dataset_import (dataset_id, package_sha256, findings, imported_by, imported_at) VALUES ($1, $2, $3, $4, $5)
"""


async def is_newest_dataset(db: Connection, task: Task, package_sha256: bytes) -> bool:
    """Whether the task's newest dataset came from this very package."""
    return await db.fetchval(DATASET_FROM_PACKAGE, task.task_id, package_sha256) is not None


async def newest_dataset_version(db: Connection, task: Task) -> int:
    """The number of the task's newest dataset."""
    return int(await db.fetchval(NEWEST_DATASET_VERSION, task.task_id))


async def insert_dataset_import(
    db: Connection,
    dataset_id: DatasetId,
    package_sha256: bytes,
    findings: Sequence[Finding],
    imported_by: AccountId,
    now: datetime,
) -> None:
    """Keep where a newer dataset of a published task came from, and what was found in it."""
    await db.execute(INSERT_DATASET_IMPORT, dataset_id, package_sha256, list(findings), imported_by, now)


@dataclass(frozen=True, slots=True)
class StoredSolution:
    """A reference solution and what it earned with the newest dataset; `as_expected` is None while it is not judged.

    `verdict` is None if it is not judged, or if it could not be; `score` likewise. `detail` holds cases and evidence.
    """

    reference_solution_id: ReferenceSolutionId
    solution: ReferenceSolution
    verdict: Verdict | None
    score: Decimal | None
    as_expected: bool | None
    detail: dict[str, object]


STORED_SOLUTIONS: Final[LiteralString] = """
SELECT r.reference_solution_id, r.path, r.language, r.rules, r.files, j.verdict, j.score, j.as_expected, j.detail
FROM reference_solution r
JOIN dataset d ON d.dataset_id = $2
LEFT JOIN reference_judgement j ON j.reference_solution_id = r.reference_solution_id AND j.dataset_id = $2
WHERE r.task_id = $1 AND (r.dataset_id = d.dataset_id OR (r.dataset_id IS NULL AND d.version = 1))
ORDER BY r.path
"""


async def stored_solutions(db: Connection, task: AuthoredTask) -> list[StoredSolution]:
    """Every reference solution of a task, by path. One in a language that we no longer have is left out."""
    rows = await db.fetch(STORED_SOLUTIONS, task.task.task_id, task.dataset_id)
    return [stored for row in rows if (stored := stored_from(row)) is not None]


def stored_from(row: Record) -> StoredSolution | None:
    """The solution in a row with all columns of `STORED_SOLUTIONS`; None if its language is no longer ours."""
    language = languages.get(row["language"])
    if language is None:
        return None
    files = tuple(SourceFile(file["name"], base64.b64decode(file["content"])) for file in row["files"])
    return StoredSolution(
        ReferenceSolutionId(row["reference_solution_id"]),
        ReferenceSolution(row["path"], Program(language, files), msgspec.convert(row["rules"], tuple[Rule, ...])),
        None if row["verdict"] is None else Verdict(row["verdict"]),
        row["score"],
        row["as_expected"],
        row["detail"] or {},
    )


SOLUTIONS_TO_JUDGE: Final[LiteralString] = """
SELECT r.reference_solution_id
FROM reference_solution r
JOIN LATERAL (
    SELECT dataset_id, version FROM dataset WHERE dataset.task_id = r.task_id ORDER BY version DESC LIMIT 1
) d ON r.dataset_id = d.dataset_id OR (r.dataset_id IS NULL AND d.version = 1)
LEFT JOIN reference_judgement j ON j.reference_solution_id = r.reference_solution_id AND j.dataset_id = d.dataset_id
WHERE r.task_id = $1 AND j.as_expected IS NULL
ORDER BY r.path
"""


async def solutions_to_judge(db: Connection, task_id: TaskId) -> list[ReferenceSolutionId]:
    """The reference solutions of a task that was imported a moment ago and that wait for the judge, by path."""
    return [ReferenceSolutionId(row["reference_solution_id"]) for row in await db.fetch(SOLUTIONS_TO_JUDGE, task_id)]


@dataclass(frozen=True, slots=True)
class SolutionToJudge:
    """A reference solution as the judge sees it, and the dataset that it came with and proves."""

    task_id: TaskId
    dataset_id: DatasetId
    stored: StoredSolution


SOLUTION_TO_JUDGE: Final[LiteralString] = """
SELECT r.task_id, d.dataset_id,
       r.reference_solution_id, r.path, r.language, r.rules, r.files, j.verdict, j.score, j.as_expected, j.detail
FROM reference_solution r
JOIN dataset d ON d.task_id = r.task_id AND (d.dataset_id = r.dataset_id OR (r.dataset_id IS NULL AND d.version = 1))
LEFT JOIN reference_judgement j ON j.reference_solution_id = r.reference_solution_id AND j.dataset_id = d.dataset_id
WHERE r.reference_solution_id = $1
"""


async def solution_to_judge(db: Connection, reference_solution_id: ReferenceSolutionId) -> SolutionToJudge | None:
    """One reference solution with what it earned, if it did; None if there is none, or not its language any more."""
    row = await db.fetchrow(SOLUTION_TO_JUDGE, reference_solution_id)
    stored = None if row is None else stored_from(row)
    return (
        None if row is None or stored is None else SolutionToJudge(TaskId(row["task_id"]), DatasetId(row["dataset_id"]), stored)
    )


INSERT_REFERENCE_JUDGEMENT: Final[LiteralString] = """
INSERT INTO reference_judgement (reference_solution_id, dataset_id, verdict, score, as_expected, detail, judged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (reference_solution_id, dataset_id) DO NOTHING
"""


async def insert_reference_judgement(
    db: Connection, stored: StoredSolution, dataset_id: DatasetId, report: SolutionReport, now: datetime
) -> None:
    """Keep what a reference solution earned. A judgement that is there stays."""
    judgement = report.judgement
    judged = judgement if isinstance(judgement, Judged) else None
    detail: dict[str, object] = (
        {"cases": judged.cases, "groups": judged.groups, "compile_log": judged.compile_log, "evidence": judged.evidence}
        if judged
        else {"undetermined": judgement}
    )
    await db.execute(
        INSERT_REFERENCE_JUDGEMENT,
        stored.reference_solution_id,
        dataset_id,
        judged.verdict if judged else None,
        judged.score if judged else None,
        report.as_expected,
        detail,
        now,
    )
