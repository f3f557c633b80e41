"""A booking: a candidate's seat in a slot. Booking, moving, cancelling, and what becomes of it.

    booked ──► sat             the session was started on it
       ├─────► cancelled       by the candidate; in time the voucher is given back
       ├─────► slot_cancelled  by the centre; the voucher is given back
       └─────► no_show         the time to come is over; the voucher is used, unless a registrar excuses it

A *no-show* follows from the time. It is written down when the candidate books again or a registrar excuses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from exams.booking.promise import Promise, start
from exams.booking.retake import Sat, require_possible
from exams.booking.slot import Slot, require_open
from exams.booking.voucher import Voucher
from exams.booking.zones import Zones
from exams.errors import AlreadyBooked, ChangeTooLate, InvalidInput, NotEligible, TooEarly, TooLate
from exams.ids import AccountId, BookingId, SchemeId, SessionId, SlotId
from exams.papers.rules import Rules

CHECK_IN_MINUTES: Final = 30
"""Before the start: from when on a session can be opened, consent read and the computer looked at. The clock begins later."""


class Ending(StrEnum):
    """What became of a booking."""

    CANCELLED = "cancelled"
    SLOT_CANCELLED = "slot_cancelled"
    NO_SHOW = "no_show"
    SAT = "sat"


@dataclass(frozen=True, slots=True)
class Booking:
    """A candidate's seat. `due_at` is the start as it counted when the session was started.

    `outages` are the times around its start, each from and until, when nobody of us was there, in their order
    (`sessions/pulse.py`).
    """

    booking_id: BookingId
    candidate_id: AccountId
    scheme_id: SchemeId
    slot_id: SlotId
    promise: Promise
    voucher_sha256: bytes | None
    voucher_returned_at: datetime | None
    booked_at: datetime
    revision: int
    ending: Ending | None
    ended_at: datetime | None
    session_id: SessionId | None
    due_at: datetime | None
    outages: tuple[tuple[datetime, datetime], ...] = ()


def book(
    booking_id: BookingId,
    candidate_id: AccountId,
    slot: Slot,
    rules: Rules,
    *,
    is_booked: bool,
    earlier: Sequence[Sat],
    voucher: Voucher | None,
    now: datetime,
    zones: Zones,
) -> Booking:
    """Book a seat. `is_booked` says that the candidate has an open booking of the scheme.

    Raises `NotEligible` for a scheme that is sat without booking, `AlreadyBooked`, `SlotClosed`, `SlotFull`, what
    `retake.require_possible` raises for the slot's start, and `InvalidInput` if the scheme demands a voucher and there is none.
    """
    if not rules.booking_required:
        raise NotEligible("this exam is sat without booking")
    if is_booked:
        raise AlreadyBooked
    require_open(slot, now, zones)
    require_possible(rules, earlier, start(slot.promise, zones))
    if rules.voucher_required and voucher is None:
        raise InvalidInput("voucher", "missing")
    return Booking(
        booking_id=booking_id,
        candidate_id=candidate_id,
        scheme_id=slot.scheme_id,
        slot_id=slot.slot_id,
        promise=slot.promise,
        voucher_sha256=None if voucher is None else voucher.code_sha256,
        voucher_returned_at=None,
        booked_at=now,
        revision=0,
        ending=None,
        ended_at=None,
        session_id=None,
        due_at=None,
    )


def movable_until(booking: Booking, rules: Rules, zones: Zones) -> datetime:
    """The last moment at which the booking can be moved."""
    return start(booking.promise, zones) - timedelta(hours=rules.move_until_hours)


def returnable_until(booking: Booking, rules: Rules, zones: Zones) -> datetime:
    """The last moment at which cancelling gives the voucher back."""
    return start(booking.promise, zones) - timedelta(hours=rules.cancel_until_hours)


def move(booking: Booking, slot: Slot, rules: Rules, *, earlier: Sequence[Sat], now: datetime, zones: Zones) -> Booking:
    """Take a seat in another slot of the same scheme instead.

    Raises `SlotClosed` if the booking has ended, `ChangeTooLate`, and for the new slot what `book` raises.
    """
    _require_ahead(booking, now, zones)
    until = movable_until(booking, rules, zones)
    if now > until:
        raise ChangeTooLate(_told(until, booking, zones))
    if slot.slot_id == booking.slot_id:
        return booking
    if slot.scheme_id != booking.scheme_id:
        raise NotEligible("this slot is of another exam")
    require_open(slot, now, zones)
    require_possible(rules, earlier, start(slot.promise, zones))
    return replace(booking, slot_id=slot.slot_id, promise=slot.promise, revision=booking.revision + 1)


def cancel(booking: Booking, rules: Rules, now: datetime, zones: Zones) -> Booking:
    """Give the seat up. In time the voucher is given back; later the seat still goes to somebody else.

    Raises `TooLate` from the start on: then it is a no-show, or a session.
    """
    _require_ahead(booking, now, zones)
    returns = booking.voucher_sha256 is not None and now <= returnable_until(booking, rules, zones)
    return _end(booking, Ending.CANCELLED, now, voucher_returned_at=now if returns else None)


def cancel_with_slot(booking: Booking, now: datetime) -> Booking:
    """The centre cancelled the slot. What we cancel costs a candidate nothing."""
    returns = booking.voucher_sha256 is not None
    return _end(booking, Ending.SLOT_CANCELLED, now, voucher_returned_at=now if returns else None)


def opens_at(booking: Booking, zones: Zones) -> datetime:
    """From when on a session can be opened on the seat."""
    return start(booking.promise, zones) - timedelta(minutes=CHECK_IN_MINUTES)


def closes_at(booking: Booking, rules: Rules, zones: Zones) -> datetime:
    """The last moment at which the session can be started, with its whole time: what an outage of ours took is added."""
    due = start(booking.promise, zones)
    closes = due + timedelta(minutes=rules.late_arrival_minutes)
    for since, until in booking.outages:
        if since <= closes:
            closes += max(until - max(since, due), timedelta())
    return closes


def is_no_show(booking: Booking, rules: Rules, now: datetime, zones: Zones) -> bool:
    """Whether the candidate did not come: the booking stands, and the time to come is over."""
    return booking.ending is None and now > closes_at(booking, rules, zones)


def note_no_show(booking: Booking, rules: Rules, now: datetime, zones: Zones) -> Booking:
    """Write down that the candidate did not come. Raises `NotEligible` if they still can, or it has ended otherwise."""
    if not is_no_show(booking, rules, now, zones):
        raise NotEligible("this booking is not over")
    return _end(booking, Ending.NO_SHOW, now)


def excuse(booking: Booking, rules: Rules, now: datetime, zones: Zones) -> Booking:
    """A registrar excuses an absence: the voucher is given back. Excusing twice changes nothing. Raises `NotEligible`."""
    noted = booking if booking.ending is Ending.NO_SHOW else note_no_show(booking, rules, now, zones)
    if noted.voucher_sha256 is None or noted.voucher_returned_at is not None:
        return noted
    return replace(noted, voucher_returned_at=now)


def check_in(booking: Booking, rules: Rules, now: datetime, zones: Zones) -> None:
    """Whether a session may be opened on the seat now. Raises `TooEarly` or `TooLate`."""
    opens, closes = opens_at(booking, zones), closes_at(booking, rules, zones)
    if now < opens:
        raise TooEarly(_told(opens, booking, zones))
    if now > closes:
        raise TooLate(_told(closes, booking, zones))


def sit(booking: Booking, session_id: SessionId, rules: Rules, now: datetime, zones: Zones) -> Booking:
    """The clock begins on this seat. Raises `TooLate`, or `TooEarly`: until the start there is no form and no key."""
    due = start(booking.promise, zones)
    if now < due:
        raise TooEarly(_told(due, booking, zones))
    check_in(booking, rules, now, zones)
    return replace(_end(booking, Ending.SAT, now), session_id=session_id, due_at=due)


def _require_ahead(booking: Booking, now: datetime, zones: Zones) -> None:
    due = start(booking.promise, zones)
    if booking.ending is not None or now >= due:
        raise TooLate(_told(due, booking, zones))


def _end(booking: Booking, ending: Ending, now: datetime, *, voucher_returned_at: datetime | None = None) -> Booking:
    return replace(
        booking,
        ending=ending,
        ended_at=now,
        voucher_returned_at=voucher_returned_at or booking.voucher_returned_at,
        revision=booking.revision + 1,
    )


def _told(moment: datetime, booking: Booking, zones: Zones) -> datetime:
    """The moment on the clock of the booking's zone, as the refusal tells it."""
    return moment.astimezone(zones.zone(booking.promise.zone))
