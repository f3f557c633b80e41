"""Ed25519 public keys and signatures as text.

A key is a Multikey (Controlled Identifiers 1.0, section 2.2.2): `z` + base58btc(0xed 0x01 + 32 bytes), e.g.
`z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2`. A signature is `z` + base58btc(64 bytes).
"""

from typing import Final

import base58

_ED25519_PREFIX: Final = b"\xed\x01"
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64

_TEXT_MAX_CHARS: Final = 100
"""Characters. A key has 48 and a signature at most 89; base58 takes quadratic time, so nothing longer is looked at."""


def write_key(public_key: bytes) -> str:
    """Write the 32 bytes of an Ed25519 public key as a Multikey."""
    return "z" + base58.b58encode(_ED25519_PREFIX + public_key).decode()


def read_key(text: str) -> bytes:
    """Read a Multikey. Raises `ValueError` if it is anything but one Ed25519 public key."""
    data = _base58btc(text)
    if not data.startswith(_ED25519_PREFIX) or len(data) != len(_ED25519_PREFIX) + _KEY_BYTES:
        msg = "not an Ed25519 Multikey"
        raise ValueError(msg)
    return data.removeprefix(_ED25519_PREFIX)


def write_signature(signature: bytes) -> str:
    """Write an Ed25519 signature as a proof value."""
    return "z" + base58.b58encode(signature).decode()


def read_signature(text: str) -> bytes:
    """Read a proof value. Raises `ValueError` if it is not one signature of 64 bytes."""
    digits = _digits(text)
    value = base58.b58decode_int(digits)
    # A leading 1 stands for a leading zero byte. Python makes bytes of a number faster than the library does.
    zeros = len(digits) - len(digits.lstrip("1"))
    if not digits or zeros + (value.bit_length() + 7) // 8 != _SIGNATURE_BYTES:
        msg = "not an Ed25519 signature"
        raise ValueError(msg)
    return value.to_bytes(_SIGNATURE_BYTES)


def _base58btc(text: str) -> bytes:
    return base58.b58decode(_digits(text))


def _digits(text: str) -> str:
    if not text.startswith("z") or len(text) > _TEXT_MAX_CHARS or not text.isascii():
        msg = "not base58btc multibase"
        raise ValueError(msg)
    return text[1:]
