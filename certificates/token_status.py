"""The status of all certificates for software of wallets: a Token Status List (draft-ietf-oauth-status-list), ES256.

    header   {"alg": "ES256", "kid": "did:web:centre.example#document-2026-1", "typ": "statuslist+jwt"}
    payload  {"sub": "https://centre.example/status/tokens", "iat": 1795426200, "exp": 1796031000, "ttl": 300,
              "status_list": {"bits": 2, "lst": "eNrb…"}}

It says the same as the two bitstring lists, at the same places: 0 valid, 1 revoked, 2 suspended. Whoever asks for it gets
all of it, so the centre does not learn whose certificate is looked at. Our own verifier uses the bitstring lists for every
carrier.
"""

import zlib
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import IntEnum
from typing import Final

from certificates.carriers.sd_jwt import STATUS_PATH
from certificates.issuer import Issuer
from certificates.jwk import decode, encode
from certificates.status_list import ENTRIES_MAX, SNAPSHOT_LIFETIME
from certificates.strict_json import JsonObject, canonical

MEDIA_TYPE: Final = "application/statuslist+jwt"
BITS: Final = 2
PER_BYTE: Final = 8 // BITS
TTL_S: Final = 300
"""How long others may keep it: as long as everything else that a centre publishes."""


class TokenStatus(IntEnum):
    """The words of the standard (section 7.1)."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


def encode_statuses(entries: int, revoked: Iterable[int], suspended: Iterable[int]) -> str:
    """Write the statuses of `entries` certificates. One that is both is revoked. The same list is always the same text."""
    packed = bytearray(entries // PER_BYTE)
    for index in suspended:
        packed[index // PER_BYTE] |= TokenStatus.SUSPENDED << index % PER_BYTE * BITS
    for index in revoked:
        shift = index % PER_BYTE * BITS
        packed[index // PER_BYTE] = packed[index // PER_BYTE] & ~(0b11 << shift) | TokenStatus.INVALID << shift
    return encode(zlib.compress(bytes(packed), 9))


def status_at(encoded: str, index: int) -> TokenStatus:
    """Read one status. Raises `ValueError` for what is no list, `IndexError` if it ends before `index`."""
    reader = zlib.decompressobj()
    try:
        packed = reader.decompress(decode(encoded), ENTRIES_MAX // PER_BYTE + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return TokenStatus(packed[index // PER_BYTE] >> index % PER_BYTE * BITS & 0b11)


def write_token_list(issuer: Issuer, encoded: str, method: str, sign: Callable[[bytes], bytes], now: datetime) -> str:
    """Write and sign the list."""
    header: JsonObject = {"alg": "ES256", "kid": method, "typ": "statuslist+jwt"}
    payload: JsonObject = {
        "sub": issuer.url + STATUS_PATH,
        "iat": int(now.timestamp()),
        "exp": int((now + SNAPSHOT_LIFETIME).timestamp()),
        "ttl": TTL_S,
        "status_list": {"bits": BITS, "lst": encoded},
    }
    signed = f"{encode(canonical(header))}.{encode(canonical(payload))}"
    return f"{signed}.{encode(sign(signed.encode()))}"
