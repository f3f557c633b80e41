"""The journal and its lease in the database. The caller has loaded the session, and so may read and write what is its."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString

from exams.ids import AccountId, SessionId
from exams.sessions.journal import SAVES_PER_MINUTE, Draft, Earlier, JournalEntry, Link, Standing
from exams.sessions.lease import Lease
from exams.sessions.session import Session
from exams.sessions.store import session_from
from exams.store import Connection, Record

STANDING: Final[LiteralString] = """
SELECT s.*,
       array(SELECT l FROM unnest(coalesce(p.languages, c.languages)) WITH ORDINALITY AS allowed (l, place)
             WHERE l = ANY (t.languages) ORDER BY place) AS languages_allowed,
       j.position, j.revision, j.language, j.source, j.files, j.left_drafts, j.edit_count, j.prev_head, j.head,
       j.lease_id AS saved_under, j.nonce, j.receipt, j.journal_bytes, j.saved_at,
       (SELECT f.saved_at FROM journal_entry f
        WHERE f.session_id = s.session_id AND f.position = i.position AND f.revision = j.revision + 1 - $4) AS earlier
FROM session s
JOIN item i ON i.paper_id = s.paper_id AND i.position = $3
JOIN task t USING (task_id)
JOIN paper p ON p.paper_id = s.paper_id
JOIN scheme c ON c.scheme_id = p.scheme_id
LEFT JOIN LATERAL (
    SELECT * FROM journal_entry n WHERE n.session_id = s.session_id AND n.position = $3 ORDER BY revision DESC LIMIT 1
) j ON true
WHERE s.session_id = $1 AND s.candidate_id = $2
"""


async def standing_of(db: Connection, session_id: SessionId, candidate_id: AccountId, position: int) -> Standing | None:
    """Where an item of the candidate's own session stands, or None if there is no such session or item."""
    row = await db.fetchrow(STANDING, session_id, candidate_id, position, SAVES_PER_MINUTE)
    if row is None:
        return None
    return Standing(
        session=session_from(row),
        position=position,
        languages=tuple(row["languages_allowed"]),
        lease_id=row["lease_id"],
        newest=None if row["revision"] is None else _entry(row, ()),
        earlier=row["earlier"],
    )


ENTRIES_AFTER: Final[LiteralString] = """
SELECT position, revision, language, source, files, left_drafts, edits, edit_count, prev_head, head, lease_id AS saved_under,
       nonce, receipt, journal_bytes, saved_at
FROM journal_entry
WHERE session_id = $1 AND position = $2 AND revision > $3
ORDER BY revision LIMIT $4
"""


async def entry_of(db: Connection, session: Session, position: int, revision: int) -> JournalEntry | None:
    """One revision of an item, or None."""
    (*found,) = await entries_after(db, session, position, revision - 1, 1)
    return found[0] if found and found[0].revision == revision else None


async def entries_after(db: Connection, session: Session, position: int, after: int, most: int) -> tuple[JournalEntry, ...]:
    """The journal of an item after a revision, in order, at most so many: a whole one can have hundreds of megabytes."""
    rows = await db.fetch(ENTRIES_AFTER, session.session_id, position, after, most)
    return tuple(_entry(row, row["edits"]) for row in rows)


EDITS_OF: Final[LiteralString] = """
SELECT edits, head FROM journal_entry WHERE session_id = $1 AND position = $2 ORDER BY revision
"""


async def edits_of(db: Connection, session: Session, position: int) -> list[tuple[list[str], bytes]]:
    """The edits and the head of each revision of an item, in order: what replaying it needs."""
    return [(row["edits"], row["head"]) for row in await db.fetch(EDITS_OF, session.session_id, position)]


EARLIER_PART: Final[LiteralString] = """
SELECT revision, saved_at, edits, head, receipt FROM (
    SELECT *, sum(bytes) OVER (ORDER BY revision) - bytes AS bytes_before FROM (
        SELECT j.revision, j.saved_at, j.edits, j.head, j.receipt,
               CASE WHEN j.journal_bytes = 0 THEN octet_length(j.source)
                    ELSE j.journal_bytes - lag(j.journal_bytes, 1, 0) OVER (ORDER BY j.revision) - octet_length(j.source)
               END AS bytes
        FROM journal_entry j JOIN session s USING (session_id)
        WHERE j.session_id = $1 AND s.candidate_id = $2 AND j.position = $3 AND j.revision BETWEEN $4 AND $4 + $5
    ) e WHERE revision > $4
) part
WHERE bytes_before < $6::bigint ORDER BY revision
"""
"""How long a revision's edits are follows from what the journal grew by beside its main text: only what is given is unpacked.
Further files make a part smaller than it may be. Saves from before journals were measured have 0: their edit is their text."""


async def earlier_part(
    db: Connection, session: Session, position: int, after: int, most: int, most_bytes: int
) -> tuple[Earlier, ...]:
    """What the owner's journal of an item holds after a revision: at most so many revisions, until they are so many bytes.

    Empty only if nothing comes after it: one revision is given however long it is.
    """
    rows = await db.fetch(EARLIER_PART, session.session_id, session.candidate_id, position, after, most, most_bytes)
    return tuple(Earlier(row["revision"], row["saved_at"], tuple(row["edits"]), row["head"], row["receipt"]) for row in rows)


APPEND_ENTRY: Final[LiteralString] = """
WITH writable AS MATERIALIZED (
    SELECT session_id FROM session
    WHERE session_id = $1 AND candidate_id = $2 AND sealed_at IS NULL AND lease_id = $3
    FOR SHARE
)
INSERT INTO journal_entry (session_id, lease_id, position, revision, language, source, files, left_drafts, edits, edit_count,
                           prev_head, head, nonce, receipt, journal_bytes, saved_at)
SELECT session_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 FROM writable
ON CONFLICT DO NOTHING
RETURNING revision
"""


async def append_entry(db: Connection, session: Session, entry: JournalEntry) -> bool:
    """Append a revision, in one statement that compares and swaps.

    False, and nothing is kept, if meanwhile the session was sealed, the lease taken over, or this revision made by another
    save. The session's row is locked for as long as the statement runs: a seal waits for it and sees the revision, and a save
    that waited for a seal finds the session sealed.
    """
    revision = await db.fetchval(
        APPEND_ENTRY,
        session.session_id,
        session.candidate_id,
        entry.lease_id,
        entry.position,
        entry.revision,
        entry.language,
        entry.source,
        entry.files,
        entry.left,
        list(entry.edits),
        entry.edit_count,
        entry.prev_head,
        entry.head,
        entry.nonce,
        entry.receipt,
        entry.journal_bytes,
        entry.saved_at,
    )
    return revision is not None


DRAFTS_OF: Final[LiteralString] = """
SELECT DISTINCT ON (position, language) position, revision, language, source, files, saved_at, turned_away
FROM (
    SELECT position, revision, language, source, files, saved_at, false AS turned_away FROM journal_entry
    WHERE session_id = $1
    UNION ALL
    SELECT e.position, e.revision, l.key, coalesce(l.value ->> '', ''), l.value - '', e.saved_at, true
    FROM journal_entry e CROSS JOIN LATERAL jsonb_each(e.left_drafts) l
    WHERE e.session_id = $1 AND e.left_drafts <> '{}'
) d
WHERE ($2::int IS NULL OR position = $2) AND ($3::int IS NULL OR revision <= $3)
ORDER BY position, language, revision DESC
"""


async def drafts_of(
    db: Connection, session: Session, position: int | None = None, revision: int | None = None
) -> tuple[Draft, ...]:
    """The newest draft of each item and language (of one item, up to one revision), by item and time.

    An item's last one is what was worked on last.
    """
    rows = await db.fetch(DRAFTS_OF, session.session_id, position, revision)
    rows.sort(key=lambda row: (row["position"], row["revision"], not row["turned_away"]))
    return tuple(_draft(row) for row in rows)


LINKS_OF: Final[LiteralString] = """
SELECT i.position, j.revision, j.head, j.edit_count
FROM item i CROSS JOIN LATERAL (
    SELECT revision, head, edit_count FROM journal_entry
    WHERE session_id = $1 AND position = i.position ORDER BY revision DESC LIMIT 1
) j
WHERE i.paper_id = $2
"""


async def links_of(db: Connection, session: Session) -> dict[int, Link]:
    """Where the journal of each item stands, by position; items of which nothing was saved are not there."""
    rows = await db.fetch(LINKS_OF, session.session_id, session.paper_id)
    return {row["position"]: Link(row["revision"], row["head"], row["edit_count"]) for row in rows}


LEASE_OF: Final[LiteralString] = """
SELECT l.lease_id, l.session_id, l.tab, l.device, l.taken_at, l.nonce,
       greatest(l.taken_at, (SELECT max(j.saved_at) FROM journal_entry j
                             WHERE j.session_id = l.session_id AND j.lease_id = l.lease_id)) AS last_seen_at
FROM session s JOIN lease l ON l.lease_id = s.lease_id WHERE s.session_id = $1
"""


async def lease_of(db: Connection, session: Session) -> Lease | None:
    """The lease that holds now, or None if nobody took one yet."""
    row = await db.fetchrow(LEASE_OF, session.session_id)
    return None if row is None else Lease(**row)


COUNT_LEASES: Final[LiteralString] = """
SELECT count(*) AS in_all, count(*) FILTER (WHERE taken_at > $2) AS lately FROM lease WHERE session_id = $1
"""


async def count_leases(db: Connection, session: Session, since: datetime) -> tuple[int, int]:
    """How many leases a session had at all, and how many of them were taken after `since`."""
    row = await db.fetchrow(COUNT_LEASES, session.session_id, since)
    assert row is not None
    return row["in_all"], row["lately"]


INSERT_LEASE: Final[LiteralString] = """
WITH taken AS (
    INSERT INTO lease (lease_id, session_id, tab, device, nonce, taken_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING lease_id
)
UPDATE session SET lease_id = taken.lease_id FROM taken WHERE session_id = $2 AND candidate_id = $7
"""


async def insert_lease(db: Connection, session: Session, lease: Lease) -> None:
    """Let a lease hold from now on. The caller holds the session's lock."""
    await db.execute(
        INSERT_LEASE,
        lease.lease_id,
        session.session_id,
        lease.tab,
        lease.device,
        lease.nonce,
        lease.taken_at,
        session.candidate_id,
    )


def _entry(row: Record, edits: Sequence[str]) -> JournalEntry:
    return JournalEntry(
        position=row["position"],
        revision=row["revision"],
        language=row["language"],
        source=row["source"],
        files=row["files"],
        left=row["left_drafts"],
        edits=tuple(edits),
        edit_count=row["edit_count"],
        prev_head=row["prev_head"],
        head=row["head"],
        lease_id=row["saved_under"],
        nonce=row["nonce"],
        receipt=row["receipt"],
        journal_bytes=row["journal_bytes"],
        saved_at=row["saved_at"],
    )


def _draft(row: Record) -> Draft:
    return Draft(row["position"], row["revision"], row["language"], row["source"], row["saved_at"], row["files"])


LAST_DRAFTS_OF: Final[LiteralString] = """
SELECT s.session_id, draft.position, draft.revision, draft.language, draft.source, draft.saved_at, draft.files
FROM session s JOIN item i USING (paper_id)
CROSS JOIN LATERAL (
    SELECT j.position, j.revision, j.language, j.source, j.saved_at, j.files FROM journal_entry j
    WHERE j.session_id = s.session_id AND j.position = i.position ORDER BY j.revision DESC LIMIT 1
) draft
WHERE s.session_id = ANY($1)
"""
"""One look into the index for each item, however many revisions it has."""


async def last_drafts_of(db: Connection, sessions: Sequence[Session]) -> dict[SessionId, list[Draft]]:
    """The newest save of each item, in whatever language, of many sessions at once."""
    found: dict[SessionId, list[Draft]] = {session.session_id: [] for session in sessions}
    for row in await db.fetch(LAST_DRAFTS_OF, list(found)):
        found[SessionId(row["session_id"])].append(_draft(row))
    return found
