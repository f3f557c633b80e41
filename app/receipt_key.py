"""The keys of the web process that sign receipts, and their public halves with their history.

They are not the keys of certificates and can sign no certificate: a receipt says "this was saved", in the name of the web
process alone. The folder (`SARAP_RECEIPT_KEYS_DIR`) holds `receipt-2026-1.pem` (PKCS #8, readable by its owner only), made at
the first start; the newest one signs. An older one is kept as `receipt-2026-1.pub` (SubjectPublicKeyInfo) once its secret half
is gone, so that what it signed can still be verified.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.secret_file import is_for_others, keep
from exams.sessions import receipt
from exams.sessions.receipt import Receipt

KEY_NAME: Final = re.compile(r"receipt-(\d{4})-([1-9][0-9]{0,3})")


class ReceiptKeyUnusable(Exception):
    """A key cannot be used: it is not Ed25519, or others may read it. The message says which file."""


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptSigner:
    """The key that signs now, and the public half of every one that ever did, by name."""

    name: str
    key: Ed25519PrivateKey
    public_keys: Mapping[str, bytes]

    def sign(self, said: Receipt) -> str:
        """The receipt as its candidate gets it."""
        return receipt.signed(said, self.name, self.key.sign)

    def published(self) -> dict[str, object]:
        """What `/.well-known/receipt-keys.json` shows: a JSON Web Key Set (RFC 7517, RFC 8037)."""
        return key_set(self.public_keys)


def key_set(public_keys: Mapping[str, bytes]) -> dict[str, object]:
    """Public keys as a JSON Web Key Set."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": name,
                "x": base64.urlsafe_b64encode(key).rstrip(b"=").decode(),
            }
            for name, key in public_keys.items()
        ]
    }


def open_signer(directory: Path, now: datetime) -> ReceiptSigner:
    """Read the keys of `directory`; make the first one, named after the year of `now`, if there is none.

    Raises `ReceiptKeyUnusable` for a key that others may read or that is not Ed25519, `OSError` if the folder cannot be used.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not list(directory.glob("receipt-*.pem")):
        create_key(directory, f"receipt-{now.year}-1")
    private = {path.stem: _read_private(path) for path in sorted(directory.glob("receipt-*.pem"), key=_age)}
    public = {path.stem: _read_public(path) for path in sorted(directory.glob("receipt-*.pub"), key=_age)}
    public |= {name: key.public_key().public_bytes_raw() for name, key in private.items()}
    name = list(private)[-1]
    return ReceiptSigner(name, private[name], public)


def create_key(directory: Path, name: str) -> None:
    """Make a key that only its owner can read. If another process made it a moment ago, that one stays."""
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    keep(directory / f"{name}.pem", data)


def rotate(directory: Path, now: datetime) -> str:
    """Make the next key and return its name. Of the older ones only the public halves are kept: they sign nothing any more."""
    pems = sorted(directory.glob("receipt-*.pem"), key=_age)
    year, number = _age(pems[-1]) if pems else (now.year, 0)
    name = f"receipt-{now.year}-{number + 1 if year == now.year else 1}"
    create_key(directory, name)
    for path in pems:
        public = _read_private(path).public_key()
        data = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        path.with_suffix(".pub").write_bytes(data)
        path.unlink()
    return name


def _age(path: Path) -> tuple[int, int]:
    match = KEY_NAME.fullmatch(path.stem)
    if match is None:
        raise ReceiptKeyUnusable(f"{path}: expected a name such as receipt-2026-1")
    return int(match[1]), int(match[2])


def _read_private(path: Path) -> Ed25519PrivateKey:
    if is_for_others(path):
        raise ReceiptKeyUnusable(f"{path}: others may read it; chmod 600 it")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ReceiptKeyUnusable(f"{path}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ReceiptKeyUnusable(f"{path}: not an Ed25519 key")
    return key


def _read_public(path: Path) -> bytes:
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ReceiptKeyUnusable(f"{path}: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ReceiptKeyUnusable(f"{path}: not an Ed25519 key")
    return key.public_bytes_raw()
