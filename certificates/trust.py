"""What an employer pins: the key documents of the centres that he trusts, and when each key counts.

A trust file is a centre's key document exactly as it serves it (`issuer.py` shows one). A key may carry `expires`, after which
nothing may be signed with it, and `revoked`, after which nothing that it signed is believed (Controlled Identifiers 1.0,
section 2.2). Beside `revoked`, `revokedFromLogIndex` limits the harm: what the centre logged before that leaf stays authentic,
whatever happened to the key since. `retiredFromLogIndex` says from which leaf on a replaced key signs nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from certificates import multikey
from certificates.algorithm import Algorithm
from certificates.errors import TrustUnusable, Unreadable
from certificates.findings import Code
from certificates.jwk import read_chain, read_jwk
from certificates.log.cosignature import WitnessKey, read_witness_key
from certificates.log.policy import NO_WITNESSES, WitnessPolicy, policy_of
from certificates.strict_json import Json, JsonObject, read_object
from certificates.timestamp import read_timestamp

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far a verifier's clock may be behind the centre's before something counts as being from the future."""

KEY_DOCUMENT_MAX_BYTES: Final = 256 * 1024
"""Bytes. A key takes some 300, with its certificates 2,000: a centre that changes them each year needs a century for this."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key of a centre with its full name, e.g. `did:web:centre.example#key-2026-1`."""

    method: str
    public_key: bytes
    expires: datetime | None = None
    revoked: datetime | None = None
    revoked_from_log_index: int | None = None
    retired_from_log_index: int | None = None
    algorithm: Algorithm = Algorithm.ED25519
    chain: tuple[bytes, ...] = ()
    """X.509 certificates in DER, leaf first"""

    def refusal(self, signed_at: datetime, now: datetime, leaf_index: int | None = None) -> Code | None:
        """Say why a signature by this key does not count, if so; None: it counts.

        `signed_at` is what the signature claims, `leaf_index` where in the centre's log stands what it is under. Only the log
        can tell what a stolen key signed before it was stolen, so whatever is in no log is refused.
        """
        if self.revoked_from_log_index is not None:
            if leaf_index is None or leaf_index >= self.revoked_from_log_index:
                return Code.KEY_REVOKED
        elif self.revoked is not None and self.revoked <= now + CLOCK_SKEW:
            return Code.KEY_REVOKED
        if self.expires is not None and self.expires <= signed_at:
            return Code.KEY_EXPIRED
        if self.retired_from_log_index is not None and leaf_index is not None and leaf_index >= self.retired_from_log_index:
            return Code.KEY_EXPIRED
        return Code.SIGNED_IN_FUTURE if signed_at > now + CLOCK_SKEW else None


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """A centre: the keys that may sign its credentials, by name, and those that may sign its log's checkpoints."""

    did: str
    credential_keys: Mapping[str, TrustedKey]
    log_keys: tuple[TrustedKey, ...]
    log_url: str | None = None
    """where its log is published, e.g. `https://centre.example/log`"""
    document_keys: Mapping[str, TrustedKey] = field(default_factory=dict[str, TrustedKey])
    """P-256 keys that may sign its JWTs and seal its PDF files, by name; none in the documents of earlier versions"""
    log_cosigners: tuple[WitnessKey, ...] = ()
    """its log's keys of ML-DSA-44, whose signature on a checkpoint may be absent and must not be false"""
    witnesses: WitnessPolicy = NO_WITNESSES

    @property
    def log_origin(self) -> str | None:
        """The name of its log on checkpoints."""
        return None if self.log_url is None else self.log_url.partition("://")[2]

    def counting_log_keys(self, now: datetime) -> tuple[TrustedKey, ...]:
        """The keys whose signature on a checkpoint counts: those that were not withdrawn."""
        return tuple(key for key in self.log_keys if key.revoked is None or key.revoked > now + CLOCK_SKEW)


Trust = Mapping[str, TrustedIssuer]


def read_trust(data: bytes) -> TrustedIssuer:
    """Read a key document. Raises `TrustUnusable` with a sentence that says what is wrong."""
    try:
        document = read_object(data, KEY_DOCUMENT_MAX_BYTES)
        did = document["id"]
        methods = {key.method: key for key in map(_key, _objects(document["verificationMethod"]))}
        asserting = {name: methods[name] for name in _strings(document["assertionMethod"])}
        logs = [service for service in _objects(document.get("service", [])) if service.get("type") == "TransparencyLog"]
        log_url = next((str(service["serviceEndpoint"]) for service in logs if "serviceEndpoint" in service), None)
        log_keys = tuple(methods[name] for service in logs for name in _strings(service["verificationMethod"]))
        log_cosigners = tuple(read_witness_key(line) for service in logs for line in _strings(service.get("verifierKeys", [])))
        witnesses = policy_of(document, None if log_url is None else log_url.partition("://")[2])
    except Unreadable as error:
        msg = f"not a key document: {error}"
        raise TrustUnusable(msg) from error
    except (KeyError, ValueError) as error:
        msg = f"not a key document that this verifier can use: {error}"
        raise TrustUnusable(msg) from error
    if not isinstance(did, str) or any(method.partition("#")[0] != did for method in methods):
        msg = "not a key document: its keys are not its own"
        raise TrustUnusable(msg)
    credential_keys, document_keys = (
        {name: key for name, key in asserting.items() if key.algorithm is algorithm}
        for algorithm in (Algorithm.ED25519, Algorithm.ES256)
    )
    if not credential_keys or not log_keys or any(key.algorithm is not Algorithm.ED25519 for key in log_keys):
        msg = "the key document names no key that may sign certificates, or no log"
        raise TrustUnusable(msg)
    return TrustedIssuer(did, credential_keys, log_keys, log_url, document_keys, log_cosigners, witnesses)


def load_trust(paths: Sequence[Path]) -> Trust:
    """Read several trust files. Raises `TrustUnusable` naming the file, also if two files speak for one centre."""
    trust: dict[str, TrustedIssuer] = {}
    for path in paths:
        try:
            issuer = read_trust(path.read_bytes())
        except OSError as error:
            msg = f"{path}: {error.strerror or error}"
            raise TrustUnusable(msg) from error
        except TrustUnusable as error:
            msg = f"{path}: {error}"
            raise TrustUnusable(msg) from error
        if issuer.did in trust:
            msg = f"{path}: another trust file already speaks for {issuer.did}"
            raise TrustUnusable(msg)
        trust[issuer.did] = issuer
    return trust


def find_trust_files(environment: Mapping[str, str]) -> list[Path]:
    """Look for trust files where none was named: `$SARAP_TRUST`, or a centre's own machine.

    The registry writes its key document to `<SARAP_DATA_DIR or ./var>/trust/`, so that a centre trusts itself. Beside the
    certificate nothing is looked for: whoever sent that could have put his own keys there.
    """
    if named := environment.get("SARAP_TRUST"):
        return [Path(named)]
    return sorted(Path(environment.get("SARAP_DATA_DIR") or "var").joinpath("trust").glob("*.json"))


def _key(method: JsonObject) -> TrustedKey:
    match method:
        case {"id": str(name), "type": "Multikey", "publicKeyMultibase": str(key)}:
            trusted = TrustedKey(name, multikey.read_key(key))
        case {"id": str(name), "type": "JsonWebKey", "publicKeyJwk": dict() as jwk}:
            trusted = TrustedKey(name, read_jwk(jwk), algorithm=Algorithm.ES256, chain=read_chain(jwk))
        case _:
            msg = "a verification method is neither a Multikey nor a JsonWebKey"
            raise ValueError(msg)
    return replace(
        trusted,
        expires=_moment(method.get("expires")),
        revoked=_moment(method.get("revoked")),
        revoked_from_log_index=_index(method.get("revokedFromLogIndex")),
        retired_from_log_index=_index(method.get("retiredFromLogIndex")),
    )


def _index(value: Json) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        msg = "not the index of a leaf"
        raise ValueError(msg)
    return value


def _moment(value: Json) -> datetime | None:
    return None if value is None else read_timestamp(str(value))


def _objects(value: Json) -> list[JsonObject]:
    entries = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(entries) != len(value):
        msg = "an array of objects was expected"
        raise ValueError(msg)
    return entries


def _strings(value: Json) -> list[str]:
    entries = [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(entries) != len(value):
        msg = "an array of names was expected"
        raise ValueError(msg)
    return entries
