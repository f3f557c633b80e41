"""A websession: the time between a sign-in and a sign-out.

The cookie holds 32 random bytes and nothing else; the database holds only their SHA-256. Every sign-in makes a new one, so that
a value planted before it is worth nothing, and a sign-out revokes it on the server.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exams.ids import AccountId

TOKEN_BYTES: Final = 32
"""256 random bits: nobody guesses one."""

IDLE_LIFETIME: Final = timedelta(hours=8)
"""Ends a websession that nobody uses: a working day."""

ABSOLUTE_LIFETIME: Final = timedelta(hours=36)
"""Ends every websession. Longer than the longest sitting (24 hours), so that nobody is signed out in the middle of an exam."""

RENEWAL_INTERVAL: Final = timedelta(minutes=10)
"""How much of the idle time is used up before it is extended: one write in ten minutes, not one for each request."""

COOKIE: Final = "sarap"
SECURE_COOKIE: Final = "__Host-sarap"
"""Browsers refuse the prefix unless the cookie is Secure, for this host alone and for every path: RFC 6265bis, 4.1.3.2."""


@dataclass(frozen=True, slots=True)
class Websession:
    """One sign-in, as the server keeps it."""

    token_sha256: bytes
    account_id: AccountId
    created_at: datetime
    expires_at: datetime


def cookie_name(secure: bool) -> str:
    """Return the cookie's name: the strict one wherever the site is served over HTTPS."""
    return SECURE_COOKIE if secure else COOKIE


def digest(token: str) -> bytes:
    """Return what the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


def begin(account_id: AccountId, now: datetime) -> tuple[str, Websession]:
    """Make a new websession and the token for its cookie."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, Websession(digest(token), account_id, now, now + IDLE_LIFETIME)


def renewed_expiry(websession: Websession, now: datetime) -> datetime | None:
    """Return the later end that this use earns, or `None` while extending is not worth a write."""
    later = min(now + IDLE_LIFETIME, websession.created_at + ABSOLUTE_LIFETIME)
    return later if later - websession.expires_at >= RENEWAL_INTERVAL else None
