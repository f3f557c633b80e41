"""A certification: what a decision to certify says, gathered in one place for whoever writes the certificate."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from exams.grading.assurance import Assurance
from exams.grading.result import ItemResult
from exams.ids import DecisionId, ResultId, SessionId
from exams.papers.alignment import Alignment, Competence
from exams.papers.rules import Rules


@dataclass(frozen=True, slots=True)
class AreaResult:
    """What was earned of a content area's points."""

    competence: Competence
    earned: Decimal
    points: int

    @property
    def required(self) -> Decimal:
        """The least points from which the competence's levels hold."""
        return Decimal(self.points) * self.competence.required_percent / 100

    @property
    def alignments(self) -> tuple[Alignment, ...]:
        """The levels that were reached."""
        return self.competence.alignments if self.earned >= self.required else ()


@dataclass(frozen=True, slots=True)
class Certification:
    """A candidate passed a scheme's exam and a registrar decided to certify it. Names and descriptions are by ISO 639 code."""

    decision_id: DecisionId
    decided_at: datetime
    result_id: ResultId
    session_id: SessionId
    sealed_at: datetime
    candidate_name: str
    scheme_code: str
    scheme_names: dict[str, str]
    scheme_descriptions: dict[str, str]
    duration_minutes: int
    item_count: int
    score: Decimal
    max_score: Decimal
    cut_score_percent: int
    items: tuple[ItemResult, ...]
    rules: Rules
    assurance: Assurance
    records_root: str | None
    """the root over the session's judging records, in hexadecimal; None if nothing was judged"""
    records_count: int

    @property
    def required_score(self) -> Decimal:
        """The least score that passes."""
        return self.max_score * self.cut_score_percent / 100

    @property
    def areas(self) -> tuple[AreaResult, ...]:
        """What was earned in each content area, in the order of the paper, with the competence that the scheme sees in it."""
        competences = {one.content_area: one for one in self.rules.competences}
        return tuple(
            AreaResult(
                competence=competences.get(area) or Competence(area, area.replace("-", " ").capitalize(), 0),
                earned=sum((item.earned for item in self.items if item.content_area == area), Decimal(0)),
                points=sum(item.points for item in self.items if item.content_area == area),
            )
            for area in dict.fromkeys(item.content_area for item in self.items)
        )
