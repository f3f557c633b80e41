"""P-256 public keys as JSON Web Keys (RFC 7517; RFC 7518, section 6.2), as JWT and seal are checked with.

    {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "did:web:centre.example#document-2026-1",
     "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
     "x5c": ["MIIC…", "MIIC…"]}

`x5c` is the X.509 chain of the key, leaf first, in ordinary base64 (RFC 7517, section 4.7).
"""

import base64
from collections.abc import Sequence
from typing import Final

from certificates.algorithm import COORDINATE_BYTES, Algorithm, p256_key
from certificates.strict_json import JsonObject

_POINT: Final = b"\x04"
_COORDINATE_CHARS: Final = 43


def write_jwk(name: str, public_key: bytes, chain: Sequence[bytes] = ()) -> JsonObject:
    """Write a key under its full name; `chain` is its X.509 certificates in DER."""
    x, y = public_key[1 : 1 + COORDINATE_BYTES], public_key[1 + COORDINATE_BYTES :]
    jwk: JsonObject = {"kty": "EC", "crv": "P-256", "alg": Algorithm.ES256.value, "use": "sig", "kid": name}
    jwk |= {"x": encode(x), "y": encode(y)}
    if chain:
        jwk["x5c"] = [base64.b64encode(certificate).decode() for certificate in chain]
    return jwk


def read_jwk(jwk: JsonObject) -> bytes:
    """Read the 65 bytes of the key. Raises `ValueError` if it is anything but the public half of a P-256 key."""
    match jwk:
        case {"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y)} if (
            "d" not in jwk and len(x) == len(y) == _COORDINATE_CHARS
        ):
            public_key = _POINT + decode(x) + decode(y)
            p256_key(public_key)
            return public_key
        case _:
            msg = "not a P-256 key"
            raise ValueError(msg)


def read_chain(jwk: JsonObject) -> tuple[bytes, ...]:
    """Read the certificates of a key, leaf first. Raises `ValueError` for what is not base64."""
    chain = jwk.get("x5c", [])
    if not isinstance(chain, list):
        msg = "x5c is not a list"
        raise ValueError(msg)  # noqa: TRY004 - a text that is wrong, not a call
    return tuple(base64.b64decode(str(certificate), validate=True) for certificate in chain)


def encode(data: bytes) -> str:
    """Write base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read base64url without padding. Raises `ValueError` for any other way to write the same bytes."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode(data) != text:
        msg = "not base64url without padding"
        raise ValueError(msg)
    return data
