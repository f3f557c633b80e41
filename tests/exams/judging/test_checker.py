"""The default output validator, by the format's own sentences."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.judging.checker import FLOAT_TOKEN_MAX_BYTES, Difference, check, number_of
from exams.tasks.dataset import CheckerOptions

PLAIN = CheckerOptions()
CASE = CheckerOptions(case_sensitive=True)
SPACE = CheckerOptions(space_change_sensitive=True)
NEAR = CheckerOptions(float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)
ABSOLUTE = CheckerOptions(float_absolute_tolerance=0.5)
RELATIVE = CheckerOptions(float_relative_tolerance=0.1)


@pytest.mark.parametrize(
    ("output", "answer", "options"),
    [
        (b"3\n", b"3\n", PLAIN),
        (b"3", b"3\n", PLAIN),
        (b"  1\t2\r\n\v\f3 \n\n", b"1 2 3\n", PLAIN),
        (b"YES\n", b"yes\n", PLAIN),
        (b"", b"", PLAIN),
        (b"\n \n", b"", PLAIN),
        (b"Yes\n", b"Yes\n", CASE),
        (b"a  b\n", b"a  b\n", SPACE),
        (b"3.1415926\n", b"3.14159265\n", NEAR),
        (b"3.14000000e-2\n", b"0.0314\n", NEAR),
        (b"200\n", b"2.0e2\n", NEAR),
        (b".5 5. +5\n", b"0.5 5 5.0\n", NEAR),
        (b"10.4\n", b"10\n", ABSOLUTE),
        (b"109\n", b"100\n", RELATIVE),
        (b"nan Inf\n", b"NaN inf\n", NEAR),
        (b"1e999\n", b"1e999\n", NEAR),
        (b"-0.0000001\n", b"0\n", NEAR),
        (b"\xff\xfe\n", b"\xff\xfe\n", PLAIN),
    ],
)
def test_an_output_that_the_format_accepts_is_accepted(output: bytes, answer: bytes, options: CheckerOptions) -> None:
    assert check(output, answer, options) is None


@pytest.mark.parametrize(
    ("output", "answer", "options", "difference"),
    [
        (b"4\n", b"3\n", PLAIN, Difference(1, "3", "4")),
        (b"1 2\n", b"1 2 3\n", PLAIN, Difference(3, "3", None, "missing")),
        (b"1 2 3 4\n", b"1 2 3\n", PLAIN, Difference(4, None, "4", "extra")),
        (b"", b"3\n", PLAIN, Difference(1, "3", None, "missing")),
        (b"debug", b"", PLAIN, Difference(1, None, "debug", "extra")),
        (b"yes\n", b"YES\n", CASE, Difference(1, "YES", "yes")),
        (b"a b\n", b"a  b\n", SPACE, Difference(2, "'  '", "' '", "whitespace")),
        (b"a", b"a\n", SPACE, Difference(2, "'\\n'", "''", "whitespace")),
        (b" a\n", b"a\n", SPACE, Difference(1, "''", "' '", "whitespace")),
        (b"2.0\n", b"2\n", PLAIN, Difference(1, "2", "2.0")),
        (b"10.6\n", b"10\n", ABSOLUTE, Difference(1, "10", "10.6")),
        (b"111\n", b"100\n", RELATIVE, Difference(1, "100", "111")),
        (b"0.1\n", b"0\n", RELATIVE, Difference(1, "0", "0.1")),
        (b"nan\n", b"1\n", NEAR, Difference(1, "1", "nan")),
        (b"inf\n", b"1e999\n", NEAR, Difference(1, "1e999", "inf")),
        (b"1\n", b"1e999\n", NEAR, Difference(1, "1e999", "1")),
        (b"0x10\n", b"16\n", NEAR, Difference(1, "16", "0x10")),
        (b"1_000\n", b"1000\n", NEAR, Difference(1, "1000", "1_000")),
        (b"\xd9\xa3\n", b"3\n", NEAR, Difference(1, "3", "٣")),
    ],
)
def test_the_first_difference_is_told(output: bytes, answer: bytes, options: CheckerOptions, difference: Difference) -> None:
    assert check(output, answer, options) == difference


def test_a_tolerance_applies_to_integers_too() -> None:
    assert check(b"1000001\n", b"1000000\n", NEAR) is None


def test_letters_outside_ascii_have_no_case() -> None:
    assert check("ӘЛЕМ".encode(), "әлем".encode(), PLAIN) is not None


def test_thirty_digits_on_both_sides_of_the_point_are_a_number() -> None:
    assert number_of(b"1" * 30 + b"." + b"2" * 30) == pytest.approx(1.1111111111e29)


def test_a_token_over_the_limit_is_no_number() -> None:
    assert number_of(b"1" * FLOAT_TOKEN_MAX_BYTES) is not None
    assert number_of(b"1" * (FLOAT_TOKEN_MAX_BYTES + 1)) is None


def test_a_long_token_is_shown_cut() -> None:
    difference = check(b"x" * 1000, b"y\n", PLAIN)
    assert difference is not None
    assert difference.actual is not None
    assert len(difference.actual) < 100


def test_a_difference_reads_without_words() -> None:
    assert str(Difference(3, "12", None)) == "#3: 12 ≠ ∅"


@pytest.mark.parametrize(
    "output",
    [b"1 " * 4_000_000, b"9" * 8_000_000, b" " * 8_000_000, b"1e" * 4_000_000, b"\0" * 8_000_000, b"1 \n\t" * 2_000_000],
    ids=["tokens", "digits", "spaces", "exponents", "zeros", "whitespace"],
)
@pytest.mark.parametrize("options", [PLAIN, NEAR, SPACE], ids=["plain", "tolerance", "space"])
def test_a_hostile_output_is_refused_in_linear_time(output: bytes, options: CheckerOptions) -> None:
    began = time.process_time()
    assert check(output, b"1 2 3\n", options) is not None
    assert time.process_time() - began < 1


tokens = st.lists(st.text(st.characters(codec="ascii", exclude_characters=" \t\n\r\v\f"), min_size=1), max_size=8)
options = st.builds(
    CheckerOptions,
    st.booleans(),
    st.booleans(),
    st.none() | st.floats(0, 10, allow_nan=False),
    st.none() | st.floats(0, 1, allow_nan=False),
)
spaces = st.text(" \t\n\r\v\f", min_size=1, max_size=3)


@given(st.binary(max_size=60), options)
def test_every_output_equals_itself(output: bytes, options: CheckerOptions) -> None:
    assert check(output, output, options) is None


@given(st.binary(max_size=60), st.binary(max_size=60), options)
def test_any_bytes_are_judged_without_an_error(output: bytes, answer: bytes, options: CheckerOptions) -> None:
    difference = check(output, answer, options)
    assert difference is None or difference.token >= 1


@given(tokens, spaces, spaces)
def test_whitespace_between_tokens_does_not_matter(words: list[str], one: str, other: str) -> None:
    left, right = one.join(["", *words, ""]).encode(), other.join(["", *words, ""]).encode()
    assert check(left, right, PLAIN) is None
    assert (check(left, right, SPACE) is None) == (left == right)


@given(tokens)
def test_case_matters_only_if_it_is_asked_for(words: list[str]) -> None:
    left, right = " ".join(words).lower().encode(), " ".join(words).upper().encode()
    if "".join(words).isascii():
        assert check(left, right, PLAIN) is None
        assert (check(left, right, CASE) is None) == (left == right)


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(0, 100))
def test_the_absolute_tolerance_is_symmetric_and_exact(one: int, other: int, tolerance: int) -> None:
    options = CheckerOptions(float_absolute_tolerance=tolerance)
    accepted = abs(one - other) <= tolerance
    assert (check(f"{one}".encode(), f"{other}".encode(), options) is None) == accepted
    assert (check(f"{other}".encode(), f"{one}".encode(), options) is None) == accepted


@given(tokens, tokens, options)
def test_a_wider_tolerance_never_refuses_more(one: list[str], other: list[str], options: CheckerOptions) -> None:
    output, answer = " ".join(one).encode(), " ".join(other).encode()
    absolute = options.float_absolute_tolerance
    if check(output, answer, options) is None and absolute is not None:
        wider = CheckerOptions(
            options.case_sensitive, options.space_change_sensitive, absolute + 1, options.float_relative_tolerance
        )
        assert check(output, answer, wider) is None


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_both_sensitive_flags_together_mean_the_same_bytes(output: bytes, answer: bytes) -> None:
    exact = CheckerOptions(case_sensitive=True, space_change_sensitive=True)
    assert (check(output, answer, exact) is None) == (output == answer)


@given(st.text(" \n\t\raA", max_size=8), st.text(" \n\t\raA", max_size=8))
def test_both_sensitive_flags_together_mean_the_same_bytes_of_like_texts_too(output: str, answer: str) -> None:
    exact = CheckerOptions(case_sensitive=True, space_change_sensitive=True)
    assert (check(output.encode(), answer.encode(), exact) is None) == (output == answer)
