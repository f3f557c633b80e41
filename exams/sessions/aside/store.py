"""Texts that are kept beside the chain, in the database."""

from datetime import datetime
from typing import Final, LiteralString

from exams.ids import AsideId, LeaseId, SessionId
from exams.sessions.aside import Aside, KeptAside, LateOutcome
from exams.sessions.journal import AsideReason
from exams.sessions.session import Session
from exams.store import Connection, Record

NONCE_GIVEN_AT: Final[LiteralString] = """
SELECT saved_at FROM journal_entry WHERE session_id = $1 AND nonce = $2
UNION ALL SELECT taken_at FROM lease WHERE session_id = $1 AND nonce = $2
UNION ALL SELECT received_at FROM aside WHERE session_id = $1 AND nonce = $2
LIMIT 1
"""


async def nonce_given_at(db: Connection, session: Session, nonce: str) -> datetime | None:
    """When the session's page was given this nonce; None if it never was."""
    return await db.fetchval(NONCE_GIVEN_AT, session.session_id, nonce)


ASIDE_WITH_HEAD: Final[LiteralString] = "SELECT * FROM aside WHERE session_id = $1 AND position = $2 AND head = $3"


async def aside_with_head(db: Connection, session: Session, position: int, head: bytes) -> Aside | None:
    """The aside of an item whose edits end in this head, or None."""
    row = await db.fetchrow(ASIDE_WITH_HEAD, session.session_id, position, head)
    return None if row is None else aside_from(row)


COUNT_ASIDES: Final[LiteralString] = """
SELECT count(*) AS in_all, count(*) FILTER (WHERE received_at > $3) AS lately
FROM aside WHERE session_id = $1 AND position = $2
"""


async def count_asides(db: Connection, session: Session, position: int, since: datetime) -> tuple[int, int]:
    """How many texts of an item were kept aside at all, and how many of them after `since`."""
    row = await db.fetchrow(COUNT_ASIDES, session.session_id, position, since)
    assert row is not None
    return row["in_all"], row["lately"]


INSERT_ASIDE: Final[LiteralString] = """
INSERT INTO aside (aside_id, session_id, position, reason, lease_id, base_revision, base_head, language, source, files,
                   left_drafts, edits, edit_count, head, last_nonce, last_nonce_at, nonce, receipt, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (session_id, position, head) DO NOTHING
RETURNING aside_id
"""


async def insert_aside(db: Connection, aside: Aside) -> bool:
    """Keep a text aside; False if it is there already. The caller has loaded the session, whose owner was checked."""
    kept = await db.fetchval(
        INSERT_ASIDE,
        aside.aside_id,
        aside.session_id,
        aside.position,
        aside.reason,
        aside.lease_id,
        aside.base_revision,
        aside.base_head,
        aside.language,
        aside.source,
        aside.files,
        aside.left,
        list(aside.edits),
        aside.edit_count,
        aside.head,
        aside.last_nonce,
        aside.last_nonce_at,
        aside.nonce,
        aside.receipt,
        aside.received_at,
    )
    return kept is not None


ASIDES_OF: Final[LiteralString] = """
SELECT a.*, coalesce(l.device, '') AS device, t.taken_at, d.outcome
FROM aside a
LEFT JOIN lease l ON l.lease_id = a.lease_id AND l.session_id = a.session_id
LEFT JOIN aside_taken t ON t.aside_id = a.aside_id
LEFT JOIN late_decision d ON d.aside_id = a.aside_id
WHERE a.session_id = $1 ORDER BY a.received_at, a.aside_id
"""


async def asides_of(db: Connection, session: Session) -> tuple[KeptAside, ...]:
    """Everything of a session that was kept aside, in the order in which it arrived."""
    return tuple(
        KeptAside(
            aside=aside_from(row),
            device=row["device"],
            taken_at=row["taken_at"],
            decided=None if row["outcome"] is None else LateOutcome(row["outcome"]),
        )
        for row in await db.fetch(ASIDES_OF, session.session_id)
    )


INSERT_ASIDE_TAKEN: Final[LiteralString] = """
WITH own AS (
    SELECT a.aside_id FROM aside a JOIN session s USING (session_id)
    WHERE a.aside_id = $1 AND s.session_id = $2 AND s.candidate_id = $3
), taken AS (
    INSERT INTO aside_taken (aside_id, taken_at) SELECT aside_id, $4 FROM own ON CONFLICT (aside_id) DO NOTHING
)
SELECT aside_id FROM own
"""


async def insert_aside_taken(db: Connection, session: Session, aside_id: AsideId, now: datetime) -> bool:
    """The candidate has seen a text that was kept aside. False if the session has none with this id."""
    taken = await db.fetchval(INSERT_ASIDE_TAKEN, aside_id, session.session_id, session.candidate_id, now)
    return taken is not None


def aside_from(row: Record) -> Aside:
    """The aside in a row that has every column of the table; later rooms read it beside what is theirs."""
    return Aside(
        aside_id=AsideId(row["aside_id"]),
        session_id=SessionId(row["session_id"]),
        position=row["position"],
        reason=AsideReason(row["reason"]),
        lease_id=None if row["lease_id"] is None else LeaseId(row["lease_id"]),
        base_revision=row["base_revision"],
        base_head=row["base_head"],
        language=row["language"],
        source=row["source"],
        files=row["files"],
        left=row["left_drafts"],
        edits=tuple(row["edits"]),
        edit_count=row["edit_count"],
        head=row["head"],
        last_nonce=row["last_nonce"],
        last_nonce_at=row["last_nonce_at"],
        nonce=row["nonce"],
        receipt=row["receipt"],
        received_at=row["received_at"],
    )
