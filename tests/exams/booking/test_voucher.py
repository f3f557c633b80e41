"""Voucher codes: how they are made, read and refused."""

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.booking.voucher import ALPHABET, BATCH_MAX, Voucher, code_sha256, new_codes, redeem
from exams.errors import InvalidInput
from exams.ids import SchemeId

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCHEME = SchemeId(uuid4())


def test_a_batch_has_no_code_twice_and_each_is_read_again() -> None:
    codes = list(new_codes(2_000))
    assert len({code_sha256(code) for code in codes}) == len(codes)
    assert all(len(code) == 19 and code.count("-") == 3 for code in codes)


@pytest.mark.parametrize("count", [0, -1, BATCH_MAX + 1])
def test_a_batch_of_an_impossible_size_is_refused(count: int) -> None:
    with pytest.raises(InvalidInput, match="count: out-of-range"):
        new_codes(count)


@given(code=st.text(ALPHABET, min_size=16, max_size=16), seed=st.integers(0, 999))
def test_a_code_is_the_same_however_a_person_types_it(code: str, seed: int) -> None:
    draw = random.Random(seed)
    alike = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(draw.choice(alike.get(letter, letter + letter.lower())) + draw.choice(["", "-", " "]) for letter in code)
    assert code_sha256(f" {typed} ") == code_sha256(code)


@pytest.mark.parametrize(
    "typed", ["", "-", "7K3Q-M9XW-2RFD-HJ5", "7K3Q-M9XW-2RFD-HJ5TT", "7K3Q-M9XW-2RFD-HJ5U", "7K3Q'M9XW;2RFD", "ß" * 16]
)
def test_what_cannot_be_a_code_is_unknown(typed: str) -> None:
    with pytest.raises(InvalidInput, match="voucher-unknown"):
        code_sha256(typed)


@pytest.mark.parametrize(
    ("voucher", "reason"),
    [
        (None, "voucher-unknown"),
        (Voucher(b"", SchemeId(uuid4()), NOON, used=False), "voucher-other-exam"),
        (Voucher(b"", SCHEME, NOON, used=True), "voucher-used"),
        (Voucher(b"", None, NOON - timedelta(microseconds=1), used=False), "voucher-expired"),
    ],
)
def test_a_voucher_that_does_not_count_says_why(voucher: Voucher | None, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        redeem(voucher, SCHEME, NOON)


@pytest.mark.parametrize("scheme_id", [None, SCHEME])
def test_a_voucher_counts_to_its_last_moment(scheme_id: SchemeId | None) -> None:
    voucher = Voucher(b"", scheme_id, NOON, used=False)
    assert redeem(voucher, SCHEME, NOON) is voucher
