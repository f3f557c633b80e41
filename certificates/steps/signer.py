"""Step 3: whose signature counts. The centre is pinned, the key is the centre's, and it counted at that time and place."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from certificates.findings import Code
from certificates.steps.book import Failed
from certificates.strict_json import JsonObject
from certificates.timestamp import read_timestamp, write_timestamp
from certificates.trust import Trust, TrustedIssuer, TrustedKey


def pinned(did: str, trust: Trust) -> TrustedIssuer:
    """Find the centre among those that the employer trusts."""
    issuer = trust.get(did)
    if issuer is None:
        raise Failed(Code.ISSUER_UNKNOWN, did)
    return issuer


def counting_keys(
    proofs: Sequence[JsonObject], issuer: TrustedIssuer, now: datetime, leaf_index: int | None
) -> tuple[TrustedKey, ...]:
    """Find the key of each proof, all of which must count, for a document at `leaf_index` of the log; None: it is in no log."""
    return tuple(
        counting_key(
            issuer.credential_keys,
            str(proof["verificationMethod"]),
            read_timestamp(str(proof["created"])),
            now,
            leaf_index,
        )
        for proof in proofs
    )


def counting_key(
    keys: Mapping[str, TrustedKey], method: str, created: datetime, now: datetime, leaf_index: int | None
) -> TrustedKey:
    """Which key, and whether it counts for a signature of that time over something at that place in the log."""
    key = keys.get(method)
    if key is None:
        raise Failed(Code.KEY_UNKNOWN, method)
    refusal = key.refusal(created, now, leaf_index)
    if refusal is not None:
        raise Failed(refusal, write_timestamp(created) if refusal is Code.SIGNED_IN_FUTURE else method)
    return key
