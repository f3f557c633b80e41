"""Words that a person puts on record: an incident's description, the reason of a review or of a decision."""

from typing import Final

from exams.errors import InvalidInput

REASON_MAX_CHARACTERS: Final = 4_000
"""About a page and a half. Whoever reads it later must get through it; longer evidence belongs in an attachment."""


def written_reason(field: str, text: str) -> str:
    """`text` without the space around it, with every line end a single line feed.

    Raises `InvalidInput` for nothing but space (`missing`), for more than `REASON_MAX_CHARACTERS` (`too-long`) for a NUL
    character (`nul-byte`) and for half a surrogate pair (`not-unicode`): PostgreSQL's `text` can hold neither.
    """
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise InvalidInput(field, "missing")
    if len(words) > REASON_MAX_CHARACTERS:
        raise InvalidInput(field, "too-long", REASON_MAX_CHARACTERS)
    if "\0" in words:
        raise InvalidInput(field, "nul-byte")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise InvalidInput(field, "not-unicode") from None
    return words
