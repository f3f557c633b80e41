"""Results, decisions and the cases that they rest on, in the database."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, LiteralString
from uuid import UUID

from exams.grading.result import Graded, ItemResult, Result
from exams.ids import ResultId, SessionId, SubmissionId
from exams.judging.verdict import Verdict
from exams.sessions.session import Session
from exams.store import Connection

# --- Results ---

INSERT_RESULT: Final[LiteralString] = """
INSERT INTO result (session_id, score, max_score, cut_score_percent, passed, items, graded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (session_id) DO NOTHING
RETURNING result_id
"""


async def insert_result(db: Connection, session: Session, graded: Graded, now: datetime) -> Result | None:
    """Keep the result of a sealed session; None if it has one already, which stands."""
    items = [
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
    result_id = await db.fetchval(
        INSERT_RESULT, session.session_id, graded.score, graded.max_score, graded.cut_score_percent, graded.passed, items, now
    )
    return None if result_id is None else Result(ResultId(result_id), session.session_id, graded, now)


RESULT_OF: Final[LiteralString] = """
SELECT result_id, session_id, score, max_score, cut_score_percent, passed, items, graded_at FROM result WHERE session_id = $1
"""


async def result_of(db: Connection, session: Session) -> Result | None:
    """The result of a session that the caller has loaded, or None if it has none yet."""
    row = await db.fetchrow(RESULT_OF, session.session_id)
    if row is None:
        return None
    return Result(
        result_id=ResultId(row["result_id"]),
        session_id=SessionId(row["session_id"]),
        graded=Graded(
            score=row["score"],
            max_score=row["max_score"],
            cut_score_percent=row["cut_score_percent"],
            passed=row["passed"],
            items=tuple(_item_result(item) for item in row["items"]),
        ),
        graded_at=row["graded_at"],
    )


UNGRADED_SESSIONS: Final[LiteralString] = """
SELECT s.session_id FROM session s LEFT JOIN result r USING (session_id)
WHERE s.sealed_at IS NOT NULL AND r.result_id IS NULL
ORDER BY s.sealed_at LIMIT 1000
"""


async def ungraded_sessions(db: Connection) -> list[SessionId]:
    """Sealed sessions without a result: a sweep gives them to the queue again if a job was lost."""
    return [SessionId(row["session_id"]) for row in await db.fetch(UNGRADED_SESSIONS)]


def _item_result(item: dict[str, Any]) -> ItemResult:
    return ItemResult(
        position=item["position"],
        content_area=item["content_area"],
        points=item["points"],
        earned=Decimal(item["earned"]),
        submission_id=None if item["submission_id"] is None else SubmissionId(UUID(item["submission_id"])),
        verdict=None if item["verdict"] is None else Verdict(item["verdict"]),
    )
