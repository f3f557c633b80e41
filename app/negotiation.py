"""Which of several forms of one thing a program wants, by its `Accept` header (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from typing import Final

ACCEPT_MAX_CHARACTERS: Final = 2_000
"""A browser sends some 150. What is longer is as if nothing had been asked."""


def preferred_type(accept: str, offered: Sequence[str]) -> str:
    """Choose the offered media type that is wanted most: the first one if nothing is wanted, or nothing that there is.

    A type that is named counts more than `application/*`, and that more than `*/*`; of equals the one offered first.
    """
    wanted: list[tuple[float, int, int]] = []
    ranges = accept.split(",") if len(accept) <= ACCEPT_MAX_CHARACTERS else []
    for place, media_type in enumerate(offered):
        fits = [(exact, weight) for name, weight in map(_range, ranges) if (exact := _exactness(name, media_type))]
        if fits and max(fits)[1] > 0:
            wanted.append((-max(fits)[1], -max(fits)[0], place))
    return offered[min(wanted)[2] if wanted else 0]


def _range(written: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in written.split(";"))
    weights = [parameter.removeprefix("q=") for parameter in parameters if parameter.startswith("q=")]
    try:
        return name, min(max(float(weights[0]), 0.0), 1.0) if weights else 1.0
    except ValueError:
        return name, 0.0


def _exactness(name: str, media_type: str) -> int:
    """3 for the type itself, 2 for its family, 1 for anything, 0 for another one."""
    return {media_type: 3, f"{media_type.partition('/')[0]}/*": 2, "*/*": 1}.get(name, 0)
