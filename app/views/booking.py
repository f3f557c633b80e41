"""The candidate's seat: choose a place and a time, book, move, cancel, take it into a calendar.

    My exams ─► a place ─► a time ─► book it ─► the booking's page

Moving goes the same way with `?move=<booking_id>`. Every time is told on the clock of its place; a script adds the visitor's
own where that differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import Role, account
from app.client_address import client_address
from app.database import Connection, transaction
from app.forms import read_form
from app.locales import locale_of, msgid, translate
from app.pages import redirect, render, wants_json
from app.problem_texts import REASONS
from exams.booking import booking as moves
from exams.booking import store
from exams.booking.admission import settle_no_show
from exams.booking.booking import Booking
from exams.booking.calendar import calendar_file
from exams.booking.promise import shift, start
from exams.booking.retake import possible_from
from exams.booking.slot import Centre, Slot
from exams.booking.voucher import Voucher, code_sha256, redeem
from exams.booking.zones import pinned
from exams.errors import InvalidInput, NotEligible, NotFound
from exams.ids import AccountId, BookingId, SchemeId, SlotId
from exams.papers import store as papers
from exams.papers.blueprint import Scheme

LOOK_BACK: Final = timedelta(days=1)
"""Slots are asked for by the moment that was promised; a change of a zone's rules moves it by some hours."""

VOUCHER_MAX_CHARACTERS: Final = 60
"""What a person may type around sixteen letters."""

BRING: Final = msgid("Bring an identity document. What else to bring is on the page of your booking.")


class BookForm(msgspec.Struct):
    """The confirmation. `voucher` is a code, or nothing."""

    voucher: Annotated[str, msgspec.Meta(max_length=VOUCHER_MAX_CHARACTERS)] = ""


class MoveForm(msgspec.Struct):
    """Which slot instead."""

    slot_id: UUID


@dataclass(frozen=True, slots=True)
class Time:
    """A slot with the moment that counts."""

    slot: Slot
    starts_at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its times; without a `centre` it is online."""

    key: str
    centre: Centre | None
    times: tuple[Time, ...]

    @property
    def next_free(self) -> Time | None:
        """The first time with a free seat."""
        return next((one for one in self.times if one.slot.free), None)

    @property
    def days(self) -> list[tuple[date, list[Time]]]:
        """The times by the place's own days."""
        return [(day, list(times)) for day, times in groupby(self.times, key=lambda one: one.day)]


async def show_seats(request: Request) -> Response:
    """Show where and when the exam can be sat: first the places, then the times of one."""
    now = datetime.now(UTC)
    candidate_id = account(request).account_id
    async with transaction(request.state.pool) as db:
        scheme = await _scheme(db, request)
        moving = await _moving(db, request, scheme)
        slots = await store.slots_from(db, now - LOOK_BACK, scheme.scheme_id)
        mine = await store.bookings_of(db, candidate_id)
        earlier = await store.sats_of(db, candidate_id, scheme.scheme_id, now)
    open_booking = next((one for one in mine if _is_open(one, scheme, now)), None)
    first = possible_from(scheme.rules, earlier)
    places = _places(slots, now)
    asked = request.query_params.get("place", places[0].key if len(places) == 1 else "")
    return render(
        request,
        "candidate/seats.html",
        scheme=scheme,
        places=places,
        place=next((one for one in places if one.key == asked), None),
        booking=None if moving else open_booking,
        moving=moving,
        possible_from=first if first is not None and first > now else None,
    )


async def show_seat(request: Request) -> Response:
    """Show one seat with its rules, and the button that books it."""
    return await _show_seat(request)


async def _show_seat(request: Request, fault: InvalidInput | None = None, typed: str = "") -> Response:
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        scheme = await _scheme(db, request)
        moving = await _moving(db, request, scheme)
        slot = await store.slot_of(db, SlotId(request.path_params["slot_id"]))
    if slot is None or slot.scheme_id != scheme.scheme_id:
        raise NotFound
    starts_at = start(slot.promise, pinned())
    return render(
        request,
        "candidate/seat.html",
        status=200 if fault is None else 422,
        scheme=scheme,
        slot=slot,
        starts_at=starts_at,
        is_open=slot.cancelled_at is None and slot.free > 0 and now < starts_at,
        moving=moving,
        move_until=starts_at - timedelta(hours=scheme.rules.move_until_hours),
        cancel_until=starts_at - timedelta(hours=scheme.rules.cancel_until_hours),
        now=now,
        fault=None if fault is None else translate(request, REASONS[fault.reason], field=translate(request, "The voucher")),
        typed=typed,
    )


async def book_seat(request: Request) -> Response:
    """Book the seat, with a voucher or without. Whoever comes first has it; a second tap finds the first one's booking."""
    form = await read_form(request, BookForm)
    try:
        booking_id = await _book(request, form.voucher)
    except InvalidInput as fault:
        if wants_json(request) or fault.reason not in REASONS or fault.field != "voucher" or fault.limit is not None:
            raise
        return await _show_seat(request, fault, form.voucher)
    return redirect(f"/bookings/{booking_id}")


async def _book(request: Request, typed: str) -> BookingId:
    now = datetime.now(UTC)
    candidate_id = account(request).account_id
    if Role.EXAMINER in account(request).roles:
        raise NotEligible("an examiner has seen the tasks and their solutions")
    slot_id = SlotId(request.path_params["slot_id"])
    if typed.strip():
        await request.state.voucher_attempts.count(candidate_id, client_address(request))
    async with transaction(request.state.pool) as db:
        scheme = await _scheme(db, request)
        await store.lock_bookings(db, candidate_id, scheme.scheme_id)
        is_booked = await settle_no_show(db, scheme, candidate_id, now, pinned())
        if is_booked:
            existing = await store.open_booking(db, candidate_id, scheme.scheme_id)
            if existing is not None and existing.slot_id == slot_id:
                return existing.booking_id  # a second tap
        voucher = None if is_booked else await _voucher(db, typed, scheme.scheme_id, now)
        slot = await store.slot_to_book(db, slot_id)
        if slot is None or slot.scheme_id != scheme.scheme_id:
            raise NotFound
        booking = moves.book(
            BookingId(uuid4()),
            candidate_id,
            slot,
            scheme.rules,
            is_booked=is_booked,
            earlier=await store.sats_of(db, candidate_id, scheme.scheme_id, now),
            voucher=voucher,
            now=now,
            zones=pinned(),
        )
        await store.insert_booking(db, booking)
        facts: dict[str, object] = {"slot_id": slot.slot_id, "starts_at": start(booking.promise, pinned())}
        await audit.record(db, request, "booking:make", f"booking:{booking.booking_id}", facts | {"voucher": bool(voucher)})
    if voucher is not None:
        await request.state.voucher_attempts.forgive(candidate_id)
    return booking.booking_id


async def _voucher(db: Connection, typed: str, scheme_id: SchemeId, now: datetime) -> Voucher | None:
    if not typed.strip():
        return None
    return redeem(await store.voucher_to_use(db, code_sha256(typed)), scheme_id, now)


async def show_booking(request: Request) -> Response:
    """Show a booking: when, where, what to bring, and what can still be done with it."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        booking = await _own_booking(db, request)
        slot = await store.slot_of(db, booking.slot_id)
        scheme = await papers.scheme_of(db, booking.scheme_id)
        rehearsals = [one for one in await papers.schemes(db) if one.rules.rehearsal]
    assert slot is not None
    assert scheme is not None
    zones = pinned()
    opens, closes = moves.opens_at(booking, zones), moves.closes_at(booking, scheme.rules, zones)
    starts_at = start(booking.promise, zones)
    return render(
        request,
        "candidate/booking.html",
        booking=booking,
        slot=slot,
        scheme=scheme,
        starts_at=starts_at,
        opens_at=opens,
        closes_at=closes,
        is_open=booking.ending is None and opens <= now <= closes,
        is_no_show=moves.is_no_show(booking, scheme.rules, now, zones),
        opens_in_ms=max(0, round((opens - now).total_seconds() * 1000)) if booking.ending is None else None,
        shift=shift(booking.promise, zones) if booking.ending is None else None,
        movable=booking.ending is None and now <= min(moves.movable_until(booking, scheme.rules, zones), starts_at),
        cancellable=booking.ending is None and now < starts_at,
        move_until=moves.movable_until(booking, scheme.rules, zones),
        cancel_until=moves.returnable_until(booking, scheme.rules, zones),
        rehearsals=rehearsals,
        now=now,
    )


async def download_calendar(request: Request) -> Response:
    """The booking as a calendar file."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        booking = await _own_booking(db, request)
        slot = await store.slot_of(db, booking.slot_id)
        scheme = await papers.scheme_of(db, booking.scheme_id)
    assert slot is not None
    assert scheme is not None
    public_url: str = request.state.settings.public_url
    online = translate(request, "Online")
    content = calendar_file(
        booking,
        title=scheme.name(locale_of(request)),
        place=online if slot.centre is None else f"{slot.centre.name}, {slot.centre.address}",
        words=translate(request, BRING),
        url=f"{public_url}/bookings/{booking.booking_id}",
        duration=timedelta(minutes=scheme.duration_minutes),
        host=urlsplit(public_url).hostname or "sarap",
        now=now,
        zones=pinned(),
    )
    return Response(
        content,
        media_type="text/calendar",
        headers={"content-disposition": f'attachment; filename="sarap-{scheme.code}.ics"'},
    )


async def move_booking(request: Request) -> Response:
    """Take a seat in another slot instead. The old seat is free at once, and never before the new one is ours."""
    form = await read_form(request, MoveForm)
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        booking = await _own_to_change(db, request)
        scheme = await papers.scheme_of(db, booking.scheme_id)
        slot = await store.slot_to_book(db, SlotId(form.slot_id))
        if slot is None or scheme is None:
            raise NotFound
        earlier = await store.sats_of(db, booking.candidate_id, booking.scheme_id, now)
        moved = moves.move(booking, slot, scheme.rules, earlier=earlier, now=now, zones=pinned())
        if moved is not booking:
            await store.record_booking(db, moved)
            facts: dict[str, object] = {"from": booking.slot_id, "to": moved.slot_id}
            await audit.record(db, request, "booking:move", f"booking:{booking.booking_id}", facts)
    return redirect(f"/bookings/{booking.booking_id}")


async def show_cancel(request: Request) -> Response:
    """Say what cancelling means now, and ask once more."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        booking = await _own_booking(db, request)
        slot = await store.slot_of(db, booking.slot_id)
        scheme = await papers.scheme_of(db, booking.scheme_id)
    assert scheme is not None
    starts_at = start(booking.promise, pinned())
    if booking.ending is not None or now >= starts_at:
        return redirect(f"/bookings/{booking.booking_id}")
    until = moves.returnable_until(booking, scheme.rules, pinned())
    return render(
        request, "candidate/cancel.html", booking=booking, slot=slot, scheme=scheme, starts_at=starts_at, until=until, now=now
    )


async def cancel_booking(request: Request) -> Response:
    """Give the seat up. Cancelling what is cancelled changes nothing."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        booking = await _own_to_change(db, request)
        scheme = await papers.scheme_of(db, booking.scheme_id)
        assert scheme is not None
        if booking.ending is not moves.Ending.CANCELLED:
            cancelled = moves.cancel(booking, scheme.rules, now, pinned())
            await store.record_booking(db, cancelled)
            facts: dict[str, object] = {"voucher_returned": cancelled.voucher_returned_at is not None}
            await audit.record(db, request, "booking:cancel", f"booking:{booking.booking_id}", facts)
    return redirect(f"/bookings/{booking.booking_id}")


def _places(slots: Iterable[Slot], now: datetime) -> list[Place]:
    """The times to come by place: centres by name, then online."""
    zones = pinned()
    times = [
        Time(slot, starts_at, zones.local(starts_at, slot.promise.zone).date())
        for slot in slots
        if slot.cancelled_at is None and (starts_at := start(slot.promise, zones)) > now
    ]
    by_key: dict[str, list[Time]] = {}
    for one in sorted(times, key=lambda one: (one.slot.centre is None, _name(one.slot), one.starts_at)):
        by_key.setdefault("online" if one.slot.centre is None else str(one.slot.centre.centre_id), []).append(one)
    return [Place(key, found[0].slot.centre, tuple(found)) for key, found in by_key.items()]


def _name(slot: Slot) -> str:
    return "" if slot.centre is None else slot.centre.name.casefold()


def _is_open(booking: Booking, scheme: Scheme, now: datetime) -> bool:
    is_of_scheme = booking.scheme_id == scheme.scheme_id and booking.ending is None
    return is_of_scheme and not moves.is_no_show(booking, scheme.rules, now, pinned())


async def _scheme(db: Connection, request: Request) -> Scheme:
    scheme = await papers.scheme_of(db, SchemeId(request.path_params["scheme_id"]))
    if scheme is None or not scheme.rules.booking_required:
        raise NotFound
    return scheme


async def _moving(db: Connection, request: Request, scheme: Scheme) -> Booking | None:
    """The booking that is to be moved, if the address names one of the visitor's."""
    named = request.query_params.get("move")
    if named is None:
        return None
    try:
        booking_id = BookingId(UUID(named))
    except ValueError:
        raise NotFound from None
    booking = await store.booking_of(db, booking_id, account(request).account_id)
    if booking is None or booking.scheme_id != scheme.scheme_id:
        raise NotFound
    return booking


async def _own_booking(db: Connection, request: Request) -> Booking:
    booking = await store.booking_of(db, _booking_id(request), _candidate(request))
    if booking is None:
        raise NotFound
    return booking


async def _own_to_change(db: Connection, request: Request) -> Booking:
    booking = await store.booking_to_change(db, _booking_id(request), _candidate(request))
    if booking is None:
        raise NotFound
    return booking


def _booking_id(request: Request) -> BookingId:
    return BookingId(request.path_params["booking_id"])


def _candidate(request: Request) -> AccountId:
    return account(request).account_id
