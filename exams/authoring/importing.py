"""Import a package: a new version of the task, its dataset, its cases and its reference solutions, all or nothing.

Where the newest version is published and only its judging data has changed (tests, checker, validator, groups, solutions), the
package becomes a newer dataset of that version instead: candidates who have seen the task are judged again by it, and a rejudge
set switches to it (`exams/rejudging/`). A change of anything that a candidate sees, limits too, is a new version.

The caller owns the transaction and asks for the validation of what came in.
"""

from datetime import datetime
from uuid import uuid4

from exams.authoring import store
from exams.authoring.finding import Finding, by_severity
from exams.authoring.offering import ended_findings
from exams.authoring.package import Package
from exams.errors import PackageRefused
from exams.ids import AccountId, DatasetId, TaskId
from exams.store import Connection
from exams.tasks import store as tasks
from exams.tasks.task import Task


async def import_package(db: Connection, package: Package, imported_by: AccountId, now: datetime) -> TaskId:
    """Keep `package` as the next version of its task.

    The same package again, before it was published, is the version that is there. Once that one is published, importing it
    again is a wish to have it proved anew, and makes a new version; with other judging data it makes a newer dataset.

    Raises `PackageRefused`, with every finding, if the package breaks the format.
    """
    if package.refused:
        raise PackageRefused([str(finding) for finding in package.findings])
    await tasks.lock_short_name(db, package.short_name)
    newest = await tasks.newest_version(db, package.short_name)
    if newest and newest.package_sha256 == package.sha256 and not newest.is_published:
        return newest.task_id
    if newest and newest.is_published and newest.package_sha256 != package.sha256:
        published = await tasks.task_of(db, newest.task_id)
        if published is not None and published == seen_by_candidates(package, published.task_id, published.version):
            await import_dataset(db, published, package, imported_by, now)
            return published.task_id
    task = seen_by_candidates(package, TaskId(uuid4()), newest.version + 1 if newest else 1)
    await tasks.insert_task(db, task, findings_of(package, now), package.sha256, imported_by, now)
    await tasks.insert_dataset(db, DatasetId(uuid4()), task, 1, package.dataset, now)
    await store.insert_reference_solutions(db, task, package.solutions)
    return task.task_id


async def import_dataset(db: Connection, task: Task, package: Package, imported_by: AccountId, now: datetime) -> None:
    """Keep what judges in `package` as a newer dataset of a published task, unless its newest one came from this package."""
    if await store.is_newest_dataset(db, task, package.sha256):
        return
    dataset_id = DatasetId(uuid4())
    version = await store.newest_dataset_version(db, task) + 1
    await tasks.insert_dataset(db, dataset_id, task, version, package.dataset, now)
    await store.insert_dataset_import(db, dataset_id, package.sha256, findings_of(package, now), imported_by, now)
    await store.insert_reference_solutions(db, task, package.solutions, dataset_id)


def findings_of(package: Package, now: datetime) -> tuple[Finding, ...]:
    """What is wrong with a package today, the worst first: what it says, and languages that have ended."""
    return by_severity((*package.findings, *ended_findings(package.languages, now)))


def seen_by_candidates(package: Package, task_id: TaskId, version: int) -> Task:
    """The task in a package."""
    return Task(
        task_id=task_id,
        short_name=package.short_name,
        version=version,
        names=package.names,
        statements=package.statements,
        samples=package.samples,
        content_area=package.content_area,
        languages=package.languages,
        cpu_time_ms=package.dataset.cpu_time_ms,
        memory_mib=package.dataset.memory_mib,
    )
