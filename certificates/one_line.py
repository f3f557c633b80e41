"""Texts of strangers as one line for terminals, pages and tables: nothing that moves a cursor or turns the direction."""

import unicodedata
from typing import Final

_HIDDEN: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS: Final = "\u200c\u200d"  # some scripts need them


def one_line(text: str) -> str:
    """Put U+FFFD in the place of every character that is not one to see."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(one) in _HIDDEN and one not in _JOINERS else one for one in text)
