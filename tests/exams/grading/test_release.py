"""When a candidate learns what, and until when they can appeal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.grading.release import after_days, embargo_ends, withheld
from exams.papers.rules import Rules
from exams.sessions.session import SealReason
from tests.exams.proctoring.test_observation import LATER, SESSION

ALMATY = ZoneInfo("Asia/Almaty")
SEALED = replace(SESSION, sealed_at=LATER, seal_reason=SealReason.FINISHED)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it
zones = st.sampled_from(["Asia/Almaty", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "UTC"])


@pytest.mark.parametrize(("after_h", "hidden"), [(0, True), (47.9, True), (48, False), (100, False)])
def test_an_embargo_lasts_its_hours_from_the_seal(after_h: float, hidden: bool) -> None:
    rules = Rules(results_embargo_hours=48)
    assert withheld(SEALED, rules, LATER + timedelta(hours=after_h)) is hidden
    assert embargo_ends(SEALED, rules) == LATER + timedelta(hours=48)


def test_without_an_embargo_and_during_the_session_nothing_is_withheld() -> None:
    assert not withheld(SEALED, Rules(), LATER)
    running = replace(SESSION, started_at=LATER)
    assert not withheld(running, Rules(results_embargo_hours=48), LATER + timedelta(minutes=1))


def test_in_the_seconds_between_the_deadline_and_the_seal_everything_is_withheld() -> None:
    over = replace(SESSION, started_at=LATER - timedelta(days=1))
    assert over.sealed_at is None
    assert withheld(over, Rules(results_embargo_hours=1), LATER)


@pytest.mark.parametrize(
    ("released", "days", "too_late"),
    [
        # 1 March, one in the morning in Almaty, still 29 February in UTC: the whole of 4 March counts
        (datetime(2028, 2, 29, 20, 0, tzinfo=UTC), 3, datetime(2028, 3, 4, 19, 0, tzinfo=UTC)),
        # Almaty moved from +06 to +05 in the night to 1 March 2024: 29 February had 25 hours, and all of them count
        (datetime(2024, 2, 28, 6, 0, tzinfo=UTC), 1, datetime(2024, 2, 29, 19, 0, tzinfo=UTC)),
        (datetime(2024, 2, 27, 6, 0, tzinfo=UTC), 1, datetime(2024, 2, 28, 18, 0, tzinfo=UTC)),
    ],
)
def test_days_are_whole_days_of_the_centre_s_zone(released: datetime, days: int, too_late: datetime) -> None:
    assert after_days(released, days, ALMATY) == too_late


@given(moments, st.integers(0, 60), zones)
def test_nobody_gets_less_than_their_days(moment: datetime, days: int, zone: str) -> None:
    end = after_days(moment, days, ZoneInfo(zone))
    assert end - moment >= timedelta(days=days) - timedelta(hours=2)  # a local day may be an hour or two short
    assert end - moment <= timedelta(days=days + 1, hours=2)
    before, after = (end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    assert before.date() == moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    assert after.date() > before.date()


@given(moments, st.integers(0, 60), zones, st.integers(0, 86_400))
def test_a_later_release_never_ends_the_time_sooner(moment: datetime, days: int, zone: str, later_s: int) -> None:
    later = moment + timedelta(seconds=later_s)
    assert after_days(moment, days, ZoneInfo(zone)) <= after_days(later, days, ZoneInfo(zone))
