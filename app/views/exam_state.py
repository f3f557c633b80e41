"""What a candidate may know of their session, as JSON: an allow-list, so that nothing new leaks by being added elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
from markupsafe import Markup

from app.database import Connection
from app.workers.roster import SILENT_AFTER
from app.workers.store import toolchains
from exams.judging.compile_faults import CompileFault, compile_faults
from exams.papers import store as papers
from exams.papers.paper import Item
from exams.sessions import journal
from exams.sessions.aside import KeptAside
from exams.sessions.chain import first_head
from exams.sessions.journal import store as journals
from exams.sessions.session import Session
from exams.sessions.timing import Phase, deadline, paused, phase, remaining
from exams.submissions import store as submissions
from exams.submissions.progress import Stage, SubmissionProgress
from exams.submissions.samplerun import SampleRun
from exams.submissions.submission import Answer, Origin
from sandbox import languages

_encoder: Final = msgspec.json.Encoder(decimal_format="number")


class Clock(msgspec.Struct, frozen=True):
    """What the server's clock says. `deadline` is null before the start and while the clock is stopped without an end in time.

    `ledger_revision` counts the lines of the time ledger: when it grows, the deadline may have moved.
    """

    now: datetime
    deadline: datetime | None
    remaining_seconds: float
    ledger_revision: int
    paused: bool


class Saved(Clock, frozen=True):
    """An acknowledged save: from here on it cannot be lost. `head` is in hex; `nonce` is what the next edits name."""

    revision: int
    head: str
    saved_at: datetime
    nonce: str
    receipt: str


class LeaseTaken(Clock, frozen=True):
    """The lease under which a tab may save from here on."""

    lease: str
    taken_at: datetime
    nonce: str


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
    faults: tuple[CompileFault, ...] = ()
    reason: str = ""
    startup_ms: float = 0


class HandedIn(Clock, frozen=True):
    """An acknowledged hand-in. `revision` is the journal's, which holds the same text."""

    submission_id: str
    revision: int
    submission: SubmissionState
    receipt: str


class Draft(msgspec.Struct, frozen=True):
    """The newest acknowledged text of an item in one language; `files` are those beside the main source."""

    language: str
    source: str
    files: Mapping[str, str]
    revision: int
    saved_at: datetime


class KeptAs(msgspec.Struct, frozen=True):
    """Which aside a save became, and why it is not in the chain: `stale`, `lease` or `late`."""

    aside_id: str
    reason: str


class Kept(Clock, frozen=True):
    """A save that is kept aside, with where the chain stands."""

    kept: KeptAs
    revision: int
    head: str
    edits: int
    drafts: list[Draft]
    nonce: str
    receipt: str


class AsideState(msgspec.Struct, frozen=True):
    """A text that was kept aside, for its candidate. `decision` is of a late one: null, `accepted` or `declined`."""

    aside_id: str
    position: int
    reason: str
    base_revision: int
    head: str
    language: str
    source: str
    files: Mapping[str, str]
    received_at: datetime
    device: str
    taken_at: datetime | None
    decision: str | None
    receipt: str


class Asides(msgspec.Struct, frozen=True):
    """Everything of a session that was kept aside, in the order in which it arrived."""

    asides: list[AsideState]


class LanguageChoice(msgspec.Struct, frozen=True):
    """A programming language of an item. `template` is what an empty editor shows; it is never saved by itself.

    `entry` is the main file's name, `endings` are those that a further file may have; `toolchain` is the compiler in its own
    words (`g++-14 (Debian 14.2.0-19) 14.2.0`), once a judging worker has told them.
    """

    code: str
    name: str
    version: str
    editor: str
    template: str
    entry: str
    endings: list[str]
    toolchain: str


class ItemState(msgspec.Struct, frozen=True):
    """An item with everything that the candidate did on it.

    `revision`, `head` (hex) and `edits` (how many) are where its journal stands: 0, the first head and 0 if nothing was saved.
    """

    position: int
    points: int
    names: dict[str, str]
    content_area: str
    cpu_time_ms: int
    memory_mib: int
    languages: list[LanguageChoice]
    samples: list[dict[str, str]]
    revision: int
    head: str
    edits: int
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
    lease_held_by_tab: str | None
    items: list[ItemState]


class SampleRunState(msgspec.Struct, frozen=True):
    """A run of the samples, or on one's own input; `report` is null while it runs. `faults` are the compiler's."""

    sample_run_id: str
    position: int
    language: str
    requested_at: datetime
    report: dict[str, Any] | None
    own_input: str | None = None
    faults: tuple[CompileFault, ...] = ()


def sample_run_state(run: SampleRun) -> SampleRunState:
    """What a candidate sees of a run."""
    log = "" if run.report is None else str(run.report.get("compile_log", ""))
    answer = run.answer
    return SampleRunState(
        str(run.sample_run_id),
        answer.position,
        answer.language,
        run.requested_at,
        run.report,
        run.own_input,
        _faults(log, answer),
    )


def _faults(log: str, answer: Answer) -> tuple[CompileFault, ...]:
    language = languages.get(answer.language)
    return () if language is None or not log else compile_faults(log, {language.entry, *answer.files})


def clock(session: Session, now: datetime) -> tuple[datetime, datetime | None, float, int, bool]:
    """The server's present, the deadline, the seconds left and how the ledger stands: the first fields of a `Clock`."""
    left = remaining(session, now) / timedelta(seconds=1)
    return now, deadline(session), left, session.ledger_revision, paused(session, now)


def encoded(value: msgspec.Struct) -> bytes:
    """A state as JSON. Scores are numbers, as in every client's language."""
    return _encoder.encode(value)


def embedded(value: msgspec.Struct) -> Markup:
    """A state as JSON inside a page's `<script type="application/json">`: no `<` can end that element."""
    return Markup(encoded(value).decode().replace("<", "\\u003c"))  # noqa: S704 - JSON without "<" is no markup


async def session_state(db: Connection, session: Session, now: datetime, *, withheld: bool = False) -> SessionState:
    """Gather everything that the exam page shows. `withheld`: an embargo keeps what was judged from the candidate."""
    items: list[ItemState] = []
    lease = await journals.lease_of(db, session)
    if session.started_at is not None:
        drafts = await journals.drafts_of(db, session)
        links = await journals.links_of(db, session)
        progress = await submissions.progress_of(db, session)
        if withheld:
            progress = tuple(without_verdict(one) for one in progress)
        known = await known_toolchains(db, now)
        items = [
            _item_state(session, item, drafts, links, progress, known) for item in await papers.items_of(db, session.paper_id)
        ]
    return SessionState(
        *clock(session, now),
        session_id=str(session.session_id),
        phase=phase(session, now),
        allotted_seconds=session.allotted_seconds,
        camera_consent=session.camera_consent,
        sealed_at=session.sealed_at,
        seal_reason=session.seal_reason,
        lease_held_by_tab=None if lease is None else str(lease.tab),
        items=items,
    )


async def known_toolchains(db: Connection, now: datetime) -> Mapping[str, str]:
    """What the judging workers that live say of their compilers, by language."""
    return await toolchains(db, now - SILENT_AFTER)


def opening_state(session: Session, items: tuple[Item, ...], known: Mapping[str, str], now: datetime) -> SessionState:
    """What the exam page shows at the moment at which the clock begins: nothing saved, nothing handed in."""
    return SessionState(
        *clock(session, now),
        session_id=str(session.session_id),
        phase=Phase.IN_PROGRESS,
        allotted_seconds=session.allotted_seconds,
        camera_consent=session.camera_consent,
        sealed_at=None,
        seal_reason=None,
        lease_held_by_tab=None,
        items=[_item_state(session, item, (), {}, (), known) for item in items],
    )


def without_verdict(progress: SubmissionProgress) -> SubmissionProgress:
    """A submission as it is told during an embargo: that it was handed in. Whether it is judged already is not told either."""
    return replace(progress, earned=None, failures=0)


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
        faults=_faults(earned.compile_log, one.answer),
        reason=earned.reason,
        startup_ms=earned.startup_us / 1000,
    )


def aside_state(kept: KeptAside) -> AsideState:
    """An aside as its candidate gets it."""
    one = kept.aside
    return AsideState(
        aside_id=str(one.aside_id),
        position=one.position,
        reason=one.reason,
        base_revision=one.base_revision,
        head=one.head.hex(),
        language=one.language,
        source=one.source,
        files=one.files,
        received_at=one.received_at,
        device=kept.device,
        taken_at=kept.taken_at,
        decision=kept.decided,
        receipt=one.receipt,
    )


def draft_state(draft: journal.Draft) -> Draft:
    """A draft as its candidate gets it."""
    return Draft(draft.language, draft.source, draft.files, draft.revision, draft.saved_at)


def _item_state(
    session: Session,
    item: Item,
    drafts: tuple[journal.Draft, ...],
    links: Mapping[int, journal.Link],
    progress: tuple[SubmissionProgress, ...],
    toolchains: Mapping[str, str],
) -> ItemState:
    link = links.get(item.position) or journal.Link(0, first_head(session.session_id, item.position), 0)
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
            LanguageChoice(
                code,
                known.name,
                known.version,
                known.editor,
                known.template.lstrip("\n"),
                known.entry,
                list(known.further_extensions),
                toolchains.get(code, ""),
            )
            for code in item.languages
            if (known := catalogue.get(code)) is not None
        ],
        samples=[
            {"name": one.name, "input": one.input, "answer": one.answer, "interaction": one.interaction}
            for one in item.task.samples
        ],
        revision=link.revision,
        head=link.head.hex(),
        edits=link.edit_count,
        drafts=[draft_state(draft) for draft in own],
        submissions=[submission_state(one, item.points) for one in progress if one.submission.answer.position == item.position],
    )
