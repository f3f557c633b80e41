"""Set a paper: which languages it may offer today, which tasks are chosen; and found a scheme, with languages of today only.

paper_id = await set_paper(db, scheme, seed, now)
"""

from collections.abc import Sequence
from datetime import datetime

from exams.authoring.offering import offered, require_offered
from exams.errors import InvalidInput, LanguagesEnded
from exams.ids import PaperId, SchemeId
from exams.papers import store
from exams.papers.assembly import assemble
from exams.papers.blueprint import BlueprintRow, Scheme
from exams.papers.rules import Rules
from exams.store import Connection


async def set_paper(db: Connection, scheme: Scheme, seed: int, now: datetime) -> PaperId:
    """Choose the tasks of a new session and keep them, with the languages of the scheme that are mended at `now`.

    Raises `LanguagesEnded` if none of them is, and `NotEligible` if a row of the blueprint has no task.
    """
    languages = offered(scheme.languages, now)
    if not languages:
        raise LanguagesEnded(scheme.languages)
    choices = assemble(scheme, await store.published_tasks(db), languages, seed)
    return await store.insert_paper(db, scheme, choices, now, languages=languages)


async def found_scheme(
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
    """Found a scheme; None if there is one with this code already.

    Raises `InvalidInput` if one of the languages is unknown, or past its end of life at `now`, and if a rehearsal and an exam
    would draw from the same content area: a rehearsal can be sat at any time, so it would show the exam's tasks to everybody.
    """
    require_offered(languages, now)
    await _keep_rehearsals_apart(db, blueprint, rules or Rules())
    return await store.insert_scheme(
        db,
        code=code,
        names=names,
        descriptions=descriptions,
        duration_minutes=duration_minutes,
        cut_score_percent=cut_score_percent,
        languages=languages,
        blueprint=blueprint,
        now=now,
        rules=rules,
    )


async def _keep_rehearsals_apart(db: Connection, blueprint: Sequence[BlueprintRow], rules: Rules) -> None:
    areas = {row.content_area for row in blueprint}
    others = [scheme for scheme in await store.schemes(db) if scheme.rules.rehearsal is not rules.rehearsal]
    if any(row.content_area in areas for scheme in others for row in scheme.blueprint):
        raise InvalidInput("blueprint", "shared-with-an-exam")
