"""Schemes, blueprints, papers and items in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, LiteralString

from exams.ids import DatasetId, PaperId, SchemeId, TaskId
from exams.papers.assembly import PublishedTask
from exams.papers.blueprint import BlueprintRow, Scheme
from exams.papers.paper import Choice, Item
from exams.papers.rules import Rules
from exams.store import Connection, Record
from exams.tasks.store import task_from

INSERT_SCHEME: Final[LiteralString] = """
INSERT INTO scheme (code, names, descriptions, duration_minutes, cut_score_percent, languages, created_at, rules)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (code) DO NOTHING
RETURNING scheme_id
"""
INSERT_BLUEPRINT_ROW: Final[LiteralString] = """
INSERT INTO blueprint_row (scheme_id, position, content_area, points) VALUES ($1, $2, $3, $4)
"""


async def insert_scheme(
    db: Connection,
    *,
    code: str,
    names: dict[str, str],
    descriptions: dict[str, str],
    duration_minutes: int,
    cut_score_percent: int,
    languages: Sequence[str],
    blueprint: Sequence[BlueprintRow],
    now: datetime,
    rules: Rules | None = None,
) -> SchemeId | None:
    """Found a scheme with its blueprint; None if there is one with this code already, which is left as it is."""
    scheme_id = await db.fetchval(
        INSERT_SCHEME,
        code,
        names,
        descriptions,
        duration_minutes,
        cut_score_percent,
        list(languages),
        now,
        (rules or Rules()).to_json(),
    )
    if scheme_id is not None:
        await db.executemany(
            INSERT_BLUEPRINT_ROW, [(scheme_id, row.position, row.content_area, row.points) for row in blueprint]
        )
    return scheme_id


SCHEMES: Final[LiteralString] = """
SELECT s.scheme_id, s.code, s.names, s.descriptions, s.duration_minutes, s.cut_score_percent, s.languages, s.rules,
       coalesce(jsonb_agg(jsonb_build_array(b.position, b.content_area, b.points) ORDER BY b.position)
                FILTER (WHERE b.position IS NOT NULL), '[]') AS blueprint
FROM scheme s LEFT JOIN blueprint_row b USING (scheme_id)
WHERE $1::uuid IS NULL OR s.scheme_id = $1
GROUP BY s.scheme_id
ORDER BY s.code
"""


async def schemes(db: Connection) -> list[Scheme]:
    """Every scheme, by code."""
    return [_scheme(row) for row in await db.fetch(SCHEMES, None)]


async def scheme_of(db: Connection, scheme_id: SchemeId) -> Scheme | None:
    """One scheme, or None."""
    row = await db.fetchrow(SCHEMES, scheme_id)
    return None if row is None else _scheme(row)


REHEARSALS_AMONG: Final[LiteralString] = """
SELECT scheme_id FROM scheme WHERE scheme_id = ANY ($1::uuid[]) AND (rules->>'rehearsal')::boolean
"""


async def rehearsals_among(db: Connection, scheme_ids: Collection[SchemeId]) -> frozenset[SchemeId]:
    """Which of these schemes are rehearsals."""
    return frozenset(SchemeId(row["scheme_id"]) for row in await db.fetch(REHEARSALS_AMONG, list(scheme_ids)))


PUBLISHED_TASKS: Final[LiteralString] = """
SELECT DISTINCT ON (t.short_name) t.task_id, d.dataset_id, t.short_name, t.content_area, t.languages
FROM task t
JOIN LATERAL (
    SELECT dataset_id FROM dataset
    WHERE dataset.task_id = t.task_id AND activated_at IS NOT NULL
    ORDER BY activated_at DESC, version DESC LIMIT 1
) d ON true
WHERE t.published_at IS NOT NULL
ORDER BY t.short_name, t.version DESC
"""


async def published_tasks(db: Connection) -> list[PublishedTask]:
    """The newest published version of every task that has an active dataset."""
    return [
        PublishedTask(
            task_id=TaskId(row["task_id"]),
            dataset_id=DatasetId(row["dataset_id"]),
            short_name=row["short_name"],
            content_area=row["content_area"],
            languages=tuple(row["languages"]),
        )
        for row in await db.fetch(PUBLISHED_TASKS)
    ]


INSERT_PAPER: Final[LiteralString] = (
    "INSERT INTO paper (scheme_id, languages, assembled_at) VALUES ($1, $2, $3) RETURNING paper_id"
)
INSERT_ITEM: Final[LiteralString] = """
INSERT INTO item (paper_id, position, task_id, dataset_id, points) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_paper(
    db: Connection, scheme: Scheme, choices: Sequence[Choice], now: datetime, *, languages: Sequence[str] | None = None
) -> PaperId:
    """Keep what assembly chose, and the languages that the candidate may use: the scheme's, unless they are given."""
    paper_id = await db.fetchval(
        INSERT_PAPER, scheme.scheme_id, list(scheme.languages if languages is None else languages), now
    )
    await db.executemany(
        INSERT_ITEM,
        [(paper_id, choice.position, choice.task_id, choice.dataset_id, choice.points) for choice in choices],
    )
    return PaperId(paper_id)


ITEMS_OF: Final[LiteralString] = """
SELECT i.position, i.points, i.dataset_id,
       array(SELECT l FROM unnest(coalesce(p.languages, s.languages)) WITH ORDINALITY AS allowed (l, place)
             WHERE l = ANY (t.languages) ORDER BY place) AS languages_allowed,
       t.task_id, t.short_name, t.version, t.names, t.statements, t.samples, t.content_area, t.languages,
       t.cpu_time_ms, t.memory_mib
FROM item i JOIN task t USING (task_id) JOIN paper p USING (paper_id) JOIN scheme s USING (scheme_id)
WHERE i.paper_id = $1 AND ($2::int IS NULL OR i.position = $2)
ORDER BY i.position
"""


async def items_of(db: Connection, paper_id: PaperId) -> tuple[Item, ...]:
    """The items of a paper, in order. The caller has loaded the session that the paper belongs to, and so may read it."""
    return tuple(_item(row) for row in await db.fetch(ITEMS_OF, paper_id, None))


async def item_of(db: Connection, paper_id: PaperId, position: int) -> Item | None:
    """One item of a paper, or None. The caller has loaded the session, as for `items_of`."""
    row = await db.fetchrow(ITEMS_OF, paper_id, position)
    return None if row is None else _item(row)


def _scheme(row: Record) -> Scheme:
    return Scheme(
        scheme_id=SchemeId(row["scheme_id"]),
        code=row["code"],
        names=row["names"],
        descriptions=row["descriptions"],
        duration_minutes=row["duration_minutes"],
        cut_score_percent=row["cut_score_percent"],
        languages=tuple(row["languages"]),
        blueprint=tuple(BlueprintRow(position, area, points) for position, area, points in row["blueprint"]),
        rules=Rules.from_json(row["rules"]),
    )


def _item(row: Record) -> Item:
    return Item(
        position=row["position"],
        points=row["points"],
        dataset_id=DatasetId(row["dataset_id"]),
        languages=tuple(row["languages_allowed"]),
        task=task_from(row),
    )
