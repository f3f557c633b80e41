r"""The default output validator of the ICPC/Kattis package format (2025-09, "Default output validator specification").

Output and answer are strings of bytes, split at ASCII whitespace and compared token by token. The answer's tokens bound the
work: however large a hostile output is, no more of its tokens are looked at than the answer has, plus one, and time is linear
in its bytes.

    check(b"3.1416 YES\n", b"3.14159 yes\n", CheckerOptions(float_absolute_tolerance=1e-4))   → None: accepted
    check(b"1 2\n", b"1 3\n", CheckerOptions())                                               → Difference(2, "3", "2")
"""

import math
import re
from dataclasses import dataclass
from typing import Final

from exams.tasks.dataset import CheckerOptions

FLOAT: Final = re.compile(rb"[+-]?(?:[0-9]*\.[0-9]+|[0-9]+\.|[0-9]+)(?:[Ee][+-]?[0-9]+)?")
"""The format's grammar of floating-point numbers ("General requirements"): `inf`, `nan` and hexadecimal are not in it."""

FLOAT_TOKEN_MAX_BYTES: Final = 400
"""Longer tokens are no numbers to us. The format asks for 30 digits on both sides of the point; a double has at most 309."""

SHOWN_TOKEN_MAX_BYTES: Final = 80
"""What a difference shows of a token: enough to recognise it, and one line on a phone."""

TOKENS: Final = re.compile(rb"[^ \t\n\r\v\f]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an output first departs from the answer. `token` counts from 1; None stands for "nothing there"; see `kind`.

    `kind` is `token` (another token), `missing` (the output ends too early), `extra` (it goes on) or `whitespace` (only the
    space before the token differs; the two texts are then the whitespace, as Python writes it).
    """

    token: int
    expected: str | None
    actual: str | None
    kind: str = "token"

    def __str__(self) -> str:
        """In signs that need no translation: `#3: 12 ≠ 13`; `∅` where a side has nothing."""
        return (
            f"#{self.token}: {'∅' if self.expected is None else self.expected} ≠ {'∅' if self.actual is None else self.actual}"
        )


def check(output: bytes, answer: bytes, options: CheckerOptions) -> Difference | None:
    """Compare a program's output with the answer: None if it is accepted, else the first difference."""
    if output == answer:
        return None
    expected = answer.split()
    actual = output.split(None, len(expected))
    return difference_in_tokens(actual, expected, options) or (
        difference_in_space(output, answer) if options.space_change_sensitive else None
    )


def difference_in_tokens(actual: list[bytes], expected: list[bytes], options: CheckerOptions) -> Difference | None:
    """The first token that differs. `actual` holds at most one piece more than `expected`: the rest of the output, uncut."""
    if actual == expected:
        return None
    for number, (left, right) in enumerate(zip(actual, expected, strict=False), start=1):
        if left != right and not tokens_match(left, right, options):
            return Difference(number, shown(right), shown(left))
    if len(actual) < len(expected):
        return Difference(len(actual) + 1, shown(expected[len(actual)]), None, "missing")
    if len(actual) > len(expected):
        extra = TOKENS.match(actual[len(expected)])
        return Difference(len(expected) + 1, None, shown(extra[0] if extra else b""), "extra")
    return None


def tokens_match(actual: bytes, expected: bytes, options: CheckerOptions) -> bool:
    """Whether one token of the output stands for one token of the answer."""
    if options.float_absolute_tolerance is not None or options.float_relative_tolerance is not None:
        answer = number_of(expected)
        if answer is not None:
            value = number_of(actual)
            return value is not None and numbers_match(value, answer, options)
    return actual == expected if options.case_sensitive else actual.lower() == expected.lower()


def number_of(token: bytes) -> float | None:
    """The number that a token writes, or None if it is not one of the format's grammar."""
    if len(token) > FLOAT_TOKEN_MAX_BYTES or not FLOAT.fullmatch(token):
        return None
    return float(token)


def numbers_match(value: float, answer: float, options: CheckerOptions) -> bool:
    """Within either tolerance. A number too large for a double equals only another such number of its sign."""
    if math.isinf(value) or math.isinf(answer):
        return value == answer
    error = abs(value - answer)
    absolute, relative = options.float_absolute_tolerance, options.float_relative_tolerance
    return (absolute is not None and error <= absolute) or (relative is not None and error <= relative * abs(answer))


def difference_in_space(output: bytes, answer: bytes) -> Difference | None:
    """The first run of whitespace that differs, leading and trailing ones included. The tokens are known to agree in number."""
    for number, (left, right) in enumerate(zip(TOKENS.split(output), TOKENS.split(answer), strict=True), start=1):
        if left != right:
            return Difference(number, shown_space(right), shown_space(left), "whitespace")
    return None


def shown(token: bytes) -> str:
    """A token for people to read: cut to a line, undecodable bytes and NUL replaced."""
    cut = token[:SHOWN_TOKEN_MAX_BYTES].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return cut if len(token) <= SHOWN_TOKEN_MAX_BYTES else cut + "…"


def shown_space(space: bytes) -> str:
    r"""Whitespace made visible: `' '`, `'\n'`."""
    return shown(repr(space.decode("ascii")).encode("ascii"))
