"""Which programming languages a session may offer: those that are still mended on the day on which its paper is set.

A certificate about a language that nobody mends any more is worth little, and its toolchain is a risk to whoever runs it. A
session keeps what it opened with, however long it takes: its paper has the languages written down.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from exams.authoring.finding import Finding, Severity
from exams.errors import InvalidInput
from sandbox import languages

PATH: Final = "certification.yaml"


def offered(codes: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Those of the languages that a session which opens at `now` may offer, in their order."""
    return languages.maintained(codes, now)


def require_offered(codes: Iterable[str], now: datetime) -> None:
    """Raises `InvalidInput` if a language is not in the catalogue or is past its end of life: no scheme begins with it."""
    asked = tuple(codes)
    for code in asked:
        if languages.get(code) is None:
            raise InvalidInput("languages", "unknown-language")
    if offered(asked, now) != asked:
        raise InvalidInput("languages", "language-ended")


def ended_findings(codes: Iterable[str], now: datetime) -> tuple[Finding, ...]:
    """What the author of a task should know of languages that sessions do not offer any more. None left is an obstacle."""
    asked = tuple(codes)
    left = offered(asked, now)
    ended = [language for code in asked if code not in left and (language := languages.get(code)) is not None]
    found = [
        Finding(
            Severity.WARNING,
            PATH,
            "language-ended",
            f"nobody mends {language.name} {language.version} since {language.end_of_life}: no new session offers it",
        )
        for language in ended
    ]
    if ended and not left:
        found.insert(
            0,
            Finding(
                Severity.OBSTACLE, PATH, "no-language", "every language of the task is past its end of life: allow another"
            ),
        )
    return tuple(found)
