"""The proof that a wallet holds the key to which it wants the certificate bound (OpenID4VCI 1.0, appendix F.1).

header   {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256", "x": "…", "y": "…"}}
payload  {"aud": "https://centre.example", "iat": 1795426200, "nonce": "…"}

`iat` is needed. A wallet may add when the proof ends and begins (`exp` and `nbf`, RFC 7519, section 4.1): then that holds too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from certificates.algorithm import Algorithm, is_signed
from certificates.errors import Unreadable
from certificates.jwk import decode, read_jwk
from certificates.strict_json import JsonObject, read_object

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
    nonce = payload.get("nonce")
    if payload.get("aud") not in (audience, [audience]):
        raise ProofRefused("meant for another issuer")
    _check_times(payload, now)
    if not isinstance(nonce, str) or not is_signed(Algorithm.ES256, public_key, given, signed.encode()):
        raise ProofRefused("its signature does not hold, or it has no nonce")
    return KeyProof(public_key, nonce)


def _check_times(payload: JsonObject, now: datetime) -> None:
    told = {name: payload[name] for name in ("iat", "exp", "nbf") if name in payload}
    times = {name: time for name, time in told.items() if isinstance(time, int) and not isinstance(time, bool)}
    if "iat" not in times or times.keys() != told.keys():
        raise ProofRefused("without the time when it was made, or with a time that is no number of seconds")
    if abs(now.timestamp() - times["iat"]) > _SKEW.total_seconds():
        raise ProofRefused("too old, or from the future")
    if "exp" in times and now.timestamp() >= times["exp"]:  # no allowance: the wallet itself said from when on it is nothing
        raise ProofRefused("it says that it has expired")
    if "nbf" in times and times["nbf"] - now.timestamp() > _SKEW.total_seconds():
        raise ProofRefused("it says that it does not count yet")
