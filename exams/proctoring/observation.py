"""An observation: a fact that the candidate's page reported, or that follows from its silence. Never a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from exams.errors import InvalidInput, SessionClosed, SessionNotStarted, TooOften
from exams.ids import SessionId
from exams.sessions.session import Session
from exams.sessions.timing import Phase, deadline, phase

BATCH_MAX_OBSERVATIONS: Final = 50
"""For one call. A page that was offline sends what it kept in several calls."""

OBSERVATIONS_PER_MINUTE_MAX: Final = 120
"""For one session. Somebody who switches windows twice a second stays below it; a loop that fills the table does not."""

LATE_OBSERVATIONS_S: Final = 600
"""How long after the end a page may still send what it kept while it was offline."""

PASTE_LENGTH_MAX: Final = 1_000_000_000
"""In characters. More than a browser's clipboard holds; the number alone is stored."""

CLIENT_CLOCK_MAX_ERROR: Final = timedelta(days=3650)
"""A candidate's clock may be wrong by years and the exam goes on; beyond this the time is nonsense and is left out."""


class ObservationKind(StrEnum):
    """What can be observed. Those of `DERIVED` are ours: they follow from silence or a check; no page can claim them."""

    FOCUS_LOST = "focus_lost"
    FOCUS_GAINED = "focus_gained"
    PASTE = "paste"
    FULLSCREEN_LEFT = "fullscreen_left"
    FULLSCREEN_ENTERED = "fullscreen_entered"
    DISCONNECTED = "disconnected"
    CONNECTED = "connected"
    CAMERA_OFF = "camera_off"
    CAMERA_ON = "camera_on"
    # Lockdown: what a check of the Safe Exam Browser told
    LOCKDOWN_FAILED = "lockdown_failed"
    LOCKDOWN_RELEASED = "lockdown_released"
    EXAM_KEY_UNKNOWN = "exam_key_unknown"


class CameraOffReason(StrEnum):
    """Why there is no picture, as far as the browser tells."""

    DENIED = "denied"
    NOT_FOUND = "not_found"
    ENDED = "ended"
    FAILED = "failed"


DERIVED: Final = frozenset(
    {
        ObservationKind.DISCONNECTED,
        ObservationKind.CONNECTED,
        ObservationKind.LOCKDOWN_FAILED,
        ObservationKind.LOCKDOWN_RELEASED,
        ObservationKind.EXAM_KEY_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a page sent, not yet believed. A paste tells its `length` in characters and never its text."""

    kind: str
    client_time: datetime | None = None
    length: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """`detail` is `{"length": 120}` of a paste, `{"reason": "denied"}` of a camera, `{"seconds": 42}` of a silence, else empty.

    `client_time` is the candidate's own clock and may be wrong; `received_at` is ours. The same kind at the same client time is
    the same observation, sent twice.
    """

    session_id: SessionId
    kind: ObservationKind
    received_at: datetime
    client_time: datetime | None = None
    detail: dict[str, int | str] = field(default_factory=dict[str, int | str])


def observe(session: Session, reports: Sequence[Report], received_last_minute: int, now: datetime) -> tuple[Observation, ...]:
    """Take a page's reports as observations: all of them, or none and the reason why.

    Raises `SessionNotStarted`; `SessionClosed` from `LATE_OBSERVATIONS_S` after the end on; `TooOften` beyond
    `OBSERVATIONS_PER_MINUTE_MAX`; `InvalidInput` for a batch over `BATCH_MAX_OBSERVATIONS`, a kind that is not a page's to
    report (`unknown`), or a detail that does not belong to its kind.
    """
    may_report(session, now)
    if len(reports) > BATCH_MAX_OBSERVATIONS:
        raise InvalidInput("observations", "too-many", BATCH_MAX_OBSERVATIONS)
    if reports and received_last_minute + len(reports) > OBSERVATIONS_PER_MINUTE_MAX:
        raise TooOften(60)
    return tuple(_observed(session.session_id, report, now) for report in reports)


def may_report(session: Session, now: datetime) -> None:
    """Raise `SessionNotStarted` or `SessionClosed` unless the page of this session has something to tell us now."""
    match phase(session, now):
        case Phase.OPENED | Phase.CONSENTED:
            raise SessionNotStarted
        case Phase.IN_PROGRESS | Phase.PAUSED:
            return
        case Phase.OVER:
            ended_at = session.sealed_at or deadline(session)
            if ended_at is None or now > ended_at + timedelta(seconds=LATE_OBSERVATIONS_S):
                raise SessionClosed


def _observed(session_id: SessionId, report: Report, now: datetime) -> Observation:
    try:
        kind = ObservationKind(report.kind)
    except ValueError:
        raise InvalidInput("kind", "unknown") from None
    if kind in DERIVED:
        raise InvalidInput("kind", "unknown")
    client_time = report.client_time
    if client_time is not None:
        if client_time.tzinfo is None:
            raise InvalidInput("client_time", "no-time-zone")
        if abs(client_time - now) > CLIENT_CLOCK_MAX_ERROR:
            client_time = None
    return Observation(session_id, kind, now, client_time, _detail(kind, report))


def _detail(kind: ObservationKind, report: Report) -> dict[str, int | str]:
    if report.length is not None and kind is not ObservationKind.PASTE:
        raise InvalidInput("length", "not-of-this-kind")
    if report.reason is not None and kind is not ObservationKind.CAMERA_OFF:
        raise InvalidInput("reason", "not-of-this-kind")
    match kind:
        case ObservationKind.PASTE:
            if report.length is None:
                raise InvalidInput("length", "missing")
            if not 0 <= report.length <= PASTE_LENGTH_MAX:
                raise InvalidInput("length", "out-of-range", PASTE_LENGTH_MAX)
            return {"length": report.length}
        case ObservationKind.CAMERA_OFF if report.reason is not None:
            try:
                return {"reason": CameraOffReason(report.reason).value}
            except ValueError:
                raise InvalidInput("reason", "unknown") from None
        case _:
            return {}
