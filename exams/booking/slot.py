"""A slot: a time and a place for one scheme, with seats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exams.booking.promise import Promise, start
from exams.booking.zones import Zones
from exams.errors import InvalidInput, SlotClosed, SlotFull
from exams.ids import CentreId, SchemeId, SlotId
from exams.words import written

SEATS_MAX: Final = 10_000
"""Of one slot. A national sitting online has some thousands; more is a slip of the finger."""

WEEKS_MAX: Final = 52
"""Of a series: a year ahead. Zone rules and rooms are not known further."""

PLACE_MAX_CHARACTERS: Final = 200
ADDRESS_MAX_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Centre:
    """A building with its own clock on the wall: `zone`."""

    centre_id: CentreId
    name: str
    address: str
    zone: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A time and a place; without a `centre` it is online. `taken` counts the seats of bookings that were not cancelled."""

    slot_id: SlotId
    scheme_id: SchemeId
    centre: Centre | None
    promise: Promise
    seats: int
    taken: int
    cancelled_at: datetime | None
    cancel_reason: str | None

    @property
    def free(self) -> int:
        """Seats that nobody has booked."""
        return max(self.seats - self.taken, 0)


def centre_fields(name: str, address: str, zone: str, zones: Zones) -> tuple[str, str, str]:
    """The fields of a centre without the space around them. Raises `InvalidInput` for an empty, long or unknown one."""
    zones.zone(zone)
    return written("name", name, PLACE_MAX_CHARACTERS), written("address", address, ADDRESS_MAX_CHARACTERS), zone


def require_seats(seats: int) -> int:
    """A number of seats that a slot can have. Raises `InvalidInput`."""
    if not 1 <= seats <= SEATS_MAX:
        raise InvalidInput("seats", "out-of-range")
    return seats


def weekly(first: datetime, weeks: int) -> tuple[datetime, ...]:
    """The wall-clock times of a series: the same weekday at the same time, whatever the clocks do meanwhile."""
    if not 1 <= weeks <= WEEKS_MAX:
        raise InvalidInput("weeks", "out-of-range")
    return tuple(first + timedelta(weeks=week) for week in range(weeks))


def require_open(slot: Slot, now: datetime, zones: Zones) -> None:
    """Whether a seat of the slot can be booked now. Raises `SlotClosed` (cancelled, or begun) or `SlotFull`."""
    if slot.cancelled_at is not None or now >= start(slot.promise, zones):
        raise SlotClosed
    if slot.free == 0:
        raise SlotFull
