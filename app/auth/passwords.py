"""Passwords: Argon2id (RFC 9106), never on the event loop, and only a few at a time because each hash takes 64 MiB."""

import asyncio
import functools
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.fair_turns import FairTurns

PASSWORD_MAX_CHARS: Final = 200
"""Longer than any passphrase; bounds what is hashed."""

HASHES_AT_ONCE: Final = 2
"""64 MiB and about 0.2 s of one core each."""

NEW_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look alike."""

NEW_GROUPS: Final = 3
NEW_GROUP_CHARS: Final = 4
"""Twelve of 31 letters are 59 random bits, and can be read from one screen and typed on another."""

_hasher: Final = PasswordHasher()


def new_password() -> str:
    """Make a password for somebody, e.g. `k7wm-3xqd-hn9p`."""
    return "-".join("".join(secrets.choice(NEW_ALPHABET) for _ in range(NEW_GROUP_CHARS)) for _ in range(NEW_GROUPS))


def hash_password(password: str) -> str:
    """Return the PHC string of `password`, e.g. `$argon2id$v=19$m=65536,t=3,p=4$…`. Slow on purpose: call it in a thread."""
    return _hasher.hash(password)


@functools.cache
def _hash_of_nobody() -> str:
    return hash_password("nobody has this password")


class PasswordCheck:
    """Compares passwords with hashes, a few at a time. One for each web process."""

    def __init__(self) -> None:
        self._turns = FairTurns(HASHES_AT_ONCE)

    async def matches(self, password_hash: str | None, password: str, caller: str) -> bool:
        """Say whether `password` belongs to the hash; `None` (no such login) takes as long and is never true.

        Callers take turns: the hundreds of guesses that an address may send at once make nobody at another address wait.
        """
        async with self._turns.turn(caller):
            known = await asyncio.to_thread(_verify, password_hash, password)
        return known and password_hash is not None


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
