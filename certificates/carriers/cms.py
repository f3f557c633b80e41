"""The signature inside a sealed PDF: one CMS `SignedData` (RFC 5652) as PAdES baseline B-B wants it (ETSI EN 319 142-1, 6.3).

    ContentInfo { signedData
      version 1, digest SHA-256, content detached, certificates: the chain of the key, leaf first
      SignerInfo { issuer and serial number of the leaf, SHA-256,
        signed attributes: contentType = data, messageDigest, signingCertificateV2 (RFC 5035)
        ecdsa-with-SHA256, signature } }

Everything but the digest and the signature is the same for all certificates of a key, so it is put together once per key and
not once per file: the general encoder takes ten times as long as the signature itself. PAdES keeps the time out of the signed
attributes; it stands in the PDF.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from asn1crypto import cms as asn1_cms  # pyright: ignore[reportMissingTypeStubs]
from asn1crypto import x509 as asn1_x509  # pyright: ignore[reportMissingTypeStubs]
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.algorithm import COORDINATE_BYTES, Algorithm, is_signed

_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_OCTETS: Final = 0x04
_TAGGED_0: Final = 0xA0

# Object identifiers, whole: tag, length, value.
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("060b2a864886f70d010910022f")
_VERSION_1: Final = bytes.fromhex("020101")
_SHA256: Final = bytes.fromhex("300b0609608648016503040201")
_ECDSA_SHA256: Final = bytes.fromhex("300a06082a8648ce3d040302")

_CHAIN_MAX: Final = 4
_cms: Any = asn1_cms  # they have no types
_x509: Any = asn1_x509


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every signature of one key says in the same words: certificates, who signs, and which certificate that is."""

    certificates: bytes
    signer: bytes
    signing_certificate: bytes
    certified_from: datetime
    """when the certificate of the key begins"""

    def sign(self, digest: bytes, sign: Callable[[bytes], bytes]) -> bytes:
        """Write the CMS over content with this SHA-256 `digest`. `sign` answers r || s over the SHA-256 of its data."""
        attributes = b"".join(
            # DER sorts a set by its encodings (X.690, section 11.6): the lengths decide, and they never change.
            sorted(
                (
                    _der(_SEQUENCE, _CONTENT_TYPE, _der(_SET, _DATA)),
                    _der(_SEQUENCE, _MESSAGE_DIGEST, _der(_SET, _der(_OCTETS, digest))),
                    self.signing_certificate,
                )
            )
        )
        raw = sign(_der(_SET, attributes))
        signer_info = _der(
            _SEQUENCE,
            _VERSION_1,
            self.signer,
            _SHA256,
            _der(_TAGGED_0, attributes),
            _ECDSA_SHA256,
            _der(_OCTETS, _signature(raw)),
        )
        signed = _der(
            _SEQUENCE,
            _VERSION_1,
            _der(_SET, _SHA256),
            _der(_SEQUENCE, _DATA),
            _der(_TAGGED_0, self.certificates),
            _der(_SET, signer_info),
        )
        return _der(_SEQUENCE, _SIGNED_DATA, _der(_TAGGED_0, signed))


@cache
def envelope(chain: tuple[bytes, ...]) -> Envelope:
    """Prepare the signatures of the key whose certificate chain (DER, leaf first) this is. Raises `ValueError`."""
    if not chain:
        msg = "a key that seals needs a certificate"
        raise ValueError(msg)
    return _envelope(chain)


def _envelope(chain: tuple[bytes, ...]) -> Envelope:
    leaf = _x509.Certificate.load(chain[0], strict=True)
    serial_number = leaf["tbs_certificate"]["serial_number"].dump()
    certificate_id = _der(_SEQUENCE, _der(_OCTETS, hashlib.sha256(chain[0]).digest()))  # SHA-256 is the default and not written
    return Envelope(
        certificates=b"".join(sorted(chain)),
        signer=_der(_SEQUENCE, leaf.issuer.dump(), serial_number),
        signing_certificate=_der(
            _SEQUENCE, _SIGNING_CERTIFICATE_V2, _der(_SET, _der(_SEQUENCE, _der(_SEQUENCE, certificate_id)))
        ),
        certified_from=x509.load_der_x509_certificate(chain[0]).not_valid_before_utc,
    )


@dataclass(frozen=True, slots=True)
class Signature:
    """A CMS that was read: what it says of the content, and what the signature is over. Nothing of it is believed yet."""

    digest: bytes
    signed: bytes
    value: bytes
    certified_key: bytes
    certified_from: datetime

    def holds(self, public_key: bytes) -> bool:
        """Say whether this key signed (65 bytes: the uncompressed point on P-256), and its certificate is the one given."""
        return self.certified_key == public_key and is_signed(Algorithm.ES256, public_key, self.value, self.signed)


def read_cms(data: bytes) -> Signature:
    """Read a CMS. Raises `ValueError` for anything that `Envelope` would not have written, byte for byte.

    So every byte of it is accounted for: the signature covers its attributes, they name the leaf by its hash, each certificate
    is signed by the next, and the last one by itself.
    """
    try:
        signed = _cms.ContentInfo.load(data, strict=True)["content"]
        (signer,) = signed["signer_infos"]
        (digest,) = next(one["values"] for one in signer["signed_attrs"] if one["type"].native == "message_digest")
        r, s = decode_dss_signature(signer["signature"].native)
        value = r.to_bytes(COORDINATE_BYTES) + s.to_bytes(COORDINATE_BYTES)
        chain = _chain([one.chosen.dump() for one in signed["certificates"]], signer["sid"].chosen["serial_number"].native)
        written = _Recorder(value)
        again = _envelope(tuple(one.public_bytes(Encoding.DER) for one in chain)).sign(digest.native, written)
        certified = chain[0].public_key()
        assert isinstance(certified, ec.EllipticCurvePublicKey)
        key = certified.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    except _UNREADABLE as error:
        msg = "not a CMS signature of a PDF"
        raise ValueError(msg) from error
    if again != data:
        msg = "a CMS signature that is not written as a centre writes it"
        raise ValueError(msg)
    return Signature(digest.native, written.data, value, key, chain[0].not_valid_before_utc)


_UNREADABLE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidSignature,
    LookupError,
    StopIteration,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    x509.InvalidVersion,
)
"""What two libraries raise for bytes that are no CMS, no certificate, or one of another kind."""


class _Recorder:
    """Stands for the key: answers the signature that is there, and keeps what it would be over."""

    def __init__(self, value: bytes) -> None:
        self._value = value
        self.data = b""

    def __call__(self, data: bytes) -> bytes:
        self.data = data
        return self._value


def _chain(certificates: list[bytes], serial_number: int) -> list[x509.Certificate]:
    """Put certificates in their order, leaf first, and see that each is signed by the next and the last one by itself."""
    rest = [x509.load_der_x509_certificate(one) for one in certificates[:_CHAIN_MAX]]
    chain = [one for one in rest if one.serial_number == serial_number][:1]
    while len(chain) < len(rest):
        chain.append(next(one for one in rest if one.subject == chain[-1].issuer and one not in chain))
    for issued, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
        issued.verify_directly_issued_by(issuer)
    return chain


def _signature(raw: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(raw[:COORDINATE_BYTES]), int.from_bytes(raw[COORDINATE_BYTES:]))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content
