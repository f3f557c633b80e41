"""Words that a person puts on record: an incident's description, the reason of a review or of a decision."""

from typing import Final

from exams.words import written

REASON_MAX_CHARACTERS: Final = 4_000
"""About a page and a half. Whoever reads it later must get through it; longer evidence belongs in an attachment."""


def written_reason(field: str, text: str) -> str:
    """`text` as `exams.words.written` keeps it, at most `REASON_MAX_CHARACTERS` long."""
    return written(field, text, REASON_MAX_CHARACTERS)
