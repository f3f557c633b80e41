"""What a demo centre offers to be sat in the Safe Exam Browser, so that its pages can be seen and tried."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.database import Connection
from exams.papers.blueprint import BlueprintRow
from exams.papers.rules import Lockdown, Rules
from exams.papers.setting import found_scheme

LOCKED_DOWN: Final = "algorithms-practitioner"


async def seed(db: Connection, languages: Sequence[str], now: datetime) -> None:
    """Have it there, in the caller's transaction."""
    await found_scheme(
        db,
        code=LOCKED_DOWN,
        names={
            "kk": "Алгоритмдер маманы",
            "ru": "Специалист по алгоритмам",
            "en": "Algorithms practitioner",
        },
        descriptions={
            "kk": "Екі тапсырма: деректерді өңдеу және алгоритмдер. Safe Exam Browser ішінде тапсырылады.",
            "ru": "Два задания: обработка данных и алгоритмы. Сдаётся в Safe Exam Browser.",
            "en": "Two tasks: data processing and algorithms. Sat in the Safe Exam Browser.",
        },
        duration_minutes=60,
        cut_score_percent=60,
        languages=languages,
        blueprint=[BlueprintRow(1, "data-processing", 50), BlueprintRow(2, "algorithms", 50)],
        now=now,
        rules=Rules(lockdown=Lockdown.SAFE_EXAM_BROWSER),
    )
