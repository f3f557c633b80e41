r"""A booking as a calendar file (RFC 5545), for the calendar of a phone.

At a centre the start is written as the wall-clock time of its zone, with the zone's rules around it, because that is what was
promised: a calendar with newer rules moves it rightly. Online the moment was promised, so it is written in UTC.

    DTSTART;TZID=Asia/Almaty:20260302T090000        at a centre
    DTSTART:20260302T040000Z                        online

`SEQUENCE` counts with every change, so that a file that is opened later replaces the earlier one (RFC 5546, 2.1.4).
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from exams.booking.booking import Booking, Ending
from exams.booking.promise import start
from exams.booking.zones import Zones

LINE_MAX_BYTES: Final = 75
"""RFC 5545, 3.1: longer lines are folded."""

REMIND_BEFORE: Final = ("P1D", "PT1H")
"""A day before, to pack what must be brought; an hour before, to go."""

SCAN: Final = timedelta(days=400)
"""How far from the start its zone's changes of clocks are written: the last one before it and the first one after it."""


def calendar_file(
    booking: Booking,
    *,
    title: str,
    place: str,
    words: str,
    url: str,
    duration: timedelta,
    host: str,
    now: datetime,
    zones: Zones,
) -> bytes:
    """The file. `host` makes the event's identity ours; `url` leads back to the booking's page."""
    begins = start(booking.promise, zones)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sarap//Booking//EN", "METHOD:PUBLISH"]
    if booking.promise.at_centre:
        name = booking.promise.zone
        lines += _time_zone(name, begins, zones)
        times = [
            f"DTSTART;TZID={name}:{_local(zones.local(begins, name))}",
            f"DTEND;TZID={name}:{_local(zones.local(begins + duration, name))}",
        ]
    else:
        times = [f"DTSTART:{_utc(begins)}", f"DTEND:{_utc(begins + duration)}"]
    is_off = booking.ending in {Ending.CANCELLED, Ending.SLOT_CANCELLED}
    lines += [
        "BEGIN:VEVENT",
        f"UID:{booking.booking_id}@{host}",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{booking.revision}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        *times,
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place)}",
        f"DESCRIPTION:{_text(words)}",
        f"URL:{url}",
    ]
    if not is_off:
        for before in REMIND_BEFORE:
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-{before}", f"DESCRIPTION:{_text(title)}", "END:VALARM"]
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


def _time_zone(name: str, begins: datetime, zones: Zones) -> list[str]:
    """The zone as it is around the event: what holds at its time, and the next change if one comes."""
    before = _change(name, begins, -1, zones)
    after = _change(name, begins, 1, zones)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    earliest = begins - SCAN if before is None else before
    lines += _observance(name, earliest, zones)
    if after is not None:
        lines += _observance(name, after, zones)
    return [*lines, "END:VTIMEZONE"]


def _observance(name: str, since: datetime, zones: Zones) -> list[str]:
    offset_before = zones.offset(since - timedelta(seconds=1), name)
    offset = zones.offset(since, name)
    kind = "DAYLIGHT" if since.astimezone(zones.zone(name)).dst() else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{_local((since + offset_before).replace(tzinfo=None))}",
        f"TZOFFSETFROM:{_offset(offset_before)}",
        f"TZOFFSETTO:{_offset(offset)}",
        f"TZNAME:{since.astimezone(zones.zone(name)).tzname()}",
        f"END:{kind}",
    ]


def _change(name: str, begins: datetime, direction: int, zones: Zones) -> datetime | None:
    """The nearest change of the zone's offset before (-1) or after (1) the event, to the second; None within `SCAN`."""
    step = timedelta(days=direction)
    outer = begins
    while abs(outer - begins) < SCAN:
        inner, outer = outer, outer + step
        if zones.offset(inner, name) != zones.offset(outer, name):
            low, high = (inner, outer) if direction > 0 else (outer, inner)
            target = zones.offset(high, name)
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (low, middle) if zones.offset(middle, name) == target else (middle, high)
            # Clocks change at whole seconds; halving ends within one second after it.
            return high.replace(microsecond=0)
    return None


def _offset(offset: timedelta) -> str:
    minutes = round(abs(offset).total_seconds() / 60)
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02}{minutes % 60:02}"


def _local(local: datetime) -> str:
    return f"{local:%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> bytes:
    """One line with its CRLF, folded between characters so that no part is longer than `LINE_MAX_BYTES`."""
    parts: list[bytes] = [b""]
    for character in line:
        encoded = character.encode()
        if len(parts[-1]) + len(encoded) > LINE_MAX_BYTES - (len(parts) > 1):
            parts.append(b"")
        parts[-1] += encoded
    return b"\r\n ".join(parts) + b"\r\n"
