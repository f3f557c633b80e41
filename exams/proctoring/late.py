"""A late text: it came when its session was over, and is in quarantine until a person has decided whether it counts.

The person sees the text, what it changes, and the evidence. Whoever took part in examining the candidate does not decide. An
accepted text becomes a submission, is judged, and counts like every other; while it is open the result is held.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from exams.errors import AlreadyDecided, InvalidInput, NotImpartial
from exams.ids import AccountId, AsideId
from exams.proctoring.observation import CLIENT_CLOCK_MAX_ERROR
from exams.proctoring.reason import written_reason
from exams.sessions.aside import Aside, LateOutcome, ended_at
from exams.sessions.chain import read_edit
from exams.sessions.journal import JournalEntry
from exams.sessions.session import Session

COMPARED_MAX_LINES: Final = 1_000
"""Of either text. Comparing takes time with the square of it: a twentieth of a second here, and minutes for two texts at the
limit of their bytes that were written for that."""

CONTEXT_LINES: Final = 3
"""Shown around what changed, as is usual."""


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

    `wall_at` is what the device's own clock said at the last edit, None if that was nonsense. `written_at` follows from the
    page's clock that only goes forward: so long after the last acknowledged edit of the same tab as the tab's clock says; None
    if it was another tab, or none was acknowledged. Neither can be believed alone: both come from the candidate's machine.
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
        wall_at=_wall(last.wall, aside.received_at),
        written_at=written_at,
        received_at=aside.received_at,
        edits=len(aside.edits),
    )


def difference(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """What changed between two texts, line by line: `("+", line)`, `("-", line)`, `(" ", line)`, `("@", place)`.

    Texts of more than `COMPARED_MAX_LINES` are not compared within what they do not begin and end with alike.
    """
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > COMPARED_MAX_LINES:
        return _one_block(old, new)
    lines = difflib.unified_diff(old, new, lineterm="", n=CONTEXT_LINES)
    return tuple((line[0], line[1:] if line[0] != "@" else line) for line in list(lines)[2:])


def _one_block(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if old == new:
        return ()
    shorter = min(len(old), len(new))
    head = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    rest = shorter - head
    tail = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    removed, added = old[head : len(old) - tail], new[head : len(new) - tail]
    above, below = old[max(0, head - CONTEXT_LINES) : head], old[len(old) - tail :][:CONTEXT_LINES]
    first, around = head - len(above) + 1, len(above) + len(below)
    spans = (_span(first, len(lines) + around) for lines in (removed, added))
    blocks = ((" ", above), ("-", removed), ("+", added), (" ", below))
    return (("@", "@@ -{} +{} @@".format(*spans)), *((kind, line) for kind, lines in blocks for line in lines))


def _span(first: int, count: int) -> str:
    """Where lines stand, as a unified diff writes it."""
    return str(first) if count == 1 else f"{first if count else first - 1},{count}"


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


def _wall(wall_ms: float, now: datetime) -> datetime | None:
    try:
        wall_at = datetime.fromtimestamp(wall_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    # At the ends of what a calendar holds a time has no other zone: no page could show it.
    return wall_at if abs(wall_at - now) <= CLIENT_CLOCK_MAX_ERROR else None
