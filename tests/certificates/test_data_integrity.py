"""The proofs, against the published vectors of W3C, byte for byte, and against ourselves."""

import hashlib
import json
from pathlib import Path
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates import contexts, multikey
from certificates.contexts import CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS, bundled, canonical_rdf, check
from certificates.data_integrity import Suite, hash_data, proof_holds, prove_twice
from certificates.errors import ContextMissing
from certificates.profile import lint
from certificates.strict_json import canonical
from tests.certificates.centre import NOW, Centre, signer

SHARED = Path(__file__).parents[2] / "../shared/data/credentials"
VECTORS = SHARED / "w3c-vc-di-eddsa"
FOLDERS = {Suite.RDFC: ("eddsa-rdfc-2022", "DataInt"), Suite.JCS: ("eddsa-jcs-2022", "JCS")}

needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the W3C vectors are not on this machine")


def shared(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


def shared_contexts() -> dict[str, Any]:
    """The vectors use one more context, for examples only."""
    examples = json.loads((SHARED / "contexts/credentials-examples-v2.jsonld").read_text())
    return {**bundled(), "https://www.w3.org/ns/credentials/examples/v2": examples}


@needs_vectors
@pytest.mark.parametrize("suite", list(Suite))
def test_the_w3c_vectors_come_out_byte_for_byte(suite: Suite) -> None:
    folder, suffix = FOLDERS[suite]
    known = shared_contexts()
    document, options = shared("unsigned.json"), shared(f"{folder}/proofConfig{suffix}.json")
    written = canonical_rdf(document, known) if suite is Suite.RDFC else canonical(document)
    assert written.decode() == (VECTORS / folder / f"canonDoc{suffix}.txt").read_text()
    # The published options of the first suite already show the context that is borrowed for hashing.
    data = hash_data(document, options, suite, known)
    assert data.hex() == (VECTORS / folder / f"combinedHash{suffix}.txt").read_text().strip()
    key = Ed25519PrivateKey.from_private_bytes(multikey_seed(shared("keyPair.json")["privateKeyMultibase"]))
    signature = key.sign(data)
    assert signature.hex() == (VECTORS / folder / f"sigHex{suffix}.txt").read_text().strip()
    assert multikey.write_signature(signature) == (VECTORS / folder / f"sigBTC58{suffix}.txt").read_text().strip()


def multikey_seed(text: str) -> bytes:
    return base58.b58decode(text[1:])[2:]


@needs_vectors
@pytest.mark.parametrize("suite", list(Suite))
def test_the_signed_documents_of_w3c_verify_and_altered_ones_do_not(suite: Suite) -> None:
    folder, suffix = FOLDERS[suite]
    signed = shared(f"{folder}/signed{suffix}.json")
    proof = signed.pop("proof")
    key = multikey.read_key(shared("keyPair.json")["publicKeyMultibase"])
    assert proof_holds(signed, proof, suite, key, shared_contexts())
    assert not proof_holds({**signed, "name": "Another"}, proof, suite, key, shared_contexts())
    assert not proof_holds(signed, proof, suite, bytes(32), shared_contexts())
    other = Suite.JCS if suite is Suite.RDFC else Suite.RDFC
    assert not proof_holds(signed, proof, other, key, shared_contexts())


def every(proofs: Any) -> list[Any]:
    """A set of one proof is written without brackets."""
    return [proofs] if "type" in proofs else proofs


@needs_vectors
@pytest.mark.parametrize("name", ["signedProofSet1.json", "signedProofSet2.json"])
def test_every_proof_of_a_w3c_proof_set_verifies_by_itself(name: str) -> None:
    signed = shared(f"proof-set-chain/{name}")
    proofs = signed.pop("proof")
    for proof in every(proofs):
        key = multikey.read_key(proof["verificationMethod"].partition("#")[2])
        assert proof_holds(signed, proof, Suite(proof["cryptosuite"]), key, shared_contexts())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference contexts are not on this machine")
def test_the_bundled_contexts_are_the_published_ones() -> None:
    names = {
        CREDENTIALS_V2: "credentials-v2.jsonld",
        OPEN_BADGES: "ob-v3p0-context-3.0.3.json",
        OPEN_BADGES_EXTENSIONS: "ob-v3p0-extensions.json",
    }
    for address, name in names.items():
        published = json.loads((SHARED / "contexts" / name).read_text())
        if address == OPEN_BADGES:
            # The two texts in circulation differ in these terms, which the profile does not allow.
            for term in ("endorsementJwt", "jti"):
                del published["@context"][term]
        assert bundled()[address] == published


def test_a_missing_or_altered_context_is_an_error_and_never_fetched(tmp_path: Path) -> None:
    with pytest.raises(ContextMissing, match="run the set-up again"):
        check(tmp_path)
    for address, (name, _sha256) in contexts.PINNED.items():
        document = dict(bundled()[address])
        (tmp_path / name).write_text(json.dumps({**document, "extra": 1}))
    with pytest.raises(ContextMissing, match="not the pinned text"):
        check(tmp_path)


def test_the_member_order_and_the_white_space_of_a_file_do_not_matter() -> None:
    centre = Centre()
    signed: Any = centre.certify().credential
    turned = json.loads(json.dumps(dict(reversed(signed.items())), indent=8))
    document = {name: value for name, value in turned.items() if name != "proof"}
    for suite, proof in zip(Suite, turned["proof"], strict=True):
        assert proof_holds(document, proof, suite, centre.office.signer.public_key)


def test_only_the_second_proof_covers_a_member_without_a_definition() -> None:
    """The reason for two proofs: an unknown word is invisible to the first."""
    key = signer("key", "x")
    document: Any = {"@context": [CREDENTIALS_V2], "type": "VerifiableCredential", "issuer": "did:web:a.example"}
    first, second = prove_twice(document, "did:web:a.example#key", key.sign, NOW)
    altered = {**document, "undefined": "member"}
    assert proof_holds(altered, first, Suite.RDFC, key.public_key)
    assert not proof_holds(altered, second, Suite.JCS, key.public_key)


def test_the_lint_names_a_word_that_no_context_defines() -> None:
    credential: Any = {name: value for name, value in Centre().certify().credential.items() if name != "proof"}
    assert lint(credential) == ()
    altered = {**credential, "credentialSubject": {**credential["credentialSubject"], "level": "expert"}}
    assert {fault.path for fault in lint(altered)} == {"credentialSubject.level", "level"}


@pytest.mark.parametrize(
    "value", ["", "z", "u1234", "z" + "1" * 200, "zIl0O", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ"]
)
def test_what_is_no_key_or_signature_is_refused(value: str) -> None:
    for read in (multikey.read_key, multikey.read_signature):
        with pytest.raises(ValueError):
            read(value)


def test_a_key_is_read_as_it_was_written() -> None:
    key = hashlib.sha256(b"x").digest()
    assert multikey.read_key(multikey.write_key(key)) == key
    assert multikey.write_key(key).startswith("z6Mk")
