"""What an employer pins: the key documents of the centres that he trusts, and when each key counts.

A trust file is a centre's key document exactly as it serves it (`issuer.py` shows one). A key may carry `expires`, after which
nothing may be signed with it, and `revoked`, after which nothing that it signed is believed (Controlled Identifiers 1.0,
section 2.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from certificates import multikey
from certificates.errors import TrustUnusable, Unreadable
from certificates.strict_json import Json, JsonObject, read_object
from certificates.timestamp import read_timestamp

KEY_DOCUMENT_MAX_BYTES: Final = 256 * 1024
"""Bytes. A key takes some 300; a centre that changes keys every year would need centuries for this."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """An Ed25519 key of a centre with its full name, e.g. `did:web:centre.example#key-2026-1`."""

    method: str
    public_key: bytes
    expires: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """A centre: the keys that may sign its credentials, by name, and those that may sign its log's checkpoints."""

    did: str
    credential_keys: Mapping[str, TrustedKey]
    log_keys: tuple[TrustedKey, ...]


Trust = Mapping[str, TrustedIssuer]


def read_trust(data: bytes) -> TrustedIssuer:
    """Read a key document. Raises `TrustUnusable` with a sentence that says what is wrong."""
    try:
        document = read_object(data, KEY_DOCUMENT_MAX_BYTES)
        did = document["id"]
        methods = {key.method: key for key in map(_key, _objects(document["verificationMethod"]))}
        credential_keys = {name: methods[name] for name in _strings(document["assertionMethod"])}
        logs = [service for service in _objects(document.get("service", [])) if service.get("type") == "TransparencyLog"]
        log_keys = tuple(methods[name] for service in logs for name in _strings(service["verificationMethod"]))
    except Unreadable as error:
        msg = f"not a key document: {error}"
        raise TrustUnusable(msg) from error
    except (KeyError, ValueError) as error:
        msg = f"not a key document that this verifier can use: {error}"
        raise TrustUnusable(msg) from error
    if not isinstance(did, str) or any(method.partition("#")[0] != did for method in methods):
        msg = "not a key document: its keys are not its own"
        raise TrustUnusable(msg)
    if not credential_keys or not log_keys:
        msg = "the key document names no key that may sign certificates, or no log"
        raise TrustUnusable(msg)
    return TrustedIssuer(did, credential_keys, log_keys)


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


def find_trust_files(certificate: Path, environment: Mapping[str, str]) -> list[Path]:
    """Look for trust files where none was named: `$SARAP_TRUST`, `trust.json` beside the file, a centre's own machine.

    The registry writes its key document to `<SARAP_DATA_DIR or ./var>/trust/`, so that a centre trusts itself.
    """
    if named := environment.get("SARAP_TRUST"):
        return [Path(named)]
    beside = certificate.parent / "trust.json"
    if beside.is_file():
        return [beside]
    return sorted(Path(environment.get("SARAP_DATA_DIR") or "var").joinpath("trust").glob("*.json"))


def _key(method: JsonObject) -> TrustedKey:
    match method:
        case {"id": str(name), "type": "Multikey", "publicKeyMultibase": str(key)}:
            return TrustedKey(name, multikey.read_key(key), _moment(method.get("expires")), _moment(method.get("revoked")))
        case _:
            msg = "a verification method is not a Multikey"
            raise ValueError(msg)


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
