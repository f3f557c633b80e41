"""Results, decisions and the cases that they rest on, in the database."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, LiteralString
from uuid import UUID

from exams.grading.certification import Certification
from exams.grading.decision import Case, Decision, DecisionOutcome
from exams.grading.outcome import SessionOutcome
from exams.grading.result import Graded, ItemResult, Result
from exams.ids import AccountId, DecisionId, ResultId, SessionId, SubmissionId
from exams.judging.verdict import Verdict
from exams.proctoring.review import IncidentRecord
from exams.proctoring.store import incidents_of
from exams.sessions.session import Session
from exams.sessions.store import session_from
from exams.store import Connection, Record

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
    return None if row is None else _result(row)


UNGRADED_SESSIONS: Final[LiteralString] = """
SELECT s.session_id FROM session s LEFT JOIN result r USING (session_id)
WHERE s.sealed_at IS NOT NULL AND r.result_id IS NULL
ORDER BY s.sealed_at LIMIT 1000
"""


async def ungraded_sessions(db: Connection) -> list[SessionId]:
    """Sealed sessions without a result: a sweep gives them to the queue again if a job was lost."""
    return [SessionId(row["session_id"]) for row in await db.fetch(UNGRADED_SESSIONS)]


def _result(row: Record) -> Result:
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


def _item_result(item: dict[str, Any]) -> ItemResult:
    return ItemResult(
        position=item["position"],
        content_area=item["content_area"],
        points=item["points"],
        earned=Decimal(item["earned"]),
        submission_id=None if item["submission_id"] is None else SubmissionId(UUID(item["submission_id"])),
        verdict=None if item["verdict"] is None else Verdict(item["verdict"]),
    )


OUTCOMES_OF: Final[LiteralString] = """
SELECT s.session_id, r.score, r.max_score, r.passed, d.outcome AS decided
FROM session s LEFT JOIN result r USING (session_id) LEFT JOIN decision d USING (result_id)
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
        )
        for row in await db.fetch(OUTCOMES_OF, candidate_id)
    }


# --- Decisions ---

CASES_LISTED_MAX: Final = 500
"""On the page of results. Undecided ones come first, oldest first, so that none waits for ever behind newer ones."""

CASES: Final[LiteralString] = """
SELECT s.*, a.display_name AS candidate_name, c.names AS scheme_names,
       r.result_id, r.score, r.max_score, r.cut_score_percent, r.passed, r.items, r.graded_at,
       d.decision_id, d.decided_by, d.outcome, d.reason, d.decided_at,
       ARRAY(SELECT DISTINCT person FROM item i JOIN task t USING (task_id)
             CROSS JOIN LATERAL (VALUES (t.imported_by), (t.published_by)) AS took_part (person)
             WHERE i.paper_id = s.paper_id AND person IS NOT NULL) AS authored_by,
       w.unjudged, w.undetermined
FROM session s
JOIN account a ON a.account_id = s.candidate_id
JOIN scheme c USING (scheme_id)
LEFT JOIN result r USING (session_id)
LEFT JOIN decision d USING (result_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS unjudged,
           count(*) FILTER (WHERE EXISTS (SELECT FROM judging_failure f WHERE f.submission_id = u.submission_id)) AS
           undetermined
    FROM submission u
    JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
    LEFT JOIN judgement j ON j.submission_id = u.submission_id AND j.dataset_id = i.dataset_id
    WHERE u.session_id = s.session_id AND j.submission_id IS NULL
) w
WHERE s.sealed_at IS NOT NULL AND ($1::uuid IS NULL OR s.session_id = $1)
ORDER BY d.decision_id IS NOT NULL, CASE WHEN d.decision_id IS NULL THEN s.sealed_at END, d.decided_at DESC
LIMIT $2
"""


async def cases(db: Connection) -> tuple[Case, ...]:
    """Every session that is over, for the registrars: the undecided ones first, oldest first, then the newest decisions."""
    rows = await db.fetch(CASES, None, CASES_LISTED_MAX)
    incidents = await incidents_of(db, [SessionId(row["session_id"]) for row in rows])
    return tuple(_case(row, incidents[row["session_id"]]) for row in rows)


async def case_of(db: Connection, session_id: SessionId) -> Case | None:
    """One case, or None if there is no such session or it is not over."""
    row = await db.fetchrow(CASES, session_id, 1)
    if row is None:
        return None
    incidents = await incidents_of(db, [session_id])
    return _case(row, incidents[session_id])


IS_DECIDED: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM result JOIN decision USING (result_id) WHERE session_id = $1)
"""


async def is_decided(db: Connection, session: Session) -> bool:
    """Whether somebody has decided on the session's result."""
    return await db.fetchval(IS_DECIDED, session.session_id)


INSERT_DECISION: Final[LiteralString] = """
INSERT INTO decision (decision_id, result_id, decided_by, outcome, reason, decided_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_decision(db: Connection, decision: Decision) -> None:
    """Keep what `decision.decide` decided.

    A result has at most one decision, by somebody impartial: the database refuses others.
    """
    await db.execute(
        INSERT_DECISION,
        decision.decision_id,
        decision.result_id,
        decision.decided_by,
        decision.outcome,
        decision.reason,
        decision.decided_at,
    )


def _case(row: Record, incidents: tuple[IncidentRecord, ...]) -> Case:
    result = decision = None
    if row["result_id"] is not None:
        result = _result(row)
    if row["decision_id"] is not None:
        decision = Decision(
            decision_id=DecisionId(row["decision_id"]),
            result_id=ResultId(row["result_id"]),
            decided_by=AccountId(row["decided_by"]),
            outcome=DecisionOutcome(row["outcome"]),
            reason=row["reason"],
            decided_at=row["decided_at"],
        )
    return Case(
        session=session_from(row),
        candidate_name=row["candidate_name"],
        scheme_names=row["scheme_names"],
        result=result,
        authored_by=frozenset(AccountId(person) for person in row["authored_by"]),
        incidents=incidents,
        unjudged=row["unjudged"],
        undetermined=row["undetermined"],
        decision=decision,
    )


# --- Certifications ---

CANDIDATE_OF: Final[LiteralString] = """
SELECT s.candidate_id FROM decision d JOIN result r USING (result_id) JOIN session s USING (session_id) WHERE d.decision_id = $1
"""


async def candidate_of(db: Connection, decision_id: DecisionId) -> AccountId | None:
    """Whom a decision is about; None if there is no such decision."""
    candidate_id = await db.fetchval(CANDIDATE_OF, decision_id)
    return None if candidate_id is None else AccountId(candidate_id)


CERTIFICATION_OF: Final[LiteralString] = """
SELECT d.decision_id, d.decided_at, r.result_id, s.session_id, s.sealed_at, a.display_name AS candidate_name,
       c.code AS scheme_code, c.names AS scheme_names, c.descriptions AS scheme_descriptions, c.duration_minutes,
       (SELECT count(*) FROM item i WHERE i.paper_id = s.paper_id) AS item_count,
       r.score, r.max_score, r.cut_score_percent
FROM decision d
JOIN result r USING (result_id)
JOIN session s USING (session_id)
JOIN scheme c USING (scheme_id)
JOIN account a ON a.account_id = s.candidate_id
WHERE d.decision_id = $1 AND d.outcome = 'certify' AND r.passed
"""


async def certification_of(db: Connection, decision_id: DecisionId) -> Certification | None:
    """What a decision certifies; None if there is no such decision or it declines."""
    row = await db.fetchrow(CERTIFICATION_OF, decision_id)
    return None if row is None else Certification(**row)
