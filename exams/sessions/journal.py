"""The journal: every acknowledged save, whole. Nothing that was acknowledged is ever changed or overwritten.

A save says on which revision of the item it is based. If that is the newest one, the save becomes the next revision; if not,
somebody (a second tab, another device) has saved meanwhile, and the save is refused with the current revision for the page to
show both. Revisions count over all languages of an item, so that the newest one is what the candidate worked on last.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exams.errors import StaleRevision, TooOften

SAVES_PER_MINUTE: Final = 120
"""For one item. The page saves every 2 to 5 s; this leaves room for a second tab, and stops a loop from filling disks."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One save: the whole source of an item in one language."""

    position: int
    revision: int
    language: str
    source: str
    saved_at: datetime


def save(
    newest: JournalEntry | None, *, position: int, base_revision: int, language: str, source: str, now: datetime
) -> JournalEntry:
    """The entry that this save makes, or `newest` itself if it says the same already.

    The second case is a save whose answer was lost and which is sent again: it is acknowledged, not repeated.
    Raises `StaleRevision` with the newest revision if the save is based on another one.
    """
    if newest is not None and (newest.language, newest.source) == (language, source):
        return newest
    current = 0 if newest is None else newest.revision
    if base_revision != current:
        raise StaleRevision(current)
    return JournalEntry(position, current + 1, language, source, now)


def refuse_flood(earlier: datetime | None, now: datetime) -> None:
    """Raise `TooOften` if the entry `SAVES_PER_MINUTE` revisions ago was saved less than a minute ago."""
    if earlier is not None and now - earlier < timedelta(minutes=1):
        raise TooOften(max(1, 60 - int((now - earlier).total_seconds())))
