"""Who was revoked or suspended: one bit for each certificate of the centre (W3C REC, Bitstring Status List 1.0).

A verifier takes the whole list, so that the centre does not learn whose certificate is being checked. A list is a credential
of its own with the same two proofs as a certificate:

    {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "https://centre.example/status/revocation",
     "type": ["VerifiableCredential", "BitstringStatusListCredential"], "issuer": "did:web:centre.example",
     "validFrom": "2026-11-23T09:30:00Z", "validUntil": "2026-11-30T09:30:00Z",
     "credentialSubject": {"id": "https://centre.example/status/revocation#list", "type": "BitstringStatusList",
                           "statusPurpose": "revocation", "encodedList": "uH4sIA…"}}

Beside the two lists of single bits a third one, of purpose `message`, has four bits for each certificate: the number of the
reason (`reasons.py`) while it is revoked or suspended, else 0.

`encodedList` is multibase base64url without padding of the gzipped bits; entry 0 is the highest bit of the first byte (section
4.3).
"""

import base64
import gzip
import secrets
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from certificates.contexts import CREDENTIALS_V2
from certificates.issuer import Issuer
from certificates.reasons import NUMBER_BITS, NUMBER_MAX
from certificates.strict_json import JsonObject
from certificates.timestamp import write_timestamp


class Purpose(StrEnum):
    """Why something is marked in a list. Revocation is final; a suspension can end."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    MESSAGE = "message"
    """Not why, but what is told of it: a number for each certificate."""


NEEDED: Final = (Purpose.REVOCATION, Purpose.SUSPENSION)
"""The lists without which nothing is known of a certificate's status."""

LIST_CONTEXT: Final = (CREDENTIALS_V2,)
"""The `@context` of every status list."""

ENTRIES_MIN: Final = 131_072
"""Entries. The least that the standard allows (section 6.1): in a smaller herd a single certificate could be told apart."""

ENTRIES_MAX: Final = 8 * 1024 * 1024
"""Entries. One mebibyte of bits: what a verifier unpacks at most, whatever a file claims."""

SNAPSHOT_LIFETIME: Final = timedelta(days=7)
"""How long a list speaks for the present. Longer would hide a revocation longer;
shorter would make files that were sent by mail stale before they are read. A new list is published at every change and well
before the old one ends."""


def capacity_for(issued: int) -> int:
    """How many entries the list has when `issued` are taken: doubled in time, so that at most half are ever in use.

    At `ENTRIES_MAX` it stays: a larger one would be refused, and with it the certificates of all others.
    """
    entries = ENTRIES_MIN
    while entries < min(2 * (issued + 1), ENTRIES_MAX):
        entries *= 2
    return entries


def draw_index(entries: int) -> int:
    """Draw a place at random, so that neighbours in the list are not neighbours in time. It may be taken: then draw again."""
    return secrets.randbelow(entries)


def encode_list(entries: int, marked: Iterable[int]) -> str:
    """Write a list of `entries` bits in which the bits of `marked` are set. The same list is always the same text."""
    bits = bytearray(entries // 8)
    for index in marked:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def encode_numbers(entries: int, numbers: Mapping[int, int]) -> str:
    """Write a list of `entries` numbers of `NUMBER_BITS` bits each; what is not in `numbers` is 0."""
    bits = bytearray(entries * NUMBER_BITS // 8)
    for index, number in numbers.items():
        bits[index // 2] |= number << (0 if index % 2 else NUMBER_BITS)
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def number_at(bits: bytes, index: int) -> int:
    """Read the number of `index`. Raises `IndexError` if the list ends before it."""
    return bits[index // 2] >> (0 if index % 2 else NUMBER_BITS) & NUMBER_MAX


def decode_list(encoded: str, bits_each: int = 1) -> bytes:
    """Read the bits of a list. Raises `ValueError` if it is not one, is too small for privacy or too large to unpack."""
    if not encoded.startswith("u") or not encoded.isascii():
        msg = "not base64url multibase"
        raise ValueError(msg)
    body = encoded[1:]
    packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: a gzip header is demanded
    try:
        bits = reader.decompress(packed, ENTRIES_MAX * bits_each // 8 + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not reader.eof or reader.unused_data or not ENTRIES_MIN <= len(bits) * 8 <= ENTRIES_MAX * bits_each:
        msg = f"a list has {ENTRIES_MIN} to {ENTRIES_MAX} entries"
        raise ValueError(msg)
    return bits


def is_marked(bits: bytes, index: int) -> bool:
    """Say whether the bit of `index` is set. Raises `IndexError` if the list ends before it."""
    return bool(bits[index // 8] & 0x80 >> index % 8)


def unsigned_list(issuer: Issuer, purpose: Purpose, encoded: str, now: datetime) -> JsonObject:
    """Write the credential that publishes a list, without proofs."""
    url = issuer.status_list_url(purpose)
    return {
        "@context": list(LIST_CONTEXT),
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": write_timestamp(now),
        "validUntil": write_timestamp(now + SNAPSHOT_LIFETIME),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encoded,
        },
    }
