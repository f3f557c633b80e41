"""Numbers in a crowd: the centre does not learn which, and nobody reads an entry without its number."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.findings import Status
from certificates.number_lookup import (
    BITS_MAX,
    CROWD_LEAST,
    CROWD_MIN,
    NumberFacts,
    bits_for,
    check_bits,
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


@pytest.mark.parametrize("bits", [BITS_MAX + 1, 16, 32, 256])
def test_no_centre_is_told_so_much_of_a_number_that_it_learns_which(bits: int) -> None:
    with pytest.raises(ValueError, match="would learn with them which ones"):
        check_bits(bits)


@pytest.mark.parametrize("bits", [-1, "5", None, True, 5.0, [5]])
def test_what_is_no_count_of_bits_is_refused(bits: object) -> None:
    with pytest.raises(ValueError, match="not the answer of a centre"):
        check_bits(bits)


def test_a_crowd_that_hides_nobody_is_refused_unless_it_is_all_there_is() -> None:
    number = Serial(FACTS[0].number)
    crowd = write_crowd(10, FACTS)
    with pytest.raises(ValueError, match=f"hides a number among {len(FACTS)}"):
        read_crowd(crowd, number, 10)
    assert read_crowd(crowd, number, 0) == FACTS[0].as_json()
    assert read_crowd(write_crowd(10, FACTS * (CROWD_LEAST // len(FACTS))), number, 10) == FACTS[0].as_json()


@given(st.integers(0, 10**8))
def test_a_crowd_is_never_small_on_average_and_never_twice_too_large(numbers: int) -> None:
    bits = bits_for(numbers)
    assert bits == 0 or numbers / 2**bits >= CROWD_MIN
    assert numbers < CROWD_MIN or bits == BITS_MAX or numbers / 2**bits < 2 * CROWD_MIN + 1
    assert check_bits(bits) == bits


@given(st.integers(0, 32))
def test_a_number_is_in_the_range_of_its_prefix(bits: int) -> None:
    number = new_serial()
    least, greatest = crowd_range(bits, prefix_of(number, bits))
    assert least <= number_hash(number) <= greatest
