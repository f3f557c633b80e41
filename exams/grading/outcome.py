"""What came of a session, in the few words of its candidate's own list."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from exams.grading.appeal import AppealStage
from exams.grading.decision import DecisionOutcome


@dataclass(frozen=True, slots=True)
class SessionOutcome:
    """No score before the session is graded, and nothing decided before a person did.

    `appeal` is where the newest appeal against the newest decision stands. An upheld one has taken `decided` away until
    somebody decides anew. Whether the candidate may see any of it now says `release.withheld`.
    """

    score: Decimal | None
    max_score: Decimal | None
    passed: bool | None
    decided: DecisionOutcome | None
    decided_at: datetime | None = None
    appeal: AppealStage | None = None
