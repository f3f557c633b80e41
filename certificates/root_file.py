"""The root's file: its key, encrypted with a passphrase, and its certificate, as PEM on a medium that is locked away.

    -----BEGIN ENCRYPTED PRIVATE KEY-----     PKCS #8 with PBES2 (RFC 8018): PBKDF2 with HMAC-SHA-256, AES-256-CBC
    -----BEGIN CERTIFICATE-----

Any software that reads such keys opens it, `openssl pkey -in root.pem` for one. It is written here because the usual way of
`cryptography` takes the passphrase through 2,048 rounds, which whoever finds the medium can try at a million a second.
"""

import os
import secrets
from pathlib import Path
from typing import Any, Final

from asn1crypto import algos, keys, pem  # pyright: ignore[reportMissingTypeStubs]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from certificates.chain import Root
from certificates.errors import KeyUnusable

PASSPHRASE_MIN_CHARACTERS: Final = 16
"""Characters. Six words from a list, or so; it is typed once or twice a year."""

ROUNDS: Final = 600_000
"""Rounds of PBKDF2 with SHA-256: what OWASP's Password Storage Cheat Sheet asks for, some 0.2 s for whoever knows it."""

_OWNER_ONLY: Final = 0o600


def write_root(path: Path, root: Root, passphrase: str) -> None:
    """Write the root to a file that only its owner can read. Raises `FileExistsError`: no root is ever overwritten."""
    if len(passphrase) < PASSPHRASE_MIN_CHARACTERS:
        raise KeyUnusable(f"a passphrase has at least {PASSPHRASE_MIN_CHARACTERS} characters")
    key = root.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    written = _armor("ENCRYPTED PRIVATE KEY", _encrypt(key, passphrase))
    written += root.certificate.public_bytes(serialization.Encoding.PEM)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())


def read_root(path: Path, passphrase: str) -> Root:
    """Open the root. Raises `KeyUnusable` for a wrong passphrase or another file, `OSError` if it is not there."""
    written = path.read_bytes()
    try:
        key = serialization.load_pem_private_key(written, passphrase.encode())
        certificate = x509.load_pem_x509_certificate(written)
    except (ValueError, TypeError) as error:
        raise KeyUnusable(f"{path}: the passphrase is wrong, or this is not a root") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise KeyUnusable(f"{path}: the key and the certificate do not belong together")
    return Root(key, certificate)


def _armor(label: str, data: bytes) -> bytes:
    armor: Any = pem.armor  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return bytes(armor(label, data))


def _encrypt(key: bytes, passphrase: str) -> bytes:
    salt, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    secret = PBKDF2HMAC(hashes.SHA256(), length=32, salt=salt, iterations=ROUNDS).derive(passphrase.encode())
    pad = padding.PKCS7(128).padder()
    aes = Cipher(algorithms.AES(secret), modes.CBC(iv)).encryptor()
    encrypted = aes.update(pad.update(key) + pad.finalize()) + aes.finalize()
    kdf = {
        "salt": algos.Pbkdf2Salt("specified", salt),
        "iteration_count": ROUNDS,
        "key_length": 32,
        "prf": {"algorithm": "sha256"},
    }
    scheme = {
        "algorithm": "pbes2",
        "parameters": {
            "key_derivation_func": {"algorithm": "pbkdf2", "parameters": kdf},
            "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": iv},
        },
    }
    info: Any = keys.EncryptedPrivateKeyInfo(
        {"encryption_algorithm": algos.EncryptionAlgorithm(scheme), "encrypted_data": encrypted}
    )
    return bytes(info.dump())
