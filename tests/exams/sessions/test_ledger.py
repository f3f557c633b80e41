"""Lost time is given back once, in whatever order it becomes known, and never more than has passed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from math import ceil
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import InvalidInput, NotImpartial, SessionClosed
from exams.ids import AccountId
from exams.sessions.ledger import (
    CORRECTION_LEAVES_S,
    CREDIT_MAX_MINUTES,
    QUEUE_FREE_S,
    START_JITTER_MAX_S,
    EntryKind,
    Interval,
    TimeEntry,
    accommodated,
    correct,
    credit,
    lost,
    queue_wait,
    start_jitter,
    stopped,
    union_seconds,
    with_entry,
)
from exams.sessions.session import PauseKind, SealReason, Session
from exams.sessions.timing import deadline, remaining
from tests.fixtures.examroom import NOON, a_session

LATER = NOON + timedelta(hours=12)
PROCTOR = AccountId(uuid4())


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


MILLISECONDS = st.integers(0, 3_000_000)
INTERVALS = st.lists(
    st.tuples(MILLISECONDS, MILLISECONDS).map(lambda pair: Interval(after(min(pair) / 1000), after(max(pair) / 1000))),
    max_size=6,
)


def written(session: Session, intervals: Sequence[Interval]) -> tuple[Session, list[TimeEntry]]:
    """The session and its ledger after these intervals became known one after the other."""
    entries: list[TimeEntry] = []
    for number, one in enumerate(intervals):
        entry = lost(session, entries, one, kind=EntryKind.OUTAGE, once=f"outage:{number}", rule="outage", now=LATER)
        if entry is not None:
            entries.append(entry)
            session = with_entry(session, entry)
    return session, entries


def covered_milliseconds(intervals: Sequence[Interval]) -> int:
    """The same by brute force: mark each millisecond."""
    marks: set[int] = set()
    for one in intervals:
        marks.update(range(round((one.since - NOON).total_seconds() * 1000), round((one.until - NOON).total_seconds() * 1000)))
    return len(marks)


@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 5000)).map(
            lambda pair: Interval(after(min(pair) / 1000), after(max(pair) / 1000))
        ),
        max_size=4,
    )
)
def test_the_union_is_as_long_as_its_milliseconds_are_many(intervals: list[Interval]) -> None:
    assert union_seconds(intervals) == ceil(covered_milliseconds(intervals) / 1000)


@given(INTERVALS)
def test_what_overlaps_counts_once_and_nothing_is_given_that_has_not_passed(intervals: list[Interval]) -> None:
    session, entries = written(a_session(allotted_seconds=7200), intervals)
    assert session.credited_seconds == sum(entry.seconds for entry in entries) == union_seconds(intervals)
    assert session.credited_seconds <= ceil(max((one.until - NOON for one in intervals), default=timedelta(0)).total_seconds())
    assert session.ledger_revision == len(entries)


@given(INTERVALS.map(lambda found: found[:4]))
def test_the_order_in_which_it_becomes_known_changes_nothing(intervals: list[Interval]) -> None:
    totals = {written(a_session(allotted_seconds=7200), order)[0].credited_seconds for order in permutations(intervals)}
    assert len(totals) == 1


@given(INTERVALS)
def test_writing_all_of_it_again_adds_nothing(intervals: list[Interval]) -> None:
    session, entries = written(a_session(allotted_seconds=7200), intervals)
    for number, one in enumerate(intervals):
        for once in (f"outage:{number}", f"outage:again-{number}"):
            assert lost(session, entries, one, kind=EntryKind.OUTAGE, once=once, rule="outage", now=LATER) is None


@given(INTERVALS, st.integers(0, 3000), st.integers(0, 3000))
def test_a_pause_and_what_is_lost_meanwhile_count_once(intervals: list[Interval], one: int, other: int) -> None:
    begin, end = sorted((one, other))
    pause = Interval(after(begin), after(end))
    session = a_session(allotted_seconds=7200, paused_since=pause.since, pause_kind=PauseKind.PAUSE)
    entries: list[TimeEntry] = []
    for number, gap in enumerate(intervals):
        entry = lost(session, entries, gap, kind=EntryKind.OUTAGE, once=f"outage:{number}", rule="outage", now=pause.until)
        entries += [] if entry is None else [entry]
    entries.append(stopped(session, entries, pause, kind=EntryKind.PAUSE, once="pause:1", now=pause.until))
    assert sum(entry.seconds for entry in entries) == union_seconds([*intervals, pause])


@given(st.integers(1, 3599), st.integers(1, 100_000))
def test_an_outage_gives_back_what_the_page_showed_before_however_long_it_was(at: int, lasted: int) -> None:
    session = a_session()
    gap = Interval(after(at), after(at + lasted))
    shown = remaining(session, gap.since)
    entry = lost(session, [], gap, kind=EntryKind.OUTAGE, once="outage:1", rule="outage", now=gap.until)
    assert entry is not None
    assert remaining(with_entry(session, entry), gap.until) == shown


def test_an_outage_before_the_start_or_after_the_deadline_is_nobodys_loss() -> None:
    before, behind = Interval(after(-600), after(-300)), Interval(after(3600), after(9000))
    for gap in (before, behind):
        assert lost(a_session(), [], gap, kind=EntryKind.OUTAGE, once="outage:1", rule="outage", now=LATER) is None
    across = Interval(after(-60), after(60))
    entry = lost(a_session(), [], across, kind=EntryKind.OUTAGE, once="outage:1", rule="outage", now=LATER)
    assert entry is not None
    assert (entry.seconds, entry.interval) == (60, Interval(NOON, after(60)))


def test_a_wait_in_the_queue_counts_beyond_what_is_free() -> None:
    run = uuid4()
    assert queue_wait(a_session(), [], run, Interval(NOON, after(QUEUE_FREE_S)), after(60)) is None
    entry = queue_wait(a_session(), [], run, Interval(NOON, after(QUEUE_FREE_S + 7)), after(60))
    assert entry is not None
    assert (entry.seconds, entry.once) == (7, f"queue_wait:{run}")
    assert queue_wait(a_session(), [entry], run, Interval(NOON, after(QUEUE_FREE_S + 7)), after(60)) is None


def test_a_slow_start_is_given_back_up_to_its_limit() -> None:
    assert start_jitter(a_session(), [], after(1)) is None
    small = start_jitter(a_session(), [], after(4.2))
    assert small is not None
    assert small.seconds == 5
    large = start_jitter(a_session(), [], after(400))
    assert large is not None
    assert large.seconds == START_JITTER_MAX_S


def test_extra_time_is_written_as_far_as_it_is_missing() -> None:
    first = accommodated(a_session(), [], 900, {}, NOON)
    assert first is not None
    assert first.seconds == 900
    assert accommodated(a_session(), [first], 900, {}, NOON) is None
    assert accommodated(a_session(), [first], 600, {}, NOON) is None  # what a session has it keeps
    more = accommodated(a_session(), [first], 1800, {}, NOON)
    assert more is not None
    assert (more.seconds, more.once != first.once) == (900, True)


def test_a_credit_names_its_person_and_reason_and_has_limits() -> None:
    asked = uuid4()
    entry = credit(a_session(), (), asked, PROCTOR, 10, "  Fire\nalarm ", NOON)
    assert entry is not None
    assert credit(a_session(), [entry], asked, PROCTOR, 10, "Fire alarm", NOON) is None
    assert (entry.seconds, entry.actor_id, entry.reason) == (600, PROCTOR, "Fire alarm")
    session = a_session()
    with pytest.raises(NotImpartial):
        credit(session, (), uuid4(), session.candidate_id, 10, "mine", NOON)
    with pytest.raises(SessionClosed):
        credit(a_session(sealed_at=NOON, seal_reason=SealReason.FINISHED), (), uuid4(), PROCTOR, 10, "late", NOON)
    for minutes in (-5, 0, CREDIT_MAX_MINUTES + 1):
        with pytest.raises(InvalidInput):
            credit(a_session(), (), uuid4(), PROCTOR, minutes, "wrong", NOON)
    with pytest.raises(InvalidInput):
        credit(a_session(), (), uuid4(), PROCTOR, 10, "   ", NOON)


@given(st.integers(1, CREDIT_MAX_MINUTES), st.integers(0, 20_000))
def test_a_correction_never_takes_the_last_minutes_nor_more_than_was_given(minutes: int, moment: int) -> None:
    session = a_session()
    given_by_mistake = credit(session, (), uuid4(), PROCTOR, minutes, "the wrong candidate", NOON)
    assert given_by_mistake is not None
    session = with_entry(session, given_by_mistake)
    now = after(moment)
    left = remaining(session, now)
    if left < timedelta(seconds=CORRECTION_LEAVES_S + 1):
        with pytest.raises(InvalidInput, match="used-up"):
            correct(session, [given_by_mistake], given_by_mistake, PROCTOR, "mistake", now)
        return
    entry = correct(session, [given_by_mistake], given_by_mistake, PROCTOR, "mistake", now)
    corrected = with_entry(session, entry)
    assert 0 < -entry.seconds <= minutes * 60
    assert corrected.credited_seconds >= 0
    assert remaining(corrected, now).total_seconds() >= CORRECTION_LEAVES_S
    with pytest.raises(InvalidInput):
        correct(corrected, [given_by_mistake, entry], given_by_mistake, PROCTOR, "again", now)


def test_what_a_rule_gave_is_not_taken_back() -> None:
    entry = lost(
        a_session(), [], Interval(NOON, after(60)), kind=EntryKind.OUTAGE, once="outage:1", rule="outage", now=after(60)
    )
    assert entry is not None
    with pytest.raises(InvalidInput, match="not-a-credit"):
        correct(a_session(), [entry], entry, PROCTOR, "no", after(61))


def test_the_deadline_is_the_start_and_what_was_allotted_and_every_line() -> None:
    session = replace(a_session(), credited_seconds=754)
    assert deadline(session) == after(3600 + 754)
    assert remaining(session, after(100)) == timedelta(seconds=3600 + 654)
