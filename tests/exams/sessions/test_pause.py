"""The clock is stopped by whoever may, goes on when somebody says so, and a break no longer than its allowance."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import AlreadyPaused, InvalidInput, NotEligible, NotImpartial, NotPaused, SessionClosed, SessionNotStarted
from exams.ids import AccountId
from exams.sessions.ledger import with_entry
from exams.sessions.pause import break_left_seconds, pause, resume, take_break, with_pause, without_pause
from exams.sessions.session import SealReason
from exams.sessions.timing import Phase, deadline, phase, remaining, seal_due
from tests.fixtures.examroom import NOON, a_session

PROCTOR = AccountId(uuid4())


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@given(st.integers(0, 3599), st.integers(0, 10**6))
def test_a_pause_costs_nothing_however_long_it_lasts(at: int, lasted: int) -> None:
    session = a_session()
    shown = remaining(session, after(at))
    one = pause(session, PROCTOR, "fire alarm", after(at))
    stopped = with_pause(session, one)
    assert phase(stopped, after(at + lasted)) is Phase.PAUSED
    assert remaining(stopped, after(at + lasted)) == shown
    assert deadline(stopped) is seal_due(stopped) is None
    entry = resume(stopped, one, [], after(at + lasted))
    going = with_entry(without_pause(stopped), entry)
    assert entry.seconds == lasted
    assert remaining(going, after(at + lasted)) == shown


@given(st.integers(0, 3599), st.integers(1, 1800), st.integers(0, 4000))
def test_a_break_stops_the_clock_until_its_allowance_is_used_up(at: int, allowance: int, lasted: int) -> None:
    session = a_session()
    shown = remaining(session, after(at))
    one = take_break(session, allowance, [], after(at))
    stopped, now = with_pause(session, one), after(at + lasted)
    assert (phase(stopped, now) is Phase.PAUSED) == (lasted < allowance)
    left = max(shown - timedelta(seconds=max(0, lasted - allowance)), timedelta(0))
    assert remaining(stopped, now) == left
    entry = resume(stopped, one, [], now)
    going = with_entry(without_pause(stopped), entry)
    assert entry.seconds == min(lasted, allowance)
    assert remaining(going, now) == left
    assert break_left_seconds(allowance, [entry]) == allowance - entry.seconds
    if lasted >= allowance:
        assert deadline(stopped) == deadline(going)
        with pytest.raises(NotEligible):
            take_break(a_session(), allowance, [entry], after(at))


def test_a_clock_is_stopped_once_by_somebody_else_and_only_while_it_runs() -> None:
    session = a_session()
    one = pause(session, PROCTOR, "a telephone rings", after(60))
    with pytest.raises(AlreadyPaused):
        pause(with_pause(session, one), PROCTOR, "again", after(61))
    with pytest.raises(AlreadyPaused):
        take_break(with_pause(session, one), 600, [], after(61))
    with pytest.raises(NotImpartial):
        pause(session, session.candidate_id, "mine", after(60))
    with pytest.raises(SessionNotStarted):
        pause(a_session(started_at=None), PROCTOR, "early", NOON)
    with pytest.raises(SessionClosed):
        pause(session, PROCTOR, "late", after(3600))
    with pytest.raises(SessionClosed):
        pause(a_session(sealed_at=NOON, seal_reason=SealReason.FINISHED), PROCTOR, "late", NOON)
    with pytest.raises(InvalidInput):
        pause(session, PROCTOR, " ", after(60))


def test_without_an_allowance_there_is_no_break_and_what_is_over_is_not_ended_again() -> None:
    session = a_session()
    with pytest.raises(NotEligible):
        take_break(session, 0, [], after(60))
    one = pause(session, PROCTOR, "alarm", after(60))
    with pytest.raises(NotPaused):
        resume(session, one, [], after(70))


def test_a_clock_that_was_set_back_during_a_pause_gives_nothing_and_takes_nothing() -> None:
    session = a_session()
    one = pause(session, PROCTOR, "alarm", after(600))
    entry = resume(with_pause(session, one), one, [], after(300))
    assert entry.seconds == 0


def test_an_old_session_without_ledger_is_as_it_was() -> None:
    session = replace(a_session(), credited_seconds=0)
    assert deadline(session) == after(3600)
