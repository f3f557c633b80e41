"""Submissions and sample runs in the database. Each function takes the loaded session: its owner was checked at loading."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString

from exams.ids import SampleRunId, SessionId, SubmissionId
from exams.judging.verdict import Verdict
from exams.sessions.ledger import QUEUE_FREE_S, Interval
from exams.sessions.session import Session
from exams.store import Connection, Record
from exams.submissions.progress import Earned, SubmissionProgress
from exams.submissions.samplerun import SampleRun, Wait
from exams.submissions.submission import Answer, AnswerKey, Origin, Submission

INSERT_SUBMISSION: Final[LiteralString] = """
INSERT INTO submission (session_id, position, language, source, source_sha256, origin, submitted_at, files)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (session_id, position) WHERE origin = 'sealed' DO NOTHING
RETURNING submission_id, session_id, position, language, source, files, origin, submitted_at
"""


async def insert_submission(
    db: Connection, session: Session, answer: Answer, origin: Origin, now: datetime
) -> Submission | None:
    """Take an answer; None if it is a sealed draft and the item's draft was taken before."""
    row = await db.fetchrow(
        INSERT_SUBMISSION,
        session.session_id,
        answer.position,
        answer.language,
        answer.source,
        answer.sha256,
        origin,
        now,
        dict(answer.files),
    )
    return None if row is None else _submission(row)


HANDED_IN_OF: Final[LiteralString] = """
SELECT session_id, position, language, source_sha256 FROM submission WHERE session_id = ANY($1)
"""


async def handed_in_of(db: Connection, sessions: Sequence[Session]) -> dict[SessionId, set[AnswerKey]]:
    """What was handed in so far, of many sessions at once."""
    found: dict[SessionId, set[AnswerKey]] = {session.session_id: set() for session in sessions}
    for row in await db.fetch(HANDED_IN_OF, list(found)):
        found[SessionId(row["session_id"])].add(AnswerKey(row["position"], row["language"], row["source_sha256"]))
    return found


INSERT_SEALED: Final[LiteralString] = """
INSERT INTO submission (session_id, position, language, source, source_sha256, origin, submitted_at, files)
SELECT taken.session_id, taken.position, taken.language, taken.source, taken.sha256, 'sealed', taken.at, taken.files
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[], $7::jsonb[])
    AS taken (session_id, position, language, source, sha256, at, files)
ON CONFLICT (session_id, position) WHERE origin = 'sealed' DO NOTHING
RETURNING submission_id, session_id
"""


async def insert_sealed(db: Connection, taken: Sequence[tuple[Session, Answer]]) -> list[tuple[SubmissionId, SessionId]]:
    """Take drafts at their sessions' end, of many sessions at once. Answers which were new: a draft is taken once."""
    rows = await db.fetch(
        INSERT_SEALED,
        [session.session_id for session, _ in taken],
        [answer.position for _, answer in taken],
        [answer.language for _, answer in taken],
        [answer.source for _, answer in taken],
        [answer.sha256 for _, answer in taken],
        [session.sealed_at for session, _ in taken],
        [dict(answer.files) for _, answer in taken],
    )
    return [(SubmissionId(row["submission_id"]), SessionId(row["session_id"])) for row in rows]


LAST_SUBMISSION: Final[LiteralString] = """
SELECT submission_id, session_id, position, language, source, files, origin, submitted_at, count(*) OVER () AS of_item
FROM submission WHERE session_id = $1 AND position = $2
ORDER BY submitted_at DESC, submission_id LIMIT 1
"""


async def last_submission(db: Connection, session: Session, position: int) -> tuple[int, Submission | None]:
    """How many submissions an item has, and the last one."""
    row = await db.fetchrow(LAST_SUBMISSION, session.session_id, position)
    return (0, None) if row is None else (row["of_item"], _submission(row))


PROGRESS_OF: Final[LiteralString] = """
SELECT u.submission_id, u.session_id, u.position, u.language, u.source, u.files, u.origin, u.submitted_at,
       j.verdict, j.score, j.max_score, j.compile_log, j.judged_at,
       c.tests_passed, c.tests_total, c.cpu_time_us, c.memory_kib, coalesce(d.reason, '') AS reason,
       coalesce((j.evidence ->> 'startup_us')::bigint, 0) AS startup_us,
       (SELECT count(*) FROM judging_failure f WHERE f.submission_id = u.submission_id) AS failures
FROM submission u
JOIN session s USING (session_id)
JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
LEFT JOIN LATERAL counting_judgement(u.submission_id, i.dataset_id) j ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE one ->> 'verdict' = 'AC') AS tests_passed, count(*) AS tests_total,
           coalesce(max((one ->> 'cpu_time_us')::bigint), 0) AS cpu_time_us,
           coalesce(max((one ->> 'memory_kib')::bigint), 0) AS memory_kib
    FROM jsonb_array_elements(j.cases) AS one
) c ON j.verdict IS NOT NULL
LEFT JOIN LATERAL (
    SELECT one ->> 'reason' AS reason FROM jsonb_array_elements(j.cases) WITH ORDINALITY AS numbered (one, number)
    WHERE one ->> 'verdict' = j.verdict ORDER BY number LIMIT 1
) d ON j.verdict IS NOT NULL
WHERE u.session_id = $1
ORDER BY u.position, u.submitted_at, u.submission_id
"""


async def progress_of(db: Connection, session: Session) -> tuple[SubmissionProgress, ...]:
    """Every submission of a session with what is known of it, by item and time."""
    return tuple(_progress(row) for row in await db.fetch(PROGRESS_OF, session.session_id))


INSERT_SAMPLE_RUN: Final[LiteralString] = """
INSERT INTO sample_run (session_id, position, language, source, requested_at, files, input)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING sample_run_id
"""


async def insert_sample_run(
    db: Connection, session: Session, answer: Answer, now: datetime, own_input: str | None = None
) -> SampleRunId:
    """Keep that a run of the samples was asked for, or one on the candidate's own input."""
    sample_run_id = await db.fetchval(
        INSERT_SAMPLE_RUN,
        session.session_id,
        answer.position,
        answer.language,
        answer.source,
        now,
        dict(answer.files),
        own_input,
    )
    return SampleRunId(sample_run_id)


SAMPLE_RUNS_SINCE: Final[LiteralString] = "SELECT count(*) FROM sample_run WHERE session_id = $1 AND requested_at > $2"


async def sample_runs_in_last_minute(db: Connection, session: Session, now: datetime) -> int:
    """How many runs of the samples this session asked for in the minute before `now`."""
    return int(await db.fetchval(SAMPLE_RUNS_SINCE, session.session_id, now - timedelta(minutes=1)))


SAMPLE_RUN_OF: Final[LiteralString] = """
SELECT r.sample_run_id, r.position, r.language, r.source, r.files, r.input, r.requested_at, p.report
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
        answer=Answer(row["position"], row["language"], row["source"], row["files"]),
        requested_at=row["requested_at"],
        report=row["report"],
        own_input=row["input"],
    )


# Waits in the queue, for the time ledger ------------------------------------------------

_WAITED: Final[LiteralString] = """
       greatest(r.requested_at, (
           SELECT max(q.finished_at) FROM sample_run earlier JOIN sample_run_report q USING (sample_run_id)
           WHERE earlier.session_id = r.session_id AND earlier.requested_at < r.requested_at
             AND q.finished_at <= coalesce(p.began_at, $2)
       )) AS waits_since
"""
"""From when on a run waits for us: when it was asked for, or when the candidate's own run before it was done."""

_UNWRITTEN: Final[LiteralString] = """
  AND s.sealed_at IS NULL AND coalesce(p.began_at, $2) - r.requested_at > $3
  AND NOT EXISTS (
      SELECT FROM time_entry e WHERE e.session_id = r.session_id AND e.once = 'queue_wait:' || r.sample_run_id
  )
"""

FINISHED_WAITS: Final[LiteralString] = (
    """
SELECT r.sample_run_id, r.session_id, coalesce(p.began_at, $2) AS began_at,
"""
    + _WAITED
    + """
FROM sample_run_report p JOIN sample_run r USING (sample_run_id) JOIN session s USING (session_id)
WHERE p.waited_seconds > 0 AND p.finished_at > $1
"""
    + _UNWRITTEN
)

WAITS_OF: Final[LiteralString] = (
    """
SELECT r.sample_run_id, r.session_id, coalesce(p.began_at, $2) AS began_at,
"""
    + _WAITED
    + """
FROM sample_run r LEFT JOIN sample_run_report p USING (sample_run_id) JOIN session s USING (session_id)
WHERE r.session_id = ANY ($1::uuid[]) AND (p.sample_run_id IS NULL OR p.waited_seconds > 0)
"""
    + _UNWRITTEN
)


async def waits_since(db: Connection, finished_after: datetime, now: datetime) -> list[Wait]:
    """The runs of all sessions that waited too long, were finished after `finished_after` and are not in the ledger yet."""
    rows = await db.fetch(FINISHED_WAITS, finished_after, now, timedelta(seconds=QUEUE_FREE_S))
    return [_wait(row) for row in rows]


async def waits_of(db: Connection, sessions: Sequence[Session], now: datetime) -> list[Wait]:
    """The runs of these sessions that waited too long, or still wait, and are not in the ledger yet."""
    rows = await db.fetch(WAITS_OF, [one.session_id for one in sessions], now, timedelta(seconds=QUEUE_FREE_S))
    return [_wait(row) for row in rows]


def _wait(row: Record) -> Wait:
    interval = Interval(row["waits_since"], row["began_at"])
    return Wait(SampleRunId(row["sample_run_id"]), SessionId(row["session_id"]), interval)


def _submission(row: Record) -> Submission:
    return Submission(
        submission_id=SubmissionId(row["submission_id"]),
        session_id=SessionId(row["session_id"]),
        answer=Answer(row["position"], row["language"], row["source"], row["files"]),
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
        reason=row["reason"],
        startup_us=row["startup_us"],
    )
    return SubmissionProgress(_submission(row), earned, row["failures"])
