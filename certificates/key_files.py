"""Keys in files: for development, and for a small centre whose machine is guarded well.

A key is `<name>.pem` (PKCS #8) in a directory that only the registry process can read. `key_token` is the same for a device.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certificates.algorithm import COORDINATE_BYTES, Algorithm
from certificates.errors import KeyUnusable
from certificates.secret_file import is_for_others, keep

KINDS: Final = {"key": Algorithm.ED25519, "log": Algorithm.ED25519, "document": Algorithm.ES256}
"""What the first word of a key's name says it is for, and the mathematics that goes with it."""


@dataclass(frozen=True, slots=True, repr=False)
class FileSigner:
    """A key that was read from a file and is held in memory."""

    name: str
    key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey

    @property
    def algorithm(self) -> Algorithm:
        """What it signs with."""
        return Algorithm.ED25519 if isinstance(self.key, Ed25519PrivateKey) else Algorithm.ES256

    @property
    def public_key(self) -> bytes:
        """The bytes that verify."""
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.public_key().public_bytes_raw()
        return self.key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    def sign(self, data: bytes) -> bytes:
        """Sign `data`: 64 bytes. The same data has always the same signature (RFC 8032; RFC 6979)."""
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(data)
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(COORDINATE_BYTES) + s.to_bytes(COORDINATE_BYTES)

    def __repr__(self) -> str:
        """Show the name and nothing of the key."""
        return f"FileSigner({self.name!r})"


@dataclass(frozen=True, slots=True)
class FileSafe:
    """A directory of key files, as a `keys.Safe`."""

    directory: Path

    def names(self) -> list[str]:
        """The names of all keys that are here."""
        return [path.stem for kind in KINDS for path in self.directory.glob(f"{kind}-*.pem")]

    def open(self, name: str) -> FileSigner:
        """Read a key into memory. Raises `KeyUnusable`."""
        return read_key(self.directory / f"{name}.pem")

    def create(self, name: str) -> None:
        """Make a key; one of that name stays."""
        create_key(self.directory, name)

    def destroy(self, name: str) -> None:
        """Delete a key for good."""
        (self.directory / f"{name}.pem").unlink(missing_ok=True)


def create_key(directory: Path, name: str) -> None:
    """Make a key of the kind that its name says, which only its owner can read.

    If the name is taken, by another process a moment ago, that key stays.
    """
    match KINDS[name.partition("-")[0]]:
        case Algorithm.ED25519:
            key = Ed25519PrivateKey.generate()
        case Algorithm.ES256:
            key = ec.generate_private_key(ec.SECP256R1())
    keep_key(directory / f"{name}.pem", key)


def keep_key(path: Path, key: PrivateKeyTypes) -> None:
    """Write a key to a file that only its owner can read, unless there is one of that name already: then that stays."""
    keep(path, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def load_key(path: Path) -> PrivateKeyTypes:
    """Load what `keep_key` has written. Raises `KeyUnusable`: others could read it, or it is none."""
    if is_for_others(path):
        msg = f"{path} can be read by others; run: chmod 600 {path}"
        raise KeyUnusable(msg)
    try:
        return serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        msg = f"{path} is not a private key"
        raise KeyUnusable(msg) from error


def read_key(path: Path) -> FileSigner:
    """Read one key, which must be of the kind that its name says. Raises `KeyUnusable`."""
    key = load_key(path)
    wanted = KINDS.get(path.stem.partition("-")[0], Algorithm.ED25519)
    if isinstance(key, Ed25519PrivateKey):
        found = Algorithm.ED25519
    elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        found = Algorithm.ES256
    else:
        found = None
    if found is not wanted:
        msg = f"{path} is not a key of {wanted}"
        raise KeyUnusable(msg)
    assert isinstance(key, Ed25519PrivateKey | ec.EllipticCurvePrivateKey)
    return FileSigner(path.stem, key)
