"""Who may open and start a session of a scheme, and when: on a booked seat where the scheme demands one, by its retake rules.

The order is the rule: first whether the candidate has a seat, then whether it is time, then whether they may sit at all. Until
the seat's start there is no form and no key for anybody.
"""

from datetime import datetime

from exams.booking import store
from exams.booking.booking import check_in, is_no_show, note_no_show, sit
from exams.booking.promise import start
from exams.booking.retake import require_possible
from exams.booking.zones import Zones
from exams.errors import BookingRequired
from exams.ids import AccountId, SessionId
from exams.papers.blueprint import Scheme
from exams.store import Connection


async def admit_to_open(db: Connection, scheme: Scheme, candidate_id: AccountId, now: datetime, zones: Zones) -> None:
    """Whether the candidate may open a session of the scheme now.

    Raises `StillSitting`, `RetakeWait` or `SessionsPerYear`; and for a booked scheme `BookingRequired`, `TooEarly` or
    `TooLate`.
    """
    if not scheme.rules.booking_required:
        require_possible(scheme.rules, await store.sats_of(db, candidate_id, scheme.scheme_id, now), now)
        return
    booking = await store.open_booking(db, candidate_id, scheme.scheme_id)
    if booking is None:
        raise BookingRequired
    check_in(booking, scheme.rules, now, zones)
    # A session of the seat starts at its due time at the earliest: a retake that is possible then may be opened before.
    require_possible(
        scheme.rules, await store.sats_of(db, candidate_id, scheme.scheme_id, now), max(now, start(booking.promise, zones))
    )


async def admit_to_start(
    db: Connection, scheme: Scheme, candidate_id: AccountId, session_id: SessionId, now: datetime, zones: Zones
) -> None:
    """Let the clock of an opened session begin now, and take the seat for it, in the caller's transaction.

    Must come before the start is recorded: the database refuses one without a seat that is due. Raises as `admit_to_open` does.
    """
    require_possible(scheme.rules, await store.sats_of(db, candidate_id, scheme.scheme_id, now), now)
    if not scheme.rules.booking_required:
        return
    booking = await store.open_booking(db, candidate_id, scheme.scheme_id)
    if booking is None:
        raise BookingRequired
    await store.record_booking(db, sit(booking, session_id, scheme.rules, now, zones))


async def settle_no_show(db: Connection, scheme: Scheme, candidate_id: AccountId, now: datetime, zones: Zones) -> bool:
    """Write down a booking of the scheme that the candidate did not come to. Returns whether one is still open afterwards."""
    booking = await store.open_booking(db, candidate_id, scheme.scheme_id)
    if booking is None:
        return False
    if not is_no_show(booking, scheme.rules, now, zones):
        return True
    await store.record_booking(db, note_no_show(booking, scheme.rules, now, zones))
    return False
