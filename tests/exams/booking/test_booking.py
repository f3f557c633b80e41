"""A booking's moves: in time, too early, too late, and when the zone's rules change under it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from exams.booking import booking as moves
from exams.booking.booking import Booking, Ending
from exams.booking.promise import promise
from exams.booking.retake import Sat
from exams.booking.slot import Centre, Slot, weekly
from exams.booking.voucher import Voucher
from exams.booking.zones import Zones, pinned
from exams.errors import (
    AlreadyBooked,
    ChangeTooLate,
    InvalidInput,
    NotEligible,
    RetakeWait,
    SlotClosed,
    SlotFull,
    TooEarly,
    TooLate,
)
from exams.ids import AccountId, BookingId, CentreId, SchemeId, SessionId, SlotId
from exams.papers.rules import Rules
from tests.fixtures.zones import after_the_change, before_the_change

NINE = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - what the clock on the wall shows
START = datetime(2026, 3, 2, 4, tzinfo=UTC)
RULES = Rules(booking_required=True, late_arrival_minutes=30)
SCHEME = SchemeId(uuid4())
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def a_slot(local: datetime = NINE, zones: Zones | None = None, **changes: Any) -> Slot:
    slot = Slot(
        slot_id=SlotId(uuid4()),
        scheme_id=SCHEME,
        centre=Centre(CentreId(uuid4()), "Almaty", "Abai avenue 10", "Asia/Almaty"),
        promise=promise(local, "Asia/Almaty", at_centre=True, zones=zones or pinned()),
        seats=2,
        taken=1,
        cancelled_at=None,
        cancel_reason=None,
    )
    return replace(slot, **changes)


def book(slot: Slot | None = None, rules: Rules = RULES, now: datetime = START - 48 * HOUR, **changes: Any) -> Booking:
    given: dict[str, Any] = {"is_booked": False, "earlier": (), "voucher": None, "zones": pinned()} | changes
    return moves.book(BookingId(uuid4()), AccountId(uuid4()), slot or a_slot(), rules, now=now, **given)


def test_a_seat_is_booked_until_the_start() -> None:
    assert book(now=START - SECOND).promise.starts_at == START
    with pytest.raises(SlotClosed):
        book(now=START)


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (SlotFull, {"slot": a_slot(taken=2)}),
        (SlotClosed, {"slot": a_slot(cancelled_at=START - 50 * HOUR, cancel_reason="no room")}),
        (AlreadyBooked, {"is_booked": True}),
        (NotEligible, {"rules": Rules()}),
        (InvalidInput, {"rules": replace(RULES, voucher_required=True)}),
        (RetakeWait, {"rules": replace(RULES, retake_wait_days=7), "earlier": [Sat(START - 49 * HOUR, START - 48 * HOUR)]}),
    ],
)
def test_a_seat_is_refused_with_the_reason(refusal: type[Exception], changes: dict[str, Any]) -> None:
    with pytest.raises(refusal):
        book(**changes)


def test_a_retake_may_be_booked_before_it_may_be_sat() -> None:
    rules = replace(RULES, retake_wait_days=7)
    book(rules=rules, earlier=[Sat(START - 8 * 24 * HOUR, START - 7 * 24 * HOUR)])


def test_a_booking_is_moved_until_the_scheme_says_and_keeps_its_voucher() -> None:
    voucher = Voucher(b"v" * 32, None, START, used=False)
    booking = book(voucher=voucher)
    later = a_slot(NINE + 24 * HOUR)
    moved = moves.move(booking, later, RULES, earlier=(), now=START - 24 * HOUR, zones=pinned())
    assert (moved.slot_id, moved.promise, moved.revision) == (later.slot_id, later.promise, 1)
    assert (moved.booking_id, moved.voucher_sha256) == (booking.booking_id, voucher.code_sha256)
    with pytest.raises(ChangeTooLate) as refused:
        moves.move(booking, later, RULES, earlier=(), now=START - 24 * HOUR + SECOND, zones=pinned())
    assert refused.value.when == START - 24 * HOUR
    assert refused.value.when.utcoffset() == 5 * HOUR
    with pytest.raises(SlotFull):
        moves.move(booking, replace(later, taken=2), RULES, earlier=(), now=START - 48 * HOUR, zones=pinned())
    with pytest.raises(NotEligible):
        moves.move(
            booking, replace(later, scheme_id=SchemeId(uuid4())), RULES, earlier=(), now=START - 48 * HOUR, zones=pinned()
        )


@pytest.mark.parametrize(("before", "returned"), [(24 * HOUR, True), (24 * HOUR - SECOND, False), (SECOND, False)])
def test_cancelling_in_time_gives_the_voucher_back_and_later_only_the_seat(before: timedelta, *, returned: bool) -> None:
    booking = book(voucher=Voucher(b"v" * 32, None, START, used=False))
    cancelled = moves.cancel(booking, RULES, START - before, pinned())
    assert cancelled.ending is Ending.CANCELLED
    assert (cancelled.voucher_returned_at is not None) is returned


def test_from_the_start_on_nothing_is_cancelled_or_moved() -> None:
    booking = book()
    with pytest.raises(TooLate):
        moves.cancel(booking, RULES, START, pinned())
    with pytest.raises(TooLate):
        moves.move(booking, a_slot(NINE + 24 * HOUR), RULES, earlier=(), now=START, zones=pinned())


def test_what_the_centre_cancels_gives_the_voucher_back_at_any_moment() -> None:
    booking = book(voucher=Voucher(b"v" * 32, None, START, used=False))
    assert moves.cancel_with_slot(booking, START + HOUR).voucher_returned_at == START + HOUR
    assert moves.cancel_with_slot(book(), START).voucher_returned_at is None


def test_complaint_7_a_seat_opens_before_its_start_and_the_clock_begins_at_the_start_and_not_a_second_earlier() -> None:
    booking, session_id = book(), SessionId(uuid4())
    with pytest.raises(TooEarly) as refused:
        moves.check_in(booking, RULES, START - 30 * MINUTE - SECOND, pinned())
    assert refused.value.when == START - 30 * MINUTE
    moves.check_in(booking, RULES, START - 30 * MINUTE, pinned())
    with pytest.raises(TooEarly):
        moves.sit(booking, session_id, RULES, START - SECOND, pinned())
    sat = moves.sit(booking, session_id, RULES, START, pinned())
    assert (sat.ending, sat.session_id, sat.due_at) == (Ending.SAT, session_id, START)


@pytest.mark.parametrize(
    ("outages", "later"),
    [
        ([(-HOUR, 10 * MINUTE)], 10 * MINUTE),  # of ours only what was after the start
        ([(5 * MINUTE, 25 * MINUTE)], 20 * MINUTE),
        ([(0 * MINUTE, 3 * HOUR)], 3 * HOUR),
        ([(10 * MINUTE, 20 * MINUTE), (35 * MINUTE, 45 * MINUTE)], 20 * MINUTE),  # the second one in the time of the first
        ([(-2 * HOUR, -HOUR)], 0 * MINUTE),
        ([(31 * MINUTE, HOUR)], 0 * MINUTE),  # it was over
    ],
)
def test_an_outage_of_ours_takes_no_seat(outages: list[tuple[timedelta, timedelta]], later: timedelta) -> None:
    booking = replace(book(), outages=tuple((START + since, START + until) for since, until in outages))
    closes = START + 30 * MINUTE + later
    assert moves.closes_at(booking, RULES, pinned()) == closes
    moves.sit(booking, SessionId(uuid4()), RULES, closes, pinned())
    assert moves.is_no_show(booking, RULES, closes + SECOND, pinned())


def test_who_comes_late_starts_until_the_scheme_says_and_then_it_is_a_no_show() -> None:
    booking = book(voucher=Voucher(b"v" * 32, None, START, used=False))
    moves.sit(booking, SessionId(uuid4()), RULES, START + 30 * MINUTE, pinned())
    with pytest.raises(TooLate):
        moves.sit(booking, SessionId(uuid4()), RULES, START + 30 * MINUTE + SECOND, pinned())
    assert not moves.is_no_show(booking, RULES, START + 30 * MINUTE, pinned())
    noted = moves.note_no_show(booking, RULES, START + 31 * MINUTE, pinned())
    assert (noted.ending, noted.voucher_returned_at) == (Ending.NO_SHOW, None)
    with pytest.raises(NotEligible):
        moves.note_no_show(booking, RULES, START, pinned())
    excused = moves.excuse(noted, RULES, START + HOUR, pinned())
    assert excused.voucher_returned_at == START + HOUR
    assert moves.excuse(excused, RULES, START + 2 * HOUR, pinned()) == excused


def test_complaint_7_when_the_zone_moves_the_seat_does_not_open_at_the_old_moment(tmp_path: Path) -> None:
    old, new = before_the_change(tmp_path), after_the_change(tmp_path)
    slot = a_slot(datetime(2024, 3, 4, 9), old)  # noqa: DTZ001 - a wall clock
    booking = book(slot, now=datetime(2024, 1, 20, tzinfo=UTC), zones=old)
    promised = booking.promise.starts_at
    with pytest.raises(TooEarly) as refused:
        moves.sit(booking, SessionId(uuid4()), RULES, promised, new)
    assert refused.value.when == promised + HOUR
    assert (refused.value.when.hour, refused.value.when.utcoffset()) == (9, 5 * HOUR)
    moves.sit(booking, SessionId(uuid4()), RULES, promised + HOUR, new)
    # And whoever comes by the new clock is not late, although the old one would say so.
    moves.sit(booking, SessionId(uuid4()), RULES, promised + HOUR + 30 * MINUTE, new)


def test_a_weekly_series_keeps_the_wall_clock_over_a_change_of_clocks() -> None:
    locals_ = weekly(datetime(2026, 3, 23, 9), 2)  # noqa: DTZ001 - a wall clock
    first, second = (promise(local, "Europe/Berlin", at_centre=True, zones=pinned()).starts_at for local in locals_)
    assert second - first == timedelta(days=7) - HOUR
    for weeks in (0, -1, 53):
        with pytest.raises(InvalidInput):
            weekly(NINE, weeks)
