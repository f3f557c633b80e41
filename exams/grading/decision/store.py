"""Decisions in the database, and the cases that they rest on."""

from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from exams.grading.decision import Case, Decision, DecisionOutcome, Remedy, Reopening
from exams.grading.store import result_from
from exams.ids import AccountId, AppealId, DecisionId, ResultId, SessionId
from exams.proctoring.review import IncidentRecord
from exams.proctoring.store import incidents_of
from exams.sessions.session import Session
from exams.sessions.store import session_from
from exams.store import Connection, Record

CASES_LISTED_MAX: Final = 500
"""On the page of results. Undecided ones come first, oldest first, so that none waits for ever behind newer ones."""
CASES: Final[LiteralString] = """
SELECT s.*, a.display_name AS candidate_name, c.names AS scheme_names,
       (c.rules->>'rehearsal')::boolean IS TRUE AS is_rehearsal,
       r.result_id, r.score, r.max_score, r.cut_score_percent, r.passed, r.items, r.graded_at,
       d.decision_id, d.decided_by, d.outcome, d.reason, d.decided_at, d.revision, d.appeal_id,
       (SELECT coalesce(jsonb_agg(to_jsonb(o) ORDER BY o.revision), '[]') FROM decision o
        WHERE o.result_id = r.result_id AND o.decision_id IS DISTINCT FROM d.decision_id) AS earlier,
       p.reopened_by, p.remedy, p.reopened_at, p.rejudged_since,
       ARRAY(SELECT DISTINCT person FROM item i JOIN task t USING (task_id)
             CROSS JOIN LATERAL (VALUES (t.imported_by), (t.published_by)) AS took_part (person)
             WHERE i.paper_id = s.paper_id AND person IS NOT NULL) AS authored_by,
       w.unjudged, w.undetermined,
       EXISTS (SELECT FROM submission u JOIN rejudge_member m USING (submission_id)
               LEFT JOIN rejudge_ending e USING (rejudge_set_id) LEFT JOIN rejudge_application p USING (rejudge_set_id)
               WHERE u.session_id = s.session_id
                 AND (e.outcome IS NULL OR (e.outcome = 'apply' AND p.applied_at IS NULL))) AS is_rejudged,
       EXISTS (SELECT FROM aside b LEFT JOIN late_decision y USING (aside_id) LEFT JOIN late_grading g USING (aside_id)
               WHERE b.session_id = s.session_id AND b.reason = 'late' AND g.aside_id IS NULL
                 AND y.outcome IS DISTINCT FROM 'declined'
                 AND NOT EXISTS (SELECT FROM aside n WHERE n.session_id = b.session_id AND n.position = b.position
                                                       AND n.base_head = b.head)) AS has_late_text
FROM session s
JOIN account a ON a.account_id = s.candidate_id
JOIN scheme c USING (scheme_id)
LEFT JOIN LATERAL counting_result(s.session_id) r ON true
LEFT JOIN LATERAL standing_decision(r.result_id) d ON true
LEFT JOIN LATERAL (
    SELECT v.appeal_id AS reopened_by, v.remedy, v.ended_at AS reopened_at,
           EXISTS (SELECT FROM submission u JOIN rejudge_member m USING (submission_id)
                   JOIN rejudge_set t USING (rejudge_set_id) JOIN rejudge_ending g USING (rejudge_set_id)
                   WHERE u.session_id = s.session_id AND t.made_at >= v.ended_at) AS rejudged_since
    FROM decision o JOIN appeal l USING (decision_id) JOIN appeal_ending v ON v.appeal_id = l.appeal_id
    WHERE o.result_id = r.result_id AND d.decision_id IS NULL AND v.outcome = 'upheld'
    ORDER BY o.revision DESC LIMIT 1
) p ON true
CROSS JOIN LATERAL (
    SELECT count(*) AS unjudged,
           count(*) FILTER (WHERE EXISTS (SELECT FROM judging_failure f WHERE f.submission_id = u.submission_id)) AS
           undetermined
    FROM submission u
    JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
    WHERE u.session_id = s.session_id AND NOT EXISTS (SELECT FROM counting_judgement(u.submission_id, i.dataset_id))
) w
WHERE s.sealed_at IS NOT NULL
  AND CASE WHEN $1::uuid IS NULL THEN (c.rules->>'rehearsal')::boolean IS NOT TRUE AND s.candidate_id <> $3
           ELSE s.session_id = $1 END
ORDER BY d.decision_id IS NOT NULL, CASE WHEN d.decision_id IS NULL THEN s.sealed_at END, d.decided_at DESC
LIMIT $2
"""


async def cases(db: Connection, viewer: AccountId) -> tuple[Case, ...]:
    """Every session that is over, for the registrars: the undecided ones first, oldest first, then the newest decisions.

    Rehearsals are nobody's business but the candidate's, and the viewer's own exams are everybody else's.
    """
    rows = await db.fetch(CASES, None, CASES_LISTED_MAX, viewer)
    incidents = await incidents_of(db, [SessionId(row["session_id"]) for row in rows])
    return tuple(_case(row, incidents[row["session_id"]]) for row in rows)


async def case_of(db: Connection, session_id: SessionId) -> Case | None:
    """One case, or None if there is no such session or it is not over."""
    row = await db.fetchrow(CASES, session_id, 1, None)
    if row is None:
        return None
    incidents = await incidents_of(db, [session_id])
    return _case(row, incidents[session_id])


IS_DECIDED: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM result r CROSS JOIN LATERAL standing_decision(r.result_id) WHERE r.session_id = $1)
"""


async def is_decided(db: Connection, session: Session) -> bool:
    """Whether somebody has decided on the session's result, and no upheld appeal has opened it again."""
    return await db.fetchval(IS_DECIDED, session.session_id)


INSERT_DECISION: Final[LiteralString] = """
INSERT INTO decision (decision_id, result_id, decided_by, outcome, reason, decided_at, revision, appeal_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def insert_decision(db: Connection, decision: Decision) -> None:
    """Keep what `decision.decide` decided.

    A result has at most one decision for each time that it was opened, by somebody impartial: the database refuses others.
    """
    await db.execute(
        INSERT_DECISION,
        decision.decision_id,
        decision.result_id,
        decision.decided_by,
        decision.outcome,
        decision.reason,
        decision.decided_at,
        decision.revision,
        decision.appeal_id,
    )


def _case(row: Record, incidents: tuple[IncidentRecord, ...]) -> Case:
    result = decision = None
    if row["result_id"] is not None:
        result = result_from(row)
    if row["decision_id"] is not None:
        decision = _decision(row)
    reopening = None
    if row["reopened_by"] is not None:
        reopening = Reopening(AppealId(row["reopened_by"]), Remedy(row["remedy"]), row["reopened_at"], row["rejudged_since"])
    return Case(
        session=session_from(row),
        candidate_name=row["candidate_name"],
        scheme_names=row["scheme_names"],
        result=result,
        authored_by=frozenset(AccountId(person) for person in row["authored_by"]),
        incidents=incidents,
        unjudged=row["unjudged"],
        undetermined=row["undetermined"],
        is_rejudged=row["is_rejudged"],
        is_rehearsal=row["is_rehearsal"],
        has_late_text=row["has_late_text"],
        decision=decision,
        earlier=tuple(_earlier(one) for one in row["earlier"]),
        reopening=reopening,
    )


def _decision(row: Record) -> Decision:
    return Decision(
        decision_id=DecisionId(row["decision_id"]),
        result_id=ResultId(row["result_id"]),
        decided_by=AccountId(row["decided_by"]),
        outcome=DecisionOutcome(row["outcome"]),
        reason=row["reason"],
        decided_at=row["decided_at"],
        revision=row["revision"],
        appeal_id=None if row["appeal_id"] is None else AppealId(row["appeal_id"]),
    )


def _earlier(row: dict[str, Any]) -> Decision:
    """A decision as JSON: ids and times are texts there."""
    return Decision(
        decision_id=DecisionId(UUID(row["decision_id"])),
        result_id=ResultId(UUID(row["result_id"])),
        decided_by=AccountId(UUID(row["decided_by"])),
        outcome=DecisionOutcome(row["outcome"]),
        reason=row["reason"],
        decided_at=datetime.fromisoformat(row["decided_at"]),
        revision=row["revision"],
        appeal_id=None if row["appeal_id"] is None else AppealId(UUID(row["appeal_id"])),
    )


CANDIDATE_OF: Final[LiteralString] = """
SELECT s.candidate_id FROM decision d JOIN result r USING (result_id) JOIN session s USING (session_id) WHERE d.decision_id = $1
"""


async def candidate_of(db: Connection, decision_id: DecisionId) -> AccountId | None:
    """Whom a decision is about; None if there is no such decision."""
    candidate_id = await db.fetchval(CANDIDATE_OF, decision_id)
    return None if candidate_id is None else AccountId(candidate_id)
