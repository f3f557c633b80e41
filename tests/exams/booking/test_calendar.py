"""Calendar files, read again by the rules of RFC 5545."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from exams.booking.booking import Booking, Ending
from exams.booking.calendar import LINE_MAX_BYTES, calendar_file
from exams.booking.promise import promise
from exams.booking.zones import pinned
from exams.ids import AccountId, BookingId, SchemeId, SlotId

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def a_booking(local: datetime, zone: str, *, at_centre: bool) -> Booking:
    given = promise(local, zone, at_centre=at_centre, zones=pinned())
    ids = (BookingId(uuid4()), AccountId(uuid4()), SchemeId(uuid4()), SlotId(uuid4()))
    return Booking(*ids, given, None, None, NOW, 0, None, None, None, None)


def written(booking: Booking, words: str = "Bring an identity document.") -> dict[str, list[str]]:
    """The properties of a file by name, unfolded; every line must be within its limit."""
    file = calendar_file(
        booking,
        title="Junior, software; developer",
        place="Сарап орталығы, Абай даңғылы 10",
        words=words,
        url="https://exams.example.kz/bookings/1",
        duration=timedelta(minutes=90),
        host="exams.example.kz",
        now=NOW,
        zones=pinned(),
    )
    lines = file.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= LINE_MAX_BYTES for line in lines)
    assert all(line.decode() is not None for line in lines)  # no character is cut in two
    found: dict[str, list[str]] = {}
    for line in file.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        found.setdefault(name, []).append(value)
    return found


def test_a_seat_at_a_centre_is_written_on_the_centres_clock_with_its_zone() -> None:
    found = written(a_booking(datetime(2026, 3, 2, 9), "Asia/Qostanay", at_centre=True))  # noqa: DTZ001 - a wall clock
    assert found["DTSTART;TZID=Asia/Qostanay"] == ["20260302T090000"]
    assert found["DTEND;TZID=Asia/Qostanay"] == ["20260302T103000"]
    assert (found["TZID"], found["TZOFFSETTO"]) == (["Asia/Qostanay"], ["+0500"])
    assert found["SUMMARY"] == ["Junior\\, software\\; developer"]
    assert found["BEGIN"] == ["VCALENDAR", "VTIMEZONE", "STANDARD", "VEVENT", "VALARM", "VALARM"]


def test_the_zone_of_a_calendar_tells_the_change_of_clocks_before_and_after() -> None:
    found = written(a_booking(datetime(2026, 3, 2, 9), "Australia/Lord_Howe", at_centre=True))  # noqa: DTZ001 - a wall clock
    assert found["BEGIN"][2:4] == ["DAYLIGHT", "STANDARD"]
    assert found["TZOFFSETFROM"] == ["+1030", "+1100"]
    assert found["TZOFFSETTO"] == ["+1100", "+1030"]
    assert found["DTSTART"] == ["20251005T020000", "20260405T020000"]


def test_a_seat_online_is_written_in_utc() -> None:
    found = written(a_booking(datetime(2026, 3, 2, 9), "Asia/Almaty", at_centre=False))  # noqa: DTZ001 - a wall clock
    assert (found["DTSTART"], found["DTEND"]) == (["20260302T040000Z"], ["20260302T053000Z"])
    assert "TZID" not in found


def test_a_cancelled_seat_takes_the_event_away() -> None:
    booking = a_booking(datetime(2026, 3, 2, 9), "Asia/Almaty", at_centre=True)  # noqa: DTZ001 - a wall clock
    found = written(replace(booking, ending=Ending.CANCELLED, ended_at=NOW, revision=3))
    assert (found["STATUS"], found["SEQUENCE"]) == (["CANCELLED"], ["3"])
    assert "VALARM" not in found["BEGIN"]


@given(words=st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("\n,;\\:"), max_size=300))
def test_any_words_fit_into_a_file_and_come_out_again(words: str) -> None:
    booking = a_booking(datetime(2026, 3, 2, 9), "Asia/Almaty", at_centre=False)  # noqa: DTZ001 - a wall clock
    told = written(booking, words)["DESCRIPTION"][0]
    plain = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], told)
    assert plain == words
