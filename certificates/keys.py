"""Signing keys: who signs, where private keys are kept, and the centre with its keys.

A key has a name, `key-2026-1` for credentials, `log-2026-1` for the log, `document-2026-1` for JWTs and seals. Private keys
are in a safe: a directory of files (`key_files`), or a device that never shows them (`key_token`). What is public of them is
in the key directory in either case: `document-2026-1.crt`, the X.509 chain of a document key, and `root.crt` after a ceremony.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from certificates.algorithm import Algorithm
from certificates.chain import DEVELOPMENT, Organisation, Root, certify, make_root, read_chain, write_chain
from certificates.errors import KeyUnusable
from certificates.issuer import Issuer, PublicKey, key_document, with_witnesses
from certificates.key_files import KINDS, FileSafe, FileSigner, create_key, read_key
from certificates.log.policy import NO_WITNESSES, WitnessPolicy
from certificates.secret_file import keep
from certificates.strict_json import JsonObject

if TYPE_CHECKING:
    from certificates.log_cosigner import LogCosigner

__all__ = [
    "KINDS",
    "ROOT_CERTIFICATE",
    "FileSafe",
    "FileSigner",
    "Office",
    "Safe",
    "Signer",
    "create_key",
    "make_key",
    "open_office",
    "read_key",
]

ROOT_CERTIFICATE: Final = "root.crt"
"""The root's own certificate, left by the ceremony. Its key is never here."""


class Signer(Protocol):
    """Something that holds a key and signs with it."""

    @property
    def name(self) -> str:
        """The key's name within the centre, e.g. `key-2026-1`."""
        ...

    @property
    def algorithm(self) -> Algorithm:
        """What it signs with."""
        ...

    @property
    def public_key(self) -> bytes:
        """The bytes that verify: 32 of Ed25519, or the uncompressed point of P-256 in 65."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Sign `data`: 64 bytes, by RFC 8032, or r and s of ECDSA over its SHA-256."""
        ...


class Safe(Protocol):
    """Where private keys are kept, by name."""

    def names(self) -> list[str]:
        """The names of all keys that are here."""
        ...

    def open(self, name: str) -> Signer:
        """The key, ready to sign. Raises `KeyUnusable`."""
        ...

    def create(self, name: str) -> None:
        """Make a key of the kind that its name says; one of that name stays."""
        ...

    def destroy(self, name: str) -> None:
        """Delete a key for good."""
        ...


@dataclass(frozen=True, slots=True)
class Office:
    """A centre with its keys. The newest key of each kind signs; the older ones stay published for what they have signed.

    Checkpoints are signed by every key of the log that is here, the newest first: who does not know that one yet, be it a
    witness or an employer, knows another.
    """

    issuer: Issuer
    credential_signers: tuple[Signer, ...]
    log_signers: tuple[Signer, ...]
    document_signers: tuple[Signer, ...] = ()
    document_certificates: tuple[bytes, ...] = ()
    """X.509 certificates of the newest document key in DER, leaf first, root last"""
    log_cosigners: "tuple[LogCosigner, ...]" = ()
    """the log's keys of ML-DSA-44, oldest first"""
    witnesses: WitnessPolicy = NO_WITNESSES
    """who cosigns the log's checkpoints, and how many must have before a certificate is signed"""

    @property
    def signer(self) -> Signer:
        """The key that signs credentials now."""
        return self.credential_signers[-1]

    @property
    def log_signer(self) -> Signer:
        """The newest key of the log."""
        return self.log_signers[-1]

    @property
    def document_signer(self) -> Signer:
        """The key that signs JWTs and seals files now."""
        return self.document_signers[-1]

    @property
    def document_method(self) -> str:
        """The full name of the key that signs JWTs and seals files now: the `kid` of a JWT."""
        return f"{self.issuer.did}#{self.document_signer.name}"

    @property
    def verification_method(self) -> str:
        """The full name of the key that signs credentials now."""
        return f"{self.issuer.did}#{self.signer.name}"

    def key_document(self) -> JsonObject:
        """What the centre publishes of its keys."""
        document = key_document(
            self.issuer,
            [PublicKey(signer.name, signer.public_key) for signer in self.credential_signers],
            [PublicKey(signer.name, signer.public_key) for signer in self.log_signers],
            [
                PublicKey(
                    signer.name,
                    signer.public_key,
                    Algorithm.ES256,
                    self.document_certificates if signer is self.document_signer else (),
                )
                for signer in self.document_signers
            ],
        )
        return self.witnessed(document)

    def witnessed(self, document: JsonObject) -> JsonObject:
        """Add to a key document who else signs checkpoints."""
        origin = self.issuer.log_origin
        return with_witnesses(document, [key.verifier_key(origin) for key in self.log_cosigners], self.witnesses)


def open_office(issuer: Issuer, directory: Path, now: datetime, safe: Safe | None = None) -> Office:
    """Open all keys of `safe`, by default files in `directory`; make the first of each kind if there is none.

    Raises `KeyUnusable` for a key that others may read or that is of another kind, or a device that does not open; `OSError` if
    the directory cannot be used.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    safe = safe or FileSafe(directory)
    names = safe.names()
    for kind in KINDS:
        if not _of_kind(names, kind):
            safe.create(f"{kind}-{now.year}-1")
    names = safe.names()
    signers = {kind: tuple(map(safe.open, _of_kind(names, kind))) for kind in KINDS}
    chain = _chain_of(signers["document"][-1], issuer, directory, now)
    return Office(issuer, signers["key"], signers["log"], signers["document"], chain)


def make_key(
    safe: Safe, directory: Path, kind: str, now: datetime, root: Root | None = None, taken: Collection[str] = ()
) -> str:
    """Make the successor of the newest key of `kind`; `root` certifies a document key. Returns its name, e.g. `key-2027-1`.

    It signs from the next opening of the office on. `taken` are names that other keys have had, which are not here. Raises
    `KeyUnusable` if the root is needed and not given, or has ended.
    """
    if kind == "document" and root is None and (directory / ROOT_CERTIFICATE).exists():
        raise KeyUnusable("the root has to certify a document key: give its file with --root")
    if kind == "document" and root is not None and root.certificate.not_valid_after_utc <= now:
        raise KeyUnusable("the root has ended: hold a new ceremony in a new key folder, see docs/keys.md")
    newest = [_age(name) for name in _of_kind([*safe.names(), *taken], kind)][-1:]
    year, number = newest[0] if newest else (0, 0)
    name = f"{kind}-{now.year}-1" if now.year > year else f"{kind}-{year}-{number + 1}"
    safe.create(name)
    if root is not None and kind == "document":
        # A crash before this line leaves a key without a certificate; making it again under the same root mends that.
        keep(directory / f"{name}.crt", write_chain(certify(root, name, safe.open(name).public_key, now)))
    return name


def _chain_of(signer: Signer, issuer: Issuer, directory: Path, now: datetime) -> tuple[bytes, ...]:
    """Read the certificates of a document key. A centre that never held a ceremony makes them with a root that it forgets."""
    path = directory / f"{signer.name}.crt"
    if not path.exists():
        if (directory / ROOT_CERTIFICATE).exists():
            raise KeyUnusable(f"{signer.name} has no certificate: `sarap keys rotate document --root FILE` makes one that has")
        root = make_root(Organisation(issuer.name), now, title=DEVELOPMENT)
        keep(path, write_chain(certify(root, signer.name, signer.public_key, now)))
    try:
        return read_chain(path.read_bytes(), signer.public_key)
    except KeyUnusable as error:
        raise KeyUnusable(f"{path}: {error}") from error


def _of_kind(names: Sequence[str], kind: str) -> list[str]:
    return sorted((name for name in names if name.startswith(f"{kind}-")), key=_age)


def _age(name: str) -> tuple[int, int]:
    """`key-2026-10` is newer than `key-2026-9`."""
    try:
        year, number = name.split("-")[1:]
        return int(year), int(number)
    except ValueError as error:
        raise KeyUnusable(f"{name}: a key is named like key-2026-1") from error
