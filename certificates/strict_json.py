"""JSON that means the same to everybody who reads it, and its canonical bytes.

Python's parser keeps the last of two equal names and reads `NaN`; another parser keeps the first. A file of that kind could
show one certificate to the verifier and another to a person. So it is refused, together with everything that RFC 8785 cannot
write down or that costs too much to look at.
"""

import json
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

_INTEGERS_END: Final = 2**53  # RFC 8785, appendix D: from here on numbers are not told apart everywhere


def read(data: bytes, max_bytes: int = BUNDLE_MAX_BYTES) -> Json:
    """Read one JSON text: UTF-8, no name twice in an object, integers only, at most `max_bytes` and `DEPTH_MAX`.

    Raises `Unreadable` with the finding that says what is wrong.
    """
    if len(data) > max_bytes:
        raise Unreadable(Code.FILE_TOO_LARGE, f"{len(data)} bytes, at most {max_bytes}")
    if not data.strip():
        raise Unreadable(Code.FILE_EMPTY)
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_integer,
        )
        if b"\\u" in data:  # only an escape brings half a surrogate pair, which would break in the middle of a proof
            canonical(value)
    except RecursionError as error:
        raise Unreadable(Code.TOO_DEEP, f"more than {DEPTH_MAX} levels") from error
    except (UnicodeError, ValueError) as error:
        raise Unreadable(Code.NOT_JSON, str(error)) from error
    if _is_deeper(value, DEPTH_MAX):
        raise Unreadable(Code.TOO_DEEP, f"more than {DEPTH_MAX} levels")
    return value


def read_object(data: bytes, max_bytes: int = BUNDLE_MAX_BYTES) -> JsonObject:
    """Like `read`, for a text that must be an object."""
    value = read(data, max_bytes)
    if not isinstance(value, dict):
        raise Unreadable(Code.NOT_A_CERTIFICATE, "not a JSON object")
    return value


def canonical(value: Json) -> bytes:
    """Write `value` in the one form that RFC 8785 (JSON Canonicalization Scheme) gives it: `{"a":1,"b":[true,"ы"]}`."""
    return _ENCODER.encode(value).encode() if _is_plain(value) else rfc8785.dumps(value)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True)
"""Python's own, in C: seven times as fast, and for plain values the same bytes."""


def _is_plain(value: Json) -> bool:
    """Say whether Python writes `value` as RFC 8785 does: its numbers are safe integers, its names sort alike everywhere."""
    found = [value]
    for one in found:  # it grows while it is read
        if isinstance(one, str) or one is None:
            continue
        if isinstance(one, dict):
            if not "".join(one).isascii():
                return False
            found.extend(one.values())
        elif isinstance(one, list):
            found.extend(one)
        elif type(one) is not bool and not (type(one) is int and -_INTEGERS_END < one < _INTEGERS_END):
            return False
    return True


def _is_deeper(value: Json, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        below: list[Json] = []
        for one in level:
            if isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
        if not below:
            return False
        level = below
    return any(isinstance(one, (dict, list)) for one in level)


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        counted = Counter(name for name, _value in pairs)
        twice = next(name for name in counted if counted[name] > 1)[:100]
        raise Unreadable(Code.DUPLICATE_MEMBER, twice.encode(errors="replace").decode())  # half a surrogate pair can be named
    return members


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) <= len("-9007199254740991") else _INTEGERS_END
    if abs(number) >= _INTEGERS_END:
        msg = f"number out of range: {digits[:20]}"
        raise ValueError(msg)
    return number


def _no_number(digits: str) -> int:
    msg = f"only integers are allowed: {digits[:20]}"
    raise ValueError(msg)
