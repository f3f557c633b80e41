"""What the pages of a printed certificate are made from besides the certificate file: `print.json`, attached to the PDF.

    {"format": "sarap-print/1", "language": "kk", "template": "c0ffee…",      64 hexadecimal digits, see `typesetting.edition`
     "front": "https://centre.example/v#…", "second": "…"}                    what the two codes say

With this and the certificate file the pages follow byte for byte.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from certificates.strict_json import canonical, read_object

FORMAT: Final = "sarap-print/1"
CODE_MAX_CHARS: Final = 4_296  # alphanumeric characters of the largest QR code (ISO/IEC 18004, table 7)
_TEMPLATE: Final = re.compile(r"[0-9a-f]{64}")


class Language(StrEnum):
    """The languages in which certificates are printed."""

    KAZAKH = "kk"
    RUSSIAN = "ru"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Print:
    """One printing of a certificate. `template` names the edition of pages, words, fonts and typesetter."""

    language: Language
    template: str
    front: str
    second: str


def write_print(what: Print) -> bytes:
    """Write the file. The same printing is always the same bytes."""
    return canonical(
        {
            "format": FORMAT,
            "language": what.language.value,
            "template": what.template,
            "front": what.front,
            "second": what.second,
        }
    )


def read_print(data: bytes) -> Print:
    """Read the file. Raises `ValueError` if it is not one, `Unreadable` if it is not even strict JSON."""
    match read_object(data):
        case {
            "format": str(name),
            "language": str(language),
            "template": str(template),
            "front": str(front),
            "second": str(second),
            **more,
        } if name == FORMAT and not more and _TEMPLATE.fullmatch(template) and max(len(front), len(second)) <= CODE_MAX_CHARS:
            return Print(Language(language), template, front, second)
        case _:
            msg = "not the data of a printed certificate"
            raise ValueError(msg)
