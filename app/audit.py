"""Append-only: who did what to which subject.

Written in the transaction of the act itself, so that neither exists without the other.

An action is `noun:verb`, e.g. `session:open`, `credential:revoke`, `account:sign-in`; a subject is `noun:id`, e.g.
`session:6f1d…`. `detail` holds ids and codes, never passwords, programs or pictures.
"""

from datetime import UTC, datetime
from typing import Final, LiteralString

import msgspec
from starlette.requests import Request

from app.auth.account import Account
from app.database import Connection

INSERT_AUDIT_EVENT: Final[LiteralString] = """
INSERT INTO audit_event (occurred_at, account_id, action, subject, detail, request_id) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def record(
    db: Connection, who: Request | Account | None, action: str, subject: str, detail: dict[str, object] | None = None
) -> None:
    """Write down one act. `who` is the request of the person, an account, or `None` for the machine itself."""
    request_id: str | None = None
    if isinstance(who, Request):
        request_id = who.state.request_id
        who = who.state.account
    account_id = who.account_id if isinstance(who, Account) else None
    facts = msgspec.to_builtins(detail or {})
    await db.execute(INSERT_AUDIT_EVENT, datetime.now(UTC), account_id, action, subject, facts, request_id)
