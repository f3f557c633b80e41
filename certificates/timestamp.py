"""Moments as credentials write them: UTC, whole seconds, `2026-11-23T09:30:00Z`, and no other form."""

import re
from datetime import UTC, datetime
from typing import Final

_FORM: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def write_timestamp(moment: datetime) -> str:
    """Write `moment`, which must know its zone; fractions of a second are cut off."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_timestamp(text: str) -> datetime:
    """Read the one form that `write_timestamp` writes. Raises `ValueError` for any other."""
    if not _FORM.fullmatch(text):
        msg = f"not a timestamp: {text[:40]}"
        raise ValueError(msg)
    return datetime.fromisoformat(text)
