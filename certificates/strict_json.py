"""JSON that means the same to everybody who reads it, and its canonical bytes.

Python's parser keeps the last of two equal names and reads `NaN`; another parser keeps the first. A file of that kind could
show one certificate to the verifier and another to a person. So it is refused, together with everything that RFC 8785 cannot
write down or that costs too much to look at.
"""

import json
import re
from collections import Counter
from typing import Final, TypeAlias

import rfc8785

from certificates.errors import Unreadable
from certificates.findings import Code

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, "Json"]

BUNDLE_MAX_BYTES: Final = 1024 * 1024
"""Bytes. A bundle is about 12 kB; its status lists can grow to some 100 kB each when a centre has revoked much."""

DEPTH_MAX: Final = 32
"""Levels of objects and arrays. A bundle has 8; Python's parser gives up somewhere near 1000."""

_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
# A string without an end reaches to the end of the text, and nothing is tried twice: otherwise a megabyte costs hours.
_BRACKETS: Final = re.compile(rb"[\[\]{}]")


def read(data: bytes, max_bytes: int = BUNDLE_MAX_BYTES) -> Json:
    """Read one JSON text: UTF-8, no name twice in an object, integers only, at most `max_bytes` and `DEPTH_MAX`.

    Raises `Unreadable` with the finding that says what is wrong.
    """
    if len(data) > max_bytes:
        raise Unreadable(Code.FILE_TOO_LARGE, f"{len(data)} bytes, at most {max_bytes}")
    if not data.strip():
        raise Unreadable(Code.FILE_EMPTY)
    if _depth(data) > DEPTH_MAX:
        raise Unreadable(Code.TOO_DEEP, f"more than {DEPTH_MAX} levels")
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_integer,
        )
        canonical(value)  # lone surrogates have no canonical form and would break later, in the middle of a proof
    except (UnicodeError, ValueError, RecursionError) as error:
        raise Unreadable(Code.NOT_JSON, str(error)) from error
    return value


def read_object(data: bytes, max_bytes: int = BUNDLE_MAX_BYTES) -> JsonObject:
    """Like `read`, for a text that must be an object."""
    value = read(data, max_bytes)
    if not isinstance(value, dict):
        raise Unreadable(Code.NOT_A_CERTIFICATE, "not a JSON object")
    return value


def canonical(value: Json) -> bytes:
    """Write `value` in the one form that RFC 8785 (JSON Canonicalization Scheme) gives it: `{"a":1,"b":[true,"ы"]}`."""
    return rfc8785.dumps(value)


def _depth(data: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        counted = Counter(name for name, _value in pairs)
        raise Unreadable(Code.DUPLICATE_MEMBER, next(name for name in counted if counted[name] > 1)[:100])
    return members


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) <= len("-9007199254740991") else 2**53
    if abs(number) >= 2**53:
        msg = f"number out of range: {digits[:20]}"
        raise ValueError(msg)
    return number


def _no_number(digits: str) -> int:
    msg = f"only integers are allowed: {digits[:20]}"
    raise ValueError(msg)
