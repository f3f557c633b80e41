"""Certificate numbers: 80 random bits and two check characters, e.g. `7K3QM9-XW2RFD-HJ5T98`.

80 bits, because a number is also the address of a page with a name on it: with a million certificates and a thousand guesses a
second a stranger needs over thirty thousand years for the first hit. Crockford's base 32 (no I, L, O, U), because numbers are
read aloud and typed from paper. The check is the value modulo 1021, a prime: it catches every single wrong character and every
swap of neighbours, so that a typing error is told from a certificate that does not exist.
"""

import secrets
from typing import Final, NewType

Serial = NewType("Serial", str)

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_CHARS: Final = 16  # of 5 bits: 80 bits
SERIAL_BYTES: Final = 5 * _RANDOM_CHARS // 8
"""Bytes of a number in a carrier that holds bytes."""

_CHARS: Final = _RANDOM_CHARS + 2
_MODULUS: Final = 1021  # the largest prime that two characters can hold
_GROUP: Final = 6
_TYPED_MAX_CHARS: Final = 64  # a typed number with all its spaces and dashes; nobody types more
_LOOKALIKES: Final = str.maketrans("OIL", "011")


def new_serial() -> Serial:
    """Draw a number. It is unique only once it has been recorded."""
    return _write(secrets.randbits(5 * _RANDOM_CHARS))


def read_serial(typed: str) -> Serial | None:
    """Read what a person typed: any case, spaces or dashes anywhere, O for 0, I or L for 1. None if the check fails."""
    if len(typed) > _TYPED_MAX_CHARS:
        return None
    letters = "".join(typed.replace("-", " ").split()).upper().translate(_LOOKALIKES)
    if len(letters) != _CHARS or any(letter not in _ALPHABET for letter in letters):
        return None
    value = _value(letters[:_RANDOM_CHARS])
    return _write(value) if _value(letters[_RANDOM_CHARS:]) == value % _MODULUS else None


def serial_bytes(serial: Serial) -> bytes:
    """The 80 random bits of a number, without its check characters: 10 bytes."""
    return _value(serial.replace("-", "")[:_RANDOM_CHARS]).to_bytes(SERIAL_BYTES, "big")


def serial_of_bytes(data: bytes) -> Serial:
    """The number with these random bits. Raises `ValueError` if there are not 10 bytes."""
    if len(data) != SERIAL_BYTES:
        msg = f"a number has {SERIAL_BYTES} bytes"
        raise ValueError(msg)
    return _write(int.from_bytes(data, "big"))


def _write(value: int) -> Serial:
    letters = _letters(value, _RANDOM_CHARS) + _letters(value % _MODULUS, _CHARS - _RANDOM_CHARS)
    return Serial("-".join(letters[start : start + _GROUP] for start in range(0, _CHARS, _GROUP)))


def _letters(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(count)))


def _value(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value << 5 | _ALPHABET.index(letter)
    return value
