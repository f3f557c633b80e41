"""An accommodation: what is arranged so that somebody can take part. Never why: there is no place for a diagnosis.

A registrar grants it, for one scheme or for all, until a day. Extra time becomes a line of the time ledger when a session is
opened (or at the latest when it starts, or when the accommodation is granted). What a session began with, it keeps: an
accommodation that ends or is revoked while its candidate sits changes nothing for that sitting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any, Final
from uuid import uuid4

from exams.errors import InvalidInput, NotImpartial
from exams.ids import AccommodationId, AccountId, SchemeId

EXTRA_MAX_PERCENT: Final = 200
"""Three times the usual time; the longest that public boards of examination grant is about twice."""

EXTRA_MAX_MINUTES: Final = 480
BREAK_MAX_MINUTES: Final = 480
"""A working day."""


class Ignored(StrEnum):
    """What a proctor is told not to make anything of. A closed list, so that no diagnosis can be written into it."""

    READS_ALOUD = "reads_aloud"
    STANDS_UP = "stands_up"
    LOOKS_AWAY = "looks_away"
    SCREEN_READER = "screen_reader"
    """a voice from the machine, or headphones"""
    MOVES = "moves"
    """moves repeatedly, rocks, has something in the hands"""
    EATS_OR_DRINKS = "eats_or_drinks"
    HELPER = "helper"
    """another person is in the room, known to the centre"""
    LEAVES_PICTURE = "leaves_picture"
    """is not in the camera's picture at times"""


@dataclass(frozen=True, slots=True)
class Accommodation:
    """What was granted to one candidate; `scheme_id` None: for every scheme. Of percent and minutes the greater time counts."""

    candidate_id: AccountId
    scheme_id: SchemeId | None
    extra_percent: int
    extra_minutes: int
    break_minutes: int
    larger_text: bool
    ignored: tuple[Ignored, ...]
    granted_by: AccountId
    granted_at: datetime
    valid_until: datetime
    revoked_at: datetime | None = None
    accommodation_id: AccommodationId = field(default_factory=lambda: AccommodationId(uuid4()))

    def stands(self, now: datetime) -> bool:
        """Whether it counts for what is opened at `now`."""
        return now < self.valid_until and self.revoked_at is None

    def counts_for(self, scheme_id: SchemeId, opened_at: datetime, now: datetime) -> bool:
        """Whether it counts for a session: it stands now, or stood when the session was opened."""
        if self.scheme_id not in {None, scheme_id}:
            return False
        stood = self.granted_at <= opened_at < self.valid_until and (self.revoked_at is None or self.revoked_at > opened_at)
        return stood or self.stands(now)


@dataclass(frozen=True, slots=True)
class Arranged:
    """What counts for one session: of each thing the most that any accommodation grants."""

    sources: tuple[Accommodation, ...] = ()

    def extra_seconds(self, allotted_seconds: int) -> int:
        """The extra time of a session, rounded up to whole seconds."""
        each = (max(ceil(allotted_seconds * one.extra_percent / 100), one.extra_minutes * 60) for one in self.sources)
        return max(each, default=0)

    @property
    def break_seconds(self) -> int:
        """How long breaks may stop the clock, together."""
        return max((one.break_minutes * 60 for one in self.sources), default=0)

    @property
    def larger_text(self) -> bool:
        """Whether the pages of the session are shown in larger letters."""
        return any(one.larger_text for one in self.sources)

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """What the proctor makes nothing of, in the order of the list."""
        told = {word for one in self.sources for word in one.ignored}
        return tuple(word for word in Ignored if word in told)

    def evidence(self) -> dict[str, Any]:
        """For the line of the ledger."""
        return {
            "accommodations": [str(one.accommodation_id) for one in self.sources],
            "extra_percent": max((one.extra_percent for one in self.sources), default=0),
            "extra_minutes": max((one.extra_minutes for one in self.sources), default=0),
        }


def combined(accommodations: Iterable[Accommodation], scheme_id: SchemeId, opened_at: datetime, now: datetime) -> Arranged:
    """What is arranged for a session of this scheme."""
    return Arranged(tuple(one for one in accommodations if one.counts_for(scheme_id, opened_at, now)))


def grant(
    candidate_id: AccountId,
    scheme_id: SchemeId | None,
    granted_by: AccountId,
    *,
    extra_percent: int,
    extra_minutes: int,
    break_minutes: int,
    larger_text: bool,
    ignored: Sequence[str],
    valid_until: datetime,
    now: datetime,
) -> Accommodation:
    """A registrar grants it.

    Raises `NotImpartial` for oneself and `InvalidInput`: `out-of-range` for a number, `unknown` for a word of `ignored`,
    `valid_until` `in-the-past`, and `accommodation` `missing` if nothing at all is granted.
    """
    if candidate_id == granted_by:
        raise NotImpartial
    for name, value, limit in (
        ("extra_percent", extra_percent, EXTRA_MAX_PERCENT),
        ("extra_minutes", extra_minutes, EXTRA_MAX_MINUTES),
        ("break_minutes", break_minutes, BREAK_MAX_MINUTES),
    ):
        if not 0 <= value <= limit:
            raise InvalidInput(name, "out-of-range", limit)
    try:
        told = {Ignored(word) for word in ignored}
    except ValueError:
        raise InvalidInput("ignored", "unknown") from None
    if valid_until <= now:
        raise InvalidInput("valid_until", "in-the-past")
    if not (extra_percent or extra_minutes or break_minutes or larger_text or told):
        raise InvalidInput("accommodation", "missing")
    words = tuple(word for word in Ignored if word in told)
    return Accommodation(
        candidate_id,
        scheme_id,
        extra_percent,
        extra_minutes,
        break_minutes,
        larger_text,
        words,
        granted_by,
        now,
        valid_until,
    )
