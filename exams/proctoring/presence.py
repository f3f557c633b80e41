"""Whether the candidate's page is heard.

The page calls every few seconds. Its silence is a fact about the line, not about the person.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from exams.ids import SessionId
from exams.proctoring.observation import Observation, ObservationKind

HERE_S: Final = 5
SLOW_S: Final = 10
SILENT_S: Final = 15
"""The three steps at which a proctor's board changes its colour and its words, as the Safe Exam Browser server does with
pings."""


class Presence(StrEnum):
    """How long the page has not been heard."""

    NEVER = "never"
    """not yet"""
    HERE = "here"
    """at most `HERE_S`"""
    SLOW = "slow"
    """at most `SLOW_S`"""
    LATE = "late"
    """at most `SILENT_S`"""
    LOST = "lost"
    """longer"""


def presence(last_seen_at: datetime | None, now: datetime) -> Presence:
    """How a page that was last heard at `last_seen_at` stands at `now`."""
    if last_seen_at is None:
        return Presence.NEVER
    silence = now - last_seen_at
    if silence <= timedelta(seconds=HERE_S):
        return Presence.HERE
    if silence <= timedelta(seconds=SLOW_S):
        return Presence.SLOW
    if silence <= timedelta(seconds=SILENT_S):
        return Presence.LATE
    return Presence.LOST


def gap(session_id: SessionId, last_seen_at: datetime | None, now: datetime) -> tuple[Observation, ...]:
    """What the page's being heard at `now` tells of the time before.

    Nothing, if it was heard at most `SILENT_S` ago; `connected`, if this is the first time; else `disconnected` with the length
    of the silence in whole seconds, and `connected`.
    """
    connected = Observation(session_id, ObservationKind.CONNECTED, now)
    if last_seen_at is None:
        return (connected,)
    if presence(last_seen_at, now) is not Presence.LOST:
        return ()
    seconds = int((now - last_seen_at).total_seconds())
    return (Observation(session_id, ObservationKind.DISCONNECTED, now, None, {"seconds": seconds}), connected)
