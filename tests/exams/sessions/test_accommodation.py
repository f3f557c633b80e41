"""What is arranged: the most of each thing, kept by the session that began with it, and never with a reason."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from uuid import uuid4

import pytest

from exams.errors import InvalidInput, NotImpartial
from exams.ids import AccountId, SchemeId
from exams.sessions.accommodation import Accommodation, Ignored, combined, grant
from tests.fixtures.examroom import NOON

CANDIDATE, REGISTRAR = AccountId(uuid4()), AccountId(uuid4())
SCHEME, OTHER = SchemeId(uuid4()), SchemeId(uuid4())


def granted(
    scheme_id: SchemeId | None = None,
    *,
    percent: int = 0,
    minutes: int = 0,
    breaks: int = 0,
    ignored: tuple[str, ...] = (),
    by: AccountId = REGISTRAR,
    days: int = 30,
) -> Accommodation:
    return grant(
        CANDIDATE,
        scheme_id,
        by,
        extra_percent=percent,
        extra_minutes=minutes,
        break_minutes=breaks,
        larger_text=False,
        ignored=ignored,
        valid_until=NOON + timedelta(days=days),
        now=NOON,
    )


def test_of_each_thing_the_most_counts_and_nothing_is_added_up() -> None:
    both = [granted(percent=25, breaks=10, ignored=("stands_up",)), granted(SCHEME, minutes=30, ignored=("reads_aloud",))]
    found = combined(both, SCHEME, NOON, NOON)
    assert found.extra_seconds(3600) == 1800
    assert found.extra_seconds(4 * 3600) == 3600
    assert found.break_seconds == 600
    assert found.ignored == (Ignored.READS_ALOUD, Ignored.STANDS_UP)
    assert combined(both, OTHER, NOON, NOON).extra_seconds(3600) == 900
    assert combined([], SCHEME, NOON, NOON).extra_seconds(3600) == 0


def test_extra_time_is_rounded_up() -> None:
    assert combined([granted(percent=33)], SCHEME, NOON, NOON).extra_seconds(100) == 33
    assert combined([granted(percent=33)], SCHEME, NOON, NOON).extra_seconds(101) == 34


def test_what_ended_counts_only_for_what_was_opened_before() -> None:
    one = granted(percent=25, days=1)
    opened, later = NOON + timedelta(hours=1), NOON + timedelta(days=2)
    assert combined([one], SCHEME, opened, later).extra_seconds(3600) == 900
    assert combined([one], SCHEME, later, later).extra_seconds(3600) == 0
    assert combined([one], SCHEME, NOON - timedelta(hours=1), NOON).extra_seconds(3600) == 900  # granted while it is open


@pytest.mark.parametrize(
    ("act", "error"),
    [
        pytest.param(lambda: granted(percent=25, by=CANDIDATE), NotImpartial, id="for oneself"),
        pytest.param(granted, InvalidInput, id="nothing at all"),
        pytest.param(lambda: granted(percent=201), InvalidInput, id="too much"),
        pytest.param(lambda: granted(minutes=-1), InvalidInput, id="less than nothing"),
        pytest.param(lambda: granted(percent=25, days=0), InvalidInput, id="over already"),
        pytest.param(lambda: granted(ignored=("a diagnosis",)), InvalidInput, id="a word that is not in the list"),
    ],
)
def test_what_cannot_be_granted_is_refused(act: Callable[[], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        act()


def test_no_field_holds_a_reason() -> None:
    texts = [field.name for field in fields(Accommodation) if "str" in str(field.type)]
    assert texts == []
