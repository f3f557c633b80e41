"""Times are written in the centre's zone by the rules that come with Sarap, and not by those of an old machine."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.pages import when
from exams.booking.zones import pinned

BEFORE, AFTER = datetime(2024, 2, 29, 18, 30, tzinfo=UTC), datetime(2024, 2, 29, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        ("Asia/Kolkata", datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "17:30"),
        ("Asia/Kathmandu", datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "17:45"),
        ("Asia/Almaty", datetime(2024, 2, 29, 17, 59, tzinfo=UTC), "23:59"),
        ("Asia/Almaty", datetime(2024, 2, 29, 19, 0, tzinfo=UTC), "00:00"),
        ("Asia/Qostanay", datetime(2024, 2, 29, 17, 59, tzinfo=UTC), "23:59"),
        ("Asia/Qostanay", datetime(2024, 2, 29, 19, 0, tzinfo=UTC), "00:00"),
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "01:59"),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00"),
    ],
)
def test_a_moment_is_shown_as_clocks_there_show_it(zone: str, moment: datetime, shown: str) -> None:
    context = {"settings": SimpleNamespace(time_zone=pinned().zone(zone)), "locale": "en"}
    assert when(context, moment, "time") == shown  # pyright: ignore[reportArgumentType]  # of a context it takes these two


def test_a_session_over_a_change_of_clocks_lasts_as_long_as_any_other() -> None:
    """Almaty's clocks went back by an hour at midnight of 2024-03-01: wall time repeats, the session does not notice."""
    zone = pinned().zone("Asia/Almaty")
    started = datetime(2024, 2, 29, 23, 30, tzinfo=zone).astimezone(UTC)
    deadline = started + timedelta(minutes=90)
    assert started < BEFORE
    assert deadline.astimezone(zone).strftime("%H:%M") == "00:00"
    assert deadline - started == timedelta(minutes=90)


def test_an_old_table_of_zones_on_the_machine_is_not_used(tmp_path: Path) -> None:
    """The machine's Almaty is at +06 for ever; no clock of the process that serves believes it."""
    (tmp_path / "Asia").mkdir()
    # A TZif file of version 1 with one type and no change: UTC+6.
    header = b"TZif" + b"\0" * 16 + b"".join(number.to_bytes(4, "big") for number in (0, 0, 0, 0, 1, 4))
    (tmp_path / "Asia" / "Almaty").write_bytes(header + (6 * 3600).to_bytes(4, "big") + b"\0\0" + b"+06\0")
    script = (
        "from datetime import datetime, UTC; from zoneinfo import ZoneInfo; from app.settings import Settings;"
        "moment = datetime(2026, 3, 2, tzinfo=UTC); settings = Settings.from_environment({});"
        "print(moment.astimezone(ZoneInfo('Asia/Almaty')).strftime('%z'), moment.astimezone(settings.time_zone).strftime('%z'))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONTZPATH": str(tmp_path), "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert told.stdout.split() == ["+0500", "+0500"]
