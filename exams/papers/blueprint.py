"""A scheme: what is certified, and the blueprint that every paper of it follows."""

from dataclasses import dataclass, field

from exams.ids import SchemeId
from exams.papers.rules import Rules


@dataclass(frozen=True, slots=True)
class BlueprintRow:
    """One row: a task of `content_area` that is worth `points`. Rows are filled in the order of `position`, from 1."""

    position: int
    content_area: str
    points: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """What is certified.

    `code` is for addresses and files, e.g. `junior-software-developer`; `names` and `descriptions` are by ISO 639 code;
    `cut_score_percent` is the least share of all points that passes; `languages` are the codes of the programming languages
    that are allowed.
    """

    scheme_id: SchemeId
    code: str
    names: dict[str, str]
    descriptions: dict[str, str]
    duration_minutes: int
    cut_score_percent: int
    languages: tuple[str, ...]
    blueprint: tuple[BlueprintRow, ...]
    rules: Rules = field(default_factory=Rules)

    def name(self, language: str) -> str:
        """The scheme's name in `language`, else in English, else its code."""
        return self.names.get(language) or self.names.get("en") or self.code

    def description(self, language: str) -> str:
        """What the scheme examines, in `language`, else in English, else nothing."""
        return self.descriptions.get(language) or self.descriptions.get("en") or ""

    @property
    def max_points(self) -> int:
        """The points of a paper with every item right."""
        return sum(row.points for row in self.blueprint)
