"""Accommodations in the database: granted and ended by appending."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, LiteralString

from exams.ids import AccommodationId, AccountId, SchemeId
from exams.sessions.accommodation import Accommodation, Ignored
from exams.store import Connection, Record

INSERT_ACCOMMODATION: Final[LiteralString] = """
INSERT INTO accommodation (accommodation_id, candidate_id, scheme_id, extra_percent, extra_minutes, break_minutes, larger_text,
                           ignored, granted_by, granted_at, valid_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def insert_accommodation(db: Connection, one: Accommodation) -> None:
    """Keep what was granted."""
    await db.execute(
        INSERT_ACCOMMODATION,
        one.accommodation_id,
        one.candidate_id,
        one.scheme_id,
        one.extra_percent,
        one.extra_minutes,
        one.break_minutes,
        one.larger_text,
        list(one.ignored),
        one.granted_by,
        one.granted_at,
        one.valid_until,
    )


REVOKE_ACCOMMODATION: Final[LiteralString] = """
INSERT INTO accommodation_revocation (accommodation_id, revoked_by, revoked_at)
SELECT accommodation_id, $2, $3 FROM accommodation WHERE accommodation_id = $1
ON CONFLICT (accommodation_id) DO NOTHING
RETURNING true
"""


async def revoke_accommodation(db: Connection, accommodation_id: AccommodationId, revoked_by: AccountId, now: datetime) -> bool:
    """End it for what is opened from now on. False if there is no such thing, or it is revoked already."""
    return bool(await db.fetchval(REVOKE_ACCOMMODATION, accommodation_id, revoked_by, now))


ACCOMMODATIONS_OF: Final[LiteralString] = """
SELECT a.*, r.revoked_at FROM accommodation a LEFT JOIN accommodation_revocation r USING (accommodation_id)
WHERE a.candidate_id = ANY ($1::uuid[]) ORDER BY a.granted_at, a.accommodation_id
"""


async def accommodations_of(db: Connection, candidates: Iterable[AccountId]) -> dict[AccountId, tuple[Accommodation, ...]]:
    """Everything that was ever granted to each of these people, in the order in which it was."""
    found: dict[AccountId, list[Accommodation]] = {candidate_id: [] for candidate_id in candidates}
    for row in await db.fetch(ACCOMMODATIONS_OF, list(found)):
        found[AccountId(row["candidate_id"])].append(_accommodation(row))
    return {candidate_id: tuple(granted) for candidate_id, granted in found.items()}


LISTED_ACCOMMODATIONS: Final[LiteralString] = """
SELECT a.*, r.revoked_at, c.display_name AS candidate_name, c.login
FROM accommodation a LEFT JOIN accommodation_revocation r USING (accommodation_id)
JOIN account c ON c.account_id = a.candidate_id
ORDER BY a.granted_at DESC LIMIT 500
"""


async def listed_accommodations(db: Connection) -> list[tuple[Accommodation, str, str]]:
    """The newest five hundred with their candidates' names and logins, for registrars."""
    rows = await db.fetch(LISTED_ACCOMMODATIONS)
    return [(_accommodation(row), row["candidate_name"], row["login"]) for row in rows]


CANDIDATE_WITH_LOGIN: Final[LiteralString] = """
SELECT account_id FROM account JOIN account_role USING (account_id) WHERE login = $1 AND role = 'candidate'
"""


async def candidate_with_login(db: Connection, login: str) -> AccountId | None:
    """The candidate who signs in with this login."""
    found = await db.fetchval(CANDIDATE_WITH_LOGIN, login)
    return None if found is None else AccountId(found)


def _accommodation(row: Record) -> Accommodation:
    return Accommodation(
        candidate_id=AccountId(row["candidate_id"]),
        scheme_id=None if row["scheme_id"] is None else SchemeId(row["scheme_id"]),
        extra_percent=row["extra_percent"],
        extra_minutes=row["extra_minutes"],
        break_minutes=row["break_minutes"],
        larger_text=row["larger_text"],
        ignored=tuple(Ignored(word) for word in row["ignored"]),
        granted_by=AccountId(row["granted_by"]),
        granted_at=row["granted_at"],
        valid_until=row["valid_until"],
        revoked_at=row["revoked_at"],
        accommodation_id=AccommodationId(row["accommodation_id"]),
    )
