"""Bring a task into the bank: the package is read, kept, and its validation asked for, in one transaction.

Used by the examiner's page and by the demo centre's seed.
"""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.database import Connection
from app.jobs.queue import Job, Turn, Urgency, enqueue
from app.live import notify
from exams.authoring.archive import unpack
from exams.authoring.finding import Findings
from exams.authoring.importing import import_package
from exams.authoring.package import Package, read_package
from exams.authoring.store import solutions_to_judge
from exams.errors import PackageRefused
from exams.ids import AccountId, TaskId


async def import_task(db: Connection, package: Package, imported_by: AccountId, now: datetime) -> TaskId:
    """Keep a package as a new version of its task and have its solutions judged. Raises `PackageRefused`."""
    task_id = await import_package(db, package, imported_by, now)
    for solution_id in await solutions_to_judge(db, task_id):
        await enqueue(db, Job.JUDGE_SOLUTION, solution_id, Turn(Urgency.VALIDATION, task_id, imported_by))
    await notify(db, f"task:{task_id}")
    return task_id


def read_upload(name: str, content: bytes) -> Package:
    """Read an uploaded archive, in a folder that is gone afterwards. Blocks: call it in a thread. Raises `PackageRefused`."""
    findings = Findings()
    with TemporaryDirectory(prefix="sarap-task-") as folder:
        archive = Path(folder, "upload")
        archive.write_bytes(content)
        into = Path(folder, "unpacked")
        into.mkdir()
        package_folder = unpack(archive, name, into, findings)
        if package_folder is None:
            raise PackageRefused([str(finding) for finding in findings.sorted()])
        package = read_package(package_folder)
        if package.refused:
            raise PackageRefused([str(finding) for finding in package.findings])
        return package
