"""Who issues: a centre, known by its address, and the document in which it publishes its keys.

The identifier follows from the address (did:web method): `https://centre.example` is `did:web:centre.example`, and its
document is at `https://centre.example/.well-known/did.json`. An example, which is also the file that an employer pins:

    {"@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
     "id": "did:web:centre.example",
     "verificationMethod": [
       {"id": "did:web:centre.example#key-2026-1", "type": "Multikey", "controller": "did:web:centre.example",
        "publicKeyMultibase": "z6Mk…"},
       {"id": "did:web:centre.example#log-2026-1", "type": "Multikey", "controller": "did:web:centre.example",
        "publicKeyMultibase": "z6Mk…"}],
     "assertionMethod": ["did:web:centre.example#key-2026-1"],
     "service": [{"id": "did:web:centre.example#log", "type": "TransparencyLog",
                  "serviceEndpoint": "https://centre.example/log",
                  "verificationMethod": ["did:web:centre.example#log-2026-1"]}]}

Key names are words and never the key itself: one verifier in use takes a fragment that looks like a key for the key, without
asking this document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from certificates import multikey
from certificates.strict_json import JsonObject


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key under its name, e.g. `key-2026-1`, with the 32 bytes of its public half."""

    name: str
    public_key: bytes


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
    """Derive the identifier from a centre's address: `http://127.0.0.1:8000` is `did:web:127.0.0.1%3A8000`.

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


def key_document(issuer: Issuer, credential_keys: Sequence[PublicKey], log_keys: Sequence[PublicKey]) -> JsonObject:
    """Write the document that publishes the keys: those that sign credentials, and those that sign the log's checkpoints."""
    did = issuer.did
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#{key.name}",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multikey.write_key(key.public_key),
            }
            for key in (*credential_keys, *log_keys)
        ],
        "assertionMethod": [f"{did}#{key.name}" for key in credential_keys],
        "service": [
            {
                "id": f"{did}#log",
                "type": "TransparencyLog",
                "serviceEndpoint": f"{issuer.url}/log",
                "verificationMethod": [f"{did}#{key.name}" for key in log_keys],
            }
        ],
    }
