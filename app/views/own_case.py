"""Nobody who works for the centre sees their own case: what was observed, written, judged or decided of the exam that they sat.

Lists leave it out in their statements (`viewer`); pages of one session ask here.
"""

from starlette.requests import Request

from app.auth.account import account
from exams.errors import OwnCase
from exams.sessions.session import Session


def refuse_own(request: Request, session: Session) -> None:
    """Raise `OwnCase` if the visitor is the session's candidate."""
    if session.candidate_id == account(request).account_id:
        raise OwnCase
