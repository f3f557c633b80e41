"""What lies between two beats of the web: nothing, an outage, or a clock that was set."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from exams.sessions.ledger import EntryKind, Interval, lost, with_entry
from exams.sessions.pulse import LEAP_S, OUTAGE_AFTER_S, Beat, following, missed, set_back
from exams.sessions.timing import remaining
from tests.fixtures.examroom import NOON, a_session

FIRST = Beat(NOON, "boot-1", 1000.0)


def later(wall_s: float, real_s: float | None = None, boot_id: str = "boot-1") -> Beat:
    return Beat(NOON + timedelta(seconds=wall_s), boot_id, 1000.0 + (wall_s if real_s is None else real_s))


def test_beats_that_follow_each_other_lose_nothing() -> None:
    assert missed(FIRST, later(1)) is None
    assert missed(FIRST, later(OUTAGE_AFTER_S)) is None


def test_a_gap_is_lost_whole_whoever_comes_back_and_on_whatever_machine() -> None:
    assert missed(FIRST, later(62)) == Interval(NOON, NOON + timedelta(seconds=62))
    assert missed(FIRST, later(62, boot_id="boot-2")) == Interval(NOON, NOON + timedelta(seconds=62))
    assert missed(FIRST, later(62, real_s=3.0)) == Interval(NOON, NOON + timedelta(seconds=62))  # set ahead by a minute


def test_a_small_leap_ahead_is_lost_but_not_what_clocks_are_kept_right_by() -> None:
    assert missed(FIRST, later(4, real_s=1.0)) == Interval(NOON + timedelta(seconds=1), NOON + timedelta(seconds=4))
    assert missed(FIRST, later(1 + LEAP_S, real_s=1.0)) is None


def test_a_clock_that_is_set_back_is_noticed_and_costs_nobody() -> None:
    back = later(-600, real_s=1.0)
    assert missed(FIRST, back) is None
    assert set_back(FIRST, back) == timedelta(seconds=601)
    assert following(FIRST, back) == back


def test_a_second_machine_whose_clock_is_behind_does_not_look_like_an_outage() -> None:
    behind = later(-20, boot_id="boot-2")
    kept = following(FIRST, behind)
    assert kept.at == NOON
    assert missed(kept, later(1)) is None
    assert set_back(FIRST, behind) is None


@given(st.floats(1, 3599), st.floats(0, 50_000), st.floats(0, 50_000))
def test_no_leap_ahead_and_no_outage_shortens_what_was_left(at: float, real: float, leap: float) -> None:
    """The time left after a gap is at least what was left before, less what really passed while the web was there."""
    before = Beat(NOON + timedelta(seconds=at), "boot-1", at)
    after = Beat(NOON + timedelta(seconds=at + real + leap), "boot-1", at + real)
    session = a_session()
    shown = remaining(session, before.at)
    interval = missed(before, after)
    if interval is not None:
        entry = lost(session, [], interval, kind=EntryKind.OUTAGE, once="outage:1", rule="outage", now=after.at)
        session = session if entry is None else with_entry(session, entry)
    uncredited = timedelta(seconds=min(real, OUTAGE_AFTER_S) + LEAP_S)
    assert remaining(session, after.at) >= max(shown - uncredited, timedelta(0))
