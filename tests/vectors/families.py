"""Vectors that need another trust file than the others: each family is a folder with its own `trust.json`.

`withdrawn-key`: the centre's first keys were stolen and withdrawn from leaf 3 of its log on, and it signs with new ones. What
it logged before stays authentic wherever the log is shown; where it is not, nothing by an old key counts.

`witnessed`: whoever pinned the centre knows three witnesses of its log and wants two of them on every checkpoint.

A signature of ML-DSA-44 is another one each time that it is made, so those vectors change when they are written anew.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from certificates.algorithm import Algorithm
from certificates.bundle import Bundle, write_bundle
from certificates.carriers.compact import compact_claims
from certificates.carriers.jwt import write_token
from certificates.carriers.qr import front_url, second_code, sign_claims
from certificates.findings import Authentic, Code, Freshness, Status, Step
from certificates.issuer import PublicKey, key_document, with_witnesses
from certificates.log.cosignature import WitnessKey, cosign
from certificates.log.entry import binding_of
from certificates.log.note import Note, SignatureLine, SignatureType, read_note, write_note
from certificates.log.policy import WitnessPolicy
from certificates.log.proof import read_proof, write_proof
from certificates.status_list import Purpose
from certificates.strict_json import JsonObject, canonical
from tests.certificates.centre import NOW, Centre, claim, document_signer, signer
from tests.vectors.make import Vector

FOLDER: Final = Path(__file__).parent
WITHDRAWN_FROM: Final = 3
"""The leaf of the second certificate of a fresh `Centre`, whose log begins with two entries of others."""


@dataclass(frozen=True, slots=True)
class Family:
    """Vectors that are checked against one trust file."""

    name: str
    trust: bytes
    vectors: tuple[Vector, ...]

    @property
    def folder(self) -> Path:
        """Where they are kept."""
        return FOLDER / self.name


def families() -> tuple[Family, ...]:
    """Make all of them."""
    return (
        Family("withdrawn-key", _withdrawn_trust(), tuple(_withdrawn())),
        Family("witnessed", _witnessed_trust(), tuple(_witnessed())),
    )


def write() -> None:
    """Write every family into its folder; remove what is no longer described."""
    for family in families():
        family.folder.mkdir(exist_ok=True)
        for path in family.folder.glob("*.vector"):
            path.unlink()
        for vector in family.vectors:
            (family.folder / f"{vector.name}.vector").write_bytes(vector.written())
        (family.folder / "trust.json").write_bytes(family.trust)


def _after_the_theft(centre: Centre) -> Centre:
    """The same centre with its new keys beside the old ones."""
    new = Centre()
    new.entries = list(centre.entries)
    new.office = replace(
        centre.office,
        credential_signers=(*centre.office.credential_signers, signer("key-2026-2", "centre key after the theft")),
        document_signers=(
            *centre.office.document_signers,
            document_signer("document-2026-2", "centre document after the theft"),
        ),
    )
    return new


def _withdrawn_trust() -> bytes:
    office = _after_the_theft(Centre()).office

    def published(name: str, public_key: bytes, algorithm: Algorithm) -> PublicKey:
        old = name.endswith("-1")
        return PublicKey(
            name,
            public_key,
            algorithm,
            revoked=NOW if old else None,
            revoked_from_log_index=WITHDRAWN_FROM if old else None,
        )

    return canonical(
        key_document(
            office.issuer,
            [published(one.name, one.public_key, Algorithm.ED25519) for one in office.credential_signers],
            [PublicKey(one.name, one.public_key) for one in office.log_signers],
            [published(one.name, one.public_key, Algorithm.ES256) for one in office.document_signers],
        )
    )


def _withdrawn() -> Iterator[Vector]:
    centre = Centre()
    before = centre.certify()
    after = centre.certify(claim(points="99"))
    recovered = _after_the_theft(centre)
    lists = tuple(recovered.status_list(purpose) for purpose in Purpose)

    def vector(
        name: str,
        about: str,
        data: bytes,
        found: tuple[Step, Code] | None,
        authentic: Authentic,
        status: Status = Status.NOT_CHECKED,
    ) -> Vector:
        step, finding = found or (None, None)
        fresh = Freshness.FRESH if status is Status.GOOD else Freshness.NOT_CHECKED
        return Vector(name, about, step, finding, authentic, status, fresh, data)

    def refused(name: str, about: str, data: bytes) -> Vector:
        return vector(name, about, data, (Step.ISSUER, Code.KEY_REVOKED), Authentic.NO)

    def code(bundle: Bundle, index: int, text: Callable[[bytes], str], signing: Centre = centre) -> bytes:
        unsigned = {member: value for member, value in bundle.credential.items() if member != "proof"}
        office = signing.office
        binding = binding_of(bundle.salt, canonical(unsigned))
        cose = sign_claims(compact_claims(unsigned), binding, index, office.signer.name, office.signer.sign)
        return text(cose).encode()

    def front(cose: bytes) -> str:
        return front_url(centre.office.issuer.url, cose)

    yield vector(
        "logged-before",
        "logged before its key was stolen, with lists by the new key",
        write_bundle(before.with_status(lists)),
        None,
        Authentic.YES,
        Status.GOOD,
    )
    yield vector(
        "lists-by-the-old-key",
        "logged before, but whoever stole the key can have made its lists",
        write_bundle(before),
        (Step.STATUS, Code.STATUS_LIST_KEY_REVOKED),
        Authentic.YES,
    )
    forged = centre.status_list(Purpose.REVOCATION)
    yield vector(
        "one-list-by-the-old-key",
        "a list by the old key beside two by the new one",
        write_bundle(before.with_status((*lists, forged))),
        None,
        Authentic.YES,
        Status.GOOD,
    )
    yield refused("logged-after", "logged after its key was stolen", write_bundle(after.with_status(lists)))
    yield refused("never-logged", "a log proof that cannot be read", write_bundle(replace(after, log_proof="", status=lists)))
    elsewhere = replace(after, log_proof=before.log_proof, status=lists)
    yield vector(
        "borrowed-log-proof",
        "made after the theft, with the log proof of a certificate from before",
        write_bundle(elsewhere),
        (Step.LOG, Code.LOG_OTHER_ENTRY),
        Authentic.NO,
    )
    moved = replace(after, log_proof=after.log_proof.replace(f"index {WITHDRAWN_FROM}", "index 2"), status=lists)
    yield vector(
        "moved-log-proof",
        "made after the theft, with a log proof that names an earlier place",
        write_bundle(moved),
        (Step.LOG, Code.LOG_OTHER_ENTRY),
        Authentic.NO,
    )
    resigned = _signed_by(recovered, after)
    yield vector(
        "signed-anew",
        "logged after the theft and signed with the new key",
        write_bundle(replace(after, credential=resigned, status=lists)),
        None,
        Authentic.YES,
        Status.GOOD,
    )
    mixed: Any = {**resigned, "proof": [_proofs(resigned)[0], _proofs(after.credential)[1]]}
    yield refused(
        "half-signed-anew", "the second signature by the old key", write_bundle(replace(after, credential=mixed, status=lists))
    )
    yield refused("front-code", "a code by the old key, which shows no log", code(before, 2, front))
    yield refused("front-code-that-lies", "a code by the old key that says it is older", code(after, 0, front))
    before_proof, after_proof = read_proof(before.log_proof), read_proof(after.log_proof)
    yield vector(
        "second-code",
        "a code by the old key, logged before",
        code(before, 2, lambda cose: second_code(cose, before_proof)),
        None,
        Authentic.YES,
    )
    yield refused(
        "second-code-after",
        "a code by the old key, logged after",
        code(after, WITHDRAWN_FROM, lambda cose: second_code(cose, after_proof)),
    )
    yield vector(
        "second-code-that-lies",
        "a code by the old key that names the place of another",
        code(after, 2, lambda cose: second_code(cose, before_proof)),
        (Step.LOG, Code.LOG_OTHER_ENTRY),
        Authentic.NO,
    )
    yield refused("token", "a token by the old key, which shows no log", _token(centre, before))
    yield vector("token-anew", "the same by the new key", _token(recovered, before), None, Authentic.SIGNED)


def _ed25519(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


@dataclass(frozen=True, slots=True)
class _Witness:
    name: str
    key: Ed25519PrivateKey | MLDSA44PrivateKey

    @property
    def known(self) -> WitnessKey:
        kind = (
            SignatureType.ED25519_COSIGNATURE
            if isinstance(self.key, Ed25519PrivateKey)
            else SignatureType.ML_DSA_44_COSIGNATURE
        )
        return WitnessKey(self.name, kind, self.key.public_key().public_bytes_raw())

    def line(self, note: Note) -> SignatureLine:
        return cosign(note, self.known, self.key.sign, NOW)


_FIRST: Final = _Witness("witness.example/first", _ed25519("first witness"))
_SECOND: Final = _Witness("witness.example/second", _ed25519("second witness"))
_THIRD: Final = _Witness("witness.example/third", MLDSA44PrivateKey.from_seed_bytes(hashlib.sha256(b"third witness").digest()))
_STRANGER: Final = _Witness("stranger.example/witness", _ed25519("nobody's witness"))
_IMPOSTOR: Final = _Witness(_SECOND.name, _ed25519("an impostor"))
_LOG: Final = _Witness(
    "centre.example/log", MLDSA44PrivateKey.from_seed_bytes(hashlib.sha256(b"second key of the log").digest())
)


def _witnessed_trust() -> bytes:
    policy = WitnessPolicy((_FIRST.known, _SECOND.known, _THIRD.known), quorum=2)
    return canonical(with_witnesses(Centre().office.key_document(), [_LOG.known], policy))


def _witnessed() -> Iterator[Vector]:
    centre = Centre()
    good = centre.certify()
    proof = read_proof(good.log_proof)
    note = read_note(proof.checkpoint)
    later = Centre()
    later.certify()
    later.log([b"an entry more"])
    others = read_note(read_proof(later.log_proof(2)).checkpoint)

    def cosigned(*lines: SignatureLine) -> str:
        return write_proof(replace(proof, checkpoint=write_note(Note(note.text, (*note.signatures, *lines)))))

    def vector(name: str, about: str, log_proof: str, finding: Code | None) -> Vector:
        data = write_bundle(replace(good, log_proof=log_proof))
        if finding is None:
            return Vector(name, about, None, None, Authentic.YES, Status.GOOD, Freshness.FRESH, data)
        return Vector(name, about, Step.LOG, finding, Authentic.NO, Status.NOT_CHECKED, Freshness.NOT_CHECKED, data)

    first, second, third = _FIRST.line(note), _SECOND.line(note), _THIRD.line(note)
    yield vector("two-witnesses", "as many as are wanted", cosigned(first, second), None)
    yield vector("three-witnesses", "one more, and the log's second key", cosigned(_LOG.line(note), first, second, third), None)
    yield vector(
        "witness-and-stranger",
        "and one that nobody knows, which means nothing",
        cosigned(first, second, _STRANGER.line(note)),
        None,
    )

    def too_few(name: str, about: str, *lines: SignatureLine) -> Vector:
        return vector(name, about, cosigned(*lines), Code.WITNESSES_TOO_FEW)

    yield too_few("no-witness", "nobody has seen this log")
    yield too_few("one-witness", "one where two are wanted", first)
    yield too_few(
        "one-witness-twice",
        "the same one at two times",
        first,
        cosign(note, _FIRST.known, _FIRST.key.sign, NOW - timedelta(days=1)),
    )
    yield too_few("witness-nobody-knows", "one and a stranger", first, _STRANGER.line(note))
    yield too_few("witness-impostor", "somebody else in a witness's name", first, _IMPOSTOR.line(note))
    lent = SignatureLine(_SECOND.name, _SECOND.known.id, first.data)
    yield too_few("witness-lends-its-name", "the signature of one under the name of another", first, lent)
    yield too_few("witness-of-another-checkpoint", "it has seen a later log", first, _SECOND.line(others))
    yield too_few("witness-of-an-older-log-only", "both have", _FIRST.line(others), _SECOND.line(others))
    moved = SignatureLine(_SECOND.name, _SECOND.known.id, bytes(8) + second.data[8:])
    yield too_few("witness-at-another-time", "the time of a cosignature was changed", first, moved)
    cut = SignatureLine(_THIRD.name, _THIRD.known.id, third.data[:-1])
    yield too_few("witness-cut", "a cosignature that is a byte short", first, cut)
    yield too_few("witness-contradicts-itself", "a true line of a witness and a false one", first, second, moved)
    yield too_few("log-as-witness", "the log's second key is no witness", first, _LOG.line(note))
    false = SignatureLine(_LOG.name, _LOG.known.id, _LOG.line(others).data)
    yield vector(
        "log-key-false", "the log's second signature is of another checkpoint", cosigned(first, second, false), Code.LOG_UNKNOWN
    )
    unsigned = Note(note.text, (first, second))
    yield vector(
        "witnesses-alone",
        "witnesses, and not the log",
        write_proof(replace(proof, checkpoint=write_note(unsigned))),
        Code.LOG_UNKNOWN,
    )
    data = read_proof(cosigned(first, second))
    compact = compact_claims(good.credential)
    unsigned_credential = {member: value for member, value in good.credential.items() if member != "proof"}
    binding = binding_of(good.salt, canonical(unsigned_credential))
    cose = sign_claims(compact, binding, proof.index, centre.office.signer.name, centre.office.signer.sign)
    answers = Status.NOT_CHECKED, Freshness.NOT_CHECKED
    code = second_code(cose, data).encode()
    yield Vector("second-code-witnessed", "paper with both witnesses", None, None, Authentic.YES, *answers, code)
    bare = second_code(cose, proof).encode()
    yield Vector("second-code-unwitnessed", "paper without", Step.LOG, Code.WITNESSES_TOO_FEW, Authentic.NO, *answers, bare)


def _signed_by(centre: Centre, bundle: Bundle) -> JsonObject:
    return centre.sign({member: value for member, value in bundle.credential.items() if member != "proof"})


def _proofs(credential: JsonObject) -> list[Any]:
    proofs: Any = credential["proof"]
    return proofs


def _token(centre: Centre, bundle: Bundle) -> bytes:
    unsigned = {member: value for member, value in bundle.credential.items() if member != "proof"}
    return write_token(unsigned, centre.office.document_method, centre.office.document_signer.sign).encode()
