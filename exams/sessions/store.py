"""Sessions in the database. Whoever asks for a candidate's session says whose it is."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString

from exams.ids import AccountId, PaperId, SchemeId, SessionId
from exams.papers.blueprint import Scheme
from exams.sessions.session import PauseKind, SealReason, Session
from exams.sessions.timing import SAVE_GRACE_S
from exams.store import Connection, Record

INSERT_SESSION: Final[LiteralString] = """
INSERT INTO session (scheme_id, paper_id, candidate_id, opened_at, allotted_seconds)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (candidate_id, scheme_id) WHERE sealed_at IS NULL DO NOTHING
RETURNING *
"""


async def insert_session(
    db: Connection, scheme: Scheme, paper_id: PaperId, candidate_id: AccountId, now: datetime
) -> Session | None:
    """Open a session; None if the candidate has an unfinished one of this scheme (opened in the same moment elsewhere)."""
    row = await db.fetchrow(INSERT_SESSION, scheme.scheme_id, paper_id, candidate_id, now, scheme.duration_minutes * 60)
    return None if row is None else session_from(row)


SESSION_OF: Final[LiteralString] = "SELECT * FROM session WHERE session_id = $1 AND candidate_id = $2"


async def session_of(db: Connection, session_id: SessionId, candidate_id: AccountId) -> Session | None:
    """The candidate's own session, to read."""
    row = await db.fetchrow(SESSION_OF, session_id, candidate_id)
    return None if row is None else session_from(row)


SESSION_TO_CHANGE: Final[LiteralString] = "SELECT * FROM session WHERE session_id = $1 AND candidate_id = $2 FOR NO KEY UPDATE"


async def session_to_change(db: Connection, session_id: SessionId, candidate_id: AccountId) -> Session | None:
    """The candidate's own session, which nobody else changes or adds to until this transaction ends."""
    row = await db.fetchrow(SESSION_TO_CHANGE, session_id, candidate_id)
    return None if row is None else session_from(row)


SESSION_TO_SEAL: Final[LiteralString] = "SELECT * FROM session WHERE session_id = $1 FOR NO KEY UPDATE"


async def session_to_seal(db: Connection, session_id: SessionId) -> Session | None:
    """A session for the server's own jobs, locked as in `session_to_change`: nobody asks, so there is no owner to name."""
    row = await db.fetchrow(SESSION_TO_SEAL, session_id)
    return None if row is None else session_from(row)


SESSION_TO_READ: Final[LiteralString] = "SELECT * FROM session WHERE session_id = $1"


async def session_to_read(db: Connection, session_id: SessionId) -> Session | None:
    """A session for the server's own jobs, to read: nobody asks, so there is no owner to name."""
    row = await db.fetchrow(SESSION_TO_READ, session_id)
    return None if row is None else session_from(row)


SESSIONS_OF: Final[LiteralString] = "SELECT * FROM session WHERE candidate_id = $1 ORDER BY opened_at DESC LIMIT 100"


async def sessions_of(db: Connection, candidate_id: AccountId) -> list[Session]:
    """The candidate's sessions, newest first; the newest hundred are more than one life of exams."""
    return [session_from(row) for row in await db.fetch(SESSIONS_OF, candidate_id)]


LOCK_OPENINGS: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


async def lock_openings(db: Connection, candidate_id: AccountId, scheme_id: SchemeId) -> None:
    """Let a double click open one session and set one paper: the second waits until the first is committed."""
    await db.execute(LOCK_OPENINGS, f"open-session:{candidate_id}:{scheme_id}")


UNFINISHED_SESSION_OF: Final[LiteralString] = """
SELECT * FROM session WHERE candidate_id = $1 AND scheme_id = $2 AND sealed_at IS NULL
"""


async def unfinished_session_of(db: Connection, candidate_id: AccountId, scheme_id: SchemeId) -> Session | None:
    """The candidate's session of this scheme that is not sealed yet, or None."""
    row = await db.fetchrow(UNFINISHED_SESSION_OF, candidate_id, scheme_id)
    return None if row is None else session_from(row)


OVERDUE_SESSIONS: Final[LiteralString] = """
SELECT * FROM session
WHERE sealed_at IS NULL AND started_at IS NOT NULL
  AND (paused_since IS NULL OR pause_max_seconds IS NOT NULL)
  AND started_at + make_interval(secs => allotted_seconds + credited_seconds + coalesce(pause_max_seconds, 0))
      + $2::interval <= $1
  AND session_id <> ALL($3)
ORDER BY started_at LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED
"""
"""In SQL what `timing.seal_due` says, so that only those are read that are due; `sitting.seal_overdue` has the last word."""


async def overdue_sessions(
    db: Connection, now: datetime, limit: int, without: Collection[SessionId] = ()
) -> tuple[Session, ...]:
    """Sessions that are to be sealed by `now`, locked as in `session_to_change`, those that have waited longest first.

    One that somebody else holds (a save that is being written, another worker's seal) is left out, and found the next time.
    """
    rows = await db.fetch(OVERDUE_SESSIONS, now, timedelta(seconds=SAVE_GRACE_S), list(without), limit)
    return tuple(session_from(row) for row in rows)


RECORD_CONSENT: Final[LiteralString] = """
UPDATE session SET consented_at = $3, camera_consent = $4
WHERE session_id = $1 AND candidate_id = $2 AND started_at IS NULL
"""


async def record_consent(db: Connection, session: Session) -> None:
    """Keep what `sitting.consent` decided."""
    await db.execute(RECORD_CONSENT, session.session_id, session.candidate_id, session.consented_at, session.camera_consent)


RECORD_START: Final[LiteralString] = """
UPDATE session SET started_at = $3 WHERE session_id = $1 AND candidate_id = $2 AND started_at IS NULL
"""


async def record_start(db: Connection, session: Session) -> None:
    """Keep what `sitting.start` decided; a start that stands is never moved."""
    await db.execute(RECORD_START, session.session_id, session.candidate_id, session.started_at)


RECORD_SEALS: Final[LiteralString] = """
UPDATE session s SET sealed_at = sealed.at, seal_reason = sealed.reason
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) AS sealed (session_id, candidate_id, at, reason)
WHERE s.session_id = sealed.session_id AND s.candidate_id = sealed.candidate_id AND s.sealed_at IS NULL
"""


async def record_seals(db: Connection, sealed: Sequence[Session]) -> None:
    """Keep what `sitting.finish` or `sitting.seal_overdue` decided; a seal that stands is never moved."""
    await db.execute(
        RECORD_SEALS,
        [one.session_id for one in sealed],
        [one.candidate_id for one in sealed],
        [one.sealed_at for one in sealed],
        [one.seal_reason for one in sealed],
    )


def session_from(row: Record) -> Session:
    """The session in a row that has every column of the table; later rooms read it beside what is theirs."""
    return Session(
        session_id=SessionId(row["session_id"]),
        scheme_id=SchemeId(row["scheme_id"]),
        paper_id=PaperId(row["paper_id"]),
        candidate_id=AccountId(row["candidate_id"]),
        opened_at=row["opened_at"],
        consented_at=row["consented_at"],
        camera_consent=row["camera_consent"],
        started_at=row["started_at"],
        allotted_seconds=row["allotted_seconds"],
        sealed_at=row["sealed_at"],
        seal_reason=None if row["seal_reason"] is None else SealReason(row["seal_reason"]),
        credited_seconds=row["credited_seconds"],
        ledger_revision=row["ledger_revision"],
        paused_since=row["paused_since"],
        pause_kind=None if row["pause_kind"] is None else PauseKind(row["pause_kind"]),
        pause_max_seconds=row["pause_max_seconds"],
    )


RUNNING_TO_CHANGE: Final[LiteralString] = """
SELECT * FROM session
WHERE started_at IS NOT NULL AND sealed_at IS NULL AND ($1::uuid IS NULL OR scheme_id = $1)
ORDER BY session_id FOR NO KEY UPDATE
"""


async def running_to_change(db: Connection, scheme_id: SchemeId | None = None) -> list[Session]:
    """Every session in progress (of one scheme), locked until this transaction ends.

    Always in one order, so that two such transactions wait for each other and not for ever.
    """
    return [session_from(row) for row in await db.fetch(RUNNING_TO_CHANGE, scheme_id)]


UNSEALED_TO_CHANGE: Final[LiteralString] = """
SELECT * FROM session WHERE candidate_id = $1 AND sealed_at IS NULL ORDER BY session_id FOR NO KEY UPDATE
"""


async def unsealed_to_change(db: Connection, candidate_id: AccountId) -> list[Session]:
    """A candidate's sessions that are not over, locked until this transaction ends."""
    return [session_from(row) for row in await db.fetch(UNSEALED_TO_CHANGE, candidate_id)]
