"""No acknowledged save is ever overwritten."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import StaleRevision, TooOften
from exams.sessions.journal import JournalEntry, refuse_flood, save
from tests.fixtures.examroom import NOON

NEWEST = JournalEntry(1, 7, "python3", "print(1)", NOON)
LATER = NOON + timedelta(seconds=2)


@given(st.integers(0, 20), st.sampled_from(["python3", "cpp"]), st.text(max_size=20))
def test_a_save_continues_the_newest_revision_or_is_refused_with_it(base: int, language: str, source: str) -> None:
    if (language, source) == (NEWEST.language, NEWEST.source):
        return
    if base == NEWEST.revision:
        made = save(NEWEST, position=1, base_revision=base, language=language, source=source, now=LATER)
        assert made == JournalEntry(1, 8, language, source, LATER)
    else:
        with pytest.raises(StaleRevision) as refused:
            save(NEWEST, position=1, base_revision=base, language=language, source=source, now=LATER)
        assert refused.value.current == NEWEST.revision


@pytest.mark.parametrize("base", [0, 6, 7, 99])
def test_a_save_whose_answer_was_lost_is_acknowledged_and_not_repeated(base: int) -> None:
    assert save(NEWEST, position=1, base_revision=base, language="python3", source="print(1)", now=LATER) is NEWEST


def test_the_first_save_of_an_item_is_revision_one() -> None:
    assert save(None, position=2, base_revision=0, language="cpp", source="", now=NOON) == JournalEntry(2, 1, "cpp", "", NOON)
    with pytest.raises(StaleRevision):
        save(None, position=2, base_revision=3, language="cpp", source="", now=NOON)


def test_a_flood_of_saves_is_refused_with_the_time_to_wait() -> None:
    refuse_flood(None, NOON)
    refuse_flood(NOON - timedelta(minutes=1), NOON)
    with pytest.raises(TooOften) as refused:
        refuse_flood(NOON - timedelta(seconds=45), NOON)
    assert refused.value.retry_after_seconds == 15
