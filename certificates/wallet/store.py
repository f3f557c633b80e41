"""The SQL of wallets. Every table is append-only; the caller owns the transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from certificates.store import Connection
from certificates.wallet.offer import Offer


@dataclass(frozen=True, slots=True)
class Taken:
    """An offer that a wallet has taken, as its token shows."""

    offer_id: UUID
    credential_id: UUID
    expires_at: datetime
    requests: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the registry is asked to sign."""

    request_id: UUID
    holder_key: bytes
    recorded: bytes
    salt: bytes
    bundle: bytes


@dataclass(frozen=True, slots=True)
class TokenList:
    """A published Token Status List."""

    version: int
    statuses: str
    content: str
    method: str
    published_at: datetime


CHECKED_WITH: Final[LiteralString] = "SELECT secret FROM wallet_secret"


async def secret(db: Connection) -> bytes:
    """Load what nonces and digits are checked with."""
    return bytes(await db.fetchval(CHECKED_WITH))


LOCK_OFFERS: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended('wallet:' || $1, 0))"


async def lock_offers(db: Connection, one: UUID) -> None:
    """Let one transaction at a time make offers of a certificate, or take an offer."""
    await db.execute(LOCK_OFFERS, str(one))


COUNT_OFFERS: Final[LiteralString] = "SELECT count(*) FROM wallet_offer WHERE credential_id = $1 AND offered_at > $2"


async def count_offers(db: Connection, credential_id: UUID, since: datetime) -> int:
    """Count the offers of a certificate."""
    return int(await db.fetchval(COUNT_OFFERS, credential_id, since))


INSERT_OFFER: Final[LiteralString] = """
    INSERT INTO wallet_offer (offer_id, credential_id, code_sha256, short_code_mac, offered_to, offered_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def insert_offer(db: Connection, new: Offer) -> None:
    """Make an offer known."""
    await db.execute(
        INSERT_OFFER,
        new.offer_id,
        new.credential_id,
        new.code_sha256,
        new.short_code_mac,
        new.offered_to,
        new.offered_at,
        new.expires_at,
    )


OFFER_OF: Final[LiteralString] = """
    SELECT offer_id, credential_id, code_sha256, short_code_mac, offered_to, offered_at, expires_at
    FROM wallet_offer WHERE code_sha256 = $1
"""


async def offer_of(db: Connection, code_sha256: bytes) -> Offer | None:
    """Find an offer by the code of its link."""
    row = await db.fetchrow(OFFER_OF, code_sha256)
    return Offer(**row) if row else None


COUNT_WRONG: Final[LiteralString] = "SELECT count(*) FROM wallet_wrong_code WHERE offer_id = $1"


async def count_wrong(db: Connection, offer: Offer) -> int:
    """Count the wrong digits that were typed for an offer."""
    return int(await db.fetchval(COUNT_WRONG, offer.offer_id))


INSERT_WRONG: Final[LiteralString] = "INSERT INTO wallet_wrong_code (offer_id, tried_at) VALUES ($1, $2)"


async def insert_wrong(db: Connection, offer: Offer, now: datetime) -> None:
    """Write down that wrong digits were typed."""
    await db.execute(INSERT_WRONG, offer.offer_id, now)


INSERT_TAKING: Final[LiteralString] = """
    INSERT INTO wallet_token (offer_id, token_sha256, issued_at, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING true
"""


async def insert_token(db: Connection, offer: Offer, token_sha256: bytes, now: datetime, expires_at: datetime) -> bool:
    """Let a wallet take an offer. False if it was taken before."""
    return bool(await db.fetchval(INSERT_TAKING, offer.offer_id, token_sha256, now, expires_at))


TAKEN_BY: Final[LiteralString] = """
    SELECT offer_id, credential_id, t.expires_at,
           (SELECT count(*) FROM wallet_request r WHERE r.offer_id = t.offer_id) AS requests
    FROM wallet_token t JOIN wallet_offer USING (offer_id) WHERE token_sha256 = $1
"""


async def taken_by(db: Connection, token_sha256: bytes) -> Taken | None:
    """Find what a token is for."""
    row = await db.fetchrow(TAKEN_BY, token_sha256)
    return Taken(**row) if row else None


INSERT_REQUEST: Final[LiteralString] = """
    INSERT INTO wallet_request (request_id, offer_id, nonce_sha256, holder_key, requested_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (nonce_sha256) DO NOTHING RETURNING true
"""


async def insert_request(
    db: Connection, taken: Taken, request_id: UUID, nonce_sha256: bytes, holder_key: bytes, now: datetime
) -> bool:
    """Ask for a signature. False if the nonce has served before."""
    return bool(await db.fetchval(INSERT_REQUEST, request_id, taken.offer_id, nonce_sha256, holder_key, now))


IS_REVOKED: Final[LiteralString] = """
    SELECT EXISTS (SELECT FROM credential_status_change WHERE credential_id = $1 AND purpose = 'revocation' AND active)
"""


async def is_revoked(db: Connection, taken: Taken) -> bool:
    """Say whether the certificate was revoked, which is final, since it was offered."""
    return bool(await db.fetchval(IS_REVOKED, taken.credential_id))


HAS_REQUEST: Final[LiteralString] = "SELECT EXISTS (SELECT FROM wallet_request WHERE request_id = $1 AND offer_id = $2)"


async def has_request(db: Connection, taken: Taken, request_id: UUID) -> bool:
    """Say whether this request was made with this token."""
    return bool(await db.fetchval(HAS_REQUEST, request_id, taken.offer_id))


CONTENT_OF: Final[LiteralString] = """
    SELECT content FROM wallet_credential JOIN wallet_request USING (request_id) WHERE request_id = $1 AND offer_id = $2
"""


async def content_of(db: Connection, taken: Taken, request_id: UUID) -> str | None:
    """Load what was signed for a request, if it is there already."""
    content: str | None = await db.fetchval(CONTENT_OF, request_id, taken.offer_id)
    return content


WANTED: Final[LiteralString] = """
    SELECT request_id, holder_key, recorded, salt, bundle
    FROM wallet_request r JOIN wallet_offer USING (offer_id)
    JOIN credential_intention USING (credential_id) JOIN credential_bundle USING (credential_id)
    WHERE request_id = $1 AND NOT EXISTS (SELECT FROM wallet_credential c WHERE c.request_id = r.request_id)
          AND NOT EXISTS (SELECT FROM credential_status_change s
                          WHERE s.credential_id = wallet_offer.credential_id AND purpose = 'revocation' AND active)
"""


async def wanted(db: Connection, request_id: UUID) -> Wanted | None:
    """Load what is to be signed; None if it is signed, was never asked for, or is of a revoked certificate."""
    row = await db.fetchrow(WANTED, request_id)
    return Wanted(**row) if row else None


INSERT_CREDENTIAL: Final[LiteralString] = """
    INSERT INTO wallet_credential (request_id, content, signed_at) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING true
"""


async def insert_credential(db: Connection, request_id: UUID, content: str, now: datetime) -> bool:
    """Keep what was signed. False if another attempt was faster: that stays."""
    return bool(await db.fetchval(INSERT_CREDENTIAL, request_id, content, now))


NEWEST_LIST: Final[LiteralString] = """
    SELECT version, statuses, content, method, published_at FROM token_list_publication ORDER BY version DESC LIMIT 1
"""


async def newest_token_list(db: Connection) -> TokenList | None:
    """Load the Token Status List that is in force."""
    row = await db.fetchrow(NEWEST_LIST)
    return TokenList(**row) if row else None


INSERT_LIST: Final[LiteralString] = """
    INSERT INTO token_list_publication (version, statuses, content, method, published_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_token_list(db: Connection, new: TokenList) -> None:
    """Publish a Token Status List."""
    await db.execute(INSERT_LIST, new.version, new.statuses, new.content, new.method, new.published_at)
