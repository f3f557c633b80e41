"""Who issues: a centre, known by its address, and the document in which it publishes its keys.

The identifier follows from the address (did:web method): `https://centre.example` is `did:web:centre.example`, and its
document is at `https://centre.example/.well-known/did.json`. An example, which is also the file that an employer pins:

    {"@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"],
     "id": "did:web:centre.example",
     "verificationMethod": [
       {"id": "did:web:centre.example#key-2026-1", "type": "Multikey", "controller": "did:web:centre.example",
        "publicKeyMultibase": "z6Mk…"},
       {"id": "did:web:centre.example#log-2026-1", "type": "Multikey", "controller": "did:web:centre.example",
        "publicKeyMultibase": "z6Mk…"},
       {"id": "did:web:centre.example#document-2026-1", "type": "JsonWebKey", "controller": "did:web:centre.example",
        "publicKeyJwk": {"kty": "EC", "crv": "P-256", …}}],
     "assertionMethod": ["did:web:centre.example#key-2026-1", "did:web:centre.example#document-2026-1"],
     "service": [{"id": "did:web:centre.example#log", "type": "TransparencyLog",
                  "serviceEndpoint": "https://centre.example/log",
                  "verificationMethod": ["did:web:centre.example#log-2026-1"]}]}

`key-…` signs credentials and status lists, `log-…` the log's checkpoints, `document-…` (P-256) the forms for other software:
JWTs and PDF seals. A key that may no longer be believed carries `revoked` and, if the log tells what was signed before that,
`revokedFromLogIndex`: `docs/keys.md`.

Key names are words and never the key itself: one verifier in use takes a fragment that looks like a key for the key, without
asking this document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from certificates import multikey
from certificates.algorithm import Algorithm
from certificates.jwk import write_jwk
from certificates.log.cosignature import WitnessKey
from certificates.log.policy import WitnessPolicy
from certificates.strict_json import JsonObject
from certificates.timestamp import write_timestamp

KEY_DOCUMENT_CONTEXT: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key under its name, e.g. `key-2026-1`, with its public half and what was decided about it."""

    name: str
    public_key: bytes
    algorithm: Algorithm = Algorithm.ED25519
    chain: tuple[bytes, ...] = ()
    """X.509 certificates in DER, leaf first; document keys have them"""
    revoked: datetime | None = None
    """since when it is not to be believed"""
    revoked_from_log_index: int | None = None
    """what was logged before this leaf stays believed"""
    retired_from_log_index: int | None = None
    """it signs nothing that was logged from this leaf on: it was replaced, and nothing is wrong with what it signed"""


@dataclass(frozen=True, slots=True)
class Issuer:
    """A centre. `url` is its public address without a path or a slash at the end, e.g. `https://centre.example`."""

    url: str
    name: str

    def __post_init__(self) -> None:
        """Refuse an address from which no identifier follows."""
        did_web(self.url)

    @property
    def did(self) -> str:
        """The identifier that credentials name."""
        return did_web(self.url)

    @property
    def log_origin(self) -> str:
        """The name of the log on its checkpoints: its address without the scheme (c2sp.org/tlog-checkpoint)."""
        return log_origin(self.url)

    def status_list_url(self, purpose: str) -> str:
        """Where the status list of `purpose` is published."""
        return f"{self.url}/status/{purpose}"


def did_web(url: str) -> str:
    """Derive the identifier from a centre's address: `http://localhost:8000` is `did:web:localhost%3A8000`.

    Raises `ValueError` for anything but scheme, host and port: the document has to be at the root of its host.
    """
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in {"http", "https"} or not host or url != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        msg = f"not the root address of a site: {url[:200]}"
        raise ValueError(msg)
    return f"did:web:{host}" if parts.port is None else f"did:web:{host}%3A{parts.port}"


def log_origin(url: str) -> str:
    """Derive the name of a centre's log from its address."""
    return f"{urlsplit(url).netloc}/log"


def key_document(
    issuer: Issuer,
    credential_keys: Sequence[PublicKey],
    log_keys: Sequence[PublicKey],
    document_keys: Sequence[PublicKey] = (),
) -> JsonObject:
    """Write the document that publishes the keys: of credentials, of the log's checkpoints, and of JWTs and seals."""
    did = issuer.did
    return {
        "@context": list(KEY_DOCUMENT_CONTEXT),
        "id": did,
        "verificationMethod": [_method(did, key) for key in (*credential_keys, *log_keys, *document_keys)],
        "assertionMethod": [f"{did}#{key.name}" for key in (*credential_keys, *document_keys)],
        "service": [
            {
                "id": f"{did}#log",
                "type": "TransparencyLog",
                "serviceEndpoint": f"{issuer.url}/log",
                "verificationMethod": [f"{did}#{key.name}" for key in log_keys],
            }
        ],
    }


def _method(did: str, key: PublicKey) -> JsonObject:
    name = f"{did}#{key.name}"
    method: JsonObject = {"id": name, "controller": did}
    if key.algorithm is Algorithm.ED25519:
        method |= {"type": "Multikey", "publicKeyMultibase": multikey.write_key(key.public_key)}
    else:
        method |= {"type": "JsonWebKey", "publicKeyJwk": write_jwk(name, key.public_key, key.chain)}
    if key.revoked is not None:
        method["revoked"] = write_timestamp(key.revoked)
    if key.revoked_from_log_index is not None:
        method["revokedFromLogIndex"] = key.revoked_from_log_index
    if key.retired_from_log_index is not None:
        method["retiredFromLogIndex"] = key.retired_from_log_index
    return method


def key_set(document: JsonObject) -> JsonObject:
    """Write the JSON Web Key Set (RFC 7517, section 5) of a key document: the P-256 keys that still count."""
    read: Any = document
    keys: list[Any] = [
        method["publicKeyJwk"]
        for method in read["verificationMethod"]
        if method["type"] == "JsonWebKey" and method["id"] in read["assertionMethod"] and "revoked" not in method
    ]
    return {"keys": keys}


def with_witnesses(document: JsonObject, log_cosigners: Sequence[WitnessKey], witnesses: WitnessPolicy) -> JsonObject:
    """Add to a key document who else signs the log's checkpoints: the log's keys of ML-DSA-44, and the witnesses.

    They are written in the form in which others pin them (signed-note, "Verifier keys"): `verifierKeys` in the log's service,
    and `witnesses` as `log/policy.py` shows.
    """
    read: Any = document
    services: list[Any] = [
        {**service, "verifierKeys": [key.text for key in log_cosigners]}
        if log_cosigners and service["type"] == "TransparencyLog"
        else service
        for service in read["service"]
    ]
    return {**document, "service": services, **witnesses.as_json()}
