"""What a scheme corresponds to in frameworks that others keep, and which level each of its content areas shows.

Frameworks are named, never copied: their texts belong to others, their codes and addresses are for everybody. An example:

    Competence("algorithms", "Algorithms", required_percent=60, alignments=(
        Alignment("e-CF (EN 16234-1:2019)", "B.1 e-2", "Application development, proficiency level e-2", "https://ecfexplorer…"),))

A level is claimed by area, and only for who has earned enough of that area's points: a good sum can hide a weak part.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alignment:
    """One entry of a framework. `code` is its code there, `name` its name in English, `url` an address that explains it."""

    framework: str
    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Competence:
    """What a content area of the blueprint shows: `alignments` hold from `required_percent` of its points on."""

    content_area: str
    name: str
    required_percent: int
    alignments: tuple[Alignment, ...] = ()
