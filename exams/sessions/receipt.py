"""A receipt: a signed statement that a text was acknowledged, which its candidate keeps.

It is a JWS in its compact form (RFC 7515) with Ed25519 (RFC 8037), three parts in base64url joined by dots: the header
`{"alg":"EdDSA","kid":"receipt-2026-1","typ":"sarap-receipt+jws"}`, what is said, and the signature. What is said:

    {"centre":"https://exams.example.kz","draft_sha256":"9f…","head":"3c…","kind":"saved","nonce":"07…","position":2,
     "revision":5,"saved_at":"2026-03-02T09:03:22.120450Z","session_id":"6f1d…","v":1}

`kind` is `saved` (in the chain), `aside` (kept beside it; `revision` is the one that it continues) or `handed_in` (the
revision's draft became a submission). Nobody but the web process can make one, and it cannot take one back.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TYPE: Final = "sarap-receipt+jws"

VERSION: Final = 1


class ReceiptKind(StrEnum):
    """What is acknowledged."""

    SAVED = "saved"
    ASIDE = "aside"
    HANDED_IN = "handed_in"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is said. `head`, `draft_sha256` and `nonce` are in lower-case hexadecimal, as in JSON everywhere."""

    centre: str
    session_id: str
    position: int
    revision: int
    head: str
    draft_sha256: str
    saved_at: str
    nonce: str
    kind: ReceiptKind
    v: int = VERSION


class ReceiptInvalid(Exception):
    """It is no receipt of these keys. `reason` is `form`, `unknown-key` or `signature`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    alg: str
    kid: str
    typ: str


def moment(at: datetime) -> str:
    """A time as receipts write it: UTC with microseconds, as the database keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def signed(said: Receipt, key_name: str, sign: Callable[[bytes], bytes]) -> str:
    """The receipt in its compact form."""
    header = rfc8785.dumps({"alg": "EdDSA", "kid": key_name, "typ": TYPE})
    unsigned = _encoded(header) + b"." + _encoded(rfc8785.dumps(asdict(said)))
    return (unsigned + b"." + _encoded(sign(unsigned))).decode()


def verified(compact: str, public_keys: Mapping[str, bytes]) -> Receipt:
    """What a receipt says, if one of these keys signed it. Raises `ReceiptInvalid`."""
    try:
        unsigned, _, signature = compact.encode("ascii").rpartition(b".")
        head, _, payload = unsigned.partition(b".")
        header = msgspec.json.decode(_decoded(head), type=_Header)
        said = msgspec.json.decode(_decoded(payload), type=Receipt)
        signature_bytes = _decoded(signature)
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError) as error:
        raise ReceiptInvalid("form") from error
    if (header.alg, header.typ, said.v) != ("EdDSA", TYPE, VERSION):
        raise ReceiptInvalid("form")
    if header.kid not in public_keys:
        raise ReceiptInvalid("unknown-key")
    try:
        Ed25519PublicKey.from_public_bytes(public_keys[header.kid]).verify(signature_bytes, unsigned)
    except InvalidSignature:
        raise ReceiptInvalid("signature") from None
    return said


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    """Strictly base64url without padding: one spelling for each value."""
    data = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(data) != text:
        raise ValueError("not the one spelling")
    return data


def keys_in(published: object) -> dict[str, bytes]:
    """The public keys of a JSON Web Key Set, by name. Raises `ReceiptInvalid("keys")` if it is none."""
    try:
        keys = msgspec.convert(published, type=_KeySet).keys
        return {key.kid: _decoded(key.x.encode("ascii")) for key in keys if (key.kty, key.crv) == ("OKP", "Ed25519")}
    except (msgspec.ValidationError, ValueError) as error:
        raise ReceiptInvalid("keys") from error


class _Key(msgspec.Struct):
    kty: str
    crv: str
    kid: str
    x: str


class _KeySet(msgspec.Struct):
    keys: list[_Key]
