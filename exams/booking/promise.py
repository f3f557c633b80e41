"""A promise: when a seat is due, in the words in which it was given, and what a change of the zone's rules makes of it.

A slot and every booking keep four things: the wall-clock time, the zone's name, the moment in UTC, and the version of the
rules by which that moment was worked out. Rules change: on 2024-03-01 Almaty went from +06 to +05, announced six weeks
before. Then one of the two must give way:

* **At a centre the wall clock counts.** "Thursday at nine, Abai avenue" is what a candidate heard, what the doors and the staff
  follow, and what the clock in the room shows. The moment in UTC moves.
* **Online the moment counts.** Candidates sit in several zones, and calendars hold the moment. A change in one of the zones
  must not move the exam of everybody else. What moves is what the clocks of the changed zone show.

Nothing is stored anew and no job has to run in time: `start` works it out whenever it is asked, and `shift` says what
differs, for the candidate's page and the registrars' list.
"""

from dataclasses import dataclass
from datetime import datetime

from exams.booking.zones import Zones
from exams.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Promise:
    """When a seat is due. `local` has no zone of its own: it is what the wall clock of `zone` shows."""

    local: datetime
    zone: str
    starts_at: datetime
    tzdata_version: str
    at_centre: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """What a change of a zone's rules did to a promise: the moments and wall-clock times before and now.

    At a centre `moment_before` and `moment_now` differ, online `local_before` and `local_now`.
    """

    moment_before: datetime
    moment_now: datetime
    local_before: datetime
    local_now: datetime
    version_before: str
    version_now: str


def promise(local: datetime, zone: str, *, at_centre: bool, zones: Zones) -> Promise:
    """Promise a start by today's rules. Raises `InvalidInput` for an unknown zone, or a time that clocks leave out."""
    if not zones.happens(local, zone):
        raise InvalidInput("starts", "left-out")
    return Promise(local, zone, zones.instant(local, zone), zones.version, at_centre)


def start(given: Promise, zones: Zones) -> datetime:
    """The moment in UTC at which the seat is due by the rules of `zones`."""
    return zones.instant(given.local, given.zone) if given.at_centre else given.starts_at


def shift(given: Promise, zones: Zones) -> Shift | None:
    """What a change of rules did to the promise; None if nothing."""
    now = start(given, zones)
    local_now = zones.local(now, given.zone)
    if now == given.starts_at and local_now == given.local:
        return None
    return Shift(given.starts_at, now, given.local, local_now, given.tzdata_version, zones.version)
