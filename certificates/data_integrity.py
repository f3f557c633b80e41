"""Signatures inside the document: two Data Integrity proofs (W3C REC, Data Integrity EdDSA Cryptosuites 1.0).

`eddsa-rdfc-2022` (section 3.2) signs what the document means, and other verifiers read it. `eddsa-jcs-2022` (section 3.3) signs
every member that is written, defined or not. The first alone would let a member without a definition pass unsigned, so both are
demanded, in this order. Each covers the document without its `proof`. A proof looks like this:

    {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-11-23T09:30:00Z",
     "verificationMethod": "did:web:centre.example#key-2026-1", "proofPurpose": "assertionMethod",
     "proofValue": "z5Ax…"}

and the second one also has a copy of the document's `@context`.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates import multikey
from certificates.contexts import canonical_rdf
from certificates.strict_json import JsonObject, canonical
from certificates.timestamp import write_timestamp


class Suite(StrEnum):
    """The cryptosuites, in the order of the proofs."""

    RDFC = "eddsa-rdfc-2022"
    JCS = "eddsa-jcs-2022"


def hash_data(
    document: JsonObject,
    options: JsonObject,
    suite: Suite,
    contexts: dict[str, JsonObject] | None = None,
    written: bytes | None = None,
) -> bytes:
    """Make the 64 bytes that are signed: SHA-256 of the canonical proof options, then SHA-256 of the canonical document.

    `options` is the proof without `proofValue`. `contexts` replaces the bundled ones (for test vectors of others). `written` is
    the RFC 8785 form of `document`, from whoever has it already.
    """
    match suite:
        case Suite.RDFC:
            # Section 3.2.5: the options borrow the document's context for canonicalising and only for that.
            written_options = canonical_rdf({**options, "@context": document["@context"]}, contexts)
            written_document = canonical_rdf(document, contexts)
        case Suite.JCS:
            written_options = canonical(options)
            written_document = written or canonical(document)
        case _:
            assert_never(suite)
    return hashlib.sha256(written_options).digest() + hashlib.sha256(written_document).digest()


def prove(
    document: JsonObject, suite: Suite, verification_method: str, sign: Callable[[bytes], bytes], created: datetime
) -> JsonObject:
    """Make one proof over `document`, which must not have a `proof` yet."""
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite.value,
        "created": write_timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    if suite is Suite.JCS:
        options["@context"] = document["@context"]
    return {**options, "proofValue": multikey.write_signature(sign(hash_data(document, options, suite)))}


def prove_twice(
    document: JsonObject, verification_method: str, sign: Callable[[bytes], bytes], created: datetime
) -> list[JsonObject]:
    """Make both proofs, in their order. Each is over the document alone, so either can be checked without the other."""
    return [prove(document, suite, verification_method, sign, created) for suite in Suite]


def proof_holds(
    document: JsonObject,
    proof: JsonObject,
    suite: Suite,
    public_key: bytes,
    contexts: dict[str, JsonObject] | None = None,
    written: bytes | None = None,
) -> bool:
    """Say whether `proof` is a signature by `public_key` over `document`, which is given without its `proof`.

    `contexts` and `written` are as in `hash_data`. Pure mathematics: whether the key may sign is the caller's question.
    """
    options: JsonObject = {name: value for name, value in proof.items() if name != "proofValue"}
    if proof.get("cryptosuite") != suite or proof.get("type") != "DataIntegrityProof":
        return False
    if "@context" in options and options["@context"] != document.get("@context"):
        return False
    try:
        signature = multikey.read_signature(str(proof.get("proofValue")))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, hash_data(document, options, suite, contexts, written))
    except (InvalidSignature, ValueError, KeyError):
        return False
    return True
