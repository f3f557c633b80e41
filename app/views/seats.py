"""The registrar's side of booking: centres, slots and who is booked, vouchers, and bookings whose zone changed its rules."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_form
from app.pages import redirect, render
from exams.booking import booking as moves
from exams.booking import store
from exams.booking.booking import Ending
from exams.booking.promise import Shift, promise, shift, start
from exams.booking.slot import SEATS_MAX, WEEKS_MAX, Centre, Slot, centre_fields, require_seats, weekly
from exams.booking.store import Booked
from exams.booking.voucher import (
    BATCH_MAX,
    NOTE_MAX_CHARACTERS,
    code_sha256,
    last_moment,
    new_codes,
    voucher_file,
    written_note,
)
from exams.booking.zones import pinned
from exams.errors import InvalidInput, NotFound, OwnCase
from exams.ids import BookingId, SchemeId, SlotId
from exams.papers import store as papers
from exams.papers.blueprint import Scheme

LOOK_BACK: Final = timedelta(days=2)
"""On the page of slots: yesterday's absences are excused today."""

ONLINE: Final = "online"
ANY_SCHEME: Final = "any"


class SlotForm(msgspec.Struct):
    """A slot, or a weekly series of them: `starts` is what the clock on the wall of `place` shows, e.g. `2026-03-02T09:00`."""

    scheme_id: UUID
    place: str
    starts: str
    seats: int
    weeks: int = 1


class SeatsForm(msgspec.Struct):
    """How many seats instead."""

    seats: int


class CentreForm(msgspec.Struct):
    """A centre."""

    name: str
    address: str
    zone: str


class ReasonForm(msgspec.Struct):
    """Why a slot is cancelled: the candidates read it."""

    reason: Annotated[str, msgspec.Meta(max_length=1000)]


class VoucherForm(msgspec.Struct):
    """A batch of vouchers. `scheme` is an id or `any`; `valid_until` the last day, on the centre's clock."""

    scheme: str
    count: int
    valid_until: date
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """A booking whose zone changed its rules, with what that does."""

    booked: Booked
    shift: Shift


async def show_slots(request: Request) -> Response:
    """Every slot of the near past and to come, and the form for new ones."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        schemes = {scheme.scheme_id: scheme for scheme in await papers.schemes(db)}
        slots = await store.slots_from(db, now - LOOK_BACK)
        centres = await store.centres(db)
        changes = await _changes(db, now)
    return render(
        request,
        "registrar/slots.html",
        schemes=schemes,
        bookable=[scheme for scheme in schemes.values() if scheme.rules.booking_required],
        slots=[(slot, start(slot.promise, pinned())) for slot in slots],
        centres=centres,
        changes=changes,
        seats_max=SEATS_MAX,
        weeks_max=WEEKS_MAX,
        now=now,
    )


async def make_slots(request: Request) -> Response:
    """Offer a slot, or the same one for some weeks. Those that are there already are left as they are."""
    form = await read_form(request, SlotForm)
    now = datetime.now(UTC)
    seats = require_seats(form.seats)
    async with transaction(request.state.pool) as db:
        scheme = await papers.scheme_of(db, SchemeId(form.scheme_id))
        if scheme is None or not scheme.rules.booking_required:
            raise InvalidInput("scheme_id", "unknown")
        centre = await _place(db, form.place)
        zone = request.state.settings.time_zone.key if centre is None else centre.zone
        for local in weekly(_wall_clock(form.starts), form.weeks):
            given = promise(local, zone, at_centre=centre is not None, zones=pinned())
            if given.starts_at <= now:
                raise InvalidInput("starts", "not-to-come")
            centre_id = None if centre is None else centre.centre_id
            slot_id = await store.insert_slot(db, scheme.scheme_id, centre_id, given, seats, account(request).account_id, now)
            if slot_id is not None:
                facts: dict[str, object] = {"scheme": scheme.code, "starts_at": given.starts_at, "seats": seats}
                await audit.record(db, request, "slot:make", f"slot:{slot_id}", facts)
    return redirect("/seats")


async def show_slot(request: Request) -> Response:
    """One slot: who is booked, who came, and what can be done."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        slot = await store.slot_of(db, _slot_id(request))
        if slot is None:
            raise NotFound
        scheme = await papers.scheme_of(db, slot.scheme_id)
        booked = await store.booked_in(db, slot)
    assert scheme is not None
    return render(
        request,
        "registrar/slot.html",
        slot=slot,
        scheme=scheme,
        starts_at=start(slot.promise, pinned()),
        booked=[(one, _state(one, scheme, now)) for one in booked],
        seats_max=SEATS_MAX,
        now=now,
    )


async def set_seats(request: Request) -> Response:
    """More or fewer seats; never fewer than are booked."""
    form = await read_form(request, SeatsForm)
    seats = require_seats(form.seats)
    async with transaction(request.state.pool) as db:
        slot = await _slot_to_change(db, request)
        if seats < slot.taken:
            raise InvalidInput("seats", "fewer-than-booked", slot.taken)
        await store.set_seats(db, slot, seats)
        await audit.record(db, request, "slot:seats", f"slot:{slot.slot_id}", {"before": slot.seats, "seats": seats})
    return redirect(f"/seats/{slot.slot_id}")


async def cancel_slot(request: Request) -> Response:
    """Cancel a slot: every booking ends, vouchers go back, and each candidate reads why on their page."""
    form = await read_form(request, ReasonForm)
    reason = form.reason.strip()
    if not reason:
        raise InvalidInput("reason", "missing")
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        slot = await _slot_to_change(db, request)
        if slot.cancelled_at is None:
            await store.cancel_slot(db, slot, account(request).account_id, reason, now)
            ended = [one for one in await store.bookings_in(db, slot) if one.ending is None]
            for booking in ended:
                await store.record_booking(db, moves.cancel_with_slot(booking, now))
            await audit.record(db, request, "slot:cancel", f"slot:{slot.slot_id}", {"bookings": len(ended)})
    return redirect(f"/seats/{slot.slot_id}")


async def excuse_absence(request: Request) -> Response:
    """Give the voucher of somebody back who did not come."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        slot = await _slot_to_change(db, request)
        booking_id = BookingId(request.path_params["booking_id"])
        booking = next((one for one in await store.bookings_in(db, slot) if one.booking_id == booking_id), None)
        scheme = await papers.scheme_of(db, slot.scheme_id)
        if booking is None or scheme is None:
            raise NotFound
        if booking.candidate_id == account(request).account_id:
            raise OwnCase
        excused = moves.excuse(booking, scheme.rules, now, pinned())
        if excused != booking:
            await store.record_booking(db, excused)
            await audit.record(db, request, "booking:excuse", f"booking:{booking.booking_id}")
    return redirect(f"/seats/{slot.slot_id}")


async def show_centres(request: Request) -> Response:
    """Every centre, and the form for a new one."""
    async with transaction(request.state.pool) as db:
        centres = await store.centres(db)
    return render(request, "registrar/centres.html", centres=centres, now=datetime.now(UTC))


async def make_centre(request: Request) -> Response:
    """Keep a centre."""
    form = await read_form(request, CentreForm)
    name, address, zone = centre_fields(form.name, form.address, form.zone.strip(), pinned())
    async with transaction(request.state.pool) as db:
        centre_id = await store.insert_centre(db, name, address, zone, datetime.now(UTC))
        if centre_id is None:
            raise InvalidInput("name", "known")
        await audit.record(db, request, "centre:make", f"centre:{centre_id}")
    return redirect("/seats/centres")


async def show_vouchers(request: Request) -> Response:
    """Every batch with its use, and the form for a new one."""
    async with transaction(request.state.pool) as db:
        batches = await store.batches(db)
        schemes = [scheme for scheme in await papers.schemes(db) if scheme.rules.booking_required]
    return render(
        request,
        "registrar/vouchers.html",
        batches=batches,
        schemes=schemes,
        batch_max=BATCH_MAX,
        note_max=NOTE_MAX_CHARACTERS,
        now=datetime.now(UTC),
    )


async def issue_vouchers(request: Request) -> Response:
    """Issue a batch; the answer is the one and only list of its codes, as a file."""
    form = await read_form(request, VoucherForm)
    now = datetime.now(UTC)
    note = written_note(form.note)
    valid_until = last_moment(form.valid_until, request.state.settings.time_zone.key, now, pinned())
    codes = list(new_codes(form.count))
    async with transaction(request.state.pool) as db:
        scheme_id = await _scheme_of_vouchers(db, form.scheme)
        by = account(request).account_id
        batch_id = await store.insert_batch(db, scheme_id, note, valid_until, by, [code_sha256(code) for code in codes], now)
        await audit.record(db, request, "voucher:issue", f"voucher-batch:{batch_id}", {"count": len(codes)})
    return Response(
        voucher_file(codes, valid_until),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="vouchers-{form.valid_until}-{str(batch_id)[:8]}.csv"'},
    )


async def show_changes(request: Request) -> Response:
    """Bookings whose zone has other rules now than when they were made."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        changes = await _changes(db, now)
    return render(request, "registrar/zone_changes.html", changes=changes, version=pinned().version)


def _state(booked: Booked, scheme: Scheme, now: datetime) -> str:
    """What a registrar reads of a booking: an `Ending`, `booked`, or `no_show` before anybody wrote it down."""
    booking = booked.booking
    if booking.ending is not None:
        return booking.ending
    return Ending.NO_SHOW if moves.is_no_show(booking, scheme.rules, now, pinned()) else "booked"


async def _changes(db: Connection, now: datetime) -> list[Change]:
    zones = pinned()
    found = await store.promised_by_other_rules(db, now - LOOK_BACK, zones.version)
    shifted = [(one, shift(one.booking.promise, zones)) for one in found]
    return [Change(one, difference) for one, difference in shifted if difference is not None]


async def _place(db: Connection, place: str) -> Centre | None:
    if place == ONLINE:
        return None
    found = next((one for one in await store.centres(db) if str(one.centre_id) == place), None)
    if found is None:
        raise InvalidInput("place", "unknown")
    return found


async def _scheme_of_vouchers(db: Connection, scheme: str) -> SchemeId | None:
    if scheme == ANY_SCHEME:
        return None
    found = next((one for one in await papers.schemes(db) if str(one.scheme_id) == scheme), None)
    if found is None:
        raise InvalidInput("scheme", "unknown")
    return found.scheme_id


def _wall_clock(text: str) -> datetime:
    """What a browser's field for a local time sends: no zone, whole minutes."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput("starts", "malformed") from None
    if local.tzinfo is not None or local.second or local.microsecond:
        raise InvalidInput("starts", "malformed")
    return local


async def _slot_to_change(db: Connection, request: Request) -> Slot:
    slot = await store.slot_to_book(db, _slot_id(request))
    if slot is None:
        raise NotFound
    return slot


def _slot_id(request: Request) -> SlotId:
    return SlotId(request.path_params["slot_id"])
