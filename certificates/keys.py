"""Signing keys: one interface, and the form of it that keeps keys in files.

A key has a name, `key-2026-1` for credentials or `log-2026-1` for the log, and is kept as `<name>.pem` (PKCS #8) in a
directory that only the registry process can read. A device that never shows its key takes the place of `FileSigner` without
another change.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.errors import KeyUnusable
from certificates.issuer import Issuer, PublicKey, key_document
from certificates.strict_json import JsonObject

_OWNER_ONLY: Final = 0o600
_FOR_OTHERS: Final = 0o077


class Signer(Protocol):
    """Something that holds an Ed25519 key and signs with it."""

    @property
    def name(self) -> str:
        """The key's name within the centre, e.g. `key-2026-1`."""
        ...

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that verify."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Sign `data` (RFC 8032): 64 bytes."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class FileSigner:
    """A key that was read from a file and is held in memory."""

    name: str
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that verify."""
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Sign `data` (RFC 8032): 64 bytes."""
        return self.key.sign(data)

    def __repr__(self) -> str:
        """Show the name and nothing of the key."""
        return f"FileSigner({self.name!r})"


@dataclass(frozen=True, slots=True)
class Office:
    """A centre with its keys. The newest key of each kind signs; the older ones stay published for what they have signed."""

    issuer: Issuer
    credential_signers: tuple[Signer, ...]
    log_signers: tuple[Signer, ...]

    @property
    def signer(self) -> Signer:
        """The key that signs credentials now."""
        return self.credential_signers[-1]

    @property
    def log_signer(self) -> Signer:
        """The key that signs checkpoints now."""
        return self.log_signers[-1]

    @property
    def verification_method(self) -> str:
        """The full name of the key that signs credentials now."""
        return f"{self.issuer.did}#{self.signer.name}"

    def key_document(self) -> JsonObject:
        """What the centre publishes of its keys."""
        return key_document(
            self.issuer,
            [PublicKey(signer.name, signer.public_key) for signer in self.credential_signers],
            [PublicKey(signer.name, signer.public_key) for signer in self.log_signers],
        )


def open_office(issuer: Issuer, directory: Path, now: datetime) -> Office:
    """Read all keys of `directory`; make the first ones, named after the year of `now`, if there are none.

    Raises `KeyUnusable` for a key that others may read or that is not Ed25519, `OSError` if the directory cannot be used.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kind in ("key", "log"):
        if not list(directory.glob(f"{kind}-*.pem")):
            create_key(directory, f"{kind}-{now.year}-1")
    return Office(issuer, _read_all(directory, "key"), _read_all(directory, "log"))


def create_key(directory: Path, name: str) -> None:
    """Make a key that only its owner can read. If the name is taken, by another process a moment ago, that key stays."""
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Written whole beside its place and then linked: a crash leaves no half key under the final name.
    beside = directory / f".{name}.{secrets.token_hex(8)}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, directory / f"{name}.pem")
        except FileExistsError:
            return
    finally:
        beside.unlink()


def read_key(path: Path) -> FileSigner:
    """Read one key. Raises `KeyUnusable`."""
    if path.stat().st_mode & _FOR_OTHERS:
        msg = f"{path} can be read by others; run: chmod 600 {path}"
        raise KeyUnusable(msg)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        msg = f"{path} is not a private key"
        raise KeyUnusable(msg) from error
    if not isinstance(key, Ed25519PrivateKey):
        msg = f"{path} is not an Ed25519 key"
        raise KeyUnusable(msg)
    return FileSigner(path.stem, key)


def _read_all(directory: Path, kind: str) -> tuple[Signer, ...]:
    return tuple(read_key(path) for path in sorted(directory.glob(f"{kind}-*.pem"), key=_age))


def _age(path: Path) -> tuple[int, ...]:
    """`key-2026-10` is newer than `key-2026-9`."""
    try:
        return tuple(int(part) for part in path.stem.split("-")[1:])
    except ValueError as error:
        msg = f"{path}: a key is named like key-2026-1"
        raise KeyUnusable(msg) from error
