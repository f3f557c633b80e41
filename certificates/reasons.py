"""Why a certificate was revoked or suspended: one word of a closed list, which everybody may read.

The words are coarse on purpose: they tell an employer what to do next and accuse nobody. What a registrar writes in their own
words stays with the centre. A word is published as its number in this list, so words are only ever added at the end. Why so is
in `docs/decisions/0037-a-reason-is-a-code-in-a-list.md`.
"""

from enum import StrEnum
from typing import Final, LiteralString


def _(text: LiteralString) -> LiteralString:
    return text


class Reason(StrEnum):
    """The words, in the order of their numbers from 1. 0 is: no reason is given."""

    UNDISCLOSED = "undisclosed"
    SUPERSEDED = "superseded"
    ISSUED_IN_ERROR = "issued-in-error"
    DATA_WRONG = "data-wrong"
    RESULT_CHANGED = "result-changed"
    RULES_BROKEN = "rules-broken"
    IDENTITY_DOUBTED = "identity-doubted"
    HOLDER_ASKED = "holder-asked"
    UNDER_REVIEW = "under-review"

    @property
    def number(self) -> int:
        """What the list has for it, at most `NUMBER_MAX`."""
        return list(Reason).index(self) + 1


NUMBER_BITS: Final = 4
"""Bits of a number in the list: 15 words and none."""

NUMBER_MAX: Final = (1 << NUMBER_BITS) - 1

REASONS: Final[dict[Reason, LiteralString]] = {
    Reason.UNDISCLOSED: _("The centre does not publish the reason."),
    Reason.SUPERSEDED: _("A newer decision or another certificate has taken its place."),
    Reason.ISSUED_IN_ERROR: _("It was issued by mistake. That says nothing against the holder."),
    Reason.DATA_WRONG: _("A name, a date or another statement in it was wrong."),
    Reason.RESULT_CHANGED: _("The result was changed after a review or an appeal."),
    Reason.RULES_BROKEN: _("The exam was not sat by its rules."),
    Reason.IDENTITY_DOUBTED: _("It is not certain that the holder sat the exam in person."),
    Reason.HOLDER_ASKED: _("The holder asked for it."),
    Reason.UNDER_REVIEW: _("Something is being looked into. That is not a verdict about the holder."),
}

FOR_REVOCATION: Final = (
    Reason.SUPERSEDED,
    Reason.ISSUED_IN_ERROR,
    Reason.DATA_WRONG,
    Reason.RESULT_CHANGED,
    Reason.RULES_BROKEN,
    Reason.IDENTITY_DOUBTED,
    Reason.HOLDER_ASKED,
    Reason.UNDISCLOSED,
)
FOR_SUSPENSION: Final = (Reason.UNDER_REVIEW, Reason.IDENTITY_DOUBTED, Reason.HOLDER_ASKED, Reason.UNDISCLOSED)


def reason_of(number: int) -> Reason | None:
    """Read a number of the list; None for 0, and for a word that a later version has added."""
    words = list(Reason)
    return words[number - 1] if 1 <= number <= len(words) else None
