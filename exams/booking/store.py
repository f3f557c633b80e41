"""Centres, slots, bookings and vouchers in the database. Whoever asks for a candidate's booking says whose it is.

The functions that take no candidate are for registrars, whose right is their role. That no slot has more bookings than seats,
that a voucher is used once and that a candidate has one open booking of a scheme is held by the database itself
(`migrations/0021_booking.sql`), whatever happens in the same moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from exams.booking.booking import Booking, Ending
from exams.booking.promise import Promise
from exams.booking.retake import Sat
from exams.booking.slot import Centre, Slot
from exams.booking.voucher import Batch, Voucher
from exams.ids import AccountId, BookingId, CentreId, SchemeId, SessionId, SlotId, VoucherBatchId
from exams.store import Connection, Record

# --- Centres ---

INSERT_CENTRE: Final[LiteralString] = """
INSERT INTO centre (name, address, zone, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING RETURNING centre_id
"""


async def insert_centre(db: Connection, name: str, address: str, zone: str, now: datetime) -> CentreId | None:
    """Keep a centre; None if there is one of this name, which is left as it is."""
    centre_id = await db.fetchval(INSERT_CENTRE, name, address, zone, now)
    return None if centre_id is None else CentreId(centre_id)


CENTRES: Final[LiteralString] = "SELECT centre_id, name, address, zone FROM centre ORDER BY name"


async def centres(db: Connection) -> list[Centre]:
    """Every centre, by name."""
    return [_centre(row) for row in await db.fetch(CENTRES)]


# --- Slots ---

SLOTS_LISTED_MAX: Final = 1_000
"""Of the slots to come: ten places with two a week for a year."""

SLOT_COLUMNS: Final[LiteralString] = """
SELECT s.slot_id, s.scheme_id, s.local_start, s.zone, s.starts_at, s.tzdata_version, s.seats, s.cancelled_at, s.cancel_reason,
       s.centre_id, c.name, c.address, c.zone AS centre_zone,
       (SELECT count(*) FROM booking b WHERE b.slot_id = s.slot_id
          AND b.ending IS DISTINCT FROM 'cancelled' AND b.ending IS DISTINCT FROM 'slot_cancelled') AS taken
FROM slot s LEFT JOIN centre c USING (centre_id)
"""

INSERT_SLOT: Final[LiteralString] = """
INSERT INTO slot (scheme_id, centre_id, local_start, zone, starts_at, tzdata_version, seats, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (scheme_id, centre_id, local_start) WHERE cancelled_at IS NULL DO NOTHING
RETURNING slot_id
"""


async def insert_slot(
    db: Connection,
    scheme_id: SchemeId,
    centre_id: CentreId | None,
    promise: Promise,
    seats: int,
    created_by: AccountId | None,
    now: datetime,
) -> SlotId | None:
    """Keep a slot; None if the scheme has one there at that time already, which is left as it is."""
    slot_id = await db.fetchval(
        INSERT_SLOT,
        scheme_id,
        centre_id,
        promise.local,
        promise.zone,
        promise.starts_at,
        promise.tzdata_version,
        seats,
        created_by,
        now,
    )
    return None if slot_id is None else SlotId(slot_id)


SLOTS_FROM: Final[LiteralString] = (
    SLOT_COLUMNS
    + """
WHERE s.starts_at >= $1 AND ($2::uuid IS NULL OR s.scheme_id = $2)
ORDER BY s.starts_at, c.name NULLS LAST, s.slot_id LIMIT $3
"""
)


async def slots_from(db: Connection, since: datetime, scheme_id: SchemeId | None = None) -> list[Slot]:
    """Slots that were promised for `since` or later, of one scheme or all, cancelled ones included, in their order."""
    return [slot_from(row) for row in await db.fetch(SLOTS_FROM, since, scheme_id, SLOTS_LISTED_MAX)]


SLOT: Final[LiteralString] = SLOT_COLUMNS + "WHERE s.slot_id = $1"


async def slot_of(db: Connection, slot_id: SlotId) -> Slot | None:
    """One slot, to read."""
    row = await db.fetchrow(SLOT, slot_id)
    return None if row is None else slot_from(row)


LOCK_SLOT: Final[LiteralString] = "SELECT slot_id FROM slot WHERE slot_id = $1 FOR NO KEY UPDATE"


async def slot_to_book(db: Connection, slot_id: SlotId) -> Slot | None:
    """One slot whose seats nobody else takes or changes until this transaction ends."""
    await db.execute(LOCK_SLOT, slot_id)
    return await slot_of(db, slot_id)  # counted anew, now that everybody before us has committed


CANCEL_SLOT: Final[LiteralString] = """
UPDATE slot SET cancelled_by = $2, cancelled_at = $3, cancel_reason = $4 WHERE slot_id = $1 AND cancelled_at IS NULL
"""


async def cancel_slot(db: Connection, slot: Slot, by: AccountId, reason: str, now: datetime) -> None:
    """Nobody can book the slot any more. Its bookings are ended one by one by the caller."""
    await db.execute(CANCEL_SLOT, slot.slot_id, by, now, reason)


SET_SEATS: Final[LiteralString] = "UPDATE slot SET seats = $2 WHERE slot_id = $1"


async def set_seats(db: Connection, slot: Slot, seats: int) -> None:
    """More or fewer seats; the database refuses fewer than are booked."""
    await db.execute(SET_SEATS, slot.slot_id, seats)


# --- Bookings ---

LOCK_BOOKINGS: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


async def lock_bookings(db: Connection, candidate_id: AccountId, scheme_id: SchemeId) -> None:
    """Let a double tap book one seat: the second waits until the first is committed, and then finds it."""
    await db.execute(LOCK_BOOKINGS, f"book:{candidate_id}:{scheme_id}")


INSERT_BOOKING: Final[LiteralString] = """
INSERT INTO booking (booking_id, candidate_id, scheme_id, slot_id, local_start, zone, starts_at, tzdata_version, voucher_sha256,
                     booked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


async def insert_booking(db: Connection, booking: Booking) -> None:
    """Keep what `booking.book` decided. The database refuses a seat too many, a second open booking and a used voucher."""
    await db.execute(
        INSERT_BOOKING,
        booking.booking_id,
        booking.candidate_id,
        booking.scheme_id,
        booking.slot_id,
        booking.promise.local,
        booking.promise.zone,
        booking.promise.starts_at,
        booking.promise.tzdata_version,
        booking.voucher_sha256,
        booking.booked_at,
    )


RECORD_BOOKING: Final[LiteralString] = """
UPDATE booking SET slot_id = $3, local_start = $4, zone = $5, starts_at = $6, tzdata_version = $7, voucher_returned_at = $8,
                   revision = $9, ending = $10, ended_at = $11, session_id = $12, due_at = $13
WHERE booking_id = $1 AND candidate_id = $2
"""


async def record_booking(db: Connection, booking: Booking) -> None:
    """Keep what a move of `booking.py` decided about a booking that the caller has loaded to change."""
    await db.execute(
        RECORD_BOOKING,
        booking.booking_id,
        booking.candidate_id,
        booking.slot_id,
        booking.promise.local,
        booking.promise.zone,
        booking.promise.starts_at,
        booking.promise.tzdata_version,
        booking.voucher_returned_at,
        booking.revision,
        booking.ending,
        booking.ended_at,
        booking.session_id,
        booking.due_at,
    )


BOOKING_COLUMNS: Final[LiteralString] = """
SELECT k.booking_id, k.candidate_id, k.scheme_id, k.slot_id, k.local_start, k.zone, k.starts_at, k.tzdata_version,
       k.voucher_sha256, k.voucher_returned_at, k.booked_at, k.revision, k.ending, k.ended_at, k.session_id, k.due_at,
       (SELECT centre_id IS NOT NULL FROM slot WHERE slot.slot_id = k.slot_id) AS at_centre,
       ARRAY(SELECT ARRAY[o.since, o.until] FROM outage o
             WHERE o.until > k.starts_at - interval '1 day' AND o.since < k.starts_at + interval '2 days'
             ORDER BY o.since) AS outages
FROM booking k
"""

BOOKINGS_OF: Final[LiteralString] = BOOKING_COLUMNS + "WHERE k.candidate_id = $1 ORDER BY k.booked_at DESC LIMIT 100"


async def bookings_of(db: Connection, candidate_id: AccountId) -> list[Booking]:
    """The candidate's bookings, newest first; the newest hundred are more than one life of exams."""
    return [_booking(row) for row in await db.fetch(BOOKINGS_OF, candidate_id)]


BOOKING_OF: Final[LiteralString] = BOOKING_COLUMNS + "WHERE k.booking_id = $1 AND k.candidate_id = $2"


async def booking_of(db: Connection, booking_id: BookingId, candidate_id: AccountId) -> Booking | None:
    """The candidate's own booking, to read."""
    row = await db.fetchrow(BOOKING_OF, booking_id, candidate_id)
    return None if row is None else _booking(row)


BOOKING_TO_CHANGE: Final[LiteralString] = (
    BOOKING_COLUMNS + "WHERE k.booking_id = $1 AND k.candidate_id = $2 FOR NO KEY UPDATE OF k"
)


async def booking_to_change(db: Connection, booking_id: BookingId, candidate_id: AccountId) -> Booking | None:
    """The candidate's own booking, which nobody else changes until this transaction ends."""
    row = await db.fetchrow(BOOKING_TO_CHANGE, booking_id, candidate_id)
    return None if row is None else _booking(row)


OPEN_BOOKING: Final[LiteralString] = (
    BOOKING_COLUMNS + "WHERE k.candidate_id = $1 AND k.scheme_id = $2 AND k.ending IS NULL FOR NO KEY UPDATE OF k"
)


async def open_booking(db: Connection, candidate_id: AccountId, scheme_id: SchemeId) -> Booking | None:
    """The candidate's booking of this scheme that has not ended, locked until this transaction ends."""
    row = await db.fetchrow(OPEN_BOOKING, candidate_id, scheme_id)
    return None if row is None else _booking(row)


BOOKINGS_IN: Final[LiteralString] = (
    BOOKING_COLUMNS + "WHERE k.slot_id = $1 ORDER BY k.booked_at, k.booking_id FOR NO KEY UPDATE OF k"
)


async def bookings_in(db: Connection, slot: Slot) -> list[Booking]:
    """Every booking of a slot, cancelled ones included, for a registrar to change."""
    return [_booking(row) for row in await db.fetch(BOOKINGS_IN, slot.slot_id)]


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking with whose it is and of what, for registrars."""

    booking: Booking
    candidate_name: str
    scheme_names: dict[str, str]
    place: str | None


BOOKED: Final[LiteralString] = (
    "WITH k AS ("
    + BOOKING_COLUMNS
    + """
)
SELECT k.*, a.display_name AS candidate_name, h.names AS scheme_names, c.name AS place
FROM k JOIN account a ON a.account_id = k.candidate_id JOIN scheme h USING (scheme_id) JOIN slot s USING (slot_id)
LEFT JOIN centre c USING (centre_id)
WHERE ($1::uuid IS NULL OR k.slot_id = $1)
  AND ($2::timestamptz IS NULL OR (k.ending IS NULL AND k.starts_at >= $2 AND k.tzdata_version <> $3))
ORDER BY a.display_name, k.booking_id LIMIT 10000
"""
)


async def booked_in(db: Connection, slot: Slot) -> list[Booked]:
    """Who is or was booked in a slot, by name."""
    return [_booked(row) for row in await db.fetch(BOOKED, slot.slot_id, None, None)]


async def promised_by_other_rules(db: Connection, since: datetime, version: str) -> list[Booked]:
    """Open bookings for `since` or later whose start was worked out by another version of the zone rules than this one."""
    return [_booked(row) for row in await db.fetch(BOOKED, None, since, version)]


SATS_OF: Final[LiteralString] = """
SELECT s.started_at, CASE WHEN s.sealed_at IS NOT NULL THEN s.sealed_at
                          WHEN (s.paused_since IS NULL OR s.pause_max_seconds IS NOT NULL) AND e.due < $3 THEN e.due
                     END AS ended_at
FROM session s CROSS JOIN LATERAL (SELECT s.started_at + make_interval(
    secs => s.allotted_seconds + s.credited_seconds + coalesce(s.pause_max_seconds, 0)) AS due) e
WHERE s.candidate_id = $1 AND s.scheme_id = $2 AND s.started_at IS NOT NULL
ORDER BY s.started_at DESC LIMIT 1000
"""


async def sats_of(db: Connection, candidate_id: AccountId, scheme_id: SchemeId, now: datetime) -> tuple[Sat, ...]:
    """The sessions of a scheme that the candidate has started, newest first."""
    return tuple(Sat(row["started_at"], row["ended_at"]) for row in await db.fetch(SATS_OF, candidate_id, scheme_id, now))


# --- Vouchers ---

INSERT_BATCH: Final[LiteralString] = """
INSERT INTO voucher_batch (scheme_id, note, valid_until, issued_by, issued_at) VALUES ($1, $2, $3, $4, $5)
RETURNING voucher_batch_id
"""
INSERT_VOUCHERS: Final[LiteralString] = (
    "INSERT INTO voucher (voucher_batch_id, code_sha256) SELECT $1, code FROM unnest($2::bytea[]) AS code"
)
VOUCHERS_AT_ONCE: Final = 10_000
"""In one statement: a third of a second, far below the time limit of a statement."""


async def insert_batch(
    db: Connection,
    scheme_id: SchemeId | None,
    note: str,
    valid_until: datetime,
    issued_by: AccountId | None,
    hashes: Sequence[bytes],
    now: datetime,
) -> VoucherBatchId:
    """Keep a batch by its codes' hashes; `issued_by` None: on the command line."""
    batch_id = await db.fetchval(INSERT_BATCH, scheme_id, note, valid_until, issued_by, now)
    for first in range(0, len(hashes), VOUCHERS_AT_ONCE):
        await db.execute(INSERT_VOUCHERS, batch_id, list(hashes[first : first + VOUCHERS_AT_ONCE]))
    return VoucherBatchId(batch_id)


LOCK_VOUCHER: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 1))"
VOUCHER_WITH_HASH: Final[LiteralString] = """
SELECT v.code_sha256, b.scheme_id, voucher_valid_until(v.code_sha256) AS valid_until,
       EXISTS (SELECT FROM booking k WHERE k.voucher_sha256 = v.code_sha256 AND k.voucher_returned_at IS NULL) AS used
FROM voucher v JOIN voucher_batch b USING (voucher_batch_id)
WHERE v.code_sha256 = $1
"""


async def voucher_to_use(db: Connection, code_sha256: bytes) -> Voucher | None:
    """The voucher with this hash, which nobody else uses until this transaction ends; None if there is none."""
    await db.execute(LOCK_VOUCHER, code_sha256)
    row = await db.fetchrow(VOUCHER_WITH_HASH, code_sha256)
    if row is None:
        return None
    scheme_id = None if row["scheme_id"] is None else SchemeId(row["scheme_id"])
    return Voucher(row["code_sha256"], scheme_id, row["valid_until"], row["used"])


BATCHES: Final[LiteralString] = """
SELECT s.names AS scheme_names, b.note, b.valid_until, b.issued_at, count(v.code_sha256) AS count,
       count(k.booking_id) AS used
FROM voucher_batch b LEFT JOIN scheme s USING (scheme_id) LEFT JOIN voucher v USING (voucher_batch_id)
LEFT JOIN booking k ON k.voucher_sha256 = v.code_sha256 AND k.voucher_returned_at IS NULL
GROUP BY b.voucher_batch_id, s.scheme_id
ORDER BY b.issued_at DESC LIMIT 200
"""


async def batches(db: Connection) -> list[Batch]:
    """The newest batches of vouchers, with how many of each are used."""
    return [
        Batch(
            scheme_names=row["scheme_names"],
            note=row["note"],
            valid_until=row["valid_until"],
            issued_at=row["issued_at"],
            count=row["count"],
            used=row["used"],
        )
        for row in await db.fetch(BATCHES)
    ]


def slot_from(row: Record) -> Slot:
    """The slot in a row of `SLOT_COLUMNS`."""
    centre = None
    if row["centre_id"] is not None:
        centre = Centre(CentreId(row["centre_id"]), row["name"], row["address"], row["centre_zone"])
    return Slot(
        slot_id=SlotId(row["slot_id"]),
        scheme_id=SchemeId(row["scheme_id"]),
        centre=centre,
        promise=Promise(row["local_start"], row["zone"], row["starts_at"], row["tzdata_version"], at_centre=centre is not None),
        seats=row["seats"],
        taken=row["taken"],
        cancelled_at=row["cancelled_at"],
        cancel_reason=row["cancel_reason"],
    )


def _centre(row: Record) -> Centre:
    return Centre(CentreId(row["centre_id"]), row["name"], row["address"], row["zone"])


def _booked(row: Record) -> Booked:
    return Booked(_booking(row), row["candidate_name"], row["scheme_names"], row["place"])


def _booking(row: Record) -> Booking:
    return Booking(
        booking_id=BookingId(row["booking_id"]),
        candidate_id=AccountId(row["candidate_id"]),
        scheme_id=SchemeId(row["scheme_id"]),
        slot_id=SlotId(row["slot_id"]),
        promise=Promise(row["local_start"], row["zone"], row["starts_at"], row["tzdata_version"], at_centre=row["at_centre"]),
        voucher_sha256=row["voucher_sha256"],
        voucher_returned_at=row["voucher_returned_at"],
        booked_at=row["booked_at"],
        revision=row["revision"],
        ending=None if row["ending"] is None else Ending(row["ending"]),
        ended_at=row["ended_at"],
        session_id=None if row["session_id"] is None else SessionId(row["session_id"]),
        due_at=row["due_at"],
        outages=tuple((since, until) for since, until in row["outages"]),
    )
