"""A certificate as one line of text for programs: a JSON Web Token in the dialect of Open Badges 3.0 (section 8.2), ES256.

    header   {"alg": "ES256", "kid": "did:web:centre.example#document-2026-1", "typ": "JWT"}
    payload  the unsigned credential, all members at the top, and
             {"iss": issuer.id, "jti": id, "sub": credentialSubject.id, "nbf": validFrom, "exp": validUntil if there is one}

The payload says the same as the certificate file: the entry in the log commits to it too. No other header is written or read:
a token that brings its own key or an address of one would be checked against what its maker chose.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from certificates.algorithm import Algorithm, is_signed
from certificates.errors import Unreadable
from certificates.findings import Code
from certificates.strict_json import JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp

MEDIA_TYPE: Final = "application/vc+jwt"
TOKEN_MAX_CHARS: Final = 64 * 1024
"""Characters. A token has about 8,000; the texts of a certificate at their longest stay below this."""

_FORM: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_BEGIN: Final = re.compile(r"eyJ[A-Za-z0-9_-]*\.", re.ASCII)
_REGISTERED: Final = frozenset({"iss", "jti", "sub", "nbf", "exp"})
_SIGNATURE_BYTES: Final = 64  # r and s, RFC 7518, section 3.4


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read. Nothing in it is believed before the signature was verified."""

    credential: JsonObject
    method: str
    signed: bytes
    signature: bytes


def write_token(credential: JsonObject, method: str, sign: Callable[[bytes], bytes]) -> str:
    """Write and sign the token of an unsigned credential. `sign` gives the 64 bytes r and s of ECDSA on P-256 with SHA-256."""
    payload: JsonObject = {**credential, **_claims(credential)}
    signed = f"{_encode(canonical(_header(method)))}.{_encode(canonical(payload))}"
    return f"{signed}.{_encode(sign(signed.encode()))}"


def is_token(text: str) -> bool:
    """Say whether `text` begins like a token: with a JSON object in base64url, and a dot."""
    return _BEGIN.match(text) is not None


def read_token(text: str) -> Token:
    """Read a token. Raises `Unreadable` for anything that `write_token` would not have written, byte for byte."""
    if not _FORM.fullmatch(text):
        raise Unreadable(Code.JWT_UNREADABLE, "not three parts in base64url")
    written_header, written_payload, written_signature = text.split(".")
    header, payload = read_object(_decode(written_header)), read_object(_decode(written_payload))
    signature, method = _decode(written_signature), header.get("kid")
    credential = {name: value for name, value in payload.items() if name not in _REGISTERED}
    if not isinstance(method, str) or canonical(header) != canonical(_header(method)):
        raise Unreadable(Code.JWT_UNREADABLE, "another header than ours")
    try:
        claims = _claims(credential)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(Code.JWT_UNREADABLE, "not the claims of a certificate") from error
    if {name: payload.get(name) for name in _REGISTERED if name in payload} != claims:
        raise Unreadable(Code.JWT_UNREADABLE, "its claims are not those of the credential in it")
    if [written_header, written_payload] != [_encode(canonical(header)), _encode(canonical(payload))]:
        raise Unreadable(Code.JWT_UNREADABLE, "not written as the centre writes it")
    if len(signature) != _SIGNATURE_BYTES:
        raise Unreadable(Code.JWT_UNREADABLE, f"a signature of {len(signature)} bytes")
    return Token(credential, method, f"{written_header}.{written_payload}".encode(), signature)


def token_holds(token: Token, public_key: bytes) -> bool:
    """Say whether `public_key` (65 bytes: an uncompressed point on P-256) signed the token. Pure mathematics."""
    return is_signed(Algorithm.ES256, public_key, token.signature, token.signed)


def _header(method: str) -> JsonObject:
    return {"alg": "ES256", "kid": method, "typ": "JWT"}


def _claims(credential: JsonObject) -> JsonObject:
    document: Any = credential
    issuer = document["issuer"]
    claims: JsonObject = {
        "iss": issuer if isinstance(issuer, str) else issuer["id"],  # a status list names it, a certificate describes it
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        claims["exp"] = _seconds(document["validUntil"])
    return claims


def _seconds(written: str) -> int:
    return int(read_timestamp(written).timestamp())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(Code.JWT_UNREADABLE, str(error)) from error
    if _encode(data) != text:
        raise Unreadable(Code.JWT_UNREADABLE, "there is more than one way to write it")
    return data
