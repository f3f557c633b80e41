"""What a choice finds in the database, and the newer datasets that one may be made for."""

from dataclasses import dataclass, replace
from typing import Final, LiteralString

import msgspec

from exams.authoring.finding import Finding, prevents_publishing
from exams.ids import DatasetId, SubmissionId, TaskId
from exams.rejudging.choice import MEMBERS_MAX, Choice
from exams.store import Connection

CHOSEN: Final[LiteralString] = """
SELECT u.submission_id, coalesce($1::uuid, j.dataset_id, i.dataset_id) AS dataset_id
FROM submission u
JOIN session s USING (session_id)
JOIN item i ON i.paper_id = s.paper_id AND i.position = u.position
LEFT JOIN LATERAL counting_judgement(u.submission_id, i.dataset_id) j ON true
WHERE s.sealed_at IS NOT NULL
  AND (SELECT (c.rules->>'rehearsal')::boolean FROM scheme c WHERE c.scheme_id = s.scheme_id) IS NOT TRUE
  AND ($1::uuid IS NULL OR (j.dataset_id IS DISTINCT FROM $1
                            AND i.task_id = (SELECT task_id FROM dataset WHERE dataset_id = $1)))
  AND ($2::uuid IS NULL OR i.task_id = $2)
  AND ($3::uuid IS NULL OR u.session_id = $3)
  AND ($4::text IS NULL OR u.language = $4)
  AND ($5::text IS NULL OR j.evidence ->> 'image' = $5)
  AND ($6::text IS NULL OR EXISTS (SELECT FROM jsonb_each_text(j.evidence -> 'host') AS fact (name, value) WHERE value = $6))
  AND ($7::timestamptz IS NULL OR j.judged_at >= $7)
  AND ($8::timestamptz IS NULL OR j.judged_at < $8)
ORDER BY u.submitted_at, u.submission_id
LIMIT $9
"""


async def chosen(db: Connection, choice: Choice) -> list[tuple[SubmissionId, DatasetId]]:
    """The submissions that a choice takes in, each with the dataset to judge it by; at most one more than a set may have."""
    rows = await db.fetch(
        CHOSEN,
        choice.dataset_id,
        choice.task_id,
        choice.session_id,
        choice.language,
        choice.image,
        choice.host,
        choice.judged_from,
        choice.judged_before,
        MEMBERS_MAX + 1,
    )
    return [(SubmissionId(row["submission_id"]), DatasetId(row["dataset_id"])) for row in rows]


@dataclass(frozen=True, slots=True)
class NewerDataset:
    """A dataset that takes, or took, the place of an older one: its task, and whether its solutions prove it."""

    dataset_id: DatasetId
    task_id: TaskId
    names: dict[str, str]
    short_name: str
    task_version: int
    version: int
    is_active: bool
    solutions: int
    solutions_judged: int
    solutions_as_expected: int
    findings: tuple[Finding, ...]

    @property
    def is_proved(self) -> bool:
        """Whether every reference solution earned what it is filed under, and nothing was found that prevents publishing."""
        return 0 < self.solutions == self.solutions_as_expected and not prevents_publishing(self.findings)


NEWER_DATASETS: Final[LiteralString] = """
SELECT d.dataset_id, t.task_id, t.names, t.short_name, t.version AS task_version, d.version,
       d.activated_at IS NOT NULL AS is_active,
       n.findings,
       count(r.reference_solution_id) AS solutions,
       count(j.as_expected) AS solutions_judged,
       count(*) FILTER (WHERE j.as_expected) AS solutions_as_expected
FROM dataset d
JOIN task t USING (task_id)
JOIN dataset_import n USING (dataset_id)
LEFT JOIN reference_solution r
    ON r.task_id = d.task_id AND (r.dataset_id = d.dataset_id OR (r.dataset_id IS NULL AND d.version = 1))
LEFT JOIN reference_judgement j ON j.reference_solution_id = r.reference_solution_id AND j.dataset_id = d.dataset_id
WHERE t.published_at IS NOT NULL AND d.version > 1
  AND d.version >= (SELECT max(version) FROM dataset a WHERE a.task_id = d.task_id AND a.activated_at IS NOT NULL)
  AND ($1::uuid IS NULL OR d.dataset_id = $1)
GROUP BY d.dataset_id, t.task_id, n.dataset_id
ORDER BY t.short_name, t.version, d.version
"""


async def newer_datasets(db: Connection, dataset_id: DatasetId | None = None) -> list[NewerDataset]:
    """Datasets of published tasks that came after the first one and are no older than the one in use.

    All, or this one if it is such a dataset. One in use is there for sessions that were still running when it was switched to.
    """
    return [
        replace(NewerDataset(**row), findings=msgspec.convert(row["findings"], tuple[Finding, ...]))
        for row in await db.fetch(NEWER_DATASETS, dataset_id)
    ]
