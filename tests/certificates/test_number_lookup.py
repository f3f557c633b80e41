"""Numbers in a crowd: the centre does not learn which, and nobody reads an entry without its number."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.findings import Status
from certificates.number_lookup import (
    CROWD_MIN,
    NumberFacts,
    bits_for,
    crowd_range,
    number_hash,
    prefix_of,
    read_crowd,
    write_crowd,
)
from certificates.serial import Serial, new_serial
from tests.certificates.centre import NOW

FACTS = [
    NumberFacts(new_serial(), name, NOW, NOW + timedelta(days=1096), status)
    for name in ("Junior software developer", "Кіші бағдарламалық жасақтама әзірлеушісі")
    for status in (Status.GOOD, Status.REVOKED)
]


def test_who_has_the_number_reads_its_entry_and_it_has_no_name_and_no_points() -> None:
    crowd = write_crowd(0, FACTS)
    for fact in FACTS:
        assert read_crowd(crowd, Serial(fact.number)) == fact.as_json()
        assert fact.as_json().keys() == {"number", "achievement", "awarded", "validUntil", "status"}
    assert read_crowd(crowd, new_serial()) is None


def test_a_crowd_shows_neither_numbers_nor_what_stands_behind_them() -> None:
    written = write_crowd(0, FACTS).decode()
    assert not any(fact.number in written or fact.achievement in written or fact.status in written for fact in FACTS)
    assert len({len(entry["sealed"]) for entry in json.loads(written)["entries"]}) == 1


def test_an_entry_under_another_hash_does_not_open() -> None:
    document = json.loads(write_crowd(0, FACTS[:2]))
    first, second = document["entries"]
    first["sealed"], second["sealed"] = second["sealed"], first["sealed"]
    with pytest.raises(ValueError, match="not the answer of a centre"):
        read_crowd(json.dumps(document).encode(), Serial(FACTS[0].number))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"entries":[{}]}', b'{"entries":7}'])
def test_what_is_no_crowd_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not the answer of a centre"):
        read_crowd(data, new_serial())


@given(st.integers(0, 10**8))
def test_a_crowd_is_never_small_on_average_and_never_twice_too_large(numbers: int) -> None:
    bits = bits_for(numbers)
    assert bits == 0 or numbers / 2**bits >= CROWD_MIN
    assert numbers < CROWD_MIN or numbers / 2**bits < 2 * CROWD_MIN + 1


@given(st.integers(0, 32))
def test_a_number_is_in_the_range_of_its_prefix(bits: int) -> None:
    number = new_serial()
    least, greatest = crowd_range(bits, prefix_of(number, bits))
    assert least <= number_hash(number) <= greatest
