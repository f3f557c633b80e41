"""Write a session's judging records, and what replaying them needs, out of the database into one file."""

from pathlib import Path
from typing import Final
from uuid import UUID

from app import audit
from app.database import Connection
from exams.errors import NotFound
from exams.ids import DatasetId
from exams.judging.record import facts_of
from exams.judging.record_file import RecordFile, gather, write_record_file
from exams.judging.store import records_of, session_with, sources_of
from exams.tasks.store import load_dataset

ROLE: Final = "sarap_judging"
"""The database role that exports: it reads what it judged, and nothing of anybody."""


async def export(db: Connection, subject: UUID, folder: Path) -> Path:
    """Write the file of a session, or of one submission, into `folder`; answers its path.

    The export is audited: the file holds secret test cases. Raises `NotFound` if there is no such session or submission or if
    nothing of it has been judged, and `OSError`.
    """
    file = await gather_file(db, subject)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"records-{subject}.zip"
    write_record_file(file, path)
    await audit.record(db, None, "record:export", f"session:{file.session_id}", {"subject": subject})
    return path


async def gather_file(db: Connection, subject: UUID) -> RecordFile:
    """What the file of a session or a submission holds: all records, and programs and datasets of those that are asked for."""
    session_id = await session_with(db, subject)
    if session_id is None:
        raise NotFound(f"no session or submission has the id {subject}")
    records = await records_of(db, session_id)
    wanted = [one for one in records if subject in {one.session_id, one.submission_id}]
    if not wanted:
        raise NotFound("nothing of it has been judged")
    ids = {DatasetId(UUID(facts_of(one.document)["dataset"]["dataset_id"])) for one in wanted}
    found = {dataset_id: await load_dataset(db, dataset_id) for dataset_id in ids}
    datasets = {dataset_id: dataset for dataset_id, dataset in found.items() if dataset is not None}
    sources = await sources_of(db, session_id)
    programs = [text for one in wanted for text in sources[one.submission_id]]
    return gather(session_id, tuple(one.document for one in records), datasets, programs)
