"""X.509 certificates of the document keys, so that software that has never heard of a key document can check a seal.

A root of P-256 signs the certificate of each document key; whoever trusts the root in his PDF reader sees who sealed a file.
The root is made at the key ceremony and kept offline (`docs/keys.md`); a centre without a ceremony makes one in memory, signs
once with it and forgets it: good for trying out, and `sarap check` warns of it.

The profile is RFC 5280 with the names of ETSI EN 319 412-3 (legal persons): country, organisation, its registration number,
and a common name that says which key it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from certificates.algorithm import p256_key
from certificates.errors import KeyUnusable

ROOT_LIFETIME: Final = timedelta(days=25 * 366)
"""A PDF reader believes a seal only while the chain lasts, and a certificate is checked for decades."""

DOCUMENT_LIFETIME: Final = timedelta(days=15 * 366)
"""As above. The key signs for a year or two and is then destroyed; the certificate goes on to say whose it was."""

CLOCK_MARGIN: Final = timedelta(hours=1)
"""A certificate begins this much early, so that a reader whose clock is slow believes it at once."""

NAME_MAX_BYTES: Final = 64
"""Bytes of a name in a certificate. RFC 5280, appendix A, says characters, and some software counts bytes."""

DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""

DEVELOPMENT: Final = "development root, made without a ceremony"
"""Part of the common name of a root that was made in memory and forgotten."""

_ROOT_USAGE: Final = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
_DOCUMENT_USAGE: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,  # ETSI EN 319 412-2, section 4.3.2, type B: a seal that somebody stands by, and a signature
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who seals: `country` in two letters, `number` as in ETSI EN 319 412-1, section 5.1.4, e.g. `NTRKZ-123456789012`."""

    name: str
    country: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Root:
    """The root with its key: only in memory, and only while it signs."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Its own certificate in DER: a chain of one."""
        return (_der(self.certificate),)


def make_root(
    organisation: Organisation, now: datetime, key: ec.EllipticCurvePrivateKey | None = None, title: str = "root"
) -> Root:
    """Make a root that signs itself. `key` None: a new one."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, title)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        _builder(name, name, key.public_key(), now, ROOT_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_ROOT_USAGE, critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return Root(key, certificate)


def certify(root: Root, key_name: str, public_key: bytes, now: datetime) -> tuple[bytes, bytes]:
    """Issue the certificate of a document key: the chain in DER, leaf first. It never outlasts the root."""
    point = p256_key(public_key)
    subject = [*root.certificate.subject][:-1]
    organisation = str(root.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)
    name = x509.Name([*subject, x509.NameAttribute(NameOID.COMMON_NAME, _short(organisation, f" {key_name}"))])
    lifetime = min(DOCUMENT_LIFETIME, root.certificate.not_valid_after_utc - now)
    certificate = (
        _builder(name, root.certificate.subject, point, now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_DOCUMENT_USAGE, critical=True)
        # NSS and OpenSSL check the seal of a PDF as they check a signed mail, and want that usage by its name.
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(point), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), critical=False)
        .sign(root.key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return _der(certificate), _der(root.certificate)


def write_chain(chain: tuple[bytes, ...]) -> bytes:
    """Write certificates as a PEM file, leaf first."""
    certificates = [x509.load_der_x509_certificate(one) for one in chain]
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def read_chain(pem: bytes, public_key: bytes) -> tuple[bytes, ...]:
    """Read the certificates of `public_key`. Raises `KeyUnusable` if they are of another key, or one did not sign the next."""
    try:
        chain = x509.load_pem_x509_certificates(pem)
        for issued, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
            issued.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        msg = f"not a chain of certificates: {error}"
        raise KeyUnusable(msg) from error
    leaf = chain[0].public_key()
    if not isinstance(leaf, ec.EllipticCurvePublicKey) or _point(leaf) != public_key:
        msg = "the certificate is of another key"
        raise KeyUnusable(msg)
    return tuple(_der(certificate) for certificate in chain)


def chain_in(pem: bytes) -> tuple[bytes, ...]:
    """Read the certificates of a PEM file, whoever's they are. Raises `KeyUnusable`."""
    try:
        return tuple(map(_der, x509.load_pem_x509_certificates(pem)))
    except ValueError as error:
        raise KeyUnusable(f"not certificates: {error}") from error


def is_development(chain: tuple[bytes, ...]) -> bool:
    """Say whether the chain ends in a root that was made without a ceremony."""
    root = x509.load_der_x509_certificate(chain[-1])
    return any(DEVELOPMENT in str(name.value) for name in root.subject.get_attributes_for_oid(NameOID.COMMON_NAME))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    begins = now.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(_serial_number(subject, key, begins))
        .not_valid_before(begins - CLOCK_MARGIN)
        .not_valid_after(begins + lifetime)
    )


def _serial_number(subject: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime) -> int:
    """A number that no other certificate of this root has, and that needs no register of those given: 152 bits of a hash."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(subject.public_bytes() + _point(key) + begins.isoformat().encode())
    return int.from_bytes(digest.finalize()[:19]) | 1


def _name(organisation: Organisation, title: str) -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: organisation.country,
        NameOID.ORGANIZATION_NAME: _short(organisation.name),
        NameOID.ORGANIZATION_IDENTIFIER: organisation.number,
        NameOID.COMMON_NAME: _short(organisation.name, f" {title}"),
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items() if value])


def _short(name: str, title: str = "") -> str:
    """Cut the name so that it fits together with the title, and never in the middle of a letter."""
    room = NAME_MAX_BYTES - len(title.encode())
    return name.encode()[:room].decode(errors="ignore").rstrip() + title


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
