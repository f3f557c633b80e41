"""Offers, codes and nonces: what makes each of them good, and for how long.

The link has 256 random bits. The six digits are typed by the candidate, so that whoever has only the link, from the history of
a browser or another program on the telephone, has nothing; five wrong tries end the offer.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

OFFER_LIFETIME: Final = timedelta(minutes=10)
"""Enough to find the wallet and type six digits; a new offer is one press away."""

TOKEN_LIFETIME: Final = timedelta(hours=1)
"""A wallet asks at once. An hour lets one come back whose line broke, also while the registry stands still."""

NONCE_LIFETIME: Final = timedelta(minutes=5)
WRONG_CODES_MAX: Final = 5
"""Tries. One in 200,000 guesses six digits with that."""

REQUESTS_MAX: Final = 3
"""Of one token: a wallet whose answer was lost asks again, with a new nonce."""

OFFERS_PER_DAY_MAX: Final = 50
"""Of one certificate. Nobody has that many wallets; a script that holds the key down stops here."""

SHORT_CODE_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Offer:
    """A certificate that waits for a wallet."""

    offer_id: UUID
    credential_id: UUID
    code_sha256: bytes
    short_code_mac: bytes
    offered_to: UUID
    offered_at: datetime
    expires_at: datetime

    def is_open(self, wrong_codes: int, now: datetime) -> bool:
        """Say whether it can still be taken, as far as time and tries go."""
        return now < self.expires_at and wrong_codes < WRONG_CODES_MAX

    def accepts(self, short_code: str, secret: bytes) -> bool:
        """Say whether these are its digits."""
        return hmac.compare_digest(self.short_code_mac, _mac(secret, self.offer_id, short_code))


@dataclass(frozen=True, slots=True)
class MadeOffer:
    """A new offer with what only the candidate sees: the code of the link, and the digits."""

    offer: Offer
    code: str
    short_code: str


def make_offer(credential_id: UUID, offered_to: UUID, secret: bytes, now: datetime) -> MadeOffer:
    """Make an offer."""
    offer_id, code = uuid4(), secrets.token_urlsafe(32)
    short_code = f"{secrets.randbelow(10**SHORT_CODE_DIGITS):0{SHORT_CODE_DIGITS}}"
    mac = _mac(secret, offer_id, short_code)
    offer = Offer(offer_id, credential_id, hashed(code), mac, offered_to, now, now + OFFER_LIFETIME)
    return MadeOffer(offer, code, short_code)


def hashed(code: str) -> bytes:
    """What is kept of a code, a token or a nonce that has enough chance in it."""
    return hashlib.sha256(code.encode()).digest()


def make_nonce(secret: bytes, now: datetime) -> str:
    """Make a nonce, which nobody has to keep: it carries its time and our mark."""
    body = f"{int(now.timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{body}.{_nonce_mark(secret, body)}"


def is_nonce(nonce: str, secret: bytes, now: datetime) -> bool:
    """Say whether we made it and it is not too old. That it serves once is for the store to see."""
    body, _dot, mark = nonce.rpartition(".")
    seconds = body.partition(".")[0]
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12 and nonce.isascii()):
        return False
    if not hmac.compare_digest(mark, _nonce_mark(secret, body)):
        return False
    age = now.timestamp() - int(seconds)
    return -60 <= age <= NONCE_LIFETIME.total_seconds()


def _nonce_mark(secret: bytes, body: str) -> str:
    return hmac.digest(secret, b"nonce\n" + body.encode(), "sha256").hex()


def _mac(secret: bytes, offer_id: UUID, short_code: str) -> bytes:
    return hmac.digest(secret, b"short code\n" + offer_id.bytes + short_code.encode(), "sha256")
