"""What is written into the log: one line of ASCII that commits to something without telling it.

    sarap/v1 issue 6f0c…      64 hexadecimal digits: SHA-256 of a canonical JSON object that includes a secret salt

For `issue` the object is {"id", "compact", "binding"}: the credential's id, the SHA-256 of its compact claims
(`certificates/carriers/compact.py`), and the binding, which is the SHA-256 of the salt and of the SHA-256 of its unsigned
canonical form, one after the other. So two kinds of carriers make the same entry: the certificate file carries the salt and the
credential, a code on paper carries the 32 bytes of the binding and the compact claims. The salt is only in the certificate
file, so that nobody can try out names against the log, and an entry whose carriers are erased means nothing any more. The kind
stands outside: how many were issued and revoked is for everybody to see.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Final

from certificates.strict_json import JsonObject, canonical
from certificates.timestamp import write_timestamp

SALT_BYTES: Final = 32
"""Bytes. As long as the hash, so that the salt can be guessed no more easily than the hash can be inverted."""

BINDING_BYTES: Final = 32
"""Bytes of a SHA-256."""


class Kind(StrEnum):
    """What happened to a certificate, or to a key of the centre."""

    ISSUE = "issue"
    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    INTRODUCE_KEY = "introduce-key"
    RETIRE_KEY = "retire-key"
    REVOKE_KEY = "revoke-key"


def binding_of(salt: bytes, unsigned: bytes) -> bytes:
    """Commit to a credential without telling it: 32 bytes. `unsigned` is its RFC 8785 form without proofs."""
    return hashlib.sha256(salt + hashlib.sha256(unsigned).digest()).digest()


def issue_entry(credential_id: str, compact: bytes, binding: bytes) -> bytes:
    """Write the entry for a certificate, from its compact claims and its binding."""
    return _entry(Kind.ISSUE, {"id": credential_id, "compact": hashlib.sha256(compact).hexdigest(), "binding": binding.hex()})


def status_entry(
    kind: Kind, credential_id: str, change_id: int, decided_at: datetime, reason: str, salt: bytes, code: str | None = None
) -> bytes:
    """Write the entry for a change of status, with the salt of the certificate that it is about and the change's number."""
    committed: JsonObject = {
        "id": credential_id,
        "change": change_id,
        "decidedAt": write_timestamp(decided_at),
        "reason": reason,
    }
    if code is not None:
        committed["code"] = code
    return _entry(kind, {**committed, "salt": salt.hex()})


def key_entry(kind: Kind, committed: JsonObject) -> bytes:
    """Write the entry for an event of a key. It has no salt: whoever has the key document can work it out (`docs/keys.md`)."""
    return _entry(kind, committed)


def _entry(kind: Kind, committed: JsonObject) -> bytes:
    return f"sarap/v1 {kind} {hashlib.sha256(canonical(committed)).hexdigest()}".encode()
