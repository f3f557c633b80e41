"""A certification: what a decision to certify says, gathered in one place for whoever writes the certificate."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from exams.ids import DecisionId, ResultId, SessionId


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

    @property
    def required_score(self) -> Decimal:
        """The least score that passes."""
        return self.max_score * self.cut_score_percent / 100
