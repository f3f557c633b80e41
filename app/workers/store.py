"""What the registry's sweep looks for."""

from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from app.database import Connection

OVERDUE: Final[LiteralString] = """
SELECT session_id FROM session
WHERE sealed_at IS NULL AND started_at + (allotted_seconds + $2) * interval '1 second' < $1
"""


async def overdue_sessions(db: Connection, now: datetime, grace_seconds: int) -> list[UUID]:
    """Sessions that should have been sealed by now: their deadline is over by more than `grace_seconds`."""
    return [row["session_id"] for row in await db.fetch(OVERDUE, now, grace_seconds)]


UNGRADED: Final[LiteralString] = """
SELECT s.session_id FROM session s
WHERE s.sealed_at < $1 AND NOT EXISTS (SELECT FROM result r WHERE r.session_id = s.session_id)
"""


async def ungraded_sessions(db: Connection, sealed_before: datetime) -> list[UUID]:
    """Sealed sessions without a result: their job was lost, or a person has to look first (then grading finds that again)."""
    return [row["session_id"] for row in await db.fetch(UNGRADED, sealed_before)]
