"""Words that people write and others read: names, notes, reasons."""

from exams.errors import InvalidInput


def written(field: str, text: str, max_characters: int) -> str:
    """`text` without the space around it, with every line end a single line feed.

    Raises `InvalidInput` for nothing but space (`missing`), for more than `max_characters` (`too-long`), for a NUL character
    (`nul-byte`) and for half a surrogate pair (`not-unicode`): PostgreSQL's `text` can hold neither.
    """
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise InvalidInput(field, "missing")
    if len(words) > max_characters:
        raise InvalidInput(field, "too-long", max_characters)
    if "\0" in words:
        raise InvalidInput(field, "nul-byte")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise InvalidInput(field, "not-unicode") from None
    return words
