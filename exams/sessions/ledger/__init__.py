"""The time ledger: every second that a session has beyond what was allotted, each line with its reason. Append-only.

    deadline = the candidate's own start + allotted + all lines

Rules write lines by themselves: an outage of ours, a wait in our queue, a slow start, a pause that a proctor made, a break, an
accommodation. People write the others: a credit, or the correction of a mistaken credit. The numbers are in `docs/time.md`.

A line of a rule stands for an *interval* that was lost. Intervals that overlap count once: while the server was away and the
clock was stopped, one minute was lost and not two. So what all intervals give together is the length of their union, rounded
up to a whole second, in whatever order they became known, and never more than the time that has passed (rounded up likewise).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Final
from uuid import UUID, uuid4

from exams.errors import InvalidInput, NotImpartial, SessionClosed
from exams.ids import AccountId, SessionId, TimeEntryId
from exams.sessions.session import Session
from exams.sessions.timing import granted_seconds, remaining

QUEUE_FREE_S: Final = 15
"""So long a run of the samples may wait in the queue before the wait is ours. Sandboxes take a few seconds by themselves."""

START_FREE_S: Final = 1
"""From the start to the page: what any page takes on a good line."""

START_JITTER_MAX_S: Final = 30
"""The most that a slow start gives by itself: the page says when it is there, and a page can be made to say it late.

It is the longest delay by which a peer staggers its starts (CSC EXAM). Who waits longer tells the proctor, who can credit it.
"""

CREDIT_MAX_MINUTES: Final = 240
"""Of one line by a person: half a working day. More is another sitting."""

CORRECTION_LEAVES_S: Final = 300
"""A correction leaves the candidate at least so much: nobody's last five minutes are taken by somebody else's mistake."""

REASON_MAX_CHARACTERS: Final = 500
"""The candidate reads it while the clock runs."""


class EntryKind(StrEnum):
    """What a line is for."""

    ACCOMMODATION = "accommodation"
    OUTAGE = "outage"
    """our server was away, or its clock leapt ahead"""
    QUEUE_WAIT = "queue_wait"
    """a run of the samples waited in our queue for longer than `QUEUE_FREE_S`"""
    START_JITTER = "start_jitter"
    """from the start until the page was there"""
    PAUSE = "pause"
    """a proctor stopped the clock"""
    BREAK = "break"
    """the candidate stopped it, within an accommodation's allowance"""
    HOLD = "hold"
    """the session waited for a proctor because of a check that failed by our fault"""
    CREDIT = "credit"
    """a person gave it"""
    CORRECTION = "correction"
    """a person took back a mistaken credit"""


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the wall clock."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """One line. `once` says what it is for, e.g. `outage:17`: a session has at most one line of each.

    A rule's line names the `rule` with the number that it had, e.g. `queue_wait>15s`; a person's line has the `actor_id`.
    """

    session_id: SessionId
    kind: EntryKind
    seconds: int
    once: str
    made_at: datetime
    rule: str | None = None
    actor_id: AccountId | None = None
    reason: str = ""
    interval: Interval | None = None
    corrects: TimeEntryId | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])
    time_entry_id: TimeEntryId = field(default_factory=lambda: TimeEntryId(uuid4()))


def union_seconds(intervals: Iterable[Interval]) -> int:
    """The length of the union, rounded up to a whole second."""
    return ceil(union(intervals) / timedelta(seconds=1))


def union(intervals: Iterable[Interval]) -> timedelta:
    """The length of the union; an interval that ends before it begins has none."""
    total = timedelta(0)
    reached: datetime | None = None
    for one in sorted(intervals, key=lambda each: each.since):
        begin = one.since if reached is None else max(one.since, reached)
        if one.until > begin:
            total += one.until - begin
            reached = one.until
    return total


def lost(
    session: Session,
    entries: Iterable[TimeEntry],
    interval: Interval,
    *,
    kind: EntryKind,
    once: str,
    rule: str,
    now: datetime,
    evidence: Mapping[str, Any] | None = None,
    reason: str = "",
) -> TimeEntry | None:
    """The line that an interval of lost time makes, or None if it makes none.

    It makes none if it has been written (`once`), if nothing of it lies in the session's run, or if all of it is known as lost
    already: by another line, or because the clock is stopped now (the pause gives it in full when it ends). Whoever still had
    time when the interval began gets all of it: an outage that is longer than what was left takes nothing away.
    """
    known = tuple(entries)
    if session.started_at is None or session.sealed_at is not None or any(entry.once == once for entry in known):
        return None
    run_ends = session.started_at + timedelta(seconds=granted_seconds(session))
    if session.paused_since is None and interval.since >= run_ends:
        return None
    interval = Interval(max(interval.since, session.started_at), interval.until)
    before = [entry.interval for entry in known if entry.interval is not None]
    given = sum(entry.seconds for entry in known if entry.interval is not None)
    if session.paused_since is not None:
        before.append(_pause_so_far(session, now))
        given = union_seconds(before)  # the rest of what the pause covers comes when it ends
    if union([*before, interval]) == union(before):
        return None
    seconds = max(0, union_seconds([*before, interval]) - given)  # 0: the second that it began was given already
    return TimeEntry(
        session.session_id, kind, seconds, once, now, rule=rule, reason=reason, interval=interval, evidence=evidence or {}
    )


def stopped(
    session: Session,
    entries: Iterable[TimeEntry],
    interval: Interval,
    *,
    kind: EntryKind,
    once: str,
    now: datetime,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> TimeEntry:
    """The line of a pause or a break that is over: all of it, but for what other lines have given of it."""
    known = tuple(entries)
    before = [entry.interval for entry in known if entry.interval is not None]
    given = sum(entry.seconds for entry in known if entry.interval is not None)
    seconds = max(0, union_seconds([*before, interval]) - given)
    return TimeEntry(
        session.session_id,
        kind,
        seconds,
        once,
        now,
        rule=f"{kind}=all",
        reason=reason,
        interval=interval,
        evidence=evidence or {},
    )


def queue_wait(
    session: Session, entries: Iterable[TimeEntry], subject: UUID, waited: Interval, now: datetime
) -> TimeEntry | None:
    """The line of a run of the samples that was in the queue for `waited`, or None. The first `QUEUE_FREE_S` are free.

    `waited` begins when the candidate's own runs before it were done: who orders twenty waits for their own nineteen.
    """
    since = waited.since + timedelta(seconds=QUEUE_FREE_S)
    if waited.until <= since:
        return None
    return lost(
        session,
        entries,
        Interval(since, waited.until),
        kind=EntryKind.QUEUE_WAIT,
        once=f"queue_wait:{subject}",
        rule=f"queue_wait>{QUEUE_FREE_S}s",
        now=now,
        evidence={"sample_run_id": str(subject), "asked_at": waited.since, "began_at": waited.until},
    )


def start_jitter(session: Session, entries: Iterable[TimeEntry], heard_at: datetime) -> TimeEntry | None:
    """The line of a start: from the stamp until the page with the tasks was heard for the first time, or None."""
    if session.started_at is None or heard_at - session.started_at <= timedelta(seconds=START_FREE_S):
        return None
    until = min(heard_at, session.started_at + timedelta(seconds=START_JITTER_MAX_S))
    return lost(
        session,
        entries,
        Interval(session.started_at, until),
        kind=EntryKind.START_JITTER,
        once="start_jitter",
        rule=f"start_jitter>{START_FREE_S}s<={START_JITTER_MAX_S}s",
        now=heard_at,
        evidence={"started_at": session.started_at, "page_heard_at": heard_at},
    )


def accommodated(
    session: Session, entries: Iterable[TimeEntry], extra_seconds: int, evidence: Mapping[str, Any], now: datetime
) -> TimeEntry | None:
    """The line of an accommodation's extra time: what is still missing of it, or None."""
    written = [entry for entry in entries if entry.kind is EntryKind.ACCOMMODATION]
    missing = extra_seconds - sum(entry.seconds for entry in written)
    if missing <= 0 or session.sealed_at is not None:
        return None
    once = f"accommodation:{len(written) + 1}"
    return TimeEntry(
        session.session_id, EntryKind.ACCOMMODATION, missing, once, now, rule="accommodation=all", evidence=evidence
    )


def credit(
    session: Session, entries: Iterable[TimeEntry], asked: UUID, actor_id: AccountId, minutes: int, reason: str, now: datetime
) -> TimeEntry | None:
    """A person gives time; None if the form that says so, `asked`, has given it already: a button that is pressed twice.

    Raises `NotImpartial` for one's own session, `SessionClosed` after the seal, `InvalidInput`.
    """
    _refuse(session, actor_id)
    if not 1 <= minutes <= CREDIT_MAX_MINUTES:
        raise InvalidInput("minutes", "out-of-range", CREDIT_MAX_MINUTES)
    once, words = f"credit:{asked}", short_reason(reason)
    if any(entry.once == once for entry in entries):
        return None
    return TimeEntry(session.session_id, EntryKind.CREDIT, minutes * 60, once, now, actor_id=actor_id, reason=words)


def correct(
    session: Session, entries: Iterable[TimeEntry], mistaken: TimeEntry, actor_id: AccountId, reason: str, now: datetime
) -> TimeEntry:
    """A person takes back a mistaken credit: as much of it as leaves the candidate `CORRECTION_LEAVES_S`.

    Only a person's credit can be taken back, and once. What a rule gave stays: it was really lost. Raises as `credit`, and
    `InvalidInput("entry", …)`: `not-a-credit`, `corrected-already`, or `used-up` if there is nothing that may be taken.
    """
    _refuse(session, actor_id)
    if mistaken.kind is not EntryKind.CREDIT or mistaken.session_id != session.session_id:
        raise InvalidInput("entry", "not-a-credit")
    if any(entry.corrects == mistaken.time_entry_id for entry in entries):
        raise InvalidInput("entry", "corrected-already")
    may_go = int(remaining(session, now).total_seconds()) - CORRECTION_LEAVES_S
    seconds = min(mistaken.seconds, may_go)
    if seconds <= 0:
        raise InvalidInput("entry", "used-up", CORRECTION_LEAVES_S // 60)
    return TimeEntry(
        session.session_id,
        EntryKind.CORRECTION,
        -seconds,
        f"correction:{mistaken.time_entry_id}",
        now,
        actor_id=actor_id,
        reason=short_reason(reason),
        corrects=mistaken.time_entry_id,
        evidence={"credited_seconds": mistaken.seconds},
    )


def with_entry(session: Session, entry: TimeEntry) -> Session:
    """The session after the line was written, as the database has it too."""
    return replace(
        session,
        credited_seconds=session.credited_seconds + entry.seconds,
        ledger_revision=session.ledger_revision + 1,
    )


def short_reason(text: str) -> str:
    """Words for a line or a pause. Raises `InvalidInput("reason", …)`: `missing` or `too-long`."""
    words = " ".join(text.split())
    if not words:
        raise InvalidInput("reason", "missing")
    if len(words) > REASON_MAX_CHARACTERS:
        raise InvalidInput("reason", "too-long", REASON_MAX_CHARACTERS)
    return words


def _refuse(session: Session, actor_id: AccountId) -> None:
    if session.candidate_id == actor_id:
        raise NotImpartial
    if session.sealed_at is not None:
        raise SessionClosed


def _pause_so_far(session: Session, now: datetime) -> Interval:
    assert session.paused_since is not None
    until = now
    if session.pause_max_seconds is not None:
        until = min(now, session.paused_since + timedelta(seconds=session.pause_max_seconds))
    return Interval(session.paused_since, until)
