"""Sealed forms in the database, and what a start needs of them."""

from dataclasses import dataclass, field
from typing import Final, LiteralString

from exams.ids import AccountId, SessionId
from exams.papers.rules import Rules
from exams.sessions.sealed_form import SealedForm
from exams.sessions.session import Session
from exams.sessions.store import session_from
from exams.store import Connection

SESSION_TO_START: Final[LiteralString] = """
SELECT s.*, c.rules, f.key, sha256(f.ciphertext) AS form
FROM session s JOIN scheme c USING (scheme_id) LEFT JOIN sealed_form f USING (session_id)
WHERE s.session_id = $1 AND s.candidate_id = $2
FOR NO KEY UPDATE OF s
"""


@dataclass(frozen=True, slots=True)
class ToStart:
    """A session to be started, with all that a start needs. `form` is the hash of the cipher text that `key` opens."""

    session: Session
    rules: Rules
    key: bytes | None = field(repr=False)
    form: bytes | None


async def session_to_start(db: Connection, session_id: SessionId, candidate_id: AccountId) -> ToStart | None:
    """The candidate's own session, locked as in `session_to_change`: of two starts in one moment the second sees the first."""
    row = await db.fetchrow(SESSION_TO_START, session_id, candidate_id)
    return None if row is None else ToStart(session_from(row), Rules.from_json(row["rules"]), row["key"], row["form"])


PUT_FORM: Final[LiteralString] = """
INSERT INTO sealed_form (session_id, made_of, sha256, ciphertext, key, sealed_at)
SELECT $1, $3, $4, $5, $6, $7 FROM session WHERE session_id = $1 AND candidate_id = $2 AND started_at IS NULL
ON CONFLICT (session_id) DO UPDATE SET made_of = excluded.made_of, sha256 = excluded.sha256, ciphertext = excluded.ciphertext,
    key = excluded.key, sealed_at = excluded.sealed_at
"""


async def put_form(db: Connection, session: Session, form: SealedForm) -> None:
    """Keep the form of a session whose clock has not begun, in place of the one before. The caller holds the session's lock."""
    await db.execute(
        PUT_FORM,
        session.session_id,
        session.candidate_id,
        form.made_of,
        form.sha256,
        form.ciphertext,
        form.key,
        form.sealed_at,
    )


FORM_OF: Final[LiteralString] = """
SELECT f.made_of, f.sha256, sha256(f.ciphertext) AS ciphertext_sha256
FROM sealed_form f JOIN session s USING (session_id) WHERE f.session_id = $1 AND s.candidate_id = $2
"""


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What may be told of a form before the start: its hash, and the hash of what is sent."""

    made_of: str
    sha256: bytes
    ciphertext_sha256: bytes


async def form_of(db: Connection, session: Session) -> FormFacts | None:
    """What is known of the session's form, or None if none is sealed yet."""
    row = await db.fetchrow(FORM_OF, session.session_id, session.candidate_id)
    return None if row is None else FormFacts(row["made_of"], row["sha256"], row["ciphertext_sha256"])


FORM_CIPHERTEXT: Final[LiteralString] = """
SELECT f.ciphertext FROM sealed_form f JOIN session s USING (session_id) WHERE f.session_id = $1 AND s.candidate_id = $2
"""


async def form_ciphertext(db: Connection, session_id: SessionId, candidate_id: AccountId) -> bytes | None:
    """The candidate's own form as it is sent, or None. The key is in no statement but `SESSION_TO_START`."""
    return await db.fetchval(FORM_CIPHERTEXT, session_id, candidate_id)
