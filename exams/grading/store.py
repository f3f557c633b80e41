"""Results in the database: what was earned, once for each session, and what became of it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, LiteralString
from uuid import UUID

from exams.grading.appeal import AppealStage
from exams.grading.decision import DecisionOutcome
from exams.grading.measurement import SITTINGS_MAX
from exams.grading.outcome import SessionOutcome
from exams.grading.result import Graded, ItemResult, Result
from exams.ids import AccountId, AsideId, ResultId, SchemeId, SessionId, SubmissionId
from exams.judging.verdict import Verdict
from exams.sessions.session import Session
from exams.store import Connection, Record

INSERT_RESULT: Final[LiteralString] = """
INSERT INTO result (session_id, score, max_score, cut_score_percent, passed, items, graded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (session_id) DO NOTHING
RETURNING result_id
"""


async def insert_result(db: Connection, session: Session, graded: Graded, now: datetime) -> Result | None:
    """Keep the result of a sealed session; None if it has one already, which stands."""
    result_id = await db.fetchval(
        INSERT_RESULT,
        session.session_id,
        graded.score,
        graded.max_score,
        graded.cut_score_percent,
        graded.passed,
        items_of_result(graded),
        now,
    )
    return None if result_id is None else Result(ResultId(result_id), session.session_id, graded, now)


def items_of_result(graded: Graded) -> list[dict[str, Any]]:
    """The items of a result as its row keeps them."""
    return [
        {
            "position": item.position,
            "content_area": item.content_area,
            "points": item.points,
            "earned": str(item.earned),
            "submission_id": None if item.submission_id is None else str(item.submission_id),
            "verdict": item.verdict,
        }
        for item in graded.items
    ]


RESULT_OF: Final[LiteralString] = """
SELECT result_id, session_id, score, max_score, cut_score_percent, passed, items, graded_at FROM counting_result($1)
"""


async def result_of(db: Connection, session: Session) -> Result | None:
    """The result that counts for a session that the caller has loaded: its newest revision; None if it has none yet."""
    row = await db.fetchrow(RESULT_OF, session.session_id)
    return None if row is None else result_from(row)


INSERT_LATE_REVISION: Final[LiteralString] = """
INSERT INTO result_revision (result_id, revision, aside_id, score, max_score, cut_score_percent, passed, items, graded_at)
SELECT $1, 2 + (SELECT count(*) FROM result_revision v WHERE v.result_id = $1), $2, $3, $4, $5, $6, $7, $8
"""


async def insert_late_revision(db: Connection, result: Result, aside_id: AsideId, graded: Graded, now: datetime) -> None:
    """The result as it is after a late text was accepted. The earlier ones stay; the database refuses it once it is decided."""
    await db.execute(
        INSERT_LATE_REVISION,
        result.result_id,
        aside_id,
        graded.score,
        graded.max_score,
        graded.cut_score_percent,
        graded.passed,
        items_of_result(graded),
        now,
    )


UNGRADED_SESSIONS: Final[LiteralString] = """
SELECT s.session_id FROM session s LEFT JOIN result r USING (session_id)
WHERE s.sealed_at IS NOT NULL AND r.result_id IS NULL AND NOT EXISTS (
    SELECT FROM submission u WHERE u.session_id = s.session_id
      AND NOT EXISTS (SELECT FROM judgement j WHERE j.submission_id = u.submission_id)
)
ORDER BY s.sealed_at LIMIT 1000
"""
GRADABLE_OF: Final[LiteralString] = """
SELECT s.session_id FROM session s
WHERE s.session_id = ANY($1) AND s.sealed_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM submission u WHERE u.session_id = s.session_id
      AND NOT EXISTS (SELECT FROM judgement j WHERE j.submission_id = u.submission_id)
)
"""


async def gradable_of(db: Connection, sessions: Iterable[Session]) -> list[SessionId]:
    """Those of `sessions` that are sealed and of which nothing waits for a judgement."""
    rows = await db.fetch(GRADABLE_OF, [session.session_id for session in sessions])
    return [SessionId(row["session_id"]) for row in rows]


async def ungraded_sessions(db: Connection) -> list[SessionId]:
    """Sealed sessions without a result: a sweep gives them to the queue again if a job was lost."""
    return [SessionId(row["session_id"]) for row in await db.fetch(UNGRADED_SESSIONS)]


def result_from(row: Record) -> Result:
    """The result in a row that has every column of the table."""
    return Result(
        result_id=ResultId(row["result_id"]),
        session_id=SessionId(row["session_id"]),
        graded=Graded(
            score=row["score"],
            max_score=row["max_score"],
            cut_score_percent=row["cut_score_percent"],
            passed=row["passed"],
            items=tuple(item_result_from(item) for item in row["items"]),
        ),
        graded_at=row["graded_at"],
    )


def item_result_from(item: dict[str, Any]) -> ItemResult:
    """One item of a result, as the column `items` has it."""
    return ItemResult(
        position=item["position"],
        content_area=item["content_area"],
        points=item["points"],
        earned=Decimal(item["earned"]),
        submission_id=None if item["submission_id"] is None else SubmissionId(UUID(item["submission_id"])),
        verdict=None if item["verdict"] is None else Verdict(item["verdict"]),
    )


OUTCOMES_OF: Final[LiteralString] = """
SELECT s.session_id, r.score, r.max_score, r.passed, d.outcome AS decided, d.decided_at, p.appeal
FROM session s
LEFT JOIN LATERAL counting_result(s.session_id) r ON true
LEFT JOIN LATERAL standing_decision(r.result_id) d ON true
LEFT JOIN LATERAL (
    SELECT coalesce(e.outcome, CASE WHEN k.appeal_id IS NULL THEN 'open' ELSE 'acknowledged' END) AS appeal
    FROM (SELECT decision_id FROM decision n WHERE n.result_id = r.result_id ORDER BY n.revision DESC LIMIT 1) newest
    JOIN appeal a USING (decision_id)
    LEFT JOIN appeal_ending e USING (appeal_id)
    LEFT JOIN appeal_acknowledgement k USING (appeal_id)
    ORDER BY a.made_at DESC LIMIT 1
) p ON true
WHERE s.candidate_id = $1 AND s.sealed_at IS NOT NULL
"""


async def outcomes_of(db: Connection, candidate_id: AccountId) -> dict[SessionId, SessionOutcome]:
    """What came of each session of a candidate that is sealed, for their own list."""
    return {
        SessionId(row["session_id"]): SessionOutcome(
            score=row["score"],
            max_score=row["max_score"],
            passed=row["passed"],
            decided=None if row["decided"] is None else DecisionOutcome(row["decided"]),
            decided_at=row["decided_at"],
            appeal=None if row["appeal"] is None else AppealStage(row["appeal"]),
        )
        for row in await db.fetch(OUTCOMES_OF, candidate_id)
    }


RELEASED_POINTS: Final[LiteralString] = """
SELECT ARRAY(SELECT (one ->> 'earned')::float8 FROM jsonb_array_elements(r.items) AS one ORDER BY (one ->> 'position')::int)
       AS points
FROM session s
JOIN scheme c USING (scheme_id)
JOIN LATERAL counting_result(s.session_id) r ON true
JOIN LATERAL standing_decision(r.result_id) d ON true
WHERE s.scheme_id = $1
  AND s.sealed_at + make_interval(hours => coalesce((c.rules ->> 'results_embargo_hours')::int, 0)) <= $2
  AND (SELECT jsonb_agg(jsonb_build_array(one -> 'position', one -> 'content_area', one -> 'points')
                        ORDER BY (one ->> 'position')::int) FROM jsonb_array_elements(r.items) AS one) = $3
  AND NOT EXISTS (SELECT FROM incident n JOIN incident_review v USING (incident_id)
                  WHERE n.session_id = s.session_id AND v.outcome = 'session_void')
ORDER BY s.sealed_at DESC LIMIT $4
"""


async def released_points(db: Connection, scheme_id: SchemeId, items: Iterable[ItemResult], now: datetime) -> list[list[float]]:
    """The points by part of every released result of the scheme whose paper had the parts of these items; the newest ones.

    Nothing says whose they are. Void sessions are left out.
    """
    parts = [[item.position, item.content_area, item.points] for item in items]
    rows = await db.fetch(RELEASED_POINTS, scheme_id, now, parts, SITTINGS_MAX)
    return [list(row["points"]) for row in rows]
