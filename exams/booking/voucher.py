"""Vouchers: codes with which a seat is booked. The centre sells or gives them in batches; each books one seat.

    7K3Q-M9XW-2RFD-HJ5T

Sixteen letters of Crockford's base 32 are 80 random bits. The database keeps their SHA-256 alone, so a stolen copy redeems
nothing: finding one of 100,000 codes by trial takes 2**63 hashes. A person may type small letters, leave out the hyphens, and
take O for 0 or I and L for 1.
"""

import csv
import hashlib
import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from exams.booking.zones import Zones
from exams.errors import InvalidInput
from exams.ids import SchemeId
from exams.words import written

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARACTERS: Final = 16
GROUP_CHARACTERS: Final = 4

LOOKALIKES: Final = str.maketrans(
    {"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\N{NO-BREAK SPACE}": None, "‑": None, "–": None}
)

BATCH_MAX: Final = 100_000
"""Of one batch: a country's schools for a year. A thousand times more would be a slip of the finger."""

NOTE_MAX_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher that somebody gave the code of. `scheme_id` None: for any scheme. `used`: a booking holds it now."""

    code_sha256: bytes
    scheme_id: SchemeId | None
    valid_until: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Vouchers that were issued together, and how many of them are used."""

    scheme_names: dict[str, str] | None
    note: str
    valid_until: datetime
    issued_at: datetime
    count: int
    used: int


def new_codes(count: int) -> Iterator[str]:
    """Make codes, for people to read: they are shown or written once and then forgotten. Raises `InvalidInput`."""
    if not 1 <= count <= BATCH_MAX:
        raise InvalidInput("count", "out-of-range")
    return (_new_code() for _ in range(count))


def _new_code() -> str:
    number = secrets.randbits(5 * CODE_CHARACTERS)
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_CHARACTERS))
    return "-".join(letters[at : at + GROUP_CHARACTERS] for at in range(0, CODE_CHARACTERS, GROUP_CHARACTERS))


def written_note(text: str) -> str:
    """For whom a batch is. Raises `InvalidInput` for nothing, or more than `NOTE_MAX_CHARACTERS`."""
    return written("note", text, NOTE_MAX_CHARACTERS)


def last_moment(day: date, zone: str, now: datetime, zones: Zones) -> datetime:
    """The end of a voucher's last day on the clock of `zone`. Raises `InvalidInput` if it is over."""
    moment = zones.instant(datetime.combine(day, time(23, 59, 59)), zone)
    if moment <= now:
        raise InvalidInput("valid_until", "not-to-come")
    return moment


def voucher_file(codes: list[str], valid_until: datetime) -> str:
    """The codes as CSV: `code,valid_until`."""
    target = io.StringIO(newline="")
    rows = csv.writer(target)
    rows.writerow(["code", "valid_until"])
    rows.writerows((code, valid_until.isoformat()) for code in codes)
    return target.getvalue()


def code_sha256(typed: str) -> bytes:
    """What the database knows of a code, however it was typed. Raises `InvalidInput` for what cannot be one."""
    letters = typed.strip().upper().translate(LOOKALIKES)
    if len(letters) != CODE_CHARACTERS or not set(letters) <= set(ALPHABET):
        raise InvalidInput("voucher", "voucher-unknown")
    return hashlib.sha256(letters.encode()).digest()


def redeem(voucher: Voucher | None, scheme_id: SchemeId, now: datetime) -> Voucher:
    """The voucher, if a seat of this scheme can be booked with it now. Raises `InvalidInput` with the reason.

    Whoever has the code may hear what is wrong with it; whoever guesses hears only that it is unknown.
    """
    if voucher is None:
        raise InvalidInput("voucher", "voucher-unknown")
    if voucher.scheme_id is not None and voucher.scheme_id != scheme_id:
        raise InvalidInput("voucher", "voucher-other-exam")
    if voucher.used:
        raise InvalidInput("voucher", "voucher-used")
    if now > voucher.valid_until:
        raise InvalidInput("voucher", "voucher-expired")
    return voucher
