"""Booking through HTTP, as a candidate's phone goes it, also in the same moment as everybody else's."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2
import pytest

from app.auth.account import Role
from app.database import transaction
from exams.booking import store
from exams.booking.zones import pinned
from exams.papers.rules import Rules
from exams.sessions.ledger import Interval
from exams.sessions.ledger.store import insert_outage
from tests.fixtures.booking import BookingOffice, found_scheme, in_hours, open_office
from tests.fixtures.candidates import JSON
from tests.fixtures.web import Person, Site

HOUR = timedelta(hours=1)

INSERT = """
INSERT INTO booking (candidate_id, scheme_id, slot_id, local_start, zone, starts_at, tzdata_version, booked_at, voucher_sha256)
SELECT $1, scheme_id, slot_id, local_start, zone, starts_at, tzdata_version, now(), $3 FROM slot WHERE slot_id = $2
"""
"""What our code would say at the end of all its checks."""


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code, answer.json()["code"]


async def test_from_my_exams_to_a_booked_seat_in_five_taps(site: Site) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72))
    await office.slot(in_hours(96), online=True)
    person = await office.candidate()
    exams = (await person.get("/exams")).text
    seats = f"/exams/{office.scheme_id}/seats"
    assert seats in exams
    places = (await person.get(seats)).text
    assert "Centre in Almaty" in places
    assert "Online" in places
    times = (await person.get(f"{seats}?place={office.centre_id}")).text
    link = f"{seats}/{slot.slot_id}"
    assert link in times
    assert "Almaty, UTC+5" in times
    assert "Book this seat" in (await person.get(link)).text
    booking = await office.booked(person, slot)
    page = (await person.get(booking)).text
    assert "Your seat is booked" in page
    assert "Abai avenue 10" in page
    assert booking in (await person.get("/exams")).text
    calendar = await person.get(f"{booking}.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;TZID=Asia/Almaty:" in calendar.text


async def test_a_second_tap_finds_the_booking_of_the_first(site: Site) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72))
    person = await office.candidate()
    answers = await asyncio.gather(*(office.book(person, slot) for _ in range(6)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    other = await office.slot(in_hours(73))
    assert problem(await office.book(person, other, **JSON)) == (409, "already-booked")


async def test_never_more_bookings_than_seats_however_many_come_in_the_same_moment(site: Site) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72), seats=5)
    people = [await office.candidate() for _ in range(20)]
    answers = await asyncio.gather(*(office.book(person, slot, **JSON) for person in people))
    assert sorted(answer.status_code for answer in answers) == [303] * 5 + [409] * 15
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"slot-full"}
    assert await site.database.admin.fetchval("SELECT count(*) FROM booking WHERE ending IS NULL") == 5
    # Who gives a seat up lets exactly one other in.
    path = next(answer.headers["location"] for answer in answers if answer.status_code == 303)
    booked = next(person for person, answer in zip(people, answers, strict=True) if answer.headers.get("location") == path)
    await booked.post(f"{path}/cancel")
    again = await asyncio.gather(*(office.book(person, slot, **JSON) for person in people[:] if person is not booked))
    assert await site.database.admin.fetchval("SELECT count(*) FROM booking WHERE ending IS NULL") == 5
    assert sum(answer.status_code == 303 for answer in again) >= 1


async def test_a_voucher_books_one_seat_however_many_use_it_in_the_same_moment(site: Site) -> None:
    office = await open_office(site, voucher_required=True)
    slot = await office.slot(in_hours(72), seats=20)
    (code,) = await office.vouchers()
    people = [await office.candidate() for _ in range(8)]
    answers = await asyncio.gather(*(office.book(person, slot, code, **JSON) for person in people))
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 7
    assert {answer.json()["reason"] for answer in answers if answer.status_code == 422} == {"voucher-used"}


async def test_the_database_itself_refuses_a_seat_too_many_a_second_booking_and_a_used_voucher(site: Site) -> None:
    """The last line: what a mistake in our code would meet, with the web's own rights and without any of its checks."""
    office = await open_office(site)
    slot = await office.slot(in_hours(72), seats=2)
    other = await office.slot(in_hours(73), seats=2)
    (code,) = await office.vouchers()
    people = [await office.candidate() for _ in range(6)]

    async def insert(person: Person, slot_id: object, voucher: bytes | None = None) -> str:
        try:
            async with transaction(site.database.web) as db:
                await db.execute(INSERT, person.account_id, slot_id, voucher)
        except asyncpg.IntegrityConstraintViolationError as error:
            return type(error).__name__
        return "booked"

    outcomes = await asyncio.gather(*(insert(person, slot.slot_id) for person in people))
    assert sorted(outcomes) == ["CheckViolationError"] * 4 + ["booked"] * 2
    booked, *_ = [person for person, outcome in zip(people, outcomes, strict=True) if outcome == "booked"]
    free = [person for person, outcome in zip(people, outcomes, strict=True) if outcome != "booked"]
    assert await insert(booked, other.slot_id) == "UniqueViolationError"
    sha256 = await site.database.admin.fetchval("SELECT code_sha256 FROM voucher")
    assert code not in str(sha256)
    used = await asyncio.gather(*(insert(person, other.slot_id, sha256) for person in free))
    assert used.count("booked") == 1
    # Fewer seats than are booked, and a seat in a cancelled slot.
    for broken in ("UPDATE slot SET seats = 1 WHERE slot_id = $1",):
        with pytest.raises(asyncpg.CheckViolationError):
            await site.database.web.execute(broken, slot.slot_id)
    await site.database.web.execute(
        "UPDATE slot SET cancelled_at = now(), cancel_reason = 'flood' WHERE slot_id = $1", other.slot_id
    )
    assert await insert(free[-1], other.slot_id) == "CheckViolationError"


async def test_a_voucher_of_another_scheme_an_expired_one_and_none_are_refused_by_the_database_too(site: Site) -> None:
    office = await open_office(site, voucher_required=True)
    slot = await office.slot(in_hours(72))
    person = await office.candidate()
    (expired,) = await office.vouchers(valid_days=-1)
    async with transaction(site.database.admin) as db:
        other = await found_scheme(db, "another", Rules(booking_required=True))
    (elsewhere,) = await office.vouchers(scheme_id=other)
    for typed, reason in (
        (expired, "voucher-expired"),
        (elsewhere, "voucher-other-exam"),
        ("7K3Q", "voucher-unknown"),
        ("", "missing"),
    ):
        answer = await office.book(person, slot, typed, **JSON)
        assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    rows = await site.database.admin.fetch("SELECT code_sha256 FROM voucher")
    for sha256 in [row["code_sha256"] for row in rows] + [None]:
        with pytest.raises(asyncpg.CheckViolationError):
            await site.database.web.execute(
                INSERT,
                person.account_id,
                slot.slot_id,
                sha256,
            )


async def test_a_mistyped_voucher_is_shown_again_with_what_is_wrong_and_guessing_has_a_limit(site: Site) -> None:
    office = await open_office(site, voucher_required=True)
    slot = await office.slot(in_hours(72))
    person = await office.candidate()
    shown = await office.book(person, slot, "7K3Q-M9XW-2RFD-HJ5T")
    assert shown.status_code == 422
    assert "There is no voucher with this code" in shown.text
    assert 'value="7K3Q-M9XW-2RFD-HJ5T"' in shown.text
    for _ in range(9):
        await office.book(person, slot, "7K3Q-M9XW-2RFD-HJ5T")
    refused = await office.book(person, slot, "7K3Q-M9XW-2RFD-HJ5T", **JSON)
    assert problem(refused) == (429, "voucher-too-often")
    assert int(refused.headers["retry-after"]) > 0
    (code,) = await office.vouchers()
    another = await office.candidate()
    assert (await office.book(another, slot, code.lower().replace("-", " "))).status_code == 303


async def test_cancelling_in_time_gives_the_voucher_back_and_too_late_does_not(site: Site) -> None:
    office = await open_office(site, voucher_required=True)
    soon, later = await office.slot(in_hours(5)), await office.slot(in_hours(72))
    (code,) = await office.vouchers()
    person = await office.candidate()
    first = await office.booked(person, later, code)
    assert "Your voucher is given back" in (await person.get(f"{first}/cancel")).text
    await person.post(f"{first}/cancel")
    assert "Your voucher can be used again" in (await person.get(first)).text
    second = await office.booked(person, soon, code)
    assert "stays used" in (await person.get(f"{second}/cancel")).text
    await person.post(f"{second}/cancel")
    await person.post(f"{second}/cancel")
    refused = await office.book(person, later, code, **JSON)
    assert refused.json()["reason"] == "voucher-used"


async def test_a_booking_is_moved_in_time_keeps_its_address_and_tells_calendars(site: Site) -> None:
    office = await open_office(site)
    first, second = await office.slot(in_hours(72)), await office.slot(in_hours(96), seats=1)
    person, other = await office.candidate(), await office.candidate()
    path = await office.booked(person, first)
    booking_id = path.rsplit("/", 1)[1]
    page = (await person.get(f"/exams/{office.scheme_id}/seats?move={booking_id}")).text
    assert "yours" in page
    link = f"/exams/{office.scheme_id}/seats/{second.slot_id}?move={booking_id}"
    assert link in page
    assert f"{path}/move" in (await person.get(link)).text
    assert (await person.post(f"{path}/move", data={"slot_id": str(second.slot_id)})).headers["location"] == path
    assert "SEQUENCE:1" in (await person.get(f"{path}.ics")).text
    assert problem(await office.book(other, second, **JSON)) == (409, "slot-full")
    await office.booked(other, first)
    await office.move_clock(path, 73 * HOUR)
    refused = await person.post(f"{path}/move", data={"slot_id": str(first.slot_id)}, headers=JSON)
    assert problem(refused) == (409, "change-too-late")
    assert "UTC+5" in refused.json()["detail"]


async def test_somebody_elses_booking_is_not_found(site: Site) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72))
    path = await office.booked(await office.candidate(), slot)
    stranger = await office.candidate()
    for method, address in (
        ("GET", path),
        ("GET", f"{path}.ics"),
        ("GET", f"{path}/cancel"),
        ("POST", f"{path}/cancel"),
        ("POST", f"{path}/move"),
    ):
        answer = await stranger.request(method, address, data={"slot_id": str(slot.slot_id)} if method == "POST" else None)
        assert answer.status_code == 404, address
    assert (await stranger.get(f"/exams/{office.scheme_id}/seats?move={path.rsplit('/', 1)[1]}")).status_code == 404


async def test_an_examiner_books_no_seat(site: Site) -> None:
    office = await open_office(site)
    both = await site.person(Role.CANDIDATE, Role.EXAMINER)
    assert problem(await office.book(both, await office.slot(in_hours(72)), **JSON)) == (409, "not-eligible")


async def open_session(person: Person, office: BookingOffice) -> httpx2.Response:
    return await person.post(f"/exams/{office.scheme_id}/sessions", headers=JSON)


async def test_complaint_7_the_start_moved_and_nobody_sees_a_question_early(site: Site) -> None:
    """No form and no key before the start of the seat, also when the start was moved later after the session was opened."""
    office = await open_office(site)
    slot, later = await office.slot(in_hours(72)), await office.slot(in_hours(74))
    person = await office.candidate()
    assert problem(await open_session(person, office)) == (409, "booking-required")
    path = await office.booked(person, slot)
    refused = await open_session(person, office)
    assert problem(refused) == (409, "too-early")
    assert "Asia" not in refused.json()["next"]
    assert "UTC+5" in refused.json()["next"]
    assert await site.database.admin.fetchval("SELECT count(*) FROM paper") == 0
    # A quarter of an hour before: the session can be opened, consent given, and nothing of the tasks is anywhere.
    await office.move_clock(path, in_hours(72) - datetime.now(UTC) - timedelta(minutes=15))
    session = (await open_session(person, office)).headers["location"]
    await person.post(f"{session}/consent", data={"accept": "true"})
    waiting = await person.get(f"{session}/start")
    assert "The exam begins at" in waiting.text
    assert "data-opens-in" in waiting.text
    assert problem(await person.post(f"{session}/start", headers=JSON)) == (409, "too-early")
    assert (await person.get(f"/api{session}", headers=JSON)).json()["items"] == []
    assert "Read two integers" not in (await person.get(session, follow_redirects=True)).text
    # The start moves by two hours: at the old moment there is still nothing.
    await site.database.admin.execute(
        "UPDATE booking SET slot_id = $1, starts_at = starts_at + interval '2h', local_start = local_start + interval '2h'",
        later.slot_id,
    )
    await office.move_clock(path, timedelta(minutes=16))
    assert problem(await person.post(f"{session}/start", headers=JSON)) == (409, "too-early")
    # And the database refuses a start that our code would have let through.
    with pytest.raises(asyncpg.CheckViolationError):
        await site.database.web.execute("UPDATE session SET started_at = now()")
    assert (await person.get(f"/api{session}", headers=JSON)).json()["items"] == []
    await office.move_clock(path, 2 * HOUR)
    assert (await person.post(f"{session}/start")).headers["location"] == session
    assert "Read two integers" in (await person.get(session)).text
    assert "You sat this exam" in (await person.get(path)).text


async def test_who_could_not_come_because_we_were_away_still_comes(site: Site) -> None:
    office = await open_office(site, late_arrival_minutes=30)
    person = await office.candidate()
    path = await office.booked(person, await office.slot(in_hours(3)))
    await office.move_clock(path, in_hours(3) - datetime.now(UTC) + timedelta(minutes=32))
    assert problem(await open_session(person, office)) == (409, "too-late")
    now = datetime.now(UTC)
    async with transaction(site.database.admin) as db:
        await insert_outage(db, Interval(now - timedelta(minutes=20), now - timedelta(minutes=10)), {}, now)
    assert "The time of this seat is over" not in (await person.get(path)).text
    session = (await open_session(person, office)).headers["location"]
    await person.post(f"{session}/consent", data={"accept": "true"})
    await person.post(f"{session}/start")
    assert (await person.get(f"/api{session}", headers=JSON)).json()["remaining_seconds"] > 3590


async def test_who_comes_late_has_the_whole_time_and_who_comes_too_late_has_no_session(site: Site) -> None:
    office = await open_office(site, late_arrival_minutes=30)
    person, absent = await office.candidate(), await office.candidate()
    path = await office.booked(person, await office.slot(in_hours(2)))
    missed = await office.booked(absent, await office.slot(in_hours(3)))
    await office.move_clock(path, in_hours(2) - datetime.now(UTC) + timedelta(minutes=28))
    session = (await open_session(person, office)).headers["location"]
    await person.post(f"{session}/consent", data={"accept": "true"})
    await person.post(f"{session}/start")
    state = (await person.get(f"/api{session}", headers=JSON)).json()
    assert 3590 < state["remaining_seconds"] <= 3600
    await office.move_clock(missed, in_hours(3) - datetime.now(UTC) + timedelta(minutes=32))
    assert problem(await open_session(absent, office)) == (409, "too-late")
    assert "The time of this seat is over" in (await absent.get(missed)).text
    # A no-show books again: the old booking is written down as one.
    again = await office.booked(absent, await office.slot(in_hours(48)))
    assert again != missed
    assert await site.database.admin.fetchval("SELECT count(*) FROM booking WHERE ending = 'no_show'") == 1


async def test_retakes_are_refused_with_the_day_and_allowed_from_then_on(site: Site) -> None:
    office = await open_office(site, retake_wait_days=14, sessions_per_year=2)
    person = await office.candidate()
    paper = await site.database.admin.fetchval(
        "INSERT INTO paper (scheme_id, languages, assembled_at) VALUES ($1, '{python3}', now()) RETURNING paper_id",
        office.scheme_id,
    )
    ended = datetime.now(UTC) - timedelta(days=1)
    async with transaction(site.database.admin) as db:
        await db.execute("SET LOCAL session_replication_role = replica")  # as if it had been sat on a seat
        await db.execute(
            """INSERT INTO session (scheme_id, paper_id, candidate_id, opened_at, consented_at, started_at, allotted_seconds,
            sealed_at,
                                    seal_reason) VALUES ($1, $2, $3, $4, $4, $4, 3600, $5, 'finished')""",
            office.scheme_id,
            paper,
            person.account_id,
            ended - HOUR,
            ended,
        )
    refused = await office.book(person, await office.slot(in_hours(12 * 24)), **JSON)
    assert problem(refused) == (409, "retake-wait")
    assert "14 days" in refused.json()["detail"]
    assert datetime.fromisoformat(refused.json()["when"]) == ended + timedelta(days=14)
    assert "the next time is possible from" in (await person.get(f"/exams/{office.scheme_id}/seats")).text
    await office.booked(person, await office.slot(in_hours(14 * 24)))


async def test_complaint_19_a_herd_at_the_start_gets_one_whole_session_each(site: Site) -> None:
    """Everybody opens and starts in the same moment, twice for good measure: one session, one whole paper, one start each."""
    office = await open_office(site)
    slot = await office.slot(in_hours(2), seats=24)
    people = [await office.candidate() for _ in range(24)]
    paths = await asyncio.gather(*(office.booked(person, slot) for person in people))
    span = in_hours(2) - datetime.now(UTC) + timedelta(minutes=1)
    await site.database.admin.execute(
        "UPDATE booking SET starts_at = starts_at - $1::interval, local_start = local_start - $1::interval", span
    )
    assert len(set(paths)) == 24

    async def begin(person: Person) -> dict[str, object]:
        opened = await asyncio.gather(open_session(person, office), open_session(person, office))
        (session,) = {answer.headers["location"] for answer in opened}
        await person.post(f"{session}/consent", data={"accept": "true"})
        started = await asyncio.gather(*(person.post(f"{session}/start") for _ in range(2)))
        assert [answer.status_code for answer in started] == [303, 303]
        return (await person.get(f"/api{session}", headers=JSON)).json()

    states = await asyncio.gather(*(begin(person) for person in people))
    assert all(state["phase"] == "in_progress" and len(state["items"]) == 3 for state in states)  # type: ignore[arg-type]
    admin = site.database.admin
    assert await admin.fetchval("SELECT count(*) FROM session WHERE started_at IS NOT NULL") == 24
    assert await admin.fetchval("SELECT count(*) FROM paper") == 24
    assert await admin.fetchval("SELECT count(DISTINCT session_id) FROM booking WHERE ending = 'sat'") == 24


async def test_a_zone_that_changed_its_rules_after_the_booking_is_told_to_candidate_and_registrar(site: Site) -> None:
    """As on 2024-03-01 in Almaty: worked out at +06 by rules of 2023, sat at +05. At a centre the wall clock counts."""
    office = await open_office(site)
    at_centre, online = await office.slot(in_hours(72)), await office.slot(in_hours(72), online=True)
    person, remote = await office.candidate(display_name="Aigerim"), await office.candidate(display_name="Timur")
    path, remote_path = await office.booked(person, at_centre), await office.booked(remote, online)
    local = at_centre.promise.local
    # By the older rules the same wall clock was an hour earlier; the moment online was the same, on another wall clock.
    async with transaction(site.database.admin) as db:
        await db.execute(
            """UPDATE booking SET tzdata_version = '2023c', starts_at = starts_at - interval '1 hour'
            WHERE booking_id = $1::text::uuid""",
            path.rsplit("/", 1)[1],
        )
        await db.execute(
            """UPDATE booking SET tzdata_version = '2023c', local_start = local_start + interval '1 hour'
            WHERE booking_id = $1::text::uuid""",
            remote_path.rsplit("/", 1)[1],
        )
    page = (await person.get(path)).text
    assert "The clocks there have changed since you booked" in page
    assert f"{local:%H:%M}" in page
    calendar = (await person.get(f"{path}.ics")).text
    assert f"DTSTART;TZID=Asia/Almaty:{local:%Y%m%dT%H%M%S}" in calendar
    assert "begins at the same moment as before" in (await remote.get(remote_path)).text
    utc = pinned().instant(local, "Asia/Almaty")
    assert f"DTSTART:{utc:%Y%m%dT%H%M%SZ}" in (await remote.get(f"{remote_path}.ics")).text
    registrar = await site.person(Role.REGISTRAR)
    listed = (await registrar.get("/seats/changes")).text
    assert listed.index("Aigerim") < listed.index("Timur")
    assert "2023c" in listed
    assert "2 bookings are affected" in (await registrar.get("/seats")).text
    # At the moment that the old rules would have said, the seat is not due.
    await office.move_clock(path, in_hours(72) - datetime.now(UTC) - timedelta(minutes=20))
    session = (await open_session(person, office)).headers["location"]
    await person.post(f"{session}/consent", data={"accept": "true"})
    assert problem(await person.post(f"{session}/start", headers=JSON)) == (409, "too-early")


async def test_the_calendar_and_the_pages_speak_the_visitors_language(site: Site) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72), zone="Asia/Kolkata", online=True)
    for locale, words in (("kk", "UTC+5:30"), ("ru", "UTC+5:30")):
        person = await office.candidate(locale=locale)
        path = await office.booked(person, slot)
        assert words in (await person.get(path)).text
        assert re.search(r"SUMMARY:(Емтихан|Экзамен)", (await person.get(f"{path}.ics")).text)


async def test_walking_in_is_as_before_where_no_booking_is_demanded(site: Site) -> None:
    office = await open_office(site)
    person = await office.candidate()
    opened = await person.post(f"/exams/{office.room.scheme.scheme_id}/sessions")
    assert opened.status_code == 303
    assert (await person.get(f"/exams/{office.room.scheme.scheme_id}/seats")).status_code == 404


async def test_a_slot_that_the_centre_cancels_ends_its_bookings_with_the_reason_and_the_voucher(site: Site) -> None:
    office = await open_office(site, voucher_required=True)
    slot = await office.slot(in_hours(2))
    (code,) = await office.vouchers(valid_days=1)
    person = await office.candidate()
    path = await office.booked(person, slot, code)
    registrar = await site.person(Role.REGISTRAR)
    await registrar.post(f"/seats/{slot.slot_id}/cancel", data={"reason": "The heating broke."})
    page = (await person.get(path)).text
    assert "The heating broke." in page
    assert "Your voucher is yours again" in page
    assert "STATUS:CANCELLED" in (await person.get(f"{path}.ics")).text
    # Its last day is over, and it still books a seat: what we cancelled costs nobody a voucher.
    await site.database.admin.execute("UPDATE voucher_batch SET valid_until = now() - interval '1 day'")
    await office.booked(person, await office.slot(in_hours(72)), code)
    async with transaction(site.database.web) as db:
        assert [one.ending for one in await store.bookings_of(db, person.account_id)] == [None, "slot_cancelled"]
