"""When a seat is due: zones by pinned rules, and a change of the rules between booking and sitting."""

import importlib.metadata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.booking.promise import promise, shift, start
from exams.booking.zones import pinned
from exams.errors import InvalidInput
from tests.fixtures.zones import after_the_change, before_the_change

NINE = datetime(2024, 3, 4, 9)  # noqa: DTZ001 - a wall-clock time has no zone of its own
ZONES = ("Asia/Almaty", "Asia/Qostanay", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Europe/Berlin", "UTC")


def test_the_rules_are_those_of_the_package_and_know_that_kazakhstan_moved() -> None:
    zones = pinned()
    year, letter = int(zones.version[:4]), zones.version[4:]
    assert importlib.metadata.version("tzdata") == f"{year}.{ord(letter) - ord('a') + 1}"
    for name in ("Asia/Almaty", "Asia/Qostanay"):
        before = datetime(2024, 2, 29, 12, tzinfo=UTC)
        assert zones.offset(before, name) == timedelta(hours=6)
        assert zones.offset(before + timedelta(days=1), name) == timedelta(hours=5)


def test_a_promise_at_a_centre_keeps_the_wall_clock_when_almaty_moves(tmp_path: Path) -> None:
    """Complaint 7: the start moved. Nobody sits an hour early, and nobody is let in at the old moment."""
    old, new = before_the_change(tmp_path), after_the_change(tmp_path)
    given = promise(NINE, "Asia/Almaty", at_centre=True, zones=old)
    assert (given.starts_at, given.tzdata_version) == (datetime(2024, 3, 4, 3, tzinfo=UTC), "2023c")
    assert shift(given, old) is None
    assert start(given, new) == datetime(2024, 3, 4, 4, tzinfo=UTC)
    found = shift(given, new)
    assert found is not None
    assert found.local_now == found.local_before == NINE
    assert found.moment_now - found.moment_before == timedelta(hours=1)
    assert (found.version_before, found.version_now) == ("2023c", "2024a")


def test_a_promise_online_keeps_the_moment_and_tells_the_other_wall_clock(tmp_path: Path) -> None:
    old, new = before_the_change(tmp_path), after_the_change(tmp_path)
    given = promise(NINE, "Asia/Qostanay", at_centre=False, zones=old)
    assert start(given, new) == start(given, old)
    found = shift(given, new)
    assert found is not None
    assert found.moment_now == found.moment_before
    assert found.local_now == NINE - timedelta(hours=1)


def test_a_newer_version_that_changes_nothing_here_is_no_shift(tmp_path: Path) -> None:
    early = datetime(2024, 2, 1, 9)  # noqa: DTZ001 - before the change, both say the same
    given = promise(early, "Asia/Almaty", at_centre=True, zones=before_the_change(tmp_path))
    assert shift(given, after_the_change(tmp_path)) is None


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Asia", "Asia/Almaty\0", "tzdata.zi", "a" * 300]
)
def test_a_zone_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="zone: unknown"):
        pinned().zone(name)


def test_a_time_that_clocks_leave_out_is_not_promised_and_one_that_happens_twice_is_the_first() -> None:
    zones = pinned()
    with pytest.raises(InvalidInput, match="left-out"):
        promise(datetime(2026, 3, 29, 2, 30), "Europe/Berlin", at_centre=True, zones=zones)  # noqa: DTZ001 - a wall clock
    twice = promise(datetime(2026, 10, 25, 2, 30), "Europe/Berlin", at_centre=True, zones=zones)  # noqa: DTZ001 - a wall clock
    assert twice.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    local=st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 - wall clocks
    name=st.sampled_from(ZONES),
    at_centre=st.booleans(),
)
def test_a_promise_is_kept_to_the_minute_in_half_hour_zones_too(local: datetime, name: str, *, at_centre: bool) -> None:
    zones = pinned()
    if not zones.happens(local, name):
        return
    given = promise(local, name, at_centre=at_centre, zones=zones)
    assert zones.local(start(given, zones), name) == local
    assert shift(given, zones) is None
