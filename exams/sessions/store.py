"""Sessions and their journal in the database. Whoever asks for a candidate's session says whose it is."""

from datetime import datetime, timedelta
from typing import Final, LiteralString

from exams.ids import AccountId, PaperId, SchemeId, SessionId
from exams.papers.blueprint import Scheme
from exams.sessions.journal import SAVES_PER_MINUTE, JournalEntry
from exams.sessions.session import SealReason, Session
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


SESSION_TO_ADD_TO: Final[LiteralString] = "SELECT * FROM session WHERE session_id = $1 AND candidate_id = $2 FOR SHARE"


async def session_to_add_to(db: Connection, session_id: SessionId, candidate_id: AccountId) -> Session | None:
    """The candidate's own session, which stays unsealed until this transaction ends: what is added now, the seal will see."""
    row = await db.fetchrow(SESSION_TO_ADD_TO, session_id, candidate_id)
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
SELECT session_id FROM session
WHERE sealed_at IS NULL AND started_at IS NOT NULL
  AND started_at + make_interval(secs => allotted_seconds) + $2::interval <= $1
ORDER BY started_at LIMIT 1000
"""


async def overdue_sessions(db: Connection, now: datetime) -> list[SessionId]:
    """Sessions that should have been sealed by `now`: a sweep gives them to the queue again if a job was lost."""
    rows = await db.fetch(OVERDUE_SESSIONS, now, timedelta(seconds=SAVE_GRACE_S))
    return [SessionId(row["session_id"]) for row in rows]


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


RECORD_SEAL: Final[LiteralString] = """
UPDATE session SET sealed_at = $3, seal_reason = $4 WHERE session_id = $1 AND candidate_id = $2 AND sealed_at IS NULL
"""


async def record_seal(db: Connection, session: Session) -> None:
    """Keep what `sitting.finish` or `sitting.seal_overdue` decided; a seal that stands is never moved."""
    await db.execute(RECORD_SEAL, session.session_id, session.candidate_id, session.sealed_at, session.seal_reason)


NEWEST_ENTRY: Final[LiteralString] = """
SELECT position, revision, language, source, saved_at FROM journal_entry
WHERE session_id = $1 AND position = $2 ORDER BY revision DESC LIMIT 1
"""


async def newest_entry(db: Connection, session: Session, position: int) -> JournalEntry | None:
    """The last acknowledged save of an item, in whatever language."""
    row = await db.fetchrow(NEWEST_ENTRY, session.session_id, position)
    return None if row is None else JournalEntry(**row)


SAVED_EARLIER: Final[LiteralString] = """
SELECT saved_at FROM journal_entry WHERE session_id = $1 AND position = $2 AND revision = $3
"""


async def saved_earlier(db: Connection, session: Session, entry: JournalEntry) -> datetime | None:
    """When the entry `SAVES_PER_MINUTE` revisions before this one was saved; see `journal.refuse_flood`."""
    return await db.fetchval(SAVED_EARLIER, session.session_id, entry.position, entry.revision - SAVES_PER_MINUTE)


INSERT_ENTRY: Final[LiteralString] = """
INSERT INTO journal_entry (session_id, position, revision, language, source, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
RETURNING revision
"""


async def insert_entry(db: Connection, session: Session, entry: JournalEntry) -> bool:
    """Append a save. False if another save took this revision in the same moment: nothing is saved then."""
    revision = await db.fetchval(
        INSERT_ENTRY, session.session_id, entry.position, entry.revision, entry.language, entry.source, entry.saved_at
    )
    return revision is not None


DRAFTS_OF: Final[LiteralString] = """
SELECT DISTINCT ON (position, language) position, revision, language, source, saved_at FROM journal_entry
WHERE session_id = $1
ORDER BY position, language, revision DESC
"""


async def drafts_of(db: Connection, session: Session) -> tuple[JournalEntry, ...]:
    """The newest save of each item and language, by item and revision: an item's last one is what was worked on last."""
    rows = await db.fetch(DRAFTS_OF, session.session_id)
    return tuple(sorted((JournalEntry(**row) for row in rows), key=lambda entry: (entry.position, entry.revision)))


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
    )
