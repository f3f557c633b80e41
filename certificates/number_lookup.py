"""Look up numbers without telling which: the centre is asked for a crowd, and only who has a number can read its entry.

A number has a hash, `SHA-256("sarap/number/v1 7K3QM9-XW2RFD-HJ5T98")`. Whoever looks one up sends only its first bits, so few
that at least `CROWD_MIN` numbers share them, and gets the entries of all of these. An entry is sealed with a key that follows
from the number: 80 random bits, so that a stranger with every entry of a centre learns neither a number nor what stands behind
one, and cannot count how many certificates of a kind there are.

    {"bits": 5, "entries": [{"hash": "f3…", "sealed": "…"}, …]}

`hash` in 64 hexadecimal digits; `sealed` in base64url without padding: 12 bytes of nonce and AES-256-GCM (NIST SP 800-38D) of a
JSON text, padded with spaces to a multiple of `PAD_BYTES`, with the hash as associated data. The key is
`SHA-256("sarap/number-key/v1 7K3QM9-XW2RFD-HJ5T98")`. What it tells of a number alone:

    {"number": "7K3QM9-XW2RFD-HJ5T98", "achievement": "Junior software developer", "awarded": "2026-11-23",
     "validUntil": "2029-11-23", "status": "good"}

and neither a name nor points: a number is read aloud, written into lists, and tried out by people whom the holder never met.
"""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certificates.errors import Unreadable
from certificates.findings import Status
from certificates.serial import Serial
from certificates.strict_json import Json, JsonObject, canonical, read_object

CROWD_MIN: Final = 32
"""Numbers that share a prefix, on average and at the least. A crowd takes some 20 kB."""

PAD_BYTES: Final = 256
"""Bytes. Nearly every entry has this length, so that the name of the achievement does not show in it."""

BITS_MAX: Final = 10
"""Bits of a hash that are ever told, whatever a centre says it allows: with 32 it would learn which of all numbers is meant.
Who asks cannot count a centre's numbers; so few bits leave a crowd of 32 in 33,000 and of 1,000 in a million."""

CROWD_LEAST: Final = 8
"""Entries. Of honest crowds, with 32 on average, one in ten million has fewer (Poisson): a centre that gives fewer asked for
more bits than it has numbers for, and is asked nothing more."""

CROWD_MAX_BYTES: Final = 1024 * 1024
"""The crowds of two million numbers; an entry takes 470."""

_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What a number alone tells."""

    number: str
    achievement: str
    awarded_at: datetime
    valid_until: datetime | None
    status: Status

    def as_json(self) -> JsonObject:
        """As in the module's description."""
        ends = self.valid_until
        return {
            "number": self.number,
            "achievement": self.achievement,
            "awarded": f"{self.awarded_at:%Y-%m-%d}",
            "validUntil": None if ends is None else f"{ends:%Y-%m-%d}",
            "status": self.status.value,
        }


def number_hash(number: Serial) -> bytes:
    """What a number is found by."""
    return hashlib.sha256(f"sarap/number/v1 {number}".encode()).digest()


def bits_for(numbers: int) -> int:
    """How many bits may be asked for when there are so many numbers."""
    return min(BITS_MAX, max(0, (numbers // CROWD_MIN).bit_length() - 1))


def prefix_of(number: Serial, bits: int) -> int:
    """The first bits of a number's hash, as a number."""
    return int.from_bytes(number_hash(number)) >> 256 - bits


def crowd_range(bits: int, prefix: int) -> tuple[bytes, bytes]:
    """The least and the greatest hash that begin with these bits."""
    below = 256 - bits
    return (prefix << below).to_bytes(32), ((prefix + 1 << below) - 1).to_bytes(32)


def write_crowd(bits: int, facts: Iterable[NumberFacts]) -> bytes:
    """Seal the entries of a crowd, in the order of their hashes."""
    entries: list[Json] = [_sealed(fact) for fact in sorted(facts, key=lambda fact: number_hash(Serial(fact.number)))]
    return canonical({"bits": bits, "entries": entries})


def check_bits(bits: object) -> int:
    """Return how many bits a centre may be told. Raises `ValueError` if it wants more than keep a crowd, or says no number."""
    if not isinstance(bits, int) or isinstance(bits, bool) or bits < 0:
        msg = "this is not the answer of a centre"
        raise ValueError(msg)
    if bits > BITS_MAX:
        msg = f"the centre wants {bits} bits of each number and would learn with them which ones; at most {BITS_MAX} are told"
        raise ValueError(msg)
    return bits


def read_crowd(data: bytes, number: Serial, bits: int = 0) -> JsonObject | None:
    """Open the entry of `number` in a crowd that was asked for with so many bits; None if the centre has not issued it.

    Raises `ValueError` if it is no crowd: not in form, or so few that the centre would know who is meant.
    """
    try:
        document: Any = read_object(data, CROWD_MAX_BYTES)
        wanted = number_hash(number)
        entries = document["entries"]
        if bits and len(entries) < CROWD_LEAST:
            msg = f"the centre hides a number among {len(entries)} and would learn which one; it is asked nothing more"
            raise ValueError(msg)
        for entry in entries:
            if entry["hash"] == wanted.hex():
                sealed = _decoded(entry["sealed"])
                return read_object(AESGCM(_key(number)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], wanted))
    except (Unreadable, KeyError, TypeError, InvalidTag, binascii.Error) as error:
        msg = "this is not the answer of a centre"
        raise ValueError(msg) from error
    return None


def _sealed(facts: NumberFacts) -> JsonObject:
    number = Serial(facts.number)
    text = json.dumps(facts.as_json(), ensure_ascii=False).encode()
    text += b" " * (-len(text) % PAD_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)  # the same number is sealed again when its status changed
    name = number_hash(number)
    data = nonce + AESGCM(_key(number)).encrypt(nonce, text, name)
    return {"hash": name.hex(), "sealed": base64.urlsafe_b64encode(data).rstrip(b"=").decode()}


def _key(number: Serial) -> bytes:
    return hashlib.sha256(f"sarap/number-key/v1 {number}".encode()).digest()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
