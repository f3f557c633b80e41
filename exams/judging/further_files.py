"""A program's further files: `{"tree.h": "…", "tree.cpp": "…"}` beside its main source, which has no name of its own.

The main source is called as the catalogue says (`main.py`, `Main.java`), so a further file cannot be; which endings a language
takes is in the catalogue too (`programs.py` asks it). Everything here holds for every language.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from exams.errors import InvalidInput
from exams.judging.canonical import canonical

FURTHER_FILES_MAX: Final = 10
"""Beside the main source. An answer that is written in an hour has two or three; the sandbox would take nineteen."""

FILE_NAME_MAX_CHARACTERS: Final = 64
"""What still fits on a tab."""

FILE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
"""A plain name: no folder, no way up, nothing that a compiler could take for an option or a shell for a hidden file."""


def draft_sha256(source: str, files: Mapping[str, str]) -> bytes:
    r"""What names a program by all of its text: equal programs have equal digests.

    Without further files SHA-256 of the main source in UTF-8; with some, SHA-256 of the canonical JSON (RFC 8785) of all texts,
    in which the main source has the empty name: `{"":"#include \"tree.h\"","tree.h":"…"}`.
    """
    return hashlib.sha256(canonical({"": source, **files}) if files else source.encode()).digest()


def size_of(source: str, files: Mapping[str, str]) -> int:
    """Bytes of all texts in UTF-8. Raises `UnicodeEncodeError` for half a surrogate pair."""
    return len(source.encode()) + sum(len(text.encode()) for text in files.values())


def check_files(files: Mapping[str, str]) -> None:
    """Raise `InvalidInput` for the field `files` if they are too many, misnamed or no texts.

    Two names that differ only in the size of letters are one file on many machines, so they are refused: `same-file-name`.
    """
    if len(files) > FURTHER_FILES_MAX:
        raise InvalidInput("files", "too-many", FURTHER_FILES_MAX)
    if not all(FILE_NAME.fullmatch(name) for name in files):
        raise InvalidInput("files", "file-name")
    if len({name.lower() for name in files}) != len(files):
        raise InvalidInput("files", "same-file-name")
    if any("\0" in text for text in files.values()):
        raise InvalidInput("files", "nul-byte")
