"""Rejudge sets in the database: their members, and what came of judging them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, LiteralString
from uuid import UUID

import msgspec

from exams.grading.decision import DecisionOutcome
from exams.ids import AccountId, DatasetId, DecisionId, RejudgeMemberId, RejudgeSetId, SessionId, SubmissionId
from exams.judging.judgement import Judged, Undetermined
from exams.judging.verdict import Verdict
from exams.rejudging.choice import Choice
from exams.rejudging.rejudge_set import EndingOutcome, RejudgeEnding, RejudgeSet
from exams.sessions.session import Session
from exams.sessions.store import session_from
from exams.store import Connection, Record
from exams.submissions.progress import Earned

INSERT_SET: Final[LiteralString] = """
INSERT INTO rejudge_set (kind, dataset_id, choice, reason, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING rejudge_set_id
"""
INSERT_MEMBERS: Final[LiteralString] = """
INSERT INTO rejudge_member (rejudge_set_id, submission_id, dataset_id)
SELECT $1, submission_id, dataset_id FROM unnest($2::uuid[], $3::uuid[]) AS one (submission_id, dataset_id)
RETURNING rejudge_member_id
"""


async def insert_set(
    db: Connection,
    choice: Choice,
    reason: str,
    made_by: AccountId,
    members: Sequence[tuple[SubmissionId, DatasetId]],
    now: datetime,
) -> tuple[RejudgeSetId, list[RejudgeMemberId]]:
    """Keep a set with its members, each of which is to be judged again."""
    rejudge_set_id = RejudgeSetId(
        await db.fetchval(INSERT_SET, choice.kind, choice.dataset_id, msgspec.to_builtins(choice), reason, made_by, now)
    )
    rows = await db.fetch(
        INSERT_MEMBERS,
        rejudge_set_id,
        [submission_id for submission_id, _ in members],
        [dataset_id for _, dataset_id in members],
    )
    return rejudge_set_id, [RejudgeMemberId(row["rejudge_member_id"]) for row in rows]


SETS: Final[LiteralString] = """
SELECT t.rejudge_set_id, t.choice, t.reason, t.made_by, t.made_at,
       count(m.rejudge_member_id) AS members, count(r.rejudge_member_id) AS judged,
       count(m.rejudge_member_id) FILTER (WHERE r.rejudge_member_id IS NULL AND EXISTS (
           SELECT FROM rejudging_failure f WHERE f.rejudge_member_id = m.rejudge_member_id AND f.final)) AS failed,
       e.outcome, e.decided_by, e.reason AS ending_reason, e.lowered, e.decided_at, p.applied_at
FROM rejudge_set t
LEFT JOIN rejudge_member m USING (rejudge_set_id)
LEFT JOIN rejudgement r USING (rejudge_member_id)
LEFT JOIN rejudge_ending e USING (rejudge_set_id)
LEFT JOIN rejudge_application p USING (rejudge_set_id)
WHERE $1::uuid IS NULL OR t.rejudge_set_id = $1
GROUP BY t.rejudge_set_id, e.rejudge_set_id, p.rejudge_set_id
ORDER BY e.rejudge_set_id IS NOT NULL, t.made_at DESC
LIMIT $2
"""
SETS_LISTED_MAX: Final = 200
"""On one page, open ones first. A centre makes a handful a year."""


async def sets(db: Connection) -> list[RejudgeSet]:
    """The sets, open ones first, the newest of each first."""
    return [_set(row) for row in await db.fetch(SETS, None, SETS_LISTED_MAX)]


async def set_of(db: Connection, rejudge_set_id: RejudgeSetId) -> RejudgeSet | None:
    """One set, or None."""
    row = await db.fetchrow(SETS, rejudge_set_id, 1)
    return None if row is None else _set(row)


LOCK_SET: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended('rejudge-set:' || $1, 0))"


async def lock_set(db: Connection, rejudge_set_id: RejudgeSetId) -> None:
    """Keep others from ending or applying this set until the transaction ends."""
    await db.execute(LOCK_SET, str(rejudge_set_id))


CANDIDATES_OF_SET: Final[LiteralString] = """
SELECT DISTINCT s.candidate_id FROM rejudge_member m JOIN submission u USING (submission_id) JOIN session s USING (session_id)
WHERE m.rejudge_set_id = $1
"""


async def candidates_of_set(db: Connection, rejudge_set_id: RejudgeSetId) -> frozenset[AccountId]:
    """Whoever sat a session of the set: they must not apply it."""
    return frozenset(AccountId(row["candidate_id"]) for row in await db.fetch(CANDIDATES_OF_SET, rejudge_set_id))


@dataclass(frozen=True, slots=True)
class Concerned:
    """A session of a set as the preview needs it: whose, of what, decided or not, and the new judgements by submission."""

    session: Session
    candidate_name: str
    scheme_names: dict[str, str]
    cut_score_percent: int
    decision: tuple[DecisionId, DecisionOutcome] | None
    members: dict[SubmissionId, RejudgeMemberId]
    rejudged: dict[SubmissionId, Earned]


CONCERNED: Final[LiteralString] = """
SELECT s.*, a.display_name AS candidate_name, c.names AS scheme_names, c.cut_score_percent,
       d.decision_id, d.outcome AS decided, g.members
FROM (
    SELECT u.session_id,
           jsonb_agg(jsonb_build_object(
               'submission_id', m.submission_id, 'rejudge_member_id', m.rejudge_member_id,
               'verdict', r.verdict, 'score', r.score::text, 'max_score', r.max_score::text, 'compile_log', r.compile_log,
               'judged_at', r.judged_at, 'tests_passed', x.tests_passed, 'tests_total', x.tests_total,
               'cpu_time_us', x.cpu_time_us, 'memory_kib', x.memory_kib) ORDER BY u.submitted_at, u.submission_id) AS members
    FROM rejudge_member m
    JOIN submission u USING (submission_id)
    JOIN session USING (session_id)
    JOIN item i ON i.paper_id = session.paper_id AND i.position = u.position
    LEFT JOIN rejudgement r USING (rejudge_member_id)
    LEFT JOIN LATERAL counting_judgement(u.submission_id, i.dataset_id) j ON true
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE one ->> 'verdict' = 'AC') AS tests_passed, count(*) AS tests_total,
               coalesce(max((one ->> 'cpu_time_us')::bigint), 0) AS cpu_time_us,
               coalesce(max((one ->> 'memory_kib')::bigint), 0) AS memory_kib
        FROM jsonb_array_elements(r.cases) AS one
    ) x ON r.verdict IS NOT NULL
    WHERE m.rejudge_set_id = $1
    GROUP BY u.session_id
    HAVING NOT $2::bool OR bool_or(r.verdict IS NOT NULL AND (
        j.verdict IS DISTINCT FROM r.verdict OR j.score * r.max_score IS DISTINCT FROM r.score * j.max_score))
) g
JOIN session s USING (session_id)
JOIN account a ON a.account_id = s.candidate_id
JOIN scheme c USING (scheme_id)
LEFT JOIN result USING (session_id)
LEFT JOIN LATERAL standing_decision(result.result_id) d ON true
ORDER BY s.session_id
LIMIT $3
"""


async def concerned(db: Connection, rejudge_set_id: RejudgeSetId, *, differing: bool, limit: int) -> list[Concerned]:
    """The sessions of a set, by id; only those in which a submission's new judgement differs, if `differing`."""
    return [_concerned(row) for row in await db.fetch(CONCERNED, rejudge_set_id, differing, limit)]


@dataclass(frozen=True, slots=True)
class PendingMember:
    """A member as the judge sees it: a program and a dataset, nothing of the person."""

    rejudge_member_id: RejudgeMemberId
    rejudge_set_id: RejudgeSetId
    submission_id: SubmissionId
    session_id: SessionId
    dataset_id: DatasetId
    language: str
    source: str
    files: dict[str, str]
    is_judged: bool
    is_over: bool
    failures: int


PENDING_MEMBER: Final[LiteralString] = """
SELECT m.rejudge_member_id, m.rejudge_set_id, m.submission_id, u.session_id, m.dataset_id, u.language, u.source, u.files,
       EXISTS (SELECT FROM rejudgement r WHERE r.rejudge_member_id = m.rejudge_member_id) AS is_judged,
       EXISTS (SELECT FROM rejudge_ending e WHERE e.rejudge_set_id = m.rejudge_set_id) AS is_over,
       (SELECT count(*) FROM rejudging_failure f WHERE f.rejudge_member_id = m.rejudge_member_id) AS failures
FROM rejudge_member m JOIN submission u USING (submission_id)
WHERE m.rejudge_member_id = $1
"""


async def pending_member(db: Connection, rejudge_member_id: RejudgeMemberId) -> PendingMember | None:
    """A member and what is known of its judging, or None. `is_over`: somebody has cancelled or applied its set."""
    row = await db.fetchrow(PENDING_MEMBER, rejudge_member_id)
    return None if row is None else PendingMember(**row)


INSERT_REJUDGEMENT: Final[LiteralString] = """
INSERT INTO rejudgement (rejudge_member_id, verdict, score, max_score, cases, groups, compile_log, evidence, judged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (rejudge_member_id) DO NOTHING
RETURNING true
"""


async def insert_rejudgement(db: Connection, member: PendingMember, judged: Judged, now: datetime) -> bool:
    """Keep what came of it; nothing that counts changes. False if there is one already, which stays."""
    inserted = await db.fetchval(
        INSERT_REJUDGEMENT,
        member.rejudge_member_id,
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


INSERT_REJUDGING_FAILURE: Final[LiteralString] = """
INSERT INTO rejudging_failure (rejudge_member_id, code, detail, final, failed_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_rejudging_failure(
    db: Connection, member: PendingMember, failure: Undetermined, now: datetime, *, final: bool
) -> None:
    """Write down that we could not judge it again; after a `final` one it is not tried any more, and what stands stands."""
    await db.execute(INSERT_REJUDGING_FAILURE, member.rejudge_member_id, failure.code, failure.detail, final, now)


WAITING_MEMBERS: Final[LiteralString] = """
SELECT m.rejudge_member_id, m.rejudge_set_id FROM rejudge_member m JOIN rejudge_set t USING (rejudge_set_id)
WHERE t.made_at < $1
  AND NOT EXISTS (SELECT FROM rejudge_ending e WHERE e.rejudge_set_id = m.rejudge_set_id)
  AND NOT EXISTS (SELECT FROM rejudgement r WHERE r.rejudge_member_id = m.rejudge_member_id)
  AND NOT EXISTS (SELECT FROM rejudging_failure f WHERE f.rejudge_member_id = m.rejudge_member_id)
ORDER BY t.made_at LIMIT 1000
"""


async def waiting_members(db: Connection, made_before: datetime) -> list[tuple[RejudgeMemberId, RejudgeSetId]]:
    """Members of open sets that nobody has judged again or failed to: they still wait, or their job was lost."""
    rows = await db.fetch(WAITING_MEMBERS, made_before)
    return [(RejudgeMemberId(row["rejudge_member_id"]), RejudgeSetId(row["rejudge_set_id"])) for row in rows]


def _set(row: Record) -> RejudgeSet:
    rejudge_set_id = RejudgeSetId(row["rejudge_set_id"])
    ending = None
    if row["outcome"] is not None:
        ending = RejudgeEnding(
            rejudge_set_id,
            EndingOutcome(row["outcome"]),
            AccountId(row["decided_by"]),
            row["ending_reason"],
            {SessionId(UUID(one["session_id"])): one["reason"] for one in row["lowered"]},
            row["decided_at"],
        )
    return RejudgeSet(
        rejudge_set_id,
        msgspec.convert(row["choice"], Choice),
        row["reason"],
        AccountId(row["made_by"]),
        row["made_at"],
        row["members"],
        row["judged"],
        row["failed"],
        ending,
        row["applied_at"],
    )


def _concerned(row: Record) -> Concerned:
    members: list[Mapping[str, Any]] = row["members"]
    decision = None
    if row["decision_id"] is not None:
        decision = DecisionId(row["decision_id"]), DecisionOutcome(row["decided"])
    return Concerned(
        session_from(row),
        row["candidate_name"],
        row["scheme_names"],
        row["cut_score_percent"],
        decision,
        {SubmissionId(UUID(one["submission_id"])): RejudgeMemberId(UUID(one["rejudge_member_id"])) for one in members},
        {SubmissionId(UUID(one["submission_id"])): _earned(one) for one in members if one["verdict"] is not None},
    )


def _earned(member: Mapping[str, Any]) -> Earned:
    return Earned(
        verdict=Verdict(member["verdict"]),
        score=Decimal(member["score"]),
        max_score=Decimal(member["max_score"]),
        tests_passed=member["tests_passed"],
        tests_total=member["tests_total"],
        cpu_time_us=member["cpu_time_us"],
        memory_kib=member["memory_kib"],
        compile_log=member["compile_log"],
        judged_at=datetime.fromisoformat(member["judged_at"]),
    )
