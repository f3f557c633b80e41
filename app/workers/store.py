"""What the registry's sweep looks for where exams and certificates meet."""

from datetime import datetime
from typing import Final, LiteralString

from app.database import Connection
from exams.ids import DecisionId

UNISSUED_DECISIONS: Final[LiteralString] = """
SELECT d.decision_id FROM decision d
WHERE d.outcome = 'certify' AND d.decided_at < $1
  AND NOT EXISTS (SELECT FROM credential_intention i JOIN credential_bundle b USING (credential_id)
                  WHERE i.source = 'decision:' || d.decision_id)
ORDER BY d.decided_at LIMIT 1000
"""


async def unissued_decisions(db: Connection, decided_before: datetime) -> list[DecisionId]:
    """Decisions to certify from which no certificate has followed yet."""
    return [DecisionId(row["decision_id"]) for row in await db.fetch(UNISSUED_DECISIONS, decided_before)]
