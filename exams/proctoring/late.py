"""A late text: it came when its session was over, and is in quarantine until a person has decided whether it counts.

The person sees the text, what it changes, and the evidence. Whoever took part in examining the candidate does not decide. An
accepted text becomes a submission, is judged, and counts like every other; while it is open the result is held.
"""

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from exams.errors import AlreadyDecided, InvalidInput, NotImpartial
from exams.ids import AccountId, AsideId
from exams.proctoring.reason import written_reason
from exams.sessions.aside import Aside, LateOutcome, ended_at
from exams.sessions.chain import read_edit
from exams.sessions.journal import JournalEntry
from exams.sessions.session import Session


@dataclass(frozen=True, slots=True)
class LateDecision:
    """Why `decided_by` decided as they did is part of it."""

    aside_id: AsideId
    decided_by: AccountId
    outcome: LateOutcome
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class LateText:
    """A late text with its decision, if it has one. Of several that continue each other it is the last, which has all of them.

    `examined_by` are the people who must not decide, the candidate included.
    """

    aside: Aside
    session: Session
    decision: LateDecision | None
    candidate_name: str
    scheme_names: dict[str, str]
    task_names: dict[str, str]
    examined_by: frozenset[AccountId]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a person weighs of a late text.

    `wall_at` is what the device's own clock said at the last edit. `written_at` follows from the page's clock that only goes
    forward: so long after the last acknowledged edit of the same tab as the tab's clock says; None if it was another tab, or
    none was acknowledged. Neither can be believed alone: both come from the candidate's machine.
    """

    ended_at: datetime
    base_saved_at: datetime | None
    last_nonce_at: datetime | None
    wall_at: datetime | None
    written_at: datetime | None
    received_at: datetime
    edits: int

    @property
    def in_time(self) -> bool | None:
        """Whether the page's clock puts the last edit before the end; None if it cannot tell."""
        return None if self.written_at is None else self.written_at <= self.ended_at


def evidence(session: Session, aside: Aside, base: JournalEntry | None) -> Evidence:
    """The evidence of a late text. `base` is the revision that it goes back to."""
    end = ended_at(session)
    assert end is not None  # it was started: there is something late
    last = read_edit(aside.edits[-1])
    written_at: datetime | None = None
    if base is not None and base.lease_id == aside.lease_id and base.edits:
        passed_ms = last.at - read_edit(base.edits[-1]).at
        if 0 <= passed_ms < timedelta(days=2) / timedelta(milliseconds=1):
            written_at = base.saved_at + timedelta(milliseconds=passed_ms)
    return Evidence(
        ended_at=end,
        base_saved_at=None if base is None else base.saved_at,
        last_nonce_at=aside.last_nonce_at,
        wall_at=_wall(last.wall),
        written_at=written_at,
        received_at=aside.received_at,
        edits=len(aside.edits),
    )


def difference(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """What changed between two texts, line by line: `("+", line)`, `("-", line)`, `(" ", line)`, `("@", place)`."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return tuple((line[0], line[1:] if line[0] != "@" else line) for line in list(lines)[2:])


def decide_late(late: LateText, decided_by: AccountId, outcome: str, reason: str, now: datetime) -> LateDecision:
    """Accept a late text or decline it.

    Raises `AlreadyDecided`; `NotImpartial` for whoever took part in examining; `InvalidInput` for an unknown outcome, a reason
    that `written_reason` refuses, or a blank text that is to be accepted.
    """
    if late.decision is not None:
        raise AlreadyDecided
    if decided_by in late.examined_by:
        raise NotImpartial
    try:
        known = LateOutcome(outcome)
    except ValueError:
        raise InvalidInput("outcome", "unknown") from None
    words = written_reason("reason", reason)
    if known is LateOutcome.ACCEPTED and not _texts(late.aside).strip():
        raise InvalidInput("source", "missing")
    return LateDecision(late.aside.aside_id, decided_by, known, words, now)


def _texts(aside: Aside) -> str:
    return aside.source + "".join(aside.files.values())


def _wall(wall_ms: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(wall_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
