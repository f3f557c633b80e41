"""The assurance label: under which circumstances a result came about, as a closed list of words, and what they mean.

Each is an entry of the credential's `evidence` (Open Badges 3.0, Evidence):

    {"id": "https://centre.example/certificates/7K3QM9-XW2RFD-HJ5T98#identity", "type": ["Evidence"], "genre": "assurance",
     "name": "Identity check", "narrative": "document", "description": "An identity document was compared …"}

`narrative` is the word that programs read; `name` and `description` are for people who read the file itself. Pages look the
words up here, and in the catalogues of their language. The root over the judging records is an entry of the same form with the
genre `judging-records`, and its `narrative` is 64 hexadecimal digits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, LiteralString

ASSURANCE_GENRE: Final = "assurance"
RECORDS_GENRE: Final = "judging-records"


def _(text: LiteralString) -> LiteralString:
    return text


class Topic(StrEnum):
    """What a line of the label is about, in the order of the label."""

    IDENTITY = "identity"
    PROCTORING = "proctoring"
    LOCKDOWN = "lockdown"
    AI_TOOLS = "ai-tools"
    FORM = "form"
    ERROR = "measurement-error"


UNKNOWN: Final = "unknown"
"""The measurement error of an exam that too few people have sat."""

TOPICS: Final[dict[Topic, LiteralString]] = {
    Topic.IDENTITY: _("Identity check"),
    Topic.PROCTORING: _("Proctoring"),
    Topic.LOCKDOWN: _("Locked browser"),
    Topic.AI_TOOLS: _("AI tools"),
    Topic.FORM: _("Tasks chosen on"),
    Topic.ERROR: _("Standard error of the score"),
}

WORDS: Final[dict[Topic, Mapping[str, LiteralString]]] = {
    Topic.IDENTITY: {
        "account": _("By the account that the centre gave to the candidate."),
        "document": _(
            "By the candidate's account, and a person of the centre compares an identity document with the candidate."
        ),
    },
    Topic.PROCTORING: {
        "none": _("Nobody watched the session."),
        "camera": _("The candidate's camera sent pictures during the session."),
        "watched": _("A proctor followed the session as it went."),
        "at-centre": _("On a seat of a centre, with its staff in the room."),
    },
    Topic.LOCKDOWN: {
        "none": _("An ordinary browser was allowed."),
        "settings": _("A locked browser proved at the start and at the end that it ran with the settings of the exam."),
        "settings-and-program": _(
            "A locked browser proved at the start and at the end that it was unchanged and ran with the settings of the exam."
        ),
    },
    Topic.AI_TOOLS: {
        "not-allowed": _("Not allowed."),
        "allowed": _("Allowed."),
    },
    Topic.FORM: {},
    Topic.ERROR: {UNKNOWN: _("Not known yet: too few people have sat this exam.")},
}
"""What each word means. A date and a number stand for themselves."""

_FORMS: Final[dict[Topic, str]] = {
    Topic.FORM: r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    Topic.ERROR: r"(0|[1-9]\d{0,8})(\.\d{1,2})?|" + UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Assured:
    """One line of the label, e.g. `Assured(Topic.IDENTITY, "document")`."""

    topic: Topic
    word: str

    @property
    def title(self) -> LiteralString:
        """What it is about."""
        return TOPICS[self.topic]

    @property
    def meaning(self) -> LiteralString | None:
        """What the word means; None for a date or a number, which stand for themselves."""
        return WORDS[self.topic].get(self.word)


def is_word(topic: str, word: str) -> bool:
    """Say whether the label may say this."""
    if topic not in set(Topic):
        return False
    form = _FORMS.get(Topic(topic))
    return word in WORDS[Topic(topic)] if form is None else re.fullmatch(form, word, re.ASCII) is not None
