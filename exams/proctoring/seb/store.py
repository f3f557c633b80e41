"""Configurations, Browser Exam Keys, checks and holds in the database.

What a candidate's page asks is reached through their loaded session; a token is its own right. Proctors and registrars act by
role.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from exams.ids import AccountId, SchemeId, SessionId
from exams.papers.rules import Rules
from exams.proctoring.seb.check import NONCE_LIFETIME, Check, Fault, Level, Purpose
from exams.proctoring.seb.configuration import Configuration
from exams.proctoring.seb.exam_key import ExamKey
from exams.proctoring.seb.hold import Hold
from exams.sessions.session import Session
from exams.sessions.store import session_from
from exams.store import Connection, Record

HELD_LISTED_MAX: Final = 200
"""On one board, as many as a board has room for."""

INSERT_CONFIGURATION: Final[LiteralString] = """
INSERT INTO seb_configuration (session_id, token_sha256, config_key, salt, quit_password, camera, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def insert_configuration(db: Connection, made: Configuration) -> None:
    """Keep a configuration, without its token."""
    await db.execute(
        INSERT_CONFIGURATION,
        made.session_id,
        made.token_sha256,
        made.config_key,
        made.salt,
        made.quit_password,
        made.camera,
        made.issued_at,
        made.expires_at,
    )


CONFIGURATION_TO_OPEN: Final[LiteralString] = "SELECT * FROM seb_configuration WHERE token_sha256 = $1 AND expires_at > $2"


async def configuration_by_token(db: Connection, token_sha256: bytes, now: datetime) -> Configuration | None:
    """The configuration whose token somebody holds, while it can be fetched or opened."""
    row = await db.fetchrow(CONFIGURATION_TO_OPEN, token_sha256, now)
    return None if row is None else _configuration(row)


OPEN_START: Final[LiteralString] = """
UPDATE seb_configuration SET opened_at = $2
WHERE token_sha256 = $1 AND expires_at > $2 AND opened_at IS NULL
RETURNING session_id
"""


async def open_start(db: Connection, token_sha256: bytes, now: datetime) -> SessionId | None:
    """Use a start address, which works once. None if it is used, over or unknown."""
    return await db.fetchval(OPEN_START, token_sha256, now)


START_SESSION: Final[LiteralString] = """
SELECT s.*, a.display_name, c.names AS scheme_names FROM session s
JOIN account a ON a.account_id = s.candidate_id JOIN scheme c USING (scheme_id) WHERE s.session_id = $1
"""


@dataclass(frozen=True, slots=True)
class NamedSession:
    """A session with the names that a person recognises it by."""

    session: Session
    candidate_name: str
    scheme_names: dict[str, str]


async def named_session(db: Connection, session_id: SessionId) -> NamedSession | None:
    """The session of a token, or of a proctor's page."""
    row = await db.fetchrow(START_SESSION, session_id)
    return None if row is None else NamedSession(session_from(row), row["display_name"], row["scheme_names"])


SESSION_AND_RULES: Final[LiteralString] = """
SELECT s.*, c.rules FROM session s JOIN scheme c USING (scheme_id) WHERE s.session_id = $1 AND s.candidate_id = $2
"""


async def session_and_rules(db: Connection, session_id: SessionId, candidate_id: AccountId) -> tuple[Session, Rules] | None:
    """The candidate's own session, with the rules of its scheme."""
    row = await db.fetchrow(SESSION_AND_RULES, session_id, candidate_id)
    return None if row is None else (session_from(row), Rules.from_json(row["rules"]))


CONFIGURATIONS_OF: Final[LiteralString] = (
    "SELECT * FROM seb_configuration WHERE session_id = $1 ORDER BY issued_at DESC LIMIT 50"
)


async def configurations_of(db: Connection, session: Session) -> tuple[Configuration, ...]:
    """The session's newest configurations, newest first."""
    return tuple(_configuration(row) for row in await db.fetch(CONFIGURATIONS_OF, session.session_id))


COUNT_CONFIGURATIONS: Final[LiteralString] = """
SELECT count(*) AS in_all, count(*) FILTER (WHERE issued_at > $2) AS lately FROM seb_configuration WHERE session_id = $1
"""


async def count_configurations(db: Connection, session: Session, since: datetime) -> tuple[int, int]:
    """How many configurations a session has at all, and how many of them were issued after `since`."""
    row = await db.fetchrow(COUNT_CONFIGURATIONS, session.session_id, since)
    assert row is not None
    return row["in_all"], row["lately"]


INSERT_EXAM_KEY: Final[LiteralString] = """
INSERT INTO browser_exam_key (exam_key_id, scheme_id, name, key, expires_at, added_by, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING exam_key_id
"""


async def insert_exam_key(db: Connection, made: ExamKey) -> bool:
    """Keep a key. False if the scheme has this one already."""
    found = await db.fetchval(
        INSERT_EXAM_KEY,
        made.exam_key_id,
        made.scheme_id,
        made.name,
        made.key,
        made.expires_at,
        made.added_by,
        made.added_at,
    )
    return found is not None


EXAM_KEYS_OF: Final[LiteralString] = "SELECT * FROM browser_exam_key WHERE scheme_id = $1 ORDER BY added_at DESC LIMIT 500"


async def exam_keys_of(db: Connection, scheme_id: SchemeId) -> tuple[ExamKey, ...]:
    """The keys of a scheme, newest first, also those that no longer count."""
    return tuple(_exam_key(row) for row in await db.fetch(EXAM_KEYS_OF, scheme_id))


WITHDRAW_EXAM_KEY: Final[LiteralString] = """
UPDATE browser_exam_key SET withdrawn_at = $2 WHERE exam_key_id = $1 AND withdrawn_at IS NULL RETURNING scheme_id
"""


async def withdraw_exam_key(db: Connection, exam_key_id: UUID, now: datetime) -> SchemeId | None:
    """Let a key count no longer. None if there is none that counts."""
    return await db.fetchval(WITHDRAW_EXAM_KEY, exam_key_id, now)


INSERT_CHECK: Final[LiteralString] = """
INSERT INTO lockdown_check (nonce, session_id, purpose, issued_at) VALUES ($1, $2, $3, $4)
"""


async def insert_check(db: Connection, check: Check) -> None:
    """Keep a question."""
    await db.execute(INSERT_CHECK, check.nonce, check.session_id, check.purpose, check.issued_at)


CHECKS_SINCE: Final[LiteralString] = "SELECT count(*) FROM lockdown_check WHERE session_id = $1 AND issued_at > $2"


async def checks_since(db: Connection, session: Session, since: datetime) -> int:
    """How many questions of the session were asked after `since`."""
    return await db.fetchval(CHECKS_SINCE, session.session_id, since)


OPEN_CHECK: Final[LiteralString] = """
SELECT * FROM lockdown_check WHERE nonce = $1 AND session_id = $2 AND answered_at IS NULL FOR UPDATE
"""


async def open_check(db: Connection, session: Session, nonce: str) -> Check | None:
    """The session's own question, if it has no answer yet; nobody else answers it until this transaction ends."""
    row = await db.fetchrow(OPEN_CHECK, nonce, session.session_id)
    return None if row is None else _check(row)


ANSWER_CHECK: Final[LiteralString] = """
UPDATE lockdown_check SET answered_at = $3, level = $4, fault = $5, exam_key_id = $6, exam_key_missing = $7
WHERE nonce = $1 AND session_id = $2 AND answered_at IS NULL
"""


async def answer_check(db: Connection, check: Check) -> None:
    """Keep an answer; one that stands is never changed."""
    await db.execute(
        ANSWER_CHECK,
        check.nonce,
        check.session_id,
        check.answered_at,
        check.level,
        check.fault,
        check.exam_key_id,
        check.exam_key_missing,
    )


FRESH_PROOF: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM lockdown_check WHERE session_id = $1 AND purpose = $2 AND level <> 'none' AND used_at IS NULL
               AND answered_at > $3)
"""


async def has_fresh_proof(db: Connection, session: Session, purpose: Purpose, now: datetime) -> bool:
    """Whether a proof for this step was given within `NONCE_LIFETIME` and not used yet."""
    return await db.fetchval(FRESH_PROOF, session.session_id, purpose, now - NONCE_LIFETIME)


RECENT_PROOF: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM lockdown_check WHERE session_id = $1 AND purpose = $2 AND level <> 'none' AND answered_at > $3)
"""


async def has_recent_proof(db: Connection, session: Session, purpose: Purpose, now: datetime) -> bool:
    """Whether a proof for this step was given within `NONCE_LIFETIME`, used or not."""
    return await db.fetchval(RECENT_PROOF, session.session_id, purpose, now - NONCE_LIFETIME)


USE_PROOF: Final[LiteralString] = """
UPDATE lockdown_check SET used_at = $3
WHERE nonce = (SELECT nonce FROM lockdown_check WHERE session_id = $1 AND purpose = $2 AND level <> 'none' AND used_at IS NULL
               AND answered_at > $4 ORDER BY answered_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING nonce
"""


async def use_proof(db: Connection, session: Session, purpose: Purpose, now: datetime) -> bool:
    """Use up a fresh proof for this step. False if there is none; nobody uses one twice."""
    return await db.fetchval(USE_PROOF, session.session_id, purpose, now, now - NONCE_LIFETIME) is not None


CHECKS_OF: Final[LiteralString] = """
SELECT * FROM lockdown_check WHERE session_id = $1 AND answered_at IS NOT NULL ORDER BY answered_at DESC LIMIT 500
"""


async def checks_of(db: Connection, session: Session) -> tuple[Check, ...]:
    """The session's newest answered checks, newest first."""
    return tuple(_check(row) for row in await db.fetch(CHECKS_OF, session.session_id))


INSERT_HOLD: Final[LiteralString] = """
INSERT INTO session_hold (hold_id, session_id, held_at, fault, held_by, reason) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (session_id) WHERE released_at IS NULL DO NOTHING
"""


async def insert_hold(db: Connection, hold: Hold) -> None:
    """Keep a hold; a session that is held already stays held as it is."""
    await db.execute(INSERT_HOLD, hold.hold_id, hold.session_id, hold.held_at, hold.fault, hold.held_by, hold.reason)


END_HOLD: Final[LiteralString] = """
UPDATE session_hold SET released_at = $3, released_by = $4, release_reason = $5, our_fault = $6
WHERE hold_id = $1 AND session_id = $2 AND released_at IS NULL
"""


async def end_hold(db: Connection, hold: Hold) -> None:
    """Keep the end of a hold; one that stands is never changed."""
    await db.execute(
        END_HOLD,
        hold.hold_id,
        hold.session_id,
        hold.released_at,
        hold.released_by,
        hold.release_reason,
        hold.our_fault,
    )


HOLDS_OF: Final[LiteralString] = "SELECT * FROM session_hold WHERE session_id = $1 ORDER BY held_at DESC, hold_id LIMIT 100"


async def holds_of(db: Connection, session: Session) -> tuple[Hold, ...]:
    """The session's holds, newest first."""
    return tuple(_hold(row) for row in await db.fetch(HOLDS_OF, session.session_id))


async def newest_hold(db: Connection, session: Session) -> Hold | None:
    """The session's last hold, open or not."""
    return next(iter(await holds_of(db, session)), None)


HELD_SESSIONS: Final[LiteralString] = """
SELECT h.*, a.display_name, c.names AS scheme_names, s.started_at
FROM session_hold h JOIN session s USING (session_id) JOIN scheme c USING (scheme_id)
JOIN account a ON a.account_id = s.candidate_id
WHERE h.released_at IS NULL AND s.sealed_at IS NULL AND s.candidate_id <> $2 ORDER BY h.held_at LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session that waits for a proctor, on the board."""

    hold: Hold
    candidate_name: str
    scheme_names: dict[str, str]
    has_started: bool


async def held_sessions(db: Connection, viewer: AccountId) -> tuple[HeldSession, ...]:
    """Everybody else who waits, who waits longest first."""
    return tuple(
        HeldSession(_hold(row), row["display_name"], row["scheme_names"], row["started_at"] is not None)
        for row in await db.fetch(HELD_SESSIONS, HELD_LISTED_MAX, viewer)
    )


FAILING: Final[LiteralString] = """
SELECT c.names AS scheme_names,
       count(DISTINCT newest.session_id) FILTER (WHERE newest.level = 'none') AS config_key,
       count(DISTINCT newest.session_id) FILTER (WHERE newest.exam_key_missing) AS exam_key
FROM session s JOIN scheme c USING (scheme_id)
CROSS JOIN LATERAL (
    SELECT * FROM lockdown_check k WHERE k.session_id = s.session_id AND k.answered_at IS NOT NULL
      AND k.fault IS DISTINCT FROM 'expired'
    ORDER BY k.answered_at DESC LIMIT 1
) newest
WHERE s.sealed_at IS NULL AND s.opened_at > $1
GROUP BY c.scheme_id
HAVING bool_or(newest.level = 'none' OR newest.exam_key_missing)
ORDER BY c.code
"""


@dataclass(frozen=True, slots=True)
class Failing:
    """How many candidates of a scheme fail which key, by their newest check."""

    scheme_names: dict[str, str]
    config_key: int
    exam_key: int


async def failing(db: Connection, since: datetime) -> tuple[Failing, ...]:
    """For the board's banner: if many fail alike, the fault is rarely theirs. Counts sessions opened after `since`."""
    return tuple(Failing(row["scheme_names"], row["config_key"], row["exam_key"]) for row in await db.fetch(FAILING, since))


def levels(checks: Sequence[Check]) -> tuple[Level, ...]:
    """The levels of the checks that passed."""
    return tuple(one.level for one in checks if one.level is not Level.NONE)


def _configuration(row: Record) -> Configuration:
    return Configuration(
        session_id=SessionId(row["session_id"]),
        token_sha256=row["token_sha256"],
        config_key=row["config_key"],
        salt=row["salt"],
        quit_password=row["quit_password"],
        camera=row["camera"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        opened_at=row["opened_at"],
    )


def _exam_key(row: Record) -> ExamKey:
    return ExamKey(
        exam_key_id=row["exam_key_id"],
        scheme_id=SchemeId(row["scheme_id"]),
        name=row["name"],
        key=row["key"],
        expires_at=row["expires_at"],
        added_by=AccountId(row["added_by"]),
        added_at=row["added_at"],
        withdrawn_at=row["withdrawn_at"],
    )


def _check(row: Record) -> Check:
    return Check(
        nonce=row["nonce"],
        session_id=SessionId(row["session_id"]),
        purpose=Purpose(row["purpose"]),
        issued_at=row["issued_at"],
        answered_at=row["answered_at"],
        level=Level(row["level"]),
        fault=None if row["fault"] is None else Fault(row["fault"]),
        exam_key_id=row["exam_key_id"],
        exam_key_missing=row["exam_key_missing"],
    )


def _hold(row: Record) -> Hold:
    return Hold(
        hold_id=row["hold_id"],
        session_id=SessionId(row["session_id"]),
        held_at=row["held_at"],
        fault=None if row["fault"] is None else Fault(row["fault"]),
        held_by=None if row["held_by"] is None else AccountId(row["held_by"]),
        reason=row["reason"],
        released_at=row["released_at"],
        released_by=None if row["released_by"] is None else AccountId(row["released_by"]),
        release_reason=row["release_reason"],
        our_fault=row["our_fault"],
    )
