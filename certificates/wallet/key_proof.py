"""The proof that a wallet holds the key to which it wants the certificate bound (OpenID4VCI 1.0, appendix F.1).

header   {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256", "x": "…", "y": "…"}}
payload  {"aud": "https://centre.example", "iat": 1795426200, "nonce": "…"}
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from certificates.algorithm import Algorithm, is_signed
from certificates.errors import Unreadable
from certificates.jwk import decode, read_jwk
from certificates.strict_json import read_object

PROOF_MAX_CHARS: Final = 4096
_SKEW: Final = timedelta(minutes=10)
"""A telephone's clock may be wrong; the nonce says how old the proof can be."""


class ProofRefused(Exception):
    """It is no proof for us; the message says why, for whoever builds the wallet."""


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A proof whose signature holds: the wallet's key, 65 bytes, and the nonce that it signed."""

    public_key: bytes
    nonce: str


def read_key_proof(written: str, audience: str, now: datetime) -> KeyProof:
    """Read and verify a proof that is meant for the issuer `audience`. Raises `ProofRefused`."""
    if len(written) > PROOF_MAX_CHARS:
        raise ProofRefused("too long")
    try:
        signed, _dot, signature = written.rpartition(".")
        header, payload = (read_object(decode(part)) for part in signed.split("."))
        jwk: Any = header.get("jwk")
        public_key, given = read_jwk(jwk), decode(signature)
    except (ValueError, TypeError, AttributeError, Unreadable) as error:
        raise ProofRefused(f"not a proof with a P-256 key in it: {error}"[:200]) from error
    if header.get("typ") != "openid4vci-proof+jwt" or header.get("alg") != "ES256" or {"kid", "x5c", "crit"} & header.keys():
        raise ProofRefused("not a proof of the kind that we accept")
    issued, nonce = payload.get("iat"), payload.get("nonce")
    if payload.get("aud") not in (audience, [audience]):
        raise ProofRefused("meant for another issuer")
    if not isinstance(issued, int) or abs(now.timestamp() - issued) > _SKEW.total_seconds():
        raise ProofRefused("too old, or from the future")
    if not isinstance(nonce, str) or not is_signed(Algorithm.ES256, public_key, given, signed.encode()):
        raise ProofRefused("its signature does not hold, or it has no nonce")
    return KeyProof(public_key, nonce)
