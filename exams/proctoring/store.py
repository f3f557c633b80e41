"""Observations, presence, snapshots, incidents and reviews in the database.

A candidate's page reaches its session through `exams.sessions.store.session_of`, which names the owner. The functions here that
take a bare id are for proctors and registrars: their right is their role, and each look at a picture is written to the audit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, LiteralString

from exams.ids import AccountId, AsideId, IncidentId, SessionId, SnapshotId
from exams.proctoring.board import Watched
from exams.proctoring.incident import Category, Incident
from exams.proctoring.late import LateDecision, LateText
from exams.proctoring.observation import Observation, ObservationKind
from exams.proctoring.review import IncidentRecord, ListedIncident, Review, ReviewOutcome
from exams.proctoring.snapshot import Snapshot, SnapshotTime
from exams.sessions.aside import LateOutcome
from exams.sessions.aside.store import aside_from
from exams.sessions.session import Session
from exams.sessions.store import session_from
from exams.store import Connection, Record

TIMELINE_MAX_OBSERVATIONS: Final = 1_000
"""On one page. An ordinary session has a few dozen; the newest thousand of a hostile one are enough to read."""

TIMELINE_MAX_SNAPSHOTS: Final = 200
"""On one page: an hour at one in 20 s is 180."""

BOARD_MAX_SESSIONS: Final = 500
"""On one board. A proctor can watch a dozen well (a few dozen with pictures only); beyond this the page itself would be
slow."""

INCIDENTS_LISTED_MAX: Final = 500
"""On the page of incidents. Open ones come first, so none of them is cut off in any centre that reviews at all."""

RECENT_OBSERVATIONS: Final = 4
"""On one card of the board."""


INSERT_OBSERVATION: Final[LiteralString] = """
INSERT INTO observation (session_id, kind, detail, client_time, received_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (session_id, kind, client_time) DO NOTHING
"""


async def insert_observations(db: Connection, observations: Sequence[Observation]) -> None:
    """Append what was observed; what is there already is left as it is."""
    rows = [(seen.session_id, seen.kind, seen.detail, seen.client_time, seen.received_at) for seen in observations]
    await db.executemany(INSERT_OBSERVATION, rows)


CAME_BACK: Final[LiteralString] = """
INSERT INTO observation (session_id, kind, detail, received_at)
SELECT session_id, 'focus_gained', '{}', $2
FROM (SELECT session_id, kind FROM observation
      WHERE session_id = $1 AND kind IN ('focus_lost', 'focus_gained') ORDER BY observation_id DESC LIMIT 1) newest
WHERE kind = 'focus_lost'
"""


async def came_back(db: Connection, session: Session, now: datetime) -> None:
    """The candidate is at a page of their exam: if the last that was heard is that they left one, that is over."""
    await db.execute(CAME_BACK, session.session_id, now)


OBSERVATIONS_SINCE: Final[LiteralString] = """
SELECT count(*) FROM observation WHERE session_id = $1 AND received_at > $2
"""


async def observations_since(db: Connection, session: Session, since: datetime) -> int:
    """How many observations of the session arrived after `since`."""
    return await db.fetchval(OBSERVATIONS_SINCE, session.session_id, since)


TOUCH_PRESENCE: Final[LiteralString] = """
INSERT INTO presence (session_id, last_seen_at) VALUES ($1, $2)
ON CONFLICT (session_id) DO UPDATE
    SET seen_before_at = presence.last_seen_at, last_seen_at = greatest(presence.last_seen_at, excluded.last_seen_at)
RETURNING seen_before_at
"""


async def touch_presence(db: Connection, session: Session, now: datetime) -> datetime | None:
    """The page is heard now. Returns when it was heard before; calls of one session wait for each other until they commit."""
    return await db.fetchval(TOUCH_PRESENCE, session.session_id, now)


WAS_CONNECTED: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM observation WHERE session_id = $1 AND kind = 'connected')
"""


async def was_connected(db: Connection, session: Session) -> bool:
    """Whether the page was ever heard; on record, unlike `presence`, which a crash of the database forgets."""
    return bool(await db.fetchval(WAS_CONNECTED, session.session_id))


INSERT_SNAPSHOT: Final[LiteralString] = """
INSERT INTO snapshot (snapshot_id, session_id, image, sha256, received_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (session_id, sha256) DO NOTHING
"""


async def insert_snapshot(db: Connection, snapshot: Snapshot) -> None:
    """Append a picture; the same picture of the same session is kept once."""
    await db.execute(
        INSERT_SNAPSHOT, snapshot.snapshot_id, snapshot.session_id, snapshot.image, snapshot.sha256, snapshot.received_at
    )


SNAPSHOT_WITH_HASH: Final[LiteralString] = """
SELECT snapshot_id, received_at FROM snapshot WHERE session_id = $1 AND sha256 = $2
"""


async def snapshot_with_hash(db: Connection, session: Session, sha256: bytes) -> SnapshotTime | None:
    """The session's snapshot of exactly this picture, if it arrived already."""
    row = await db.fetchrow(SNAPSHOT_WITH_HASH, session.session_id, sha256)
    return None if row is None else SnapshotTime(SnapshotId(row["snapshot_id"]), row["received_at"])


SNAPSHOTS_OF: Final[LiteralString] = """
SELECT snapshot_id, received_at FROM snapshot WHERE session_id = $1 ORDER BY received_at DESC LIMIT $2
"""


async def snapshots_of(db: Connection, session: Session, limit: int = TIMELINE_MAX_SNAPSHOTS) -> tuple[SnapshotTime, ...]:
    """The session's snapshots, newest first."""
    rows = await db.fetch(SNAPSHOTS_OF, session.session_id, limit)
    return tuple(SnapshotTime(SnapshotId(row["snapshot_id"]), row["received_at"]) for row in rows)


SNAPSHOT_IMAGE: Final[LiteralString] = """
SELECT image FROM snapshot JOIN session USING (session_id) WHERE session_id = $1 AND snapshot_id = $2 AND candidate_id <> $3
"""


async def snapshot_image(db: Connection, session_id: SessionId, snapshot_id: SnapshotId, viewer: AccountId) -> bytes | None:
    """The picture itself, or None if the session has no such snapshot or is the viewer's own."""
    return await db.fetchval(SNAPSHOT_IMAGE, session_id, snapshot_id, viewer)


IS_REHEARSAL: Final[LiteralString] = """
SELECT (c.rules->>'rehearsal')::boolean IS TRUE FROM session s JOIN scheme c USING (scheme_id) WHERE s.session_id = $1
"""


async def is_rehearsal(db: Connection, session: Session) -> bool:
    """Whether the session is a rehearsal: then nothing that its page observes is kept."""
    return await db.fetchval(IS_REHEARSAL, session.session_id)


OBSERVATIONS_OF: Final[LiteralString] = """
SELECT session_id, kind, received_at, client_time, detail FROM observation
WHERE session_id = $1 ORDER BY observation_id DESC LIMIT $2
"""


async def observations_of(db: Connection, session: Session) -> tuple[Observation, ...]:
    """The session's newest observations, newest first."""
    rows = await db.fetch(OBSERVATIONS_OF, session.session_id, TIMELINE_MAX_OBSERVATIONS)
    return tuple(_observation(row) for row in rows)


WATCHED: Final[LiteralString] = """
SELECT s.*, a.display_name AS candidate_name, c.names AS scheme_names, p.last_seen_at,
       n.snapshot_id, n.received_at AS snapshot_at, i.open_incidents, i.incidents
FROM session s
JOIN account a ON a.account_id = s.candidate_id
JOIN scheme c USING (scheme_id)
LEFT JOIN presence p USING (session_id)
LEFT JOIN LATERAL (
    SELECT snapshot_id, received_at FROM snapshot WHERE snapshot.session_id = s.session_id ORDER BY received_at DESC LIMIT 1
) n ON true
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE r.incident_id IS NULL) AS open_incidents, count(*) AS incidents
    FROM incident LEFT JOIN incident_review r USING (incident_id) WHERE incident.session_id = s.session_id
) i
WHERE (c.rules->>'rehearsal')::boolean IS NOT TRUE
  AND CASE WHEN $1::uuid IS NOT NULL THEN s.session_id = $1
           ELSE s.started_at IS NOT NULL AND (s.sealed_at IS NULL OR s.sealed_at > $2) AND s.candidate_id <> $4 END
ORDER BY s.sealed_at IS NOT NULL, s.started_at DESC
LIMIT $3
"""
RECENT: Final[LiteralString] = """
SELECT o.session_id, o.kind, o.received_at, o.client_time, o.detail
FROM unnest($1::uuid[]) AS listed (session_id)
CROSS JOIN LATERAL (
    SELECT * FROM observation WHERE observation.session_id = listed.session_id ORDER BY observation_id DESC LIMIT $2
) o
ORDER BY o.observation_id DESC
"""


async def watched(db: Connection, viewer: AccountId, sealed_since: datetime) -> tuple[Watched, ...]:
    """Every session that is running, and those that were sealed after `sealed_since`, with their newest observations.

    The viewer's own is not there.
    """
    found = [_watched(row) for row in await db.fetch(WATCHED, None, sealed_since, BOARD_MAX_SESSIONS, viewer)]
    recent: dict[SessionId, list[Observation]] = {seat.session.session_id: [] for seat in found}
    for row in await db.fetch(RECENT, list(recent), RECENT_OBSERVATIONS):
        recent[row["session_id"]].append(_observation(row))
    return tuple(replace(seat, recent=tuple(recent[seat.session.session_id])) for seat in found)


async def watched_session(db: Connection, session_id: SessionId) -> Watched | None:
    """One session, whatever its phase, for whoever watches or decides."""
    row = await db.fetchrow(WATCHED, session_id, None, 1, None)
    return None if row is None else _watched(row)


SESSION_TO_PUT_ON_RECORD: Final[LiteralString] = "SELECT * FROM session WHERE session_id = $1 FOR NO KEY UPDATE"


async def session_to_put_on_record(db: Connection, session_id: SessionId) -> Session | None:
    """The session, locked until this transaction ends.

    Incidents, reviews and the decision of one session so come one after the other, and each sees what was written before.
    """
    row = await db.fetchrow(SESSION_TO_PUT_ON_RECORD, session_id)
    return None if row is None else session_from(row)


INSERT_WATCH: Final[LiteralString] = """
INSERT INTO session_watch (session_id, account_id, watched_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""


async def insert_watch(db: Connection, session: Session, account_id: AccountId, now: datetime) -> None:
    """Write down that this person opened the session's page: whoever watched does not answer an appeal about it."""
    await db.execute(INSERT_WATCH, session.session_id, account_id, now)


INSERT_INCIDENT: Final[LiteralString] = """
INSERT INTO incident (incident_id, session_id, raised_by, category, description, opened_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_incident(db: Connection, incident: Incident) -> None:
    """Keep an incident."""
    await db.execute(
        INSERT_INCIDENT,
        incident.incident_id,
        incident.session_id,
        incident.raised_by,
        incident.category,
        incident.description,
        incident.opened_at,
    )


INCIDENTS_OF: Final[LiteralString] = """
SELECT i.incident_id, i.session_id, i.raised_by, i.category, i.description, i.opened_at,
       r.reviewed_by, r.outcome, r.reason, r.reviewed_at
FROM incident i LEFT JOIN incident_review r USING (incident_id)
WHERE i.session_id = ANY ($1::uuid[])
ORDER BY i.opened_at, i.incident_id
"""


async def incidents_of(db: Connection, session_ids: Iterable[SessionId]) -> dict[SessionId, tuple[IncidentRecord, ...]]:
    """The incidents of each of these sessions with their reviews, in the order in which they were opened.

    A session without incidents has an empty tuple.
    """
    found: dict[SessionId, tuple[IncidentRecord, ...]] = dict.fromkeys(session_ids, ())
    for row in await db.fetch(INCIDENTS_OF, list(found)):
        found[row["session_id"]] += (_incident_record(row),)
    return found


INCIDENT: Final[LiteralString] = """
SELECT i.incident_id, i.session_id, i.raised_by, i.category, i.description, i.opened_at,
       r.reviewed_by, r.outcome, r.reason, r.reviewed_at
FROM incident i LEFT JOIN incident_review r USING (incident_id)
WHERE i.incident_id = $1
"""


async def incident_record(db: Connection, incident_id: IncidentId) -> IncidentRecord | None:
    """One incident with its review."""
    row = await db.fetchrow(INCIDENT, incident_id)
    return None if row is None else _incident_record(row)


LISTED_INCIDENTS: Final[LiteralString] = """
SELECT i.incident_id, i.session_id, i.raised_by, i.category, i.description, i.opened_at,
       r.reviewed_by, r.outcome, r.reason, r.reviewed_at,
       c.display_name AS candidate_name, k.names AS scheme_names, p.display_name AS raised_by_name
FROM incident i
JOIN session s USING (session_id)
JOIN scheme k USING (scheme_id)
JOIN account c ON c.account_id = s.candidate_id
LEFT JOIN account p ON p.account_id = i.raised_by
LEFT JOIN incident_review r USING (incident_id)
WHERE s.candidate_id <> $2
ORDER BY r.incident_id IS NOT NULL, CASE WHEN r.incident_id IS NULL THEN i.opened_at END, i.opened_at DESC
LIMIT $1
"""


async def listed_incidents(db: Connection, viewer: AccountId) -> tuple[ListedIncident, ...]:
    """Every incident: those without a review first and the oldest of them before all, then the newest of the others.

    Those of the viewer's own sessions are not there.
    """
    return tuple(
        ListedIncident(_incident_record(row), row["candidate_name"], row["scheme_names"], row["raised_by_name"])
        for row in await db.fetch(LISTED_INCIDENTS, INCIDENTS_LISTED_MAX, viewer)
    )


INSERT_REVIEW: Final[LiteralString] = """
INSERT INTO incident_review (incident_id, reviewed_by, outcome, reason, reviewed_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_review(db: Connection, review: Review) -> None:
    """Keep a review; there is at most one for an incident."""
    await db.execute(INSERT_REVIEW, review.incident_id, review.reviewed_by, review.outcome, review.reason, review.reviewed_at)


# Late texts

LATE_TEXTS_LISTED_MAX: Final = 500
"""On their page. Open ones come first."""

LATE_TEXTS: Final[LiteralString] = """
SELECT s.*, a.*, c.display_name AS candidate_name, k.names AS scheme_names,
       t.names AS task_names, d.decided_by, d.outcome, d.reason AS decided_because, d.decided_at,
       ARRAY(SELECT DISTINCT person FROM item o JOIN task w USING (task_id)
             CROSS JOIN LATERAL (VALUES (w.imported_by), (w.published_by)) AS took_part (person)
             WHERE o.paper_id = s.paper_id AND person IS NOT NULL
             UNION SELECT n.raised_by FROM incident n WHERE n.session_id = s.session_id AND n.raised_by IS NOT NULL
             UNION SELECT s.candidate_id) AS examined_by
FROM aside a
JOIN session s USING (session_id)
JOIN scheme k USING (scheme_id)
JOIN account c ON c.account_id = s.candidate_id
JOIN item i ON i.paper_id = s.paper_id AND i.position = a.position
JOIN task t USING (task_id)
LEFT JOIN late_decision d ON d.aside_id = a.aside_id
WHERE a.reason = 'late' AND ($1::uuid IS NULL OR a.aside_id = $1) AND ($2::uuid IS NULL OR a.session_id = $2)
  AND s.candidate_id IS DISTINCT FROM $4
  AND NOT EXISTS (SELECT FROM aside n WHERE n.session_id = a.session_id AND n.position = a.position AND n.base_head = a.head)
ORDER BY d.aside_id IS NOT NULL, CASE WHEN d.aside_id IS NULL THEN a.received_at END, d.decided_at DESC
LIMIT $3
"""


async def late_texts(db: Connection, viewer: AccountId, session_id: SessionId | None = None) -> tuple[LateText, ...]:
    """Every late text (of one session) but the viewer's own: the open ones first, oldest first, then those decided last."""
    return tuple(_late_text(row) for row in await db.fetch(LATE_TEXTS, None, session_id, LATE_TEXTS_LISTED_MAX, viewer))


async def late_text(db: Connection, aside_id: AsideId) -> LateText | None:
    """One late text. None too for one that another one continues: that has all of it."""
    row = await db.fetchrow(LATE_TEXTS, aside_id, None, 1, None)
    return None if row is None else _late_text(row)


INSERT_LATE_DECISION: Final[LiteralString] = """
INSERT INTO late_decision (aside_id, decided_by, outcome, reason, decided_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_late_decision(db: Connection, decision: LateDecision) -> None:
    """Keep what was decided of a late text: at most one decision, by somebody impartial; the database refuses others."""
    await db.execute(
        INSERT_LATE_DECISION,
        decision.aside_id,
        decision.decided_by,
        decision.outcome,
        decision.reason,
        decision.decided_at,
    )


LATE_TO_GRADE: Final[LiteralString] = """
SELECT a.aside_id FROM aside a JOIN late_decision d USING (aside_id) LEFT JOIN late_grading g USING (aside_id)
WHERE a.session_id = $1 AND d.outcome = 'accepted' AND g.aside_id IS NULL ORDER BY d.decided_at
"""


async def late_to_grade(db: Connection, session: Session) -> tuple[AsideId, ...]:
    """The accepted late texts of a session whose result was not made with them yet."""
    return tuple(AsideId(row["aside_id"]) for row in await db.fetch(LATE_TO_GRADE, session.session_id))


INSERT_LATE_GRADING: Final[LiteralString] = "INSERT INTO late_grading (aside_id, graded_at) VALUES ($1, $2)"


async def insert_late_gradings(db: Connection, aside_ids: Iterable[AsideId], now: datetime) -> None:
    """The result that these late texts are part of was made."""
    await db.executemany(INSERT_LATE_GRADING, [(aside_id, now) for aside_id in aside_ids])


def _late_text(row: Record) -> LateText:
    decision = None
    if row["outcome"] is not None:
        decision = LateDecision(
            aside_id=AsideId(row["aside_id"]),
            decided_by=AccountId(row["decided_by"]),
            outcome=LateOutcome(row["outcome"]),
            reason=row["decided_because"],
            decided_at=row["decided_at"],
        )
    return LateText(
        aside=aside_from(row),
        session=session_from(row),
        decision=decision,
        candidate_name=row["candidate_name"],
        scheme_names=row["scheme_names"],
        task_names=row["task_names"],
        examined_by=frozenset(AccountId(person) for person in row["examined_by"]),
    )


NAMES_OF: Final[LiteralString] = "SELECT account_id, display_name FROM account WHERE account_id = ANY ($1::uuid[])"


async def names_of(db: Connection, accounts: set[AccountId]) -> dict[AccountId, str]:
    """The names of the people who raised, reviewed or decided something."""
    return {AccountId(row["account_id"]): row["display_name"] for row in await db.fetch(NAMES_OF, list(accounts))}


def _watched(row: Record) -> Watched:
    newest = None if row["snapshot_id"] is None else SnapshotTime(SnapshotId(row["snapshot_id"]), row["snapshot_at"])
    return Watched(
        session=session_from(row),
        candidate_name=row["candidate_name"],
        scheme_names=row["scheme_names"],
        last_seen_at=row["last_seen_at"],
        newest_snapshot=newest,
        open_incidents=row["open_incidents"],
        incidents=row["incidents"],
    )


def _observation(row: Record) -> Observation:
    return Observation(
        session_id=SessionId(row["session_id"]),
        kind=ObservationKind(row["kind"]),
        received_at=row["received_at"],
        client_time=row["client_time"],
        detail=row["detail"],
    )


def _incident_record(row: Record) -> IncidentRecord:
    incident = Incident(
        incident_id=IncidentId(row["incident_id"]),
        session_id=SessionId(row["session_id"]),
        raised_by=None if row["raised_by"] is None else AccountId(row["raised_by"]),
        category=Category(row["category"]),
        description=row["description"],
        opened_at=row["opened_at"],
    )
    if row["outcome"] is None:
        return IncidentRecord(incident, None)
    review = Review(
        incident_id=incident.incident_id,
        reviewed_by=AccountId(row["reviewed_by"]),
        outcome=ReviewOutcome(row["outcome"]),
        reason=row["reason"],
        reviewed_at=row["reviewed_at"],
    )
    return IncidentRecord(incident, review)
