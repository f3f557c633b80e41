"""What applying a rejudge set changes in the database, and what is told of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final, LiteralString

from exams.grading.result import Graded, Result
from exams.grading.store import items_of_result
from exams.ids import AccountId, RejudgeSetId, SessionId
from exams.rejudging.change import Effect, SessionChange
from exams.rejudging.rejudge_set import RejudgeEnding, RejudgeSet
from exams.rejudging.store import Concerned
from exams.store import Connection

INSERT_ENDING: Final[LiteralString] = """
INSERT INTO rejudge_ending (rejudge_set_id, outcome, decided_by, reason, lowered, decided_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_ending(db: Connection, ending: RejudgeEnding) -> None:
    """Keep what `apply` or `cancel` decided. The database refuses a second ending, and an application by the maker."""
    lowered = [{"session_id": str(session_id), "reason": reason} for session_id, reason in ending.lowered.items()]
    await db.execute(
        INSERT_ENDING, ending.rejudge_set_id, ending.outcome, ending.decided_by, ending.reason, lowered, ending.decided_at
    )


UNAPPLIED_SETS: Final[LiteralString] = """
SELECT e.rejudge_set_id FROM rejudge_ending e LEFT JOIN rejudge_application p USING (rejudge_set_id)
WHERE e.outcome = 'apply' AND e.decided_at < $1 AND p.applied_at IS NULL
ORDER BY e.decided_at
"""


async def unapplied_sets(db: Connection, decided_before: datetime) -> list[RejudgeSetId]:
    """Sets that somebody decided to apply and that are not: their job was lost."""
    return [RejudgeSetId(row["rejudge_set_id"]) for row in await db.fetch(UNAPPLIED_SETS, decided_before)]


INSERT_APPLICATION: Final[LiteralString] = "INSERT INTO rejudge_application (rejudge_set_id, applied_at) VALUES ($1, $2)"
ACTIVATE_DATASET: Final[LiteralString] = """
UPDATE dataset SET activated_at = $2
WHERE dataset_id = (SELECT dataset_id FROM rejudge_set WHERE rejudge_set_id = $1) AND activated_at IS NULL
"""


async def insert_application(db: Connection, found: RejudgeSet, now: datetime) -> None:
    """Write down that the set is applied, in the transaction that applies it; new papers use its dataset, if it has one."""
    await db.execute(INSERT_APPLICATION, found.rejudge_set_id, now)
    await db.execute(ACTIVATE_DATASET, found.rejudge_set_id, now)


INSERT_SWITCHES: Final[LiteralString] = """
INSERT INTO judgement_switch (submission_id, generation, rejudge_member_id, switched_at)
SELECT m.submission_id,
       1 + coalesce((SELECT max(generation) FROM judgement_switch w WHERE w.submission_id = m.submission_id), 0),
       m.rejudge_member_id, $2
FROM rejudge_member m JOIN rejudgement USING (rejudge_member_id)
WHERE m.rejudge_member_id = ANY ($1::uuid[])
"""


async def insert_switches(db: Connection, session: Concerned, now: datetime) -> None:
    """From now on the new judgements of this session count. The caller has locked the session."""
    await db.execute(INSERT_SWITCHES, list(session.members.values()), now)


INSERT_REVISION: Final[LiteralString] = """
INSERT INTO result_revision (result_id, revision, rejudge_set_id, score, max_score, cut_score_percent, passed, items, graded_at)
SELECT $1, 2 + (SELECT count(*) FROM result_revision v WHERE v.result_id = $1), $2, $3, $4, $5, $6, $7, $8
"""


async def insert_revision(db: Connection, found: RejudgeSet, result: Result, graded: Graded, now: datetime) -> None:
    """The result as it is from now on. The earlier ones stay; the database refuses it once the result is decided."""
    await db.execute(
        INSERT_REVISION,
        result.result_id,
        found.rejudge_set_id,
        graded.score,
        graded.max_score,
        graded.cut_score_percent,
        graded.passed,
        items_of_result(graded),
        now,
    )


INSERT_EFFECT: Final[LiteralString] = """
INSERT INTO rejudge_effect (rejudge_set_id, session_id, effect, points_before, points_after, passed_before, passed_after)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def insert_effect(db: Connection, found: RejudgeSet, change: SessionChange, effect: Effect) -> None:
    """What applying did to a session, and what the new judgements say of it."""
    await db.execute(
        INSERT_EFFECT,
        found.rejudge_set_id,
        change.session_id,
        effect,
        change.before.points,
        change.after.points,
        change.before.passed,
        change.after.passed,
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """What applying a set did to a session; a decided one waits for a registrar's `answer`."""

    rejudge_set_id: RejudgeSetId
    session_id: SessionId
    candidate_name: str
    effect: Effect
    points_before: Decimal
    points_after: Decimal
    passed_before: bool | None
    passed_after: bool | None
    reason: str
    applied_at: datetime
    answered_by: AccountId | None
    answer: str | None
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether a registrar has still to look at it."""
        return (
            self.effect is Effect.DECIDED
            and self.answer is None
            and (self.points_before, self.passed_before) != (self.points_after, self.passed_after)
        )


NOTICES: Final[LiteralString] = """
SELECT f.rejudge_set_id, f.session_id, a.display_name AS candidate_name, f.effect, f.points_before, f.points_after,
       f.passed_before, f.passed_after, t.reason, p.applied_at, w.answered_by, w.words AS answer, w.answered_at
FROM rejudge_effect f
JOIN rejudge_set t USING (rejudge_set_id)
JOIN rejudge_application p USING (rejudge_set_id)
JOIN session s USING (session_id)
JOIN account a ON a.account_id = s.candidate_id
LEFT JOIN rejudge_answer w USING (rejudge_set_id, session_id)
WHERE ($1::uuid IS NULL OR f.rejudge_set_id = $1) AND ($2::uuid IS NULL OR f.session_id = $2)
  AND s.candidate_id <> $4
ORDER BY p.applied_at DESC, a.display_name, f.session_id
LIMIT $3
"""
NOTICES_LISTED_MAX: Final = 500
"""On one page."""


async def notices(
    db: Connection, viewer: AccountId, rejudge_set_id: RejudgeSetId | None = None, session_id: SessionId | None = None
) -> list[Notice]:
    """What applied sets did: all of it, or that of one set, or to one session; the newest first. Not to the viewer's own."""
    rows = await db.fetch(NOTICES, rejudge_set_id, session_id, NOTICES_LISTED_MAX, viewer)
    return [replace(Notice(**row), effect=Effect(row["effect"])) for row in rows]


INSERT_ANSWER: Final[LiteralString] = """
INSERT INTO rejudge_answer (rejudge_set_id, session_id, answered_by, words, answered_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (rejudge_set_id, session_id) DO NOTHING
RETURNING true
"""


async def insert_answer(db: Connection, notice: Notice, answered_by: AccountId, words: str, now: datetime) -> bool:
    """Keep what a registrar wrote of a decided session. False if somebody has answered before."""
    inserted = await db.fetchval(INSERT_ANSWER, notice.rejudge_set_id, notice.session_id, answered_by, words, now)
    return inserted is not None
