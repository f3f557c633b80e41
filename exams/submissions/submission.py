"""A submission: a program handed in for an item, by the candidate or by the server at the deadline."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from exams.errors import InvalidInput, TooOften
from exams.ids import SessionId, SubmissionId
from exams.papers.paper import Item
from exams.sessions.session import Session
from exams.sessions.sitting import work

PROGRAM_MAX_BYTES: Final = 256 * 1024
"""Of one program in UTF-8. Hand-written answers are under 20 KiB; the sandbox takes no more than this either."""

SUBMISSIONS_PER_ITEM: Final = 50
"""For one item of one session. People hand in five times, fifteen at most; a loop would keep others waiting for the judge."""

SUBMISSION_GAP_S: Final = 2
"""Seconds between two hand-ins of one item: less than a person needs to change anything, more than a stuck key gives."""


class Origin(StrEnum):
    """Who handed it in."""

    HANDED_IN = "handed_in"
    """the candidate"""
    SEALED = "sealed"
    """the server, which took the last acknowledged draft when the session ended"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A program for an item: one source text in one language."""

    position: int
    language: str
    source: str

    @property
    def sha256(self) -> bytes:
        """SHA-256 of the source in UTF-8: equal texts are equal answers."""
        return hashlib.sha256(self.source.encode()).digest()


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer that counts. What it earned is its judgement."""

    submission_id: SubmissionId
    session_id: SessionId
    answer: Answer
    origin: Origin
    submitted_at: datetime


def check(item: Item, answer: Answer) -> None:
    """Raise `InvalidInput` if the answer cannot be taken: by field `language` or `source`, with the reason and the limit."""
    if answer.language not in item.languages:
        raise InvalidInput("language", "unknown-language")
    if "\0" in answer.source:
        # No language allows it, and neither does a text column.
        raise InvalidInput("source", "nul-bytes")
    try:
        size = len(answer.source.encode())
    except UnicodeEncodeError:
        raise InvalidInput("source", "not-text") from None
    if size > PROGRAM_MAX_BYTES:
        raise InvalidInput("source", "too-large", PROGRAM_MAX_BYTES)


def hand_in(
    session: Session, item: Item, answer: Answer, *, count: int, last: Submission | None, now: datetime
) -> Submission | None:
    """Decide on a hand-in: None if it is to be taken, or the earlier submission if it says the same as the last one.

    The second case is a double click, or a hand-in whose answer was lost and which is sent again; judging it once more would
    change nothing. `count` and `last` are the item's submissions so far.

    Raises `SessionNotStarted` or `SessionClosed`, `InvalidInput` for the program itself or when `SUBMISSIONS_PER_ITEM` is
    reached, `TooOften` within `SUBMISSION_GAP_S` of the last one.
    """
    work(session, now)
    check(item, answer)
    if last is not None and (last.answer.language, last.answer.sha256) == (answer.language, answer.sha256):
        return last
    if not answer.source.strip():
        raise InvalidInput("source", "missing")
    if count >= SUBMISSIONS_PER_ITEM:
        raise InvalidInput("submissions", "too-many", SUBMISSIONS_PER_ITEM)
    if last is not None and now - last.submitted_at < timedelta(seconds=SUBMISSION_GAP_S):
        raise TooOften(SUBMISSION_GAP_S)
    return None
