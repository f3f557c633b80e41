"""A submission: a program handed in for an item, by the candidate or by the server at the deadline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from exams.errors import InvalidInput, TooOften
from exams.ids import SessionId, SubmissionId
from exams.judging.further_files import check_files, draft_sha256, size_of
from exams.papers.paper import Item
from exams.sessions.session import Session
from exams.sessions.sitting import ask_of_judging

PROGRAM_MAX_BYTES: Final = 256 * 1024
"""Of one program in UTF-8, all its files together. Hand-written ones are under 20 KiB; the sandbox takes no more either."""

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
    LATE = "late"
    """a person, who accepted a text that had arrived after the end"""


class AnswerKey(NamedTuple):
    """What tells answers of one session apart, without their texts."""

    position: int
    language: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A program for an item, in one language: its main source, and further files by name (`{"tree.h": "…"}`)."""

    position: int
    language: str
    source: str
    files: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def sha256(self) -> bytes:
        """The digest of all texts (`further_files.draft_sha256`): equal texts are equal answers."""
        return draft_sha256(self.source, self.files)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written, in any file."""
        return not self.source.strip() and not any(text.strip() for text in self.files.values())

    @property
    def key(self) -> AnswerKey:
        """What tells answers of one session apart."""
        return AnswerKey(self.position, self.language, self.sha256)


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer that counts. What it earned is its judgement."""

    submission_id: SubmissionId
    session_id: SessionId
    answer: Answer
    origin: Origin
    submitted_at: datetime


def check(item: Item, answer: Answer) -> None:
    """Raise `InvalidInput` if the answer cannot be taken: by field `language`, `source` or `files`, with reason and limit.

    Which endings a further file may have in its language is for `programs.check_names` to say.
    """
    if answer.language not in item.languages:
        raise InvalidInput("language", "unknown-language")
    check_program(answer)


def check_program(answer: Answer) -> None:
    """Raise `InvalidInput` if the program itself cannot be taken, whatever its language: field `source` or `files`."""
    if "\0" in answer.source:
        # No language allows it, and neither does a text column.
        raise InvalidInput("source", "nul-byte")
    check_files(answer.files)
    try:
        size = size_of(answer.source, answer.files)
    except UnicodeEncodeError:
        raise InvalidInput("source", "not-unicode") from None
    if size > PROGRAM_MAX_BYTES:
        raise InvalidInput("source", "too-large", PROGRAM_MAX_BYTES)


def hand_in(
    session: Session, item: Item, answer: Answer, *, count: int, last: Submission | None, now: datetime
) -> Submission | None:
    """Decide on a hand-in: None if it is to be taken, or the earlier submission if it says the same as the last one.

    The second case is a double click, or a hand-in whose answer was lost and which is sent again; judging it once more would
    change nothing. `count` and `last` are the item's submissions so far.

    Raises `SessionNotStarted`, `SessionClosed` or `SessionPaused`, `InvalidInput` for the program itself or when
    `SUBMISSIONS_PER_ITEM` is reached, `TooOften` within `SUBMISSION_GAP_S` of the last one.
    """
    ask_of_judging(session, now)
    check(item, answer)
    if last is not None and (last.answer.language, last.answer.sha256) == (answer.language, answer.sha256):
        return last
    if answer.is_blank:
        raise InvalidInput("source", "missing")
    if count >= SUBMISSIONS_PER_ITEM:
        raise InvalidInput("submissions", "too-many", SUBMISSIONS_PER_ITEM)
    if last is not None and now - last.submitted_at < timedelta(seconds=SUBMISSION_GAP_S):
        raise TooOften(SUBMISSION_GAP_S)
    return None
