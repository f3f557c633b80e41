"""What came of a session, in the few words of its candidate's own list."""

from dataclasses import dataclass
from decimal import Decimal

from exams.grading.decision import DecisionOutcome


@dataclass(frozen=True, slots=True)
class SessionOutcome:
    """No score before the session is graded, and nothing decided before a person did."""

    score: Decimal | None
    max_score: Decimal | None
    passed: bool | None
    decided: DecisionOutcome | None
