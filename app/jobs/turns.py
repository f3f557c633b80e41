"""Whose turn it takes to judge what a session hands in: a rehearsal's programs wait for everybody's exams."""

from collections.abc import Collection

from app.database import Connection
from app.jobs.queue import Turn, Urgency
from exams.ids import SessionId
from exams.papers import store as papers
from exams.sessions.session import Session


async def turn_of(db: Connection, session: Session, urgency: Urgency) -> Turn:
    """The turn of a session's job that has this urgency in an exam."""
    return (await turns_of(db, [session], urgency))[session.session_id]


async def turns_of(db: Connection, sessions: Collection[Session], urgency: Urgency) -> dict[SessionId, Turn]:
    """The turn of each of these sessions' jobs."""
    rehearsals = await papers.rehearsals_among(db, {session.scheme_id for session in sessions})
    return {
        session.session_id: Turn(
            Urgency.REHEARSAL if session.scheme_id in rehearsals else urgency, session.session_id, session.scheme_id
        )
        for session in sessions
    }
