"""Import a package: a new version of the task, its dataset, its cases and its reference solutions, all or nothing.

The caller owns the transaction and asks for the validation of what came in.
"""

from datetime import datetime
from uuid import uuid4

from exams.authoring import store
from exams.authoring.package import Package
from exams.errors import PackageRefused
from exams.ids import AccountId, DatasetId, TaskId
from exams.store import Connection
from exams.tasks import store as tasks
from exams.tasks.task import Task


async def import_package(db: Connection, package: Package, imported_by: AccountId, now: datetime) -> TaskId:
    """Keep `package` as the next version of its task.

    The same package again, before it was published, is the version that is there. Once that one is published, importing it
    again is a wish to have it proved anew, and makes a new version.

    Raises `PackageRefused`, with every finding, if the package breaks the format.
    """
    if package.refused:
        raise PackageRefused([str(finding) for finding in package.findings])
    await tasks.lock_short_name(db, package.short_name)
    newest = await tasks.newest_version(db, package.short_name)
    if newest and newest.package_sha256 == package.sha256 and not newest.is_published:
        return newest.task_id
    task = Task(
        task_id=TaskId(uuid4()),
        short_name=package.short_name,
        version=newest.version + 1 if newest else 1,
        names=package.names,
        statements=package.statements,
        samples=package.samples,
        content_area=package.content_area,
        languages=package.languages,
        cpu_time_ms=package.dataset.cpu_time_ms,
        memory_mib=package.dataset.memory_mib,
    )
    await tasks.insert_task(db, task, package.findings, package.sha256, imported_by, now)
    await tasks.insert_dataset(db, DatasetId(uuid4()), task, 1, package.dataset, now)
    await store.insert_reference_solutions(db, task, package.solutions)
    return task.task_id
