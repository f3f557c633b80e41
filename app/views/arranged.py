"""What accommodations arrange for a session, for every page that follows them."""

from datetime import datetime

from app.database import Connection
from exams.sessions.accommodation import Arranged, combined
from exams.sessions.accommodation import store as accommodations
from exams.sessions.session import Session


async def arranged_for(db: Connection, session: Session, now: datetime) -> Arranged:
    """What accommodations arrange for a session."""
    granted = (await accommodations.accommodations_of(db, [session.candidate_id]))[session.candidate_id]
    return combined(granted, session.scheme_id, session.opened_at, now)
