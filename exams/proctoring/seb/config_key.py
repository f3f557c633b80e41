r"""The Config Key: the hash of a configuration, which the Safe Exam Browser computes in the same way on every platform.

The settings are written as text that looks like JSON (`config_text`) and hashed with SHA-256:

* the key `originatorVersion` is left out, and so is every empty dictionary;
* the keys of every dictionary are sorted without regard to case and language, also inside arrays;
* there is no white space, and nothing is escaped: `exam\.example` stays with its one backslash;
* data is base64, a date is ISO 8601 in UTC, a number with a fraction is written as short as it can be (0.1, and 1 for 1.0).

With each request the browser sends `request_hash` of the address, without its fragment, and the key.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

Value: TypeAlias = "bool | int | float | str | bytes | datetime | Sequence[Value] | Mapping[str, Value]"
"""What a property list can hold."""

ORIGINATOR_VERSION: Final = "originatorVersion"


def config_key(settings: Mapping[str, Value]) -> str:
    """The Config Key of a configuration, in lower-case hexadecimal."""
    return hashlib.sha256(config_text(settings).encode()).hexdigest()


def request_hash(url: str, key: str) -> str:
    """What the browser sends with a request for `url` (absolute; its fragment does not count), for a Config or Exam Key."""
    return hashlib.sha256((url.partition("#")[0] + key).encode()).hexdigest()


def config_text(settings: Mapping[str, Value]) -> str:
    """The text that is hashed. An empty configuration is `[]`, as it is for Moodle."""
    kept = {name: value for name, value in settings.items() if name != ORIGINATOR_VERSION}
    return _dictionary(kept) or "[]"


def _dictionary(entries: Mapping[str, Value]) -> str:
    """A dictionary, or nothing if it is empty."""
    written = [(name, _value(entries[name])) for name in sorted(entries, key=lambda name: (name.lower(), name))]
    inner = ",".join(f'"{name}":{text}' for name, text in written if text)
    return f"{{{inner}}}" if inner else ""


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case str():
            return f'"{value}"'
        case bytes():
            return f'"{base64.b64encode(value).decode()}"'
        case datetime():
            return f'"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"'
        case Mapping():
            return _dictionary(value)
        case _:
            return f"[{','.join(text for one in value if (text := _value(one)))}]"
