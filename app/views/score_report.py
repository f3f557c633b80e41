"""A candidate's score report: an allow-list of what they may know of a result, for the page and for the file alike.

It says points and their measurement error, never anything of other candidates: the error is of the exam, not of a person.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from app.database import Connection
from app.views.exam_state import SubmissionState, submission_state
from exams.grading import store
from exams.grading.decision import Case
from exams.grading.measurement import PARTS_MIN, SITTINGS_MIN, Measured, NoPrecision, Precision, Unknown, band, precision
from exams.grading.result import Graded, Result
from exams.papers import store as papers
from exams.papers.blueprint import Scheme
from exams.papers.paper import Item
from exams.submissions import store as submissions
from exams.submissions.progress import SubmissionProgress


class Error(msgspec.Struct, frozen=True):
    """The measurement error of some points, in points, or the `reason` why it is not told (`measurement.Unknown`)."""

    sittings: int
    sittings_needed: int
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    reliability: float | None = None
    reason: str | None = None


class Area(msgspec.Struct, frozen=True):
    """What was earned in one content area, over all its tasks."""

    content_area: str
    tasks: int
    earned: Decimal
    points: int
    error: Error


class Answered(msgspec.Struct, frozen=True):
    """One task: its limits, what it earned, and every hand-in with its verdict. `counted` is the best one's id."""

    position: int
    names: dict[str, str]
    content_area: str
    points: int
    earned: Decimal
    cpu_time_ms: int
    memory_mib: int
    counted: str | None
    hand_ins: list[SubmissionState]


class Decided(msgspec.Struct, frozen=True):
    """What a registrar decided, and why. `revision` above 1: anew, after an upheld appeal."""

    outcome: str
    reason: str
    decided_at: datetime
    revision: int


class ScoreReport(msgspec.Struct, frozen=True):
    """The whole report."""

    centre: str
    candidate: str
    scheme_code: str
    scheme_names: dict[str, str]
    session_id: str
    started_at: datetime | None
    sealed_at: datetime | None
    graded_at: datetime
    score: Decimal
    max_score: Decimal
    cut_score: Decimal
    cut_score_percent: int
    passed: bool
    error: Error
    areas: list[Area]
    tasks: list[Answered]
    decision: Decided | None


async def score_report(db: Connection, centre: str, scheme: Scheme, case: Case, result: Result, now: datetime) -> ScoreReport:
    """Gather the report of a session whose result its candidate may know."""
    session, graded = case.session, result.graded
    items = await papers.items_of(db, session.paper_id)
    progress = await submissions.progress_of(db, session)
    sittings = await store.released_points(db, session.scheme_id, graded.items, now)
    decision = case.decision
    return ScoreReport(
        centre=centre,
        candidate=case.candidate_name,
        scheme_code=scheme.code,
        scheme_names=scheme.names,
        session_id=str(session.session_id),
        started_at=session.started_at,
        sealed_at=session.sealed_at,
        graded_at=result.graded_at,
        score=graded.score,
        max_score=graded.max_score,
        cut_score=graded.max_score * graded.cut_score_percent / 100,
        cut_score_percent=graded.cut_score_percent,
        passed=graded.passed,
        error=_error(precision(sittings), graded.score, graded.max_score),
        areas=areas_of(graded, sittings),
        tasks=[_answered(item, graded, progress) for item in items],
        decision=None
        if decision is None
        else Decided(decision.outcome, decision.reason, decision.decided_at, decision.revision),
    )


def areas_of(graded: Graded, sittings: Sequence[Sequence[float]]) -> list[Area]:
    """The content areas in the order of the paper, each with the error of its own sum of parts."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(graded.items):
        places[item.content_area].append(place)
    found: list[Area] = []
    for area, mine in places.items():
        earned = sum((graded.items[place].earned for place in mine), Decimal(0))
        points = sum(graded.items[place].points for place in mine)
        measured = NoPrecision(len(sittings), Unknown.ONE_PART)
        if len(mine) >= PARTS_MIN:
            measured = precision([[one[place] for place in mine] for one in sittings])
        found.append(Area(area, len(mine), earned, points, _error(measured, earned, Decimal(points))))
    return found


def _error(measured: Measured, score: Decimal, max_score: Decimal) -> Error:
    match measured:
        case NoPrecision(sittings, reason):
            return Error(sittings, SITTINGS_MIN, reason=reason)
        case Precision(sittings, reliability, standard_error):
            around = band(float(score), float(max_score), measured)
            return Error(
                sittings,
                SITTINGS_MIN,
                standard_error=round(standard_error, 4),
                low=round(around.low, 4),
                high=round(around.high, 4),
                reliability=round(reliability, 4),
            )


def _answered(item: Item, graded: Graded, progress: Sequence[SubmissionProgress]) -> Answered:
    own = next((one for one in graded.items if one.position == item.position), None)
    return Answered(
        position=item.position,
        names=item.task.names,
        content_area=item.task.content_area,
        points=item.points,
        earned=Decimal(0) if own is None else own.earned,
        cpu_time_ms=item.task.cpu_time_ms,
        memory_mib=item.task.memory_mib,
        counted=None if own is None or own.submission_id is None else str(own.submission_id),
        hand_ins=[submission_state(one, item.points) for one in progress if one.submission.answer.position == item.position],
    )
