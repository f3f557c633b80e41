"""A record file: a session's judging records with everything that is needed to judge its programs again, in one zip.

    sarap-records.json          {"record_count":3,"schema":"sarap-record-file/1","session_id":"…"}
    records/00001.json          the records, each in exactly the bytes that were hashed
    datasets/<dataset_id>.json  {"cases":[…],"settings":{…}}: how it judges; see `commitment.py`
    contents/<sha256>           programs, inputs, answers, validators: each under its own digest

It holds secret test cases. The records of the whole session are always in it, for a chain is checked as a whole; programs and
datasets may be those of some records only, and only those can be replayed.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from exams.ids import DatasetId, SessionId
from exams.judging import merkle
from exams.judging.canonical import canonical, read_canonical, sha256
from exams.judging.commitment import cases_of, contents_of, settings_of
from exams.judging.record import facts_of, faults_of
from exams.tasks.dataset import Dataset

SCHEMA: Final = "sarap-record-file/1"

FILE_MAX_BYTES: Final = 1024**3
"""Unpacked. The datasets of a whole paper are megabytes; a file that says it is larger was not written by us."""

MADE_AT: Final = (1980, 1, 1, 0, 0, 0)
"""The zip's own times say nothing, so that the same records make the same file."""


@dataclass(frozen=True, slots=True)
class RecordFile:
    """What a record file holds: `documents` are the records in order, `datasets` are taken apart, as in `commitment.py`."""

    session_id: SessionId
    documents: tuple[bytes, ...]
    datasets: Mapping[DatasetId, dict[str, Any]]
    contents: Mapping[str, bytes]


def gather(
    session_id: SessionId, documents: tuple[bytes, ...], datasets: Mapping[DatasetId, Dataset], programs: list[bytes]
) -> RecordFile:
    """Put together what a file is to hold."""
    contents = {sha256(program): program for program in programs}
    for dataset in datasets.values():
        contents |= contents_of(dataset)
    outlines = {
        dataset_id: {"settings": settings_of(dataset), "cases": cases_of(dataset)} for dataset_id, dataset in datasets.items()
    }
    return RecordFile(session_id, documents, outlines, contents)


def write_record_file(file: RecordFile, path: Path) -> None:
    """Write the zip. Raises `OSError`."""
    head = {"schema": SCHEMA, "session_id": file.session_id, "record_count": len(file.documents)}
    parts: dict[str, bytes] = {"sarap-records.json": canonical(head)}
    parts |= {f"records/{place:05}.json": document for place, document in enumerate(file.documents, start=1)}
    parts |= {f"datasets/{dataset_id}.json": canonical(outline) for dataset_id, outline in sorted(file.datasets.items())}
    parts |= {f"contents/{digest}": content for digest, content in sorted(file.contents.items())}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, MADE_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)


def read_record_file(path: Path) -> RecordFile:
    """Read a file. Raises `ValueError` if it is not one; whether it tells the truth is for `faults_of_file` to say."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > FILE_MAX_BYTES:
                raise ValueError(f"a record file has at most {FILE_MAX_BYTES} bytes")
            parts = {entry.filename: archive.read(entry) for entry in entries}
        if len(parts) != len(entries):
            raise ValueError("a name occurs twice")
        head = read_canonical(parts["sarap-records.json"])
        if head["schema"] != SCHEMA:
            raise ValueError(f"not a file of the form {SCHEMA}")
        session_id = SessionId(UUID(head["session_id"]))
        documents = tuple(parts[f"records/{place:05}.json"] for place in range(1, head["record_count"] + 1))
        datasets = {
            DatasetId(UUID(Path(name).stem)): read_canonical(part)
            for name, part in parts.items()
            if name.startswith("datasets/")
        }
    except (zipfile.BadZipFile, KeyError, TypeError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"not a record file: {error!r}") from error
    contents = {name.removeprefix("contents/"): part for name, part in parts.items() if name.startswith("contents/")}
    return RecordFile(session_id, documents, datasets, contents)


def faults_of_file(file: RecordFile) -> list[str]:
    """Everything that does not fit together, in words; nothing if the file is whole."""
    faults = faults_of(file.session_id, file.documents)
    faults += [f"contents/{digest}: is something else" for digest, part in file.contents.items() if sha256(part) != digest]
    for place, document in enumerate(file.documents, start=1):
        try:
            said = facts_of(document)["dataset"]
            outline = file.datasets.get(DatasetId(UUID(said["dataset_id"])))
        except (ValueError, KeyError, TypeError):
            continue  # `faults_of` has named it
        if outline is None:
            continue
        if sha256(canonical(outline.get("settings"))) != said["settings_sha256"]:
            faults.append(f"record {place}: was judged with other settings than the dataset in this file has")
        leaves = [canonical(case) for case in outline.get("cases") or ()]
        if merkle.root(leaves).hex() != said["cases_root"]:
            faults.append(f"record {place}: was judged by other test cases than the dataset in this file has")
    return faults
