"""Judgements, failures to judge and sample reports in the database. All three are append-only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

import msgspec

from exams.ids import DatasetId, SampleRunId, SessionId, SubmissionId
from exams.judging.judgement import CaseResult, GroupResult, Judged, Undetermined
from exams.judging.sample_report import SampleReport
from exams.judging.verdict import Verdict
from exams.store import Connection


@dataclass(frozen=True, slots=True)
class PendingSubmission:
    """A submission as the judge sees it: a program and the dataset of its item, nothing of the person."""

    submission_id: SubmissionId
    session_id: SessionId
    dataset_id: DatasetId
    language: str
    source: str
    is_judged: bool
    failures: int


PENDING_SUBMISSION: Final[LiteralString] = """
SELECT u.submission_id, u.session_id, i.dataset_id, u.language, u.source,
       EXISTS (SELECT FROM judgement j WHERE j.submission_id = u.submission_id AND j.dataset_id = i.dataset_id) AS is_judged,
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
        row["is_judged"],
        row["failures"],
    )


INSERT_JUDGEMENT: Final[LiteralString] = """
INSERT INTO judgement (submission_id, dataset_id, verdict, score, max_score, cases, groups, compile_log, evidence, judged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (submission_id, dataset_id) DO NOTHING
"""


async def insert_judgement(db: Connection, submission: PendingSubmission, judged: Judged, now: datetime) -> None:
    """Keep a judgement. If this submission has one for this dataset, that one stands and nothing changes."""
    await db.execute(
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


JUDGEMENT_OF: Final[LiteralString] = """
SELECT verdict, score, max_score, cases, groups, compile_log, evidence
FROM judgement WHERE submission_id = $1 AND dataset_id = $2
"""


async def judgement_of(db: Connection, submission_id: SubmissionId, dataset_id: DatasetId) -> Judged | None:
    """The judgement of a submission by a dataset, or None. The caller has loaded the session that the submission belongs to."""
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


UNJUDGED_SUBMISSIONS: Final[LiteralString] = """
SELECT u.submission_id FROM submission u
JOIN session s USING (session_id)
JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
WHERE u.submitted_at < $1
  AND NOT EXISTS (SELECT FROM judgement j WHERE j.submission_id = u.submission_id AND j.dataset_id = i.dataset_id)
  AND NOT EXISTS (SELECT FROM judging_failure f WHERE f.submission_id = u.submission_id)
ORDER BY u.submitted_at LIMIT 1000
"""


async def unjudged_submissions(db: Connection, submitted_before: datetime) -> list[SubmissionId]:
    """Submissions that nobody has judged or failed to judge: they still wait, or their job was lost."""
    return [SubmissionId(row["submission_id"]) for row in await db.fetch(UNJUDGED_SUBMISSIONS, submitted_before)]


SESSION_IS_SEALED: Final[LiteralString] = "SELECT sealed_at IS NOT NULL FROM session WHERE session_id = $1"


async def session_is_sealed(db: Connection, submission: PendingSubmission) -> bool:
    """Whether the session of this submission is over, so that its judgement may complete a result."""
    return bool(await db.fetchval(SESSION_IS_SEALED, submission.session_id))


@dataclass(frozen=True, slots=True)
class PendingSampleRun:
    """A sample run as the judge sees it."""

    sample_run_id: SampleRunId
    session_id: SessionId
    dataset_id: DatasetId
    language: str
    source: str
    requested_at: datetime
    is_reported: bool


PENDING_SAMPLE_RUN: Final[LiteralString] = """
SELECT r.sample_run_id, r.session_id, i.dataset_id, r.language, r.source, r.requested_at,
       EXISTS (SELECT FROM sample_run_report p WHERE p.sample_run_id = r.sample_run_id) AS is_reported
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
    )


INSERT_SAMPLE_RUN_REPORT: Final[LiteralString] = """
INSERT INTO sample_run_report (sample_run_id, report, finished_at) VALUES ($1, $2, $3)
ON CONFLICT (sample_run_id) DO NOTHING
"""


async def insert_sample_run_report(db: Connection, run: PendingSampleRun, report: SampleReport, now: datetime) -> None:
    """Keep what the samples showed. A report that is there stays."""
    await db.execute(INSERT_SAMPLE_RUN_REPORT, run.sample_run_id, report, now)
