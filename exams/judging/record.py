"""The judging record: what the judge did for one judgement, written so that it can be proved and done again years later.

A record is one canonical JSON document (`canonical.py`; RFC 8785) and is never changed. It names nobody: a session and a
submission by their ids, programs and test cases by their digests. For example (shortened; the whole of it is in
`docs/judging-record.md`):

    {"cases":[{"answer_sha256":"9a27…","cpu_time_us":9822,"hint":"","input_sha256":"7ac4…","memory_kib":9008,"name":"sample/1",
     "reason":"","runs":[{"checker":"accepted","cpu_time_us":9822,"disk_read_kib":0,"ending":"exited 0","memory_kib":9008,
     "output_bytes":2,"output_sha256":"1121…","page_fault_us":0,"quiet":false,"run_delay_us":31,"slowdown_percent":0,
     "stolen_us":0,"wall_time_us":10240}],
     "score":null,"verdict":"AC","wall_time_us":10240}],
     "compile_log_sha256":"e3b0…","dataset":{"case_count":3,"cases_root":"51c6…","dataset_id":"3f0c…","settings_sha256":"b1d0…"},
     "environment":{"compiler":"Python 3.13.5","engine":"docker 20.10.24","from_cache":false,"image":"sha256:4b6e…",…},
     "groups":[{"max_score":"1","name":"secret","score":"1","verdict":"AC"}],
     "judged_at":"2026-03-02T12:00:05.000250Z","limits":{"cpu_time_ms":1000,"memory_mib":256,"output_kib":8192,"processes":64},
     "max_score":"1","position":1,"previous_sha256":"d7f2…","rejudge_set_id":null,
     "schema":"sarap-judging-record/1","score":"1","session_id":"0d5b…",
     "source":{"files":[{"bytes":38,"name":"main.py","sha256":"4d8a…"}],"language":"python3"},
     "submission_id":"77aa…","verdict":"AC"}

The records of a session are a chain: each names the SHA-256 of the one before it, the first one that of the session's id. So
none of them can be changed, removed from the middle or moved without everything after it showing it (`faults_of`). That none is
missing at the end is shown by a head that somebody else keeps: `root_of` is for a certificate to carry.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from exams.ids import DatasetId, RejudgeSetId, SessionId, SubmissionId
from exams.judging import merkle
from exams.judging.canonical import canonical, plain, read_canonical, sha256
from exams.judging.commitment import Commitment
from exams.judging.judgement import Judged

if TYPE_CHECKING:  # the registry's worker reads records and never meets the sandbox
    from sandbox.limits import Limits
    from sandbox.runner import Program

SCHEMA: Final = "sarap-judging-record/1"
"""The form of a record. A record keeps the form that it was written in; another form gets another number."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in a session's chain: `position` from 1, and the SHA-256 that the record there must name as the previous one."""

    position: int
    previous_sha256: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is kept: its canonical bytes, and where it stands."""

    session_id: SessionId
    submission_id: SubmissionId
    position: int
    previous_sha256: bytes
    document: bytes

    @property
    def sha256(self) -> bytes:
        """What the next record of the session names."""
        return hashlib.sha256(self.document).digest()


@dataclass(frozen=True, slots=True)
class Subject:
    """What was judged, and by what. `rejudge_set_id` is the set that it was judged again for, if any."""

    session_id: SessionId
    submission_id: SubmissionId
    dataset_id: DatasetId
    program: "Program"
    commitment: Commitment
    limits: "Limits"
    rejudge_set_id: RejudgeSetId | None = None


def first_link(session_id: SessionId) -> Link:
    """Where the first record of a session stands: it names the SHA-256 of the session's id, as text in small letters."""
    return Link(1, hashlib.sha256(str(session_id).encode()).digest())


def next_link(newest: Record) -> Link:
    """Where the record after `newest` stands."""
    return Link(newest.position + 1, newest.sha256)


def write_record(subject: Subject, judged: Judged, link: Link, judged_at: datetime) -> Record:
    """Write down a judgement as the next record of its session's chain."""
    document = canonical(
        {
            "schema": SCHEMA,
            "session_id": subject.session_id,
            "position": link.position,
            "previous_sha256": link.previous_sha256.hex(),
            "submission_id": subject.submission_id,
            "rejudge_set_id": subject.rejudge_set_id,
            "judged_at": judged_at,
            "source": {
                "language": subject.program.language.code,
                "files": [{"name": file.name, **plain(file.content)} for file in subject.program.files],
            },
            "dataset": {"dataset_id": subject.dataset_id, **plain(subject.commitment)},
            "limits": subject.limits,
            "environment": judged.evidence,
            "compile_log_sha256": sha256(judged.compile_log.encode()),
            "cases": [replace(case, judge_message=told(case.judge_message)) for case in judged.cases],
            "groups": judged.groups,
            "verdict": judged.verdict,
            "score": judged.score,
            "max_score": judged.max_score,
        }
    )
    return Record(subject.session_id, subject.submission_id, link.position, link.previous_sha256, document)


def told(judge_message: str) -> str:
    """What a record says of a validator's words to examiners: their digest, since they may tell of a secret case."""
    return sha256(judge_message.encode()) if judge_message else ""


def read_record(document: bytes) -> Record:
    """The record in these bytes. Raises `ValueError` if they are not one of `SCHEMA` in its canonical spelling."""
    facts = facts_of(document)
    try:
        return Record(
            SessionId(UUID(facts["session_id"])),
            SubmissionId(UUID(facts["submission_id"])),
            int(facts["position"]),
            bytes.fromhex(facts["previous_sha256"]),
            document,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"not a judging record: {error!r}") from error


def facts_of(document: bytes) -> dict[str, Any]:
    """What a record says. Raises `ValueError` as `read_record` does."""
    facts = read_canonical(document)
    if not isinstance(facts, dict) or facts.get("schema") != SCHEMA:  # pyright: ignore[reportUnknownMemberType]
        raise ValueError(f"not a record of the form {SCHEMA}")
    return facts  # pyright: ignore[reportUnknownVariableType]


def faults_of(session_id: SessionId, documents: Sequence[bytes]) -> list[str]:
    """Everything that is wrong with a session's chain, in words; nothing if it is whole. `documents` in their order."""
    faults: list[str] = []
    link = first_link(session_id)
    for place, document in enumerate(documents, start=1):
        try:
            record = read_record(document)
        except ValueError as error:
            faults.append(f"record {place}: {error}")
        else:
            if record.session_id != session_id:
                faults.append(f"record {place}: belongs to session {record.session_id}")
            if record.position != place:
                faults.append(f"record {place}: says that it is number {record.position}")
            if record.previous_sha256 != link.previous_sha256:
                before = "the session's id" if place == 1 else f"record {place - 1}"
                faults.append(f"record {place}: does not follow {before}, which was changed, removed or moved")
        link = Link(place + 1, hashlib.sha256(document).digest())
    return faults


def root_of(documents: Sequence[bytes]) -> bytes:
    """One hash for all records of a session, in their order: the Merkle root with the records as leaves."""
    return merkle.root(documents)
