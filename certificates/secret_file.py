"""Files that only their owner can read, each written once."""

import os
import secrets
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600
_FOR_OTHERS: Final = 0o077


def keep(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, unless there is one of that name already: then that stays."""
    # Written whole beside its place and then linked: a crash leaves no half file under the final name.
    beside = path.parent / f".{path.stem}.{secrets.token_hex(8)}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink()


def is_for_others(path: Path) -> bool:
    """Say whether somebody else than its owner may do anything with the file."""
    return bool(path.stat().st_mode & _FOR_OTHERS)
