"""The moves of a session, and every refusal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exams.errors import NotEligible, SessionClosed, SessionNotStarted, SessionPaused
from exams.sessions.session import PauseKind, SealReason
from exams.sessions.sitting import ask_of_judging, consent, finish, seal_overdue, start, work
from exams.sessions.timing import SAVE_GRACE_S
from tests.fixtures.examroom import NOON, a_session

OPENED = a_session(consented_at=None, started_at=None)
CONSENTED = a_session(started_at=None)
RUNNING = a_session()
FINISHED = a_session(sealed_at=NOON, seal_reason=SealReason.FINISHED)
DEADLINE = NOON + timedelta(hours=1)
SEAL_DUE = DEADLINE + timedelta(seconds=SAVE_GRACE_S)


def test_consent_is_kept_with_its_time_and_its_answer_about_the_camera() -> None:
    accepted = consent(OPENED, camera=True, now=NOON)
    assert (accepted.consented_at, accepted.camera_consent) == (NOON, True)


def test_consent_can_be_said_again_until_the_clock_begins() -> None:
    assert consent(CONSENTED, camera=True, now=NOON).camera_consent
    with pytest.raises(SessionClosed):
        consent(RUNNING, camera=True, now=NOON)


def test_the_clock_begins_only_after_consent() -> None:
    with pytest.raises(NotEligible):
        start(OPENED, NOON)
    assert start(CONSENTED, NOON).started_at == NOON


def test_starting_twice_costs_no_time() -> None:
    assert start(RUNNING, NOON + timedelta(minutes=10)) is RUNNING


def test_a_session_that_is_over_does_not_start_again() -> None:
    for session in (FINISHED, RUNNING):
        with pytest.raises(SessionClosed):
            start(session, DEADLINE)


def test_work_is_refused_before_the_start_and_after_the_end() -> None:
    with pytest.raises(SessionNotStarted):
        work(CONSENTED, NOON)
    with pytest.raises(SessionClosed):
        work(FINISHED, NOON)
    with pytest.raises(SessionClosed):
        work(RUNNING, SEAL_DUE)
    work(RUNNING, SEAL_DUE - timedelta(microseconds=1))


def test_the_candidate_finishes_once() -> None:
    done = finish(RUNNING, NOON + timedelta(minutes=5))
    assert (done.sealed_at, done.seal_reason) == (NOON + timedelta(minutes=5), SealReason.FINISHED)
    with pytest.raises(SessionClosed):
        finish(done, NOON + timedelta(minutes=6))
    with pytest.raises(SessionNotStarted):
        finish(CONSENTED, NOON)


def test_finishing_after_the_deadline_is_recorded_as_time_up() -> None:
    assert finish(RUNNING, DEADLINE).seal_reason is SealReason.TIME_UP


def test_the_server_seals_only_when_the_grace_is_over_and_only_once() -> None:
    assert seal_overdue(RUNNING, SEAL_DUE - timedelta(microseconds=1), SEAL_DUE) is None
    sealed = seal_overdue(RUNNING, SEAL_DUE, SEAL_DUE)
    assert sealed is not None
    assert sealed.seal_reason is SealReason.TIME_UP
    assert seal_overdue(sealed, SEAL_DUE, SEAL_DUE) is None
    assert seal_overdue(CONSENTED, SEAL_DUE, SEAL_DUE) is None


def test_no_session_is_sealed_on_time_that_nobody_was_there_for() -> None:
    assert seal_overdue(RUNNING, SEAL_DUE + timedelta(hours=9), DEADLINE - timedelta(microseconds=1)) is None
    assert seal_overdue(RUNNING, SEAL_DUE, DEADLINE) is not None
    assert seal_overdue(RUNNING, SEAL_DUE, None) is not None  # there never was a web: nothing was lost


def test_a_stopped_clock_takes_saves_and_nothing_else() -> None:
    stopped = replace(RUNNING, paused_since=NOON + timedelta(minutes=5), pause_kind=PauseKind.PAUSE)
    long_after = DEADLINE + timedelta(days=1)
    work(stopped, long_after)
    with pytest.raises(SessionPaused):
        ask_of_judging(stopped, long_after)
    assert seal_overdue(stopped, long_after, long_after) is None
    assert start(stopped, long_after) is stopped
    assert finish(stopped, long_after).seal_reason is SealReason.FINISHED
