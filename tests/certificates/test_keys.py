"""Keys of both kinds: what they sign, how they are published, and the X.509 chain of those that seal."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from certificates.algorithm import SIGNATURE_BYTES, Algorithm, is_signed
from certificates.chain import DOCUMENT_SIGNING, is_development, read_chain, write_chain
from certificates.errors import KeyUnusable, TrustUnusable
from certificates.issuer import Issuer, PublicKey, key_document, key_set
from certificates.jwk import decode, encode, read_jwk, write_jwk
from certificates.keys import ROOT_CERTIFICATE, create_key, open_office, read_key
from certificates.strict_json import canonical
from certificates.trust import read_trust
from tests.certificates.centre import NOW, Centre, document_signer, signer

CENTRE = Centre()
SIGNERS = [signer("key-2026-1", "a"), document_signer("document-2026-1", "a")]


@pytest.mark.parametrize("key", SIGNERS, ids=lambda key: key.algorithm)
@given(data=st.binary(), other=st.binary())
def test_a_signature_is_of_one_text_alone_and_always_the_same(key: Any, data: bytes, other: bytes) -> None:
    signature = key.sign(data)
    assert len(signature) == SIGNATURE_BYTES
    assert key.sign(data) == signature
    assert is_signed(key.algorithm, key.public_key, signature, data)
    assert is_signed(key.algorithm, key.public_key, signature, other) is (data == other)


@pytest.mark.parametrize("key", SIGNERS, ids=lambda key: key.algorithm)
@given(signature=st.binary(max_size=70), public_key=st.binary(max_size=70))
def test_what_is_no_signature_or_no_key_is_no_match_and_no_crash(key: Any, signature: bytes, public_key: bytes) -> None:
    assert not is_signed(key.algorithm, key.public_key, signature, b"x")
    assert not is_signed(key.algorithm, public_key, key.sign(b"x"), b"x") or public_key == key.public_key


@given(data=st.binary())
def test_base64url_has_one_way_to_write_anything(data: bytes) -> None:
    assert decode(encode(data)) == data
    if len(data) % 3:
        with pytest.raises(ValueError):
            decode(encode(data) + "=")


def test_a_key_comes_back_from_its_jwk_and_only_a_public_p256_key_does() -> None:
    jwk: Any = write_jwk("did:web:centre.example#document-2026-1", SIGNERS[1].public_key)
    assert read_jwk(jwk) == SIGNERS[1].public_key
    off_the_curve = {**jwk, "y": encode(bytes(32))}
    for wrong in ({**jwk, "d": "AAAA"}, {**jwk, "crv": "P-384"}, {**jwk, "kty": "OKP"}, {**jwk, "x": "AA"}, off_the_curve):
        with pytest.raises(ValueError):
            read_jwk(wrong)


def test_an_employer_who_pins_the_document_has_both_kinds_of_keys_apart() -> None:
    keys = read_trust(CENTRE.key_document)
    (trusted,) = keys.document_keys.values()
    assert (trusted.algorithm, trusted.public_key) == (Algorithm.ES256, CENTRE.office.document_signer.public_key)
    assert trusted.chain == CENTRE.office.document_certificates
    assert trusted.method == CENTRE.office.document_method
    assert set(keys.credential_keys) == {CENTRE.office.verification_method}


def test_the_key_set_has_the_keys_that_count_and_no_others() -> None:
    office = CENTRE.office
    keys = [PublicKey(f"document-2026-{number}", SIGNERS[1].public_key, Algorithm.ES256) for number in (1, 2, 3)]
    gone = PublicKey("document-2025-1", SIGNERS[1].public_key, Algorithm.ES256, revoked=NOW, revoked_from_log_index=4)
    first = [PublicKey("key-2026-1", office.signer.public_key)]
    published: Any = key_set(key_document(office.issuer, first, first, [*keys, gone]))
    assert [key["kid"] for key in published["keys"]] == [f"{office.issuer.did}#{key.name}" for key in keys]


def test_what_was_decided_about_a_key_comes_back_from_the_document() -> None:
    first = [PublicKey("key-2026-1", SIGNERS[0].public_key, revoked=NOW, revoked_from_log_index=41)]
    second = [PublicKey("key-2026-2", SIGNERS[0].public_key, retired_from_log_index=7)]
    document: Any = key_document(CENTRE.office.issuer, first + second, second)
    old, new = read_trust(canonical(document)).credential_keys.values()
    assert (old.revoked, old.revoked_from_log_index, old.retired_from_log_index) == (NOW, 41, None)
    assert (new.revoked, new.revoked_from_log_index, new.retired_from_log_index) == (None, None, 7)
    for wrong in (-1, True, "41"):
        document["verificationMethod"][0]["revokedFromLogIndex"] = wrong
        with pytest.raises(TrustUnusable):
            read_trust(canonical(document))


def test_the_certificate_of_a_document_key_is_for_sealing_documents() -> None:
    leaf, root = map(x509.load_der_x509_certificate, CENTRE.office.document_certificates)
    leaf.verify_directly_issued_by(root)
    assert DOCUMENT_SIGNING in leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert leaf.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert leaf.not_valid_after_utc <= root.not_valid_after_utc
    names = {name.oid: name.value for name in leaf.subject}
    assert names[NameOID.ORGANIZATION_IDENTIFIER] == "NTRKZ-123456789012"
    assert names[NameOID.COMMON_NAME] == "The centre document-2026-1"


def test_a_chain_of_another_key_or_with_a_stranger_in_it_is_refused() -> None:
    chain, key = CENTRE.office.document_certificates, CENTRE.office.document_signer.public_key
    assert read_chain(write_chain(chain), key) == chain
    foreign = Centre("other").office.document_certificates
    for certificates, of_key in ((foreign, key), ((chain[0], foreign[1]), key), (chain, SIGNERS[1].public_key)):
        with pytest.raises(KeyUnusable):
            read_chain(write_chain(certificates), of_key)
    with pytest.raises(KeyUnusable):
        read_chain(b"not a certificate", key)


def test_a_centre_without_a_ceremony_seals_under_a_root_that_says_so(tmp_path: Path) -> None:
    issuer = Issuer("https://centre.example", "Орталық " * 12)
    create_key(tmp_path, "key-2026-1")
    create_key(tmp_path, "log-2026-1")
    office = open_office(issuer, tmp_path, NOW)  # made before there were document keys
    assert office.document_signer.name == "document-2026-1"
    assert is_development(office.document_certificates)
    assert not is_development(CENTRE.office.document_certificates)
    assert open_office(issuer, tmp_path, NOW + timedelta(days=1)).document_certificates == office.document_certificates
    (tmp_path / ROOT_CERTIFICATE).touch()
    (tmp_path / "document-2026-1.crt").unlink()
    with pytest.raises(KeyUnusable, match="has no certificate"):
        open_office(issuer, tmp_path, NOW)


def test_a_key_of_another_kind_than_its_name_says_is_refused(tmp_path: Path) -> None:
    create_key(tmp_path, "key-2026-1")
    create_key(tmp_path, "document-2026-1")
    (tmp_path / "key-2026-1.pem").rename(tmp_path / "document-2026-2.pem")
    (tmp_path / "document-2026-1.pem").rename(tmp_path / "log-2026-2.pem")
    other = ec.generate_private_key(ec.SECP384R1())
    pem = other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "document-2026-3.pem").write_bytes(pem)
    (tmp_path / "document-2026-3.pem").chmod(0o600)
    for name in ("document-2026-2", "log-2026-2", "document-2026-3"):
        with pytest.raises(KeyUnusable, match="is not a key of"):
            read_key(tmp_path / f"{name}.pem")
