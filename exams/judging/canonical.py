"""One spelling for each document (RFC 8785): a hash of it can be worked out again by anybody, in any language, for years.

Whole numbers stay numbers (times in microseconds, sizes in bytes), scores become texts with all their places and no more
(`"33.33"`), times become UTC with microseconds (`"2026-03-02T12:00:05.000250Z"`), ids become texts. Bytes never stand in a
document: their length and digest do, `{"bytes": 4, "sha256": "…"}`, and whoever has the bytes can say that it is them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import msgspec
import rfc8785


def canonical(value: object) -> bytes:
    """The one spelling of `value` in UTF-8. Raises `ValueError` for a number that JSON cannot hold exactly."""
    return rfc8785.dumps(plain(value))


def read_canonical(document: bytes) -> Any:
    """What a document says. Raises `ValueError` if it is not JSON, or spelt in another way than `canonical` spells it."""
    try:
        value = msgspec.json.decode(document)
        respelt = rfc8785.dumps(value)
    except (msgspec.DecodeError, rfc8785.CanonicalizationError, RecursionError) as error:
        raise ValueError(f"not a canonical document: {error}") from error
    if respelt != document:
        raise ValueError("not a canonical document: it is spelt in another way")
    return value


def sha256(content: bytes) -> str:
    """The digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def plain(value: object) -> Any:
    """`value` in what JSON has. A dataclass becomes an object of its fields, bytes become `digest_of` them."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case bytes():
            return digest_of(value)
        case Decimal():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case UUID():
            return str(value)
        case list() | tuple() | frozenset():
            return [plain(one) for one in cast("list[object]", value)]
        case Mapping():
            return {str(name): plain(one) for name, one in cast("Mapping[object, object]", value).items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no spelling")


def digest_of(content: bytes) -> dict[str, object]:
    """What stands in a document for bytes: `{"bytes": 4, "sha256": "…"}`."""
    return {"bytes": len(content), "sha256": sha256(content)}
