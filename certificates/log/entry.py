"""What is written into the log: one line of ASCII that commits to something without telling it.

    sarap/v1 issue 6f0c…      64 hexadecimal digits: SHA-256 of a canonical JSON object that includes a secret salt

For `issue` the object is {"id", "credential", "salt"}: the credential's id, the SHA-256 of its unsigned canonical form, and
the salt. The salt is only in the certificate file, so that nobody can try out names against the log, and an entry whose file
is erased means nothing any more. The kind stands outside: how many were issued and revoked is for everybody to see.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Final

from certificates.strict_json import JsonObject, canonical
from certificates.timestamp import write_timestamp

SALT_BYTES: Final = 32
"""Bytes. As long as the hash, so that the salt can be guessed no more easily than the hash can be inverted."""


class Kind(StrEnum):
    """What happened to a certificate."""

    ISSUE = "issue"
    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


def issue_entry(credential_id: str, unsigned: bytes, salt: bytes) -> bytes:
    """Write the entry for a certificate. `unsigned` is its RFC 8785 form without proofs."""
    return _entry(Kind.ISSUE, {"id": credential_id, "credential": hashlib.sha256(unsigned).hexdigest(), "salt": salt.hex()})


def status_entry(kind: Kind, credential_id: str, change_id: int, decided_at: datetime, reason: str, salt: bytes) -> bytes:
    """Write the entry for a change of status, with the salt of the certificate that it is about and the change's number."""
    committed: JsonObject = {
        "id": credential_id,
        "change": change_id,
        "decidedAt": write_timestamp(decided_at),
        "reason": reason,
    }
    return _entry(kind, {**committed, "salt": salt.hex()})


def _entry(kind: Kind, committed: JsonObject) -> bytes:
    return f"sarap/v1 {kind} {hashlib.sha256(canonical(committed)).hexdigest()}".encode()
