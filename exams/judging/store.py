"""Judgements with their records, failures to judge and sample reports in the database. All of them are append-only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from exams.ids import DatasetId, SampleRunId, SessionId, SubmissionId
from exams.judging.judgement import CaseResult, GroupResult, Judged, Undetermined
from exams.judging.record import Link, Record, first_link, next_link
from exams.judging.sample_report import SampleReport
from exams.judging.verdict import Verdict
from exams.store import Connection
from exams.store import Record as Row


@dataclass(frozen=True, slots=True)
class PendingSubmission:
    """A submission as the judge sees it: a program and the dataset of its item, nothing of the person."""

    submission_id: SubmissionId
    session_id: SessionId
    dataset_id: DatasetId
    language: str
    source: str
    files: dict[str, str]
    is_judged: bool
    failures: int


PENDING_SUBMISSION: Final[LiteralString] = """
SELECT u.submission_id, u.session_id, i.dataset_id, u.language, u.source, u.files,
       EXISTS (SELECT FROM counting_judgement(u.submission_id, i.dataset_id)) AS is_judged,
       (SELECT count(*) FROM judging_failure f WHERE f.submission_id = u.submission_id) AS failures
FROM submission u
JOIN session s USING (session_id)
JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
WHERE u.submission_id = $1
"""


async def pending_submission(db: Connection, submission_id: SubmissionId) -> PendingSubmission | None:
    """A submission and what is known of its judging, or None."""
    row = await db.fetchrow(PENDING_SUBMISSION, submission_id)
    if row is None:
        return None
    return PendingSubmission(
        SubmissionId(row["submission_id"]),
        SessionId(row["session_id"]),
        DatasetId(row["dataset_id"]),
        row["language"],
        row["source"],
        row["files"],
        row["is_judged"],
        row["failures"],
    )


INSERT_JUDGEMENT: Final[LiteralString] = """
INSERT INTO judgement (submission_id, dataset_id, verdict, score, max_score, cases, groups, compile_log, evidence, judged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (submission_id, dataset_id) DO NOTHING
RETURNING true
"""


async def insert_judgement(db: Connection, submission: PendingSubmission, judged: Judged, now: datetime) -> bool:
    """Keep a judgement. False if this submission has one for this dataset: that one stands and nothing changes."""
    inserted = await db.fetchval(
        INSERT_JUDGEMENT,
        submission.submission_id,
        submission.dataset_id,
        judged.verdict,
        judged.score,
        judged.max_score,
        judged.cases,
        judged.groups,
        judged.compile_log,
        judged.evidence,
        now,
    )
    return inserted is not None


LOCK_CHAIN: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended('judging-record:' || $1, 0))"
NEWEST_RECORD: Final[LiteralString] = """
SELECT session_id, submission_id, position, previous_sha256, document FROM judging_record
WHERE session_id = $1 ORDER BY position DESC LIMIT 1
"""


async def take_link(db: Connection, session_id: SessionId) -> Link:
    """The next place in a session's chain of records; nobody else takes one until the transaction ends.

    Called in the transaction that keeps the judgement, so that neither exists without the other.
    """
    await db.execute(LOCK_CHAIN, str(session_id))
    row = await db.fetchrow(NEWEST_RECORD, session_id)
    return first_link(session_id) if row is None else next_link(_record(row))


INSERT_RECORD: Final[LiteralString] = """
INSERT INTO judging_record (session_id, position, submission_id, previous_sha256, document, sha256)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_record(db: Connection, record: Record) -> None:
    """Append a record to its session's chain. The database refuses one that does not follow the newest."""
    await db.execute(
        INSERT_RECORD,
        record.session_id,
        record.position,
        record.submission_id,
        record.previous_sha256,
        record.document,
        record.sha256,
    )


RECORDS_OF: Final[LiteralString] = """
SELECT session_id, submission_id, position, previous_sha256, document FROM judging_record
WHERE session_id = $1 ORDER BY position
"""


async def records_of(db: Connection, session_id: SessionId) -> tuple[Record, ...]:
    """The whole chain of a session, for whoever may decide on it."""
    return tuple(_record(row) for row in await db.fetch(RECORDS_OF, session_id))


RECORD_AT: Final[LiteralString] = """
SELECT session_id, submission_id, position, previous_sha256, document FROM judging_record
WHERE session_id = $1 AND position = $2
"""


async def record_at(db: Connection, session_id: SessionId, position: int) -> Record | None:
    """One record of a session, for whoever may decide on it."""
    row = await db.fetchrow(RECORD_AT, session_id, position)
    return None if row is None else _record(row)


SESSION_WITH: Final[LiteralString] = """
SELECT session_id FROM session WHERE session_id = $1
UNION ALL
SELECT session_id FROM submission WHERE submission_id = $1
"""


async def session_with(db: Connection, session_or_submission_id: UUID) -> SessionId | None:
    """The session with this id, or the one that this submission belongs to, or None; for whoever runs the centre."""
    session_id = await db.fetchval(SESSION_WITH, session_or_submission_id)
    return None if session_id is None else SessionId(session_id)


SOURCES_OF: Final[LiteralString] = "SELECT submission_id, source, files FROM submission WHERE session_id = $1"


async def sources_of(db: Connection, session_id: SessionId) -> dict[SubmissionId, tuple[bytes, ...]]:
    """The programs of a session, as they were judged: the texts of all their files in UTF-8, the main source first."""
    rows = await db.fetch(SOURCES_OF, session_id)
    return {
        SubmissionId(row["submission_id"]): tuple(text.encode() for text in (row["source"], *row["files"].values()))
        for row in rows
    }


def _record(row: Row) -> Record:
    return Record(
        SessionId(row["session_id"]),
        SubmissionId(row["submission_id"]),
        row["position"],
        row["previous_sha256"],
        row["document"],
    )


JUDGEMENT_OF: Final[LiteralString] = """
SELECT verdict, score, max_score, cases, groups, compile_log, evidence FROM counting_judgement($1, $2)
"""


async def judgement_of(db: Connection, submission_id: SubmissionId, dataset_id: DatasetId) -> Judged | None:
    """The judgement that counts for a submission, or None; `dataset_id` is that of its item.

    The caller has loaded the session that the submission belongs to.
    """
    row = await db.fetchrow(JUDGEMENT_OF, submission_id, dataset_id)
    if row is None:
        return None
    return Judged(
        Verdict(row["verdict"]),
        row["score"],
        row["max_score"],
        msgspec.convert(row["cases"], tuple[CaseResult, ...]),
        msgspec.convert(row["groups"], tuple[GroupResult, ...]),
        row["compile_log"],
        row["evidence"],
    )


INSERT_JUDGING_FAILURE: Final[LiteralString] = """
INSERT INTO judging_failure (submission_id, code, detail, failed_at) VALUES ($1, $2, $3, $4)
"""


async def insert_judging_failure(db: Connection, submission: PendingSubmission, failure: Undetermined, now: datetime) -> None:
    """Write down that we could not judge. No verdict follows from it."""
    await db.execute(INSERT_JUDGING_FAILURE, submission.submission_id, failure.code, failure.detail, now)


LAST_FAILURES: Final[LiteralString] = """
SELECT DISTINCT ON (u.submission_id) u.submission_id, f.code, f.detail
FROM submission u JOIN judging_failure f USING (submission_id)
WHERE u.session_id = $1
ORDER BY u.submission_id, f.judging_failure_id DESC
"""


async def last_failures(db: Connection, session_id: SessionId) -> dict[SubmissionId, Undetermined]:
    """Why we could not judge the submissions of a session, the last time that we tried; for people who look after it."""
    rows = await db.fetch(LAST_FAILURES, session_id)
    return {SubmissionId(row["submission_id"]): Undetermined(row["code"], row["detail"]) for row in rows}


UNJUDGED_SUBMISSIONS: Final[LiteralString] = """
SELECT u.submission_id, (c.rules->>'rehearsal')::boolean IS TRUE AS is_rehearsal FROM submission u
JOIN session s USING (session_id)
JOIN scheme c USING (scheme_id)
JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
WHERE u.submitted_at < $1
  AND NOT EXISTS (SELECT FROM counting_judgement(u.submission_id, i.dataset_id))
  AND NOT EXISTS (SELECT FROM judging_failure f WHERE f.submission_id = u.submission_id)
ORDER BY u.submitted_at LIMIT 1000
"""


async def unjudged_submissions(db: Connection, submitted_before: datetime) -> dict[SubmissionId, bool]:
    """Submissions that nobody has judged or failed to judge: they still wait, or their job was lost.

    With each, whether its session is a rehearsal.
    """
    rows = await db.fetch(UNJUDGED_SUBMISSIONS, submitted_before)
    return {SubmissionId(row["submission_id"]): row["is_rehearsal"] for row in rows}


COMPLETES_SESSION: Final[LiteralString] = """
SELECT sealed_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM submission u WHERE u.session_id = s.session_id
      AND NOT EXISTS (SELECT FROM judgement j WHERE j.submission_id = u.submission_id)
)
FROM session s WHERE session_id = $1
"""


async def completes_session(db: Connection, submission: PendingSubmission) -> bool:
    """Whether the session of this submission is over and nothing else of it waits for a judgement, so that it can be graded."""
    return bool(await db.fetchval(COMPLETES_SESSION, submission.session_id))


@dataclass(frozen=True, slots=True)
class PendingSampleRun:
    """A sample run as the judge sees it. `own_input` is what the program reads instead of the samples, if anything."""

    sample_run_id: SampleRunId
    session_id: SessionId
    dataset_id: DatasetId
    language: str
    source: str
    requested_at: datetime
    is_reported: bool
    files: dict[str, str]
    own_input: str | None


PENDING_SAMPLE_RUN: Final[LiteralString] = """
SELECT r.sample_run_id, r.session_id, i.dataset_id, r.language, r.source, r.requested_at,
       EXISTS (SELECT FROM sample_run_report p WHERE p.sample_run_id = r.sample_run_id) AS is_reported, r.files, r.input
FROM sample_run r
JOIN session s USING (session_id)
JOIN item i ON i.paper_id = s.paper_id AND i.position = r.position
WHERE r.sample_run_id = $1
"""


async def pending_sample_run(db: Connection, sample_run_id: SampleRunId) -> PendingSampleRun | None:
    """A sample run and whether it is done, or None."""
    row = await db.fetchrow(PENDING_SAMPLE_RUN, sample_run_id)
    if row is None:
        return None
    return PendingSampleRun(
        SampleRunId(row["sample_run_id"]),
        SessionId(row["session_id"]),
        DatasetId(row["dataset_id"]),
        row["language"],
        row["source"],
        row["requested_at"],
        row["is_reported"],
        row["files"],
        row["input"],
    )


INSERT_SAMPLE_RUN_REPORT: Final[LiteralString] = """
INSERT INTO sample_run_report (sample_run_id, report, finished_at, began_at, waited_seconds)
VALUES ($1, $2, $3, $4::timestamptz, floor(extract(epoch FROM $4 - $5::timestamptz)))
ON CONFLICT (sample_run_id) DO NOTHING
"""


async def insert_sample_run_report(
    db: Connection, run: PendingSampleRun, report: SampleReport, now: datetime, began_at: datetime | None = None
) -> None:
    """Keep what the samples showed, and when the program left the queue (never, if it could not be run: it waited until now).

    A report that is there stays.
    """
    await db.execute(INSERT_SAMPLE_RUN_REPORT, run.sample_run_id, report, now, began_at or now, run.requested_at)
