"""Slowing down who makes very many of a thing that is kept: nobody is ever stopped, and no loop fills the disk."""

from typing import Final

from exams.errors import TooOften

MINUTE_S: Final = 60


def slow_down(in_all: int, in_last_minute: int, *, per_minute: int, freely: int) -> None:
    """Raise `TooOften` past `per_minute`, or past one in a minute from the `freely`-th on."""
    if in_last_minute >= (per_minute if in_all < freely else 1):
        raise TooOften(MINUTE_S)
