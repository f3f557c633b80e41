"""Accounts and websessions in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from app.auth.account import Account, Role
from app.auth.websession import Websession
from app.database import Connection
from exams.ids import AccountId


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sign-in is checked against."""

    account_id: AccountId
    password_hash: str


SIGN_IN_OF_LOGIN: Final[LiteralString] = "SELECT account_id, password_hash FROM account WHERE login = $1"


async def sign_in_of_login(db: Connection, login: str) -> SignIn | None:
    """Load what is needed to check a password; `None` if no account has this login."""
    row = await db.fetchrow(SIGN_IN_OF_LOGIN, login)
    return None if row is None else SignIn(AccountId(row["account_id"]), row["password_hash"])


INSERT_WEBSESSION: Final[LiteralString] = (
    "INSERT INTO websession (token_sha256, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)"
)


async def insert_websession(db: Connection, websession: Websession) -> None:
    """Keep a new websession."""
    await db.execute(
        INSERT_WEBSESSION, websession.token_sha256, websession.account_id, websession.created_at, websession.expires_at
    )


ACCOUNT_OF: Final[LiteralString] = """
SELECT login, display_name, locale,
       ARRAY(SELECT r.role FROM account_role r WHERE r.account_id = a.account_id) AS roles
FROM account a WHERE account_id = $1
"""


async def account_of(db: Connection, account_id: AccountId) -> Account:
    """Load an account that exists."""
    row = await db.fetchrow(ACCOUNT_OF, account_id)
    assert row is not None
    roles = frozenset(Role(role) for role in row["roles"])
    return Account(account_id, row["login"], row["display_name"], row["locale"], roles)


VISITOR: Final[LiteralString] = """
SELECT w.token_sha256, w.account_id, w.created_at, w.expires_at, a.login, a.display_name, a.locale,
       ARRAY(SELECT r.role FROM account_role r WHERE r.account_id = a.account_id) AS roles
FROM websession w JOIN account a USING (account_id)
WHERE w.token_sha256 = $1 AND w.revoked_at IS NULL AND w.expires_at > $2
"""


async def visitor(db: Connection, token_sha256: bytes, now: datetime) -> tuple[Websession, Account] | None:
    """Load a live websession and whose it is; `None` if it is unknown, over or revoked."""
    row = await db.fetchrow(VISITOR, token_sha256, now)
    if row is None:
        return None
    account_id = AccountId(row["account_id"])
    roles = frozenset(Role(role) for role in row["roles"])
    return (
        Websession(row["token_sha256"], account_id, row["created_at"], row["expires_at"]),
        Account(account_id, row["login"], row["display_name"], row["locale"], roles),
    )


EXTEND_WEBSESSION: Final[LiteralString] = (
    "UPDATE websession SET expires_at = greatest(expires_at, $2) WHERE token_sha256 = $1 AND revoked_at IS NULL"
)


async def extend_websession(db: Connection, websession: Websession, expires_at: datetime) -> None:
    """Move its end later; never earlier."""
    await db.execute(EXTEND_WEBSESSION, websession.token_sha256, expires_at)


REVOKE_WEBSESSION: Final[LiteralString] = "UPDATE websession SET revoked_at = $2 WHERE token_sha256 = $1 AND revoked_at IS NULL"


async def revoke_websession(db: Connection, token_sha256: bytes, now: datetime) -> None:
    """End it now."""
    await db.execute(REVOKE_WEBSESSION, token_sha256, now)


REVOKE_WEBSESSIONS: Final[LiteralString] = "UPDATE websession SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL"


async def revoke_websessions_of(db: Connection, account_id: AccountId, now: datetime) -> None:
    """End every one of an account's."""
    await db.execute(REVOKE_WEBSESSIONS, account_id, now)


SET_LOCALE: Final[LiteralString] = "UPDATE account SET locale = $2 WHERE account_id = $1"


async def set_locale(db: Connection, account_id: AccountId, locale: str) -> None:
    """Keep the language that somebody chose for themselves."""
    await db.execute(SET_LOCALE, account_id, locale)


INSERT_ACCOUNT: Final[LiteralString] = """
INSERT INTO account (login, password_hash, display_name, locale) VALUES ($1, $2, $3, $4)
ON CONFLICT (login) DO NOTHING RETURNING account_id
"""


async def insert_account(db: Connection, *, login: str, password_hash: str, display_name: str, locale: str) -> AccountId | None:
    """Make an account; `None` if the login is taken."""
    account_id = await db.fetchval(INSERT_ACCOUNT, login, password_hash, display_name, locale)
    return None if account_id is None else AccountId(account_id)


DELETE_ROLES: Final[LiteralString] = "DELETE FROM account_role WHERE account_id = $1"
INSERT_ROLES: Final[LiteralString] = "INSERT INTO account_role (account_id, role) SELECT $1, unnest($2::text[])"


async def set_roles(db: Connection, account_id: AccountId, roles: Collection[Role]) -> None:
    """Give an account these roles and no others."""
    await db.execute(DELETE_ROLES, account_id)
    await db.execute(INSERT_ROLES, account_id, sorted(set(roles)))


SET_HASH: Final[LiteralString] = "UPDATE account SET password_hash = $2 WHERE login = $1 RETURNING account_id"


async def set_password_hash(db: Connection, login: str, password_hash: str) -> AccountId | None:
    """Give an account another password; `None` if no account has this login."""
    account_id = await db.fetchval(SET_HASH, login, password_hash)
    return None if account_id is None else AccountId(account_id)
