"""Reports of wrong translations and their answers in the database."""

from datetime import datetime
from typing import Final, LiteralString

from exams.ids import AccountId, TaskId, TranslationReportId
from exams.papers.paper import Item
from exams.sessions.session import Session
from exams.sessions.translation import Outcome, TranslationAnswer, TranslationReport
from exams.store import Connection, Record

INSERT_TRANSLATION_REPORT: Final[LiteralString] = """
INSERT INTO translation_report (task_id, session_id, locale, words, reported_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_translation_report(
    db: Connection, session: Session, item: Item, locale: str, words: str, now: datetime
) -> None:
    """Keep what a candidate says of a statement."""
    await db.execute(INSERT_TRANSLATION_REPORT, item.task.task_id, session.session_id, locale, words, now)


TRANSLATION_REPORTS_MADE: Final[LiteralString] = "SELECT count(*) FROM translation_report WHERE session_id = $1"


async def translation_reports_made(db: Connection, session: Session) -> int:
    """How many reports this session has made."""
    return int(await db.fetchval(TRANSLATION_REPORTS_MADE, session.session_id))


TRANSLATION_REPORTS: Final[LiteralString] = """
SELECT r.translation_report_id, r.task_id, t.short_name, t.version, r.locale, r.words, r.reported_at,
       a.outcome, a.mended_in, a.remark, a.answered_at
FROM translation_report r JOIN task t USING (task_id) LEFT JOIN translation_answer a USING (translation_report_id)
WHERE $1::text IS NULL OR t.short_name = $1
ORDER BY a.answered_at IS NOT NULL, r.reported_at DESC LIMIT 500
"""


async def translation_reports(db: Connection, short_name: str | None = None) -> list[TranslationReport]:
    """Reports on all versions of a task, or on all tasks: those without an answer first. Nobody's name is with them."""
    return [_translation_report(row) for row in await db.fetch(TRANSLATION_REPORTS, short_name)]


TRANSLATION_REPORT_TO_ANSWER: Final[LiteralString] = """
SELECT r.translation_report_id, r.task_id, t.short_name, t.version, r.locale, r.words, r.reported_at,
       a.outcome, a.mended_in, a.remark, a.answered_at
FROM translation_report r JOIN task t USING (task_id) LEFT JOIN translation_answer a USING (translation_report_id)
WHERE r.translation_report_id = $1
"""


async def translation_report_to_answer(db: Connection, report_id: TranslationReportId) -> TranslationReport | None:
    """One report, for an examiner."""
    row = await db.fetchrow(TRANSLATION_REPORT_TO_ANSWER, report_id)
    return None if row is None else _translation_report(row)


TASK_VERSIONS: Final[LiteralString] = "SELECT version FROM task WHERE short_name = $1"


async def task_versions(db: Connection, report: TranslationReport) -> list[int]:
    """The versions that there are of the task that a report is about."""
    return [row["version"] for row in await db.fetch(TASK_VERSIONS, report.short_name)]


INSERT_TRANSLATION_ANSWER: Final[LiteralString] = """
INSERT INTO translation_answer (translation_report_id, outcome, mended_in, remark, answered_by, answered_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (translation_report_id) DO NOTHING
RETURNING true
"""


async def insert_translation_answer(
    db: Connection, report: TranslationReport, answer: TranslationAnswer, examiner_id: AccountId
) -> bool:
    """Keep an examiner's answer. False if another one answered in the same moment: that answer stands."""
    kept = await db.fetchval(
        INSERT_TRANSLATION_ANSWER,
        report.translation_report_id,
        answer.outcome,
        answer.mended_in,
        answer.remark,
        examiner_id,
        answer.answered_at,
    )
    return kept is not None


def _translation_report(row: Record) -> TranslationReport:
    answered = row["outcome"] is not None
    return TranslationReport(
        TranslationReportId(row["translation_report_id"]),
        TaskId(row["task_id"]),
        row["short_name"],
        row["version"],
        row["locale"],
        row["words"],
        row["reported_at"],
        TranslationAnswer(Outcome(row["outcome"]), row["mended_in"], row["remark"], row["answered_at"]) if answered else None,
    )
