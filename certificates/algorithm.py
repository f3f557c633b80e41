"""Which mathematics a key is for, and how anybody checks a signature by it.

Two are in use: Ed25519 (RFC 8032) for proofs in JSON and for the log, and ES256 (ECDSA on P-256 with SHA-256, RFC 7518 section
3.4) for what must be read by software that knows no Ed25519: JWTs and the seals of PDF files.
"""

from enum import StrEnum
from typing import Final, assert_never

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class Algorithm(StrEnum):
    """What a key signs with. The words are those of JSON Object Signing where it has one."""

    ED25519 = "Ed25519"
    ES256 = "ES256"


SIGNATURE_BYTES: Final = 64
"""Bytes of a signature of either kind: R and S of RFC 8032, or r and s of ECDSA one after the other."""

PUBLIC_KEY_BYTES: Final = {Algorithm.ED25519: 32, Algorithm.ES256: 65}
"""Bytes. A P-256 key is the uncompressed point (SEC 1, section 2.3.3): 0x04, x, y."""

COORDINATE_BYTES: Final = 32


def is_signed(algorithm: Algorithm, public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Say whether `signature` is one of `public_key` over `data`. A key or a signature of another form is simply no match."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        match algorithm:
            case Algorithm.ED25519:
                Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
            case Algorithm.ES256:
                r, s = (int.from_bytes(half) for half in (signature[:COORDINATE_BYTES], signature[COORDINATE_BYTES:]))
                p256_key(public_key).verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
            case _:
                assert_never(algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True


def p256_key(public_key: bytes) -> ec.EllipticCurvePublicKey:
    """Read an uncompressed point. Raises `ValueError` if it is not one of P-256."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
