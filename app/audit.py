"""Append-only: who did what to which subject.

Written in the transaction of the act itself, so that neither exists without the other.

An action is `noun:verb`, e.g. `session:open`, `credential:revoke`, `account:sign-in`; a subject is `noun:id`, e.g.
`session:6f1d…`. `detail` holds ids and codes, never passwords, programs or pictures.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, LiteralString

import msgspec
from starlette.requests import Request

from app.auth.account import Account
from app.database import Connection
from exams.ids import AccountId

INSERT_AUDIT_EVENT: Final[LiteralString] = """
INSERT INTO audit_event (occurred_at, account_id, action, subject, detail, request_id) VALUES ($1, $2, $3, $4, $5, $6)
"""


INSERT_AUDIT_EVENTS: Final[LiteralString] = """
INSERT INTO audit_event (occurred_at, account_id, action, subject, detail, request_id)
SELECT $1, $2, $3, many.subject, many.detail, $4 FROM unnest($5::text[], $6::jsonb[]) AS many (subject, detail)
"""


async def record(
    db: Connection, who: Request | Account | None, action: str, subject: str, detail: dict[str, object] | None = None
) -> None:
    """Write down one act. `who` is the request of the person, an account, or `None` for the machine itself."""
    account_id, request_id = _whoever(who)
    facts = msgspec.to_builtins(detail or {})
    await db.execute(INSERT_AUDIT_EVENT, datetime.now(UTC), account_id, action, subject, facts, request_id)


async def record_each(
    db: Connection, who: Request | Account | None, action: str, details: Mapping[str, dict[str, object]]
) -> None:
    """Write down one act on each of many subjects; `details` are their details by subject."""
    account_id, request_id = _whoever(who)
    facts = msgspec.to_builtins(list(details.values()))
    await db.execute(INSERT_AUDIT_EVENTS, datetime.now(UTC), account_id, action, request_id, list(details), facts)


def _whoever(who: Request | Account | None) -> tuple[AccountId | None, str | None]:
    request_id: str | None = None
    if isinstance(who, Request):
        request_id = who.state.request_id
        who = who.state.account
    return who.account_id if isinstance(who, Account) else None, request_id
