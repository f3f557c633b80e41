"""What every engine refuses before anything runs."""

import re
from typing import Final

from sandbox.errors import BadFileName, ProgramTooLarge
from sandbox.limits import PROGRAM_MAX_BYTES, PROGRAM_MAX_FILES
from sandbox.runner import Program

FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")
"""A plain name: no folder, and nothing that a compiler could take for an option."""


def require_acceptable(program: Program) -> None:
    """Raises `ProgramTooLarge` or `BadFileName` unless the program keeps the limits."""
    if not 1 <= len(program.files) <= PROGRAM_MAX_FILES:
        message = f"{len(program.files)} files, at most {PROGRAM_MAX_FILES}"
        raise ProgramTooLarge(message)
    size = sum(len(file.content) for file in program.files)
    if size > PROGRAM_MAX_BYTES:
        message = f"{size} bytes, at most {PROGRAM_MAX_BYTES}"
        raise ProgramTooLarge(message)
    names = [file.name for file in program.files]
    if len(set(names)) != len(names) or not all(FILE_NAME.fullmatch(name) for name in names):
        message = "file names must be plain and different"
        raise BadFileName(message)
