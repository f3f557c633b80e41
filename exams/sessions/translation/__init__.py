"""A report that a task's statement is wrong in one of its languages, and what an examiner answered.

The candidate says it in the exam, where it was noticed; whoever answers does not learn who it was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from exams.errors import AlreadyDecided, InvalidInput
from exams.ids import TaskId, TranslationReportId
from exams.papers.paper import Item
from exams.sessions.session import Session
from exams.sessions.sitting import work

WORDS_MAX_CHARACTERS: Final = 2000
"""A paragraph with the sentence that is meant and how it should read."""

REPORTS_PER_SESSION: Final = 30
"""Three for each of ten tasks; a loop would fill the examiners' list."""


class Outcome(StrEnum):
    """What an examiner found."""

    MENDED = "mended"
    """a later version of the task has it right"""
    NO_FAULT = "no_fault"


@dataclass(frozen=True, slots=True)
class TranslationAnswer:
    """An examiner's answer. `mended_in` is the version of the task that has it right, or None if there was no fault."""

    outcome: Outcome
    mended_in: int | None
    remark: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class TranslationReport:
    """What was said of a version of a task, without who said it. `locale` is the statement's language: kk, ru, en."""

    translation_report_id: TranslationReportId
    task_id: TaskId
    short_name: str
    version: int
    locale: str
    words: str
    reported_at: datetime
    answer: TranslationAnswer | None


def check_report(session: Session, item: Item, locale: str, words: str, *, reports: int, now: datetime) -> None:
    """Refuse a report that cannot be taken. `reports` is how many this session has made.

    Raises `SessionNotStarted`, `SessionClosed` and `InvalidInput` for `locale`, `words` and `reports`.
    """
    work(session, now)
    if locale not in item.task.statements:
        raise InvalidInput("locale", "unknown")
    if not words.strip():
        raise InvalidInput("words", "missing")
    if "\0" in words:
        raise InvalidInput("words", "nul-byte")
    if len(words) > WORDS_MAX_CHARACTERS:
        raise InvalidInput("words", "too-long", WORDS_MAX_CHARACTERS)
    if reports >= REPORTS_PER_SESSION:
        raise InvalidInput("reports", "too-many", REPORTS_PER_SESSION)


def answer_report(
    report: TranslationReport, outcome: Outcome, mended_in: int | None, remark: str, *, versions: Collection[int], now: datetime
) -> TranslationAnswer:
    """The answer that is to be kept. `versions` are those that there are of the task.

    Raises `AlreadyDecided`, and `InvalidInput` for `mended_in` unless it is a version after the one that the report is about.
    """
    if report.answer is not None:
        raise AlreadyDecided
    if outcome is Outcome.NO_FAULT:
        return TranslationAnswer(outcome, None, remark.strip(), now)
    if mended_in is None:
        raise InvalidInput("mended_in", "missing")
    if mended_in not in versions or mended_in <= report.version:
        raise InvalidInput("mended_in", "out-of-range")
    return TranslationAnswer(outcome, mended_in, remark.strip(), now)
