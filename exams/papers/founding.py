"""A scheme as a file, from which it is founded.

    code: junior-software-developer
    names: {kk: Кіші бағдарламашы, ru: Младший разработчик ПО, en: Junior software developer}
    descriptions: {en: Two tasks, one hour.}
    duration_minutes: 60
    cut_score_percent: 60
    languages: [python3, cpp]
    blueprint:
      - {content_area: data-processing, points: 40}
      - {content_area: algorithms, points: 60}
    rules: {booking_required: true, retake_wait_days: 14}

`rules` are those of `exams/papers/rules.py` that differ from their default. A key that we do not know is refused.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Any

import msgspec
import yaml

from exams.errors import InvalidInput
from exams.papers.blueprint import BlueprintRow
from exams.papers.rules import Rules

Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]{1,62}$")]
"""As in addresses and files."""

Names = Annotated[dict[Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")], str], msgspec.Meta(min_length=1)]
"""By ISO 639 code."""


class Row(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A row of the blueprint, in its place."""

    content_area: Code
    points: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class SchemeFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the file says; a day is the longest sitting."""

    code: Code
    names: Names
    descriptions: Names
    duration_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    cut_score_percent: Annotated[int, msgspec.Meta(ge=1, le=100)]
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    blueprint: Annotated[tuple[Row, ...], msgspec.Meta(min_length=1)]
    rules: Rules = Rules()

    @property
    def rows(self) -> Sequence[BlueprintRow]:
        """The blueprint, numbered."""
        return [BlueprintRow(position, row.content_area, row.points) for position, row in enumerate(self.blueprint, 1)]


def read_scheme(content: bytes) -> SchemeFile:
    """Read the file. Raises `InvalidInput` that says what is wrong and where, e.g. `scheme: Expected `int` - at `$.points``."""
    try:
        written: dict[str, Any] = msgspec.convert(yaml.safe_load(content), dict[str, Any])
        unknown = set(msgspec.convert(written.get("rules", {}), dict[str, Any])) - {field.name for field in fields(Rules)}
        if unknown:
            raise InvalidInput("scheme", f"there is no rule {', '.join(sorted(unknown))}")
        return msgspec.convert(written, SchemeFile)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise InvalidInput("scheme", str(error)) from error
