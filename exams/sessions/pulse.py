"""The pulse: the web process says every second that it is there. What was missed is time that candidates lost.

Whatever the reason (a process or the database was killed, the machine slept, the clock was set ahead), the wall clock went on
without anybody being able to work. The interval between two beats that lie too far apart is lost to every session in progress,
and crediting it gives each of them exactly the time back that its page showed before.

A wall clock that is set *back* gives time to everybody. That is written down, and taken from nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exams.sessions.ledger import Interval

BEAT_EVERY_S: Final = 1.0

OUTAGE_AFTER_S: Final = 5
"""Five beats in a row: a busy machine may be late by two or three."""

LEAP_S: Final = 1.0
"""The wall clock went further than the machine's own by more than this: it was set. Less is how clocks are kept right."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat. `uptime_s` counts in one run of one machine (`boot_id`), asleep or not, however its wall clock is set."""

    at: datetime
    boot_id: str
    uptime_s: float


def elapsed(before: Beat, after: Beat) -> timedelta | None:
    """How long it really was between two beats of one run of a machine; None if they are of two."""
    return timedelta(seconds=after.uptime_s - before.uptime_s) if before.boot_id == after.boot_id else None


def missed(before: Beat, after: Beat) -> Interval | None:
    """What was lost between two beats, or None: all of it if nobody was there, only the leap if just the clock was set."""
    shown = after.at - before.at
    if shown > timedelta(seconds=OUTAGE_AFTER_S):
        return Interval(before.at, after.at)
    real = elapsed(before, after)
    if real is not None and shown - real > timedelta(seconds=LEAP_S):
        return Interval(before.at + real, after.at)
    return None


def set_back(before: Beat, after: Beat) -> timedelta | None:
    """By how much the wall clock was set back between two beats of one run of a machine, or None."""
    real = elapsed(before, after)
    if real is None or real - (after.at - before.at) <= timedelta(seconds=LEAP_S):
        return None
    return real - (after.at - before.at)


def following(before: Beat | None, after: Beat) -> Beat:
    """The beat to keep. Of two machines whose clocks differ the later one counts: to be behind must not look like an outage."""
    if before is None or before.boot_id == after.boot_id or after.at >= before.at:
        return after
    return Beat(before.at, after.boot_id, after.uptime_s)
