"""Appeals in the database: made, acknowledged and ended by appending."""

from typing import Final, LiteralString

from exams.grading.appeal import Acknowledgement, Appeal, AppealCase, AppealEnding, AppealKind, AppealOutcome
from exams.grading.decision import Remedy
from exams.ids import AccountId, AppealId, DecisionId, SessionId
from exams.sessions.session import Session
from exams.store import Connection, Record

INSERT_APPEAL: Final[LiteralString] = """
INSERT INTO appeal (appeal_id, decision_id, kind, reason, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_appeal(db: Connection, appeal: Appeal) -> None:
    """Keep what `appeal.make_appeal` made. The database refuses a second open one, and one against what does not stand."""
    await db.execute(
        INSERT_APPEAL,
        appeal.appeal_id,
        appeal.decision_id,
        appeal.kind,
        appeal.reason,
        appeal.made_by,
        appeal.made_at,
    )


APPEALS: Final[LiteralString] = """
SELECT a.appeal_id, a.decision_id, r.session_id, a.kind, a.reason, a.made_by, a.made_at, k.acknowledged_by, k.acknowledged_at,
       e.outcome, e.remedy, e.ended_by, e.reason AS ending_reason, e.ended_at,
       n.display_name AS candidate_name, c.names AS scheme_names,
       ARRAY(SELECT account_id FROM took_part(r.session_id)) AS took_part,
       (SELECT count(*) FROM submission u WHERE u.session_id = r.session_id) AS submissions
FROM appeal a
JOIN decision d USING (decision_id)
JOIN result r USING (result_id)
JOIN session s ON s.session_id = r.session_id
JOIN scheme c USING (scheme_id)
JOIN account n ON n.account_id = s.candidate_id
LEFT JOIN appeal_acknowledgement k ON k.appeal_id = a.appeal_id
LEFT JOIN appeal_ending e ON e.appeal_id = a.appeal_id
WHERE ($1::uuid IS NULL OR a.appeal_id = $1) AND ($2::uuid IS NULL OR r.session_id = $2)
  AND s.candidate_id IS DISTINCT FROM $4
ORDER BY e.appeal_id IS NOT NULL, CASE WHEN e.appeal_id IS NULL THEN a.made_at END, e.ended_at DESC
LIMIT $3
"""
APPEALS_LISTED_MAX: Final = 500
"""On one page: the open ones first, oldest first, then those that ended last."""


async def listed_appeals(db: Connection, viewer: AccountId) -> list[AppealCase]:
    """The appeals, for a registrar: all but their own."""
    return [_appeal_case(row) for row in await db.fetch(APPEALS, None, None, APPEALS_LISTED_MAX, viewer)]


async def appeal_case(db: Connection, appeal_id: AppealId) -> AppealCase | None:
    """One appeal, for a registrar; or None."""
    row = await db.fetchrow(APPEALS, appeal_id, None, 1, None)
    return None if row is None else _appeal_case(row)


async def appeals_of(db: Connection, session: Session) -> list[Appeal]:
    """The appeals against the decisions of a session that the caller has loaded; an open one first, then the newest ended."""
    return [_appeal(row) for row in await db.fetch(APPEALS, None, session.session_id, APPEALS_LISTED_MAX, None)]


INSERT_ACKNOWLEDGEMENT: Final[LiteralString] = """
INSERT INTO appeal_acknowledgement (appeal_id, acknowledged_by, acknowledged_at) VALUES ($1, $2, $3)
ON CONFLICT (appeal_id) DO NOTHING
"""


async def insert_acknowledgement(db: Connection, appeal: Appeal) -> None:
    """Keep that it was read; the first time counts."""
    assert appeal.acknowledgement is not None
    known = appeal.acknowledgement
    await db.execute(INSERT_ACKNOWLEDGEMENT, appeal.appeal_id, known.acknowledged_by, known.acknowledged_at)


INSERT_APPEAL_ENDING: Final[LiteralString] = """
INSERT INTO appeal_ending (appeal_id, outcome, remedy, ended_by, reason, ended_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_appeal_ending(db: Connection, appeal: Appeal) -> None:
    """Keep what `answer` or `withdraw` made of it. The database refuses a second ending, and an answer by whoever took part."""
    assert appeal.ending is not None
    ending = appeal.ending
    await db.execute(
        INSERT_APPEAL_ENDING,
        appeal.appeal_id,
        ending.outcome,
        ending.remedy,
        ending.ended_by,
        ending.reason,
        ending.ended_at,
    )


def _appeal(row: Record) -> Appeal:
    acknowledgement = ending = None
    if row["acknowledged_at"] is not None:
        acknowledgement = Acknowledgement(AccountId(row["acknowledged_by"]), row["acknowledged_at"])
    if row["outcome"] is not None:
        ending = AppealEnding(
            AppealOutcome(row["outcome"]),
            None if row["remedy"] is None else Remedy(row["remedy"]),
            AccountId(row["ended_by"]),
            row["ending_reason"],
            row["ended_at"],
        )
    return Appeal(
        AppealId(row["appeal_id"]),
        DecisionId(row["decision_id"]),
        SessionId(row["session_id"]),
        AppealKind(row["kind"]),
        row["reason"],
        AccountId(row["made_by"]),
        row["made_at"],
        acknowledgement,
        ending,
    )


def _appeal_case(row: Record) -> AppealCase:
    return AppealCase(
        _appeal(row),
        row["candidate_name"],
        row["scheme_names"],
        frozenset(AccountId(person) for person in row["took_part"]),
        row["submissions"],
    )
