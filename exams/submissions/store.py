"""Submissions and sample runs in the database. Each function takes the loaded session: its owner was checked at loading."""

from datetime import datetime, timedelta
from typing import Final, LiteralString

from exams.ids import SampleRunId, SessionId, SubmissionId
from exams.judging.verdict import Verdict
from exams.sessions.session import Session
from exams.store import Connection, Record
from exams.submissions.progress import Earned, SubmissionProgress
from exams.submissions.samplerun import SampleRun
from exams.submissions.submission import Answer, Origin, Submission

INSERT_SUBMISSION: Final[LiteralString] = """
INSERT INTO submission (session_id, position, language, source, source_sha256, origin, submitted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (session_id, position) WHERE origin = 'sealed' DO NOTHING
RETURNING submission_id, session_id, position, language, source, origin, submitted_at
"""


async def insert_submission(
    db: Connection, session: Session, answer: Answer, origin: Origin, now: datetime
) -> Submission | None:
    """Take an answer; None if it is a sealed draft and the item's draft was taken before."""
    row = await db.fetchrow(
        INSERT_SUBMISSION, session.session_id, answer.position, answer.language, answer.source, answer.sha256, origin, now
    )
    return None if row is None else _submission(row)


LAST_SUBMISSION: Final[LiteralString] = """
SELECT submission_id, session_id, position, language, source, origin, submitted_at, count(*) OVER () AS of_item
FROM submission WHERE session_id = $1 AND position = $2
ORDER BY submitted_at DESC, submission_id LIMIT 1
"""


async def last_submission(db: Connection, session: Session, position: int) -> tuple[int, Submission | None]:
    """How many submissions an item has, and the last one."""
    row = await db.fetchrow(LAST_SUBMISSION, session.session_id, position)
    return (0, None) if row is None else (row["of_item"], _submission(row))


PROGRESS_OF: Final[LiteralString] = """
SELECT u.submission_id, u.session_id, u.position, u.language, u.source, u.origin, u.submitted_at,
       j.verdict, j.score, j.max_score, j.compile_log, j.judged_at,
       c.tests_passed, c.tests_total, c.cpu_time_us, c.memory_kib,
       (SELECT count(*) FROM judging_failure f WHERE f.submission_id = u.submission_id) AS failures
FROM submission u
JOIN session s USING (session_id)
JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
LEFT JOIN judgement j ON j.submission_id = u.submission_id AND j.dataset_id = i.dataset_id
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE one ->> 'verdict' = 'AC') AS tests_passed, count(*) AS tests_total,
           coalesce(max((one ->> 'cpu_time_us')::bigint), 0) AS cpu_time_us,
           coalesce(max((one ->> 'memory_kib')::bigint), 0) AS memory_kib
    FROM jsonb_array_elements(j.cases) AS one
) c ON j.verdict IS NOT NULL
WHERE u.session_id = $1
ORDER BY u.position, u.submitted_at, u.submission_id
"""


async def progress_of(db: Connection, session: Session) -> tuple[SubmissionProgress, ...]:
    """Every submission of a session with what is known of it, by item and time."""
    return tuple(_progress(row) for row in await db.fetch(PROGRESS_OF, session.session_id))


INSERT_SAMPLE_RUN: Final[LiteralString] = """
INSERT INTO sample_run (session_id, position, language, source, requested_at) VALUES ($1, $2, $3, $4, $5)
RETURNING sample_run_id
"""


async def insert_sample_run(db: Connection, session: Session, answer: Answer, now: datetime) -> SampleRunId:
    """Keep that a run of the samples was asked for."""
    sample_run_id = await db.fetchval(
        INSERT_SAMPLE_RUN, session.session_id, answer.position, answer.language, answer.source, now
    )
    return SampleRunId(sample_run_id)


SAMPLE_RUNS_SINCE: Final[LiteralString] = "SELECT count(*) FROM sample_run WHERE session_id = $1 AND requested_at > $2"


async def sample_runs_in_last_minute(db: Connection, session: Session, now: datetime) -> int:
    """How many runs of the samples this session asked for in the minute before `now`."""
    return int(await db.fetchval(SAMPLE_RUNS_SINCE, session.session_id, now - timedelta(minutes=1)))


SAMPLE_RUN_OF: Final[LiteralString] = """
SELECT r.sample_run_id, r.position, r.language, r.source, r.requested_at, p.report
FROM sample_run r LEFT JOIN sample_run_report p USING (sample_run_id)
WHERE r.session_id = $1 AND r.sample_run_id = $2
"""


async def sample_run_of(db: Connection, session: Session, sample_run_id: SampleRunId) -> SampleRun | None:
    """One run of the samples with its report, if it is this session's."""
    row = await db.fetchrow(SAMPLE_RUN_OF, session.session_id, sample_run_id)
    if row is None:
        return None
    return SampleRun(
        sample_run_id=SampleRunId(row["sample_run_id"]),
        answer=Answer(row["position"], row["language"], row["source"]),
        requested_at=row["requested_at"],
        report=row["report"],
    )


def _submission(row: Record) -> Submission:
    return Submission(
        submission_id=SubmissionId(row["submission_id"]),
        session_id=SessionId(row["session_id"]),
        answer=Answer(row["position"], row["language"], row["source"]),
        origin=Origin(row["origin"]),
        submitted_at=row["submitted_at"],
    )


def _progress(row: Record) -> SubmissionProgress:
    if row["verdict"] is None:
        return SubmissionProgress(_submission(row), None, row["failures"])
    earned = Earned(
        verdict=Verdict(row["verdict"]),
        score=row["score"],
        max_score=row["max_score"],
        tests_passed=row["tests_passed"],
        tests_total=row["tests_total"],
        cpu_time_us=row["cpu_time_us"],
        memory_kib=row["memory_kib"],
        compile_log=row["compile_log"],
        judged_at=row["judged_at"],
    )
    return SubmissionProgress(_submission(row), earned, row["failures"])
