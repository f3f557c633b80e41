"""The clock is the server's, and its phases have no gaps and no way back."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exams.sessions.session import SealReason
from exams.sessions.timing import SAVE_GRACE_S, Phase, deadline, phase, remaining, seal_due, takes_work
from tests.fixtures.examroom import NOON, a_session

ALLOTTED = st.integers(1, 24 * 3600)
MOMENTS = st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=2)).map(lambda span: NOON + span)
ORDER = list(Phase)


@given(ALLOTTED, MOMENTS, MOMENTS)
def test_a_phase_is_never_left_backwards(allotted: int, one: datetime, other: datetime) -> None:
    session = a_session(allotted_seconds=allotted)
    earlier, later = sorted((one, other))
    assert ORDER.index(phase(session, earlier)) <= ORDER.index(phase(session, later))


@given(ALLOTTED, MOMENTS)
def test_time_remains_exactly_while_the_session_is_in_progress(allotted: int, now: datetime) -> None:
    session = a_session(allotted_seconds=allotted)
    left = remaining(session, now)
    assert timedelta(0) <= left <= timedelta(seconds=allotted)
    assert (left > timedelta(0)) == (phase(session, now) is Phase.IN_PROGRESS)
    due = deadline(session)
    assert due is not None
    if NOON <= now < due:
        assert now + left == due


@given(ALLOTTED, MOMENTS)
def test_work_is_taken_until_the_grace_is_over_and_sealing_begins_right_there(allotted: int, now: datetime) -> None:
    session = a_session(allotted_seconds=allotted)
    due = seal_due(session)
    assert due is not None
    assert takes_work(session, now) == (now < due)
    assert due - NOON == timedelta(seconds=allotted + SAVE_GRACE_S)


@given(MOMENTS, MOMENTS)
def test_a_sealed_session_is_over_at_every_moment(sealed_at: datetime, now: datetime) -> None:
    session = a_session(sealed_at=sealed_at, seal_reason=SealReason.FINISHED)
    assert phase(session, now) is Phase.OVER
    assert remaining(session, now) == timedelta(0)
    assert not takes_work(session, now)


def test_before_the_start_there_is_no_deadline_and_all_the_time() -> None:
    opened = a_session(consented_at=None, started_at=None)
    assert (deadline(opened), seal_due(opened), takes_work(opened, NOON)) == (None, None, False)
    assert remaining(opened, NOON) == timedelta(hours=1)
    assert phase(opened, NOON) is Phase.OPENED
    assert phase(a_session(started_at=None), NOON) is Phase.CONSENTED


def test_the_deadline_itself_is_over() -> None:
    last = NOON + timedelta(hours=1)
    assert phase(a_session(), last - timedelta(microseconds=1)) is Phase.IN_PROGRESS
    assert phase(a_session(), last) is Phase.OVER
