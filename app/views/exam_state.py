"""What a candidate may know of their session, as JSON: an allow-list, so that nothing new leaks by being added elsewhere."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
from markupsafe import Markup

from app.database import Connection
from exams.papers import store as papers
from exams.papers.paper import Item
from exams.sessions import store as sessions
from exams.sessions.journal import JournalEntry
from exams.sessions.session import Session
from exams.sessions.timing import Phase, deadline, phase, remaining
from exams.submissions import store as submissions
from exams.submissions.progress import Stage, SubmissionProgress
from exams.submissions.submission import Origin
from sandbox import languages

_encoder: Final = msgspec.json.Encoder(decimal_format="number")


class Clock(msgspec.Struct, frozen=True):
    """What the server's clock says."""

    now: datetime
    deadline: datetime | None
    remaining_seconds: float


class Saved(Clock, frozen=True):
    """An acknowledged save: from here on it cannot be lost."""

    revision: int
    saved_at: datetime


class SubmissionState(msgspec.Struct, frozen=True):
    """A submission as its candidate sees it. `points` is what it would earn of the item's points."""

    submission_id: str
    position: int
    language: str
    origin: Origin
    submitted_at: datetime
    stage: Stage
    verdict: str | None = None
    score: Decimal | None = None
    max_score: Decimal | None = None
    points: Decimal | None = None
    tests_passed: int | None = None
    tests_total: int | None = None
    cpu_time_ms: float | None = None
    memory_kib: int | None = None
    compile_log: str = ""


class HandedIn(Clock, frozen=True):
    """An acknowledged hand-in. `revision` is the journal's newest, which holds the same text."""

    submission_id: str
    revision: int
    submission: SubmissionState


class Draft(msgspec.Struct, frozen=True):
    """The newest acknowledged text of an item in one language."""

    language: str
    source: str
    revision: int
    saved_at: datetime


class LanguageChoice(msgspec.Struct, frozen=True):
    """A programming language of an item. `template` is what an empty editor shows; it is never saved by itself."""

    code: str
    name: str
    version: str
    editor: str
    template: str


class ItemState(msgspec.Struct, frozen=True):
    """An item with everything that the candidate did on it. `revision` is the journal's newest, 0 if nothing was saved."""

    position: int
    points: int
    names: dict[str, str]
    content_area: str
    cpu_time_ms: int
    memory_mib: int
    languages: list[LanguageChoice]
    samples: list[dict[str, str]]
    revision: int
    drafts: list[Draft]
    submissions: list[SubmissionState]


class SessionState(Clock, frozen=True):
    """The whole of a session. Items are told only once the clock runs: before, the paper is nobody's to see."""

    session_id: str
    phase: Phase
    allotted_seconds: int
    camera_consent: bool
    sealed_at: datetime | None
    seal_reason: str | None
    items: list[ItemState]


class SampleRunState(msgspec.Struct, frozen=True):
    """A run of the samples; `report` is null while it runs."""

    sample_run_id: str
    position: int
    language: str
    requested_at: datetime
    report: dict[str, Any] | None


def clock(session: Session, now: datetime) -> tuple[datetime, datetime | None, float]:
    """The server's present, the deadline, and the seconds left: the first fields of a `Clock`."""
    return now, deadline(session), remaining(session, now) / timedelta(seconds=1)


def encoded(value: msgspec.Struct) -> bytes:
    """A state as JSON. Scores are numbers, as in every client's language."""
    return _encoder.encode(value)


def embedded(value: msgspec.Struct) -> Markup:
    """A state as JSON inside a page's `<script type="application/json">`: no `<` can end that element."""
    return Markup(encoded(value).decode().replace("<", "\\u003c"))  # noqa: S704 - JSON without "<" is no markup


async def session_state(db: Connection, session: Session, now: datetime) -> SessionState:
    """Gather everything that the exam page shows."""
    items: list[ItemState] = []
    if session.started_at is not None:
        drafts = await sessions.drafts_of(db, session)
        progress = await submissions.progress_of(db, session)
        items = [_item_state(item, drafts, progress) for item in await papers.items_of(db, session.paper_id)]
    return SessionState(
        *clock(session, now),
        session_id=str(session.session_id),
        phase=phase(session, now),
        allotted_seconds=session.allotted_seconds,
        camera_consent=session.camera_consent,
        sealed_at=session.sealed_at,
        seal_reason=session.seal_reason,
        items=items,
    )


def submission_state(progress: SubmissionProgress, points: int) -> SubmissionState:
    """What a candidate may know of a submission for an item of `points`."""
    one, earned = progress.submission, progress.earned
    state = SubmissionState(
        submission_id=str(one.submission_id),
        position=one.answer.position,
        language=one.answer.language,
        origin=one.origin,
        submitted_at=one.submitted_at,
        stage=progress.stage,
    )
    if earned is None:
        return state
    return msgspec.structs.replace(
        state,
        verdict=earned.verdict,
        score=earned.score,
        max_score=earned.max_score,
        points=round(points * earned.score / earned.max_score, 2) if earned.max_score else Decimal(0),
        tests_passed=earned.tests_passed,
        tests_total=earned.tests_total,
        cpu_time_ms=earned.cpu_time_us / 1000,
        memory_kib=earned.memory_kib,
        compile_log=earned.compile_log,
    )


def _item_state(item: Item, drafts: tuple[JournalEntry, ...], progress: tuple[SubmissionProgress, ...]) -> ItemState:
    own = [draft for draft in drafts if draft.position == item.position]
    catalogue = languages.catalogue()
    return ItemState(
        position=item.position,
        points=item.points,
        names=item.task.names,
        content_area=item.task.content_area,
        cpu_time_ms=item.task.cpu_time_ms,
        memory_mib=item.task.memory_mib,
        languages=[
            LanguageChoice(code, known.name, known.version, known.editor, known.template.lstrip("\n"))
            for code in item.languages
            if (known := catalogue.get(code)) is not None
        ],
        samples=[{"name": one.name, "input": one.input, "answer": one.answer} for one in item.task.samples],
        revision=max((draft.revision for draft in own), default=0),
        drafts=[Draft(draft.language, draft.source, draft.revision, draft.saved_at) for draft in own],
        submissions=[submission_state(one, item.points) for one in progress if one.submission.answer.position == item.position],
    )
