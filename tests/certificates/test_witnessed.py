"""Witnesses as an employer and a centre deal with them: who counts, how many are wanted, and what an answer means."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from certificates.bundle import Bundle, write_bundle
from certificates.errors import KeyUnusable, TrustUnusable, WitnessesUnusable
from certificates.findings import Code, Step
from certificates.log.checkpoint import Checkpoint, sign_checkpoint
from certificates.log.cosignature import WitnessKey, cosign
from certificates.log.note import Note, SignatureLine, SignatureType, read_note, write_note
from certificates.log.policy import NO_WITNESSES, WitnessPolicy
from certificates.log.proof import read_proof, write_proof
from certificates.log_cosigner import LogCosigner, open_log_cosigners, with_second_signature
from certificates.publishing import witnessed_from
from certificates.strict_json import canonical
from certificates.trust import Trust, read_trust
from certificates.verification import verify
from certificates.witnessing.witnesses import (
    FIRST_PAUSE,
    PAUSE_MAX,
    Why,
    WitnessStanding,
    policy_for,
    read_witnesses,
    why_of,
)
from tests.certificates.centre import NOW, Centre

CENTRE = Centre()
ORIGIN = CENTRE.office.issuer.log_origin
BUNDLE = CENTRE.certify()
INDEX = read_proof(BUNDLE.log_proof).index


def ed25519(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))


KEYS = {
    f"witness.example/w{seed}": WitnessKey(
        f"witness.example/w{seed}", SignatureType.ED25519_COSIGNATURE, ed25519(seed).public_key().public_bytes_raw()
    )
    for seed in (1, 2)
}
W1, W2 = KEYS.values()
SECOND = LogCosigner("mldsa-2026-1", MLDSA44PrivateKey.from_seed_bytes(bytes(32)))


def line_of(note: Note, witness: WitnessKey) -> SignatureLine:
    return cosign(note, witness, ed25519(int(witness.name[-1])).sign, NOW)


def with_checkpoint(bundle: Bundle, note: str) -> bytes:
    return write_bundle(bundle.with_log_proof(write_proof(replace(read_proof(bundle.log_proof), checkpoint=note))))


def cosigned_by(*witnesses: WitnessKey) -> bytes:
    note = read_note(read_proof(BUNDLE.log_proof).checkpoint)
    return with_checkpoint(BUNDLE, write_note(note.with_signatures([line_of(note, witness) for witness in witnesses])))


def trusting(**members: Any) -> Trust:
    issuer = read_trust(canonical({**CENTRE.office.key_document(), **members}))
    return {issuer.did: issuer}


BOTH = [W1.text, W2.text]


def test_a_certificate_whose_log_too_few_witnesses_have_seen_is_not_authentic() -> None:
    trust = trusting(witnesses=BOTH, witnessQuorum=2)
    for data in (write_bundle(BUNDLE), cosigned_by(W1), cosigned_by(W1, W1)):
        failure = verify(data, trust, NOW).failure
        assert failure is not None
        assert (failure.step, failure.finding) == (Step.LOG, Code.WITNESSES_TOO_FEW)
    assert verify(cosigned_by(W1, W2), trust, NOW).verified


def test_witnesses_count_only_where_they_are_asked_for() -> None:
    for trust in (
        trusting(witnesses=BOTH),
        trusting(witnesses=BOTH, witnessQuorum=1, witnessedFrom=INDEX + 1),
        trusting(witnesses=BOTH, witnessQuorum=0),
    ):
        assert verify(write_bundle(BUNDLE), trust, NOW).verified
    from_here = trusting(witnesses=BOTH, witnessQuorum=1, witnessedFrom=INDEX)
    assert not verify(write_bundle(BUNDLE), from_here, NOW).verified
    assert verify(cosigned_by(W2), from_here, NOW).verified


def test_a_witness_with_two_keys_is_one_witness() -> None:
    key = MLDSA44PrivateKey.from_seed_bytes(bytes([7] * 32))
    second = WitnessKey(W1.name, SignatureType.ML_DSA_44_COSIGNATURE, key.public_key().public_bytes_raw())
    policy = WitnessPolicy((W1, second, W2), 2)
    note = read_note(read_proof(BUNDLE.log_proof).checkpoint)
    both = note.with_signatures([line_of(note, W1), cosign(note, second, key.sign, NOW)])
    assert policy.names == (W1.name, W2.name)
    assert policy.cosigned_by(both) == (W1.name,)
    assert not policy.is_met(both, INDEX)


@pytest.mark.parametrize(
    "members",
    [
        {"witnesses": "w"},
        {"witnesses": ["w"]},
        {"witnesses": BOTH, "witnessQuorum": 3},
        {"witnesses": BOTH, "witnessQuorum": True},
        {"witnesses": BOTH, "witnessQuorum": "1"},
        {"witnesses": BOTH, "witnessQuorum": 1, "witnessedFrom": -1},
        {"witnessQuorum": 1},
        {"witnesses": [W1.text] * 40},
        {"witnesses": [W1.text, WitnessKey("witness.example/again", W1.kind, W1.public_key).text]},
        {"witnesses": [WitnessKey(ORIGIN, W1.kind, W1.public_key).text]},
    ],
    ids=["text", "no-key", "too-many", "truth", "digits", "negative", "nobody", "crowd", "two-names", "the-log-itself"],
)
def test_a_key_document_that_asks_for_the_impossible_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(TrustUnusable):
        trusting(**members)


def test_a_second_signature_of_the_log_may_be_missing_and_must_not_be_false() -> None:
    office = replace(CENTRE.office, log_cosigners=(SECOND,))
    issuer = read_trust(canonical(office.key_document()))
    assert issuer.log_cosigners == (SECOND.verifier_key(ORIGIN),)
    trust = {issuer.did: issuer}
    checkpoint = read_proof(BUNDLE.log_proof).checkpoint
    signed = with_second_signature(checkpoint, office.log_cosigners, ORIGIN, NOW)
    assert verify(write_bundle(BUNDLE), trust, NOW).verified
    assert verify(with_checkpoint(BUNDLE, signed), trust, NOW).verified
    assert verify(with_checkpoint(BUNDLE, signed), CENTRE.trust, NOW).verified, "who does not know the key passes it over"
    *lines, last = read_note(signed).signatures
    false = replace(last, data=last.data[:-1] + bytes([last.data[-1] ^ 1]))
    forged = write_note(Note(read_note(signed).text, (*lines, false)))
    failure = verify(with_checkpoint(BUNDLE, forged), trust, NOW).failure
    assert failure is not None
    assert failure.finding is Code.LOG_UNKNOWN


def test_a_centre_that_signs_an_impossible_size_with_both_keys_is_refused_like_any_other() -> None:
    office = replace(CENTRE.office, log_cosigners=(SECOND,))
    issuer = read_trust(canonical(office.key_document()))
    proof = read_proof(BUNDLE.log_proof)
    impossible = Checkpoint(ORIGIN, 2**64, bytes(32))
    note = sign_checkpoint(impossible, office.log_signer)
    second = read_note(with_second_signature(proof.checkpoint, office.log_cosigners, ORIGIN, NOW)).signatures[-1]
    failure = verify(
        with_checkpoint(BUNDLE, write_note(read_note(note).with_signatures([second]))), {issuer.did: issuer}, NOW
    ).failure
    assert failure is not None
    assert failure.finding is Code.LOG_PROOF_UNREADABLE


def test_the_key_of_ml_dsa_is_made_once_and_only_for_its_owner(tmp_path: Any) -> None:
    (first,) = open_log_cosigners(tmp_path, NOW)
    assert open_log_cosigners(tmp_path, NOW + timedelta(days=400))[0].verifier_key("o") == first.verifier_key("o")
    assert "key" not in repr(first)
    (tmp_path / "mldsa-2026-1.pem").chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        open_log_cosigners(tmp_path, NOW)


def test_a_quorum_that_is_new_or_higher_begins_with_the_next_entry() -> None:
    def published(quorum: int, since: int) -> bytes:
        return canonical(replace(CENTRE.office, witnesses=WitnessPolicy((W1, W2), quorum, since)).key_document())

    wanted = WitnessPolicy((W1, W2), 1)
    assert witnessed_from(None, NO_WITNESSES, 9) == 0
    assert witnessed_from(None, wanted, 9) == 9
    assert witnessed_from(CENTRE.key_document, wanted, 9) == 9
    assert witnessed_from(published(1, 4), wanted, 9) == 4
    assert witnessed_from(published(2, 4), wanted, 9) == 4
    assert witnessed_from(published(1, 4), replace(wanted, quorum=2), 9) == 9


def test_a_witness_that_is_taken_from_the_file_costs_no_certificate_its_quorum() -> None:
    """Only its cosignature stands under what was issued in its time, and it is known no more."""
    published = replace(CENTRE.office, witnesses=WitnessPolicy((W1, W2), 1, 4)).key_document()
    assert witnessed_from(canonical(published), WitnessPolicy((W2, W1), 1), 9) == 4
    assert witnessed_from(canonical(published), WitnessPolicy((W2,), 1), 9) == 9


def test_the_file_of_witnesses_is_read() -> None:
    second = WitnessKey(W1.name, SignatureType.ML_DSA_44_COSIGNATURE, bytes(1312))
    text = f"# ours\n\nhttps://witness.example/w1/  {W1.text}\nhttps://witness.example/w1 {second.text}\n-\t{W2.text}\n"
    first, retired = read_witnesses(text, ORIGIN)
    assert (first.url, first.keys, first.is_asked) == ("https://witness.example/w1", (W1, second), True)
    assert (retired.name, retired.is_asked) == (W2.name, False)
    assert policy_for((first, retired), 1).names == (W1.name, W2.name)
    with pytest.raises(WitnessesUnusable, match="cannot be reached"):
        policy_for((first, retired), 2)


@pytest.mark.parametrize(
    "text",
    [
        "https://witness.example",
        f"witness.example {W1.text}",
        f"https://witness.example?x {W1.text}",
        f"https://witness.example {W1.text} more",
        f"https://witness.example {W1.text[:-4]}",
        f"https://one.example {W1.text}\nhttps://two.example {W1.text}",
        f"https://one.example {W1.text}\nhttps://one.example {W1.text}",
        f"https://{ORIGIN} {WitnessKey(ORIGIN, W1.kind, W1.public_key).text}",
    ],
    ids=["no-key", "no-scheme", "query", "three", "cut", "two-addresses", "twice", "the-log-itself"],
)
def test_a_file_of_witnesses_that_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(WitnessesUnusable):
        read_witnesses(text, ORIGIN)


@pytest.mark.parametrize(
    ("status", "told", "meaning"),
    [
        (409, 12, Why.ROLLED_BACK),
        (409, 7, Why.FORKED),
        (409, 8, Why.AWAY),
        (422, None, Why.FORKED),
        (403, None, Why.REFUSED),
        (404, None, Why.REFUSED),
        (302, None, Why.AWAY),
        (500, None, Why.AWAY),
    ],
)
def test_what_an_answer_means(status: int, told: int | None, meaning: Why) -> None:
    assert why_of(status, told, asked_old=7, size=9) is meaning
    assert meaning.is_alarm is (meaning in {Why.ROLLED_BACK, Why.FORKED})


def test_a_witness_that_is_away_is_asked_later_and_later() -> None:
    def due(failures: int) -> timedelta:
        at = WitnessStanding("w", 0, None, failures, Why.AWAY, "", NOW).due_at
        assert at is not None
        return at - NOW

    assert WitnessStanding("w", 0, None).due_at is None
    assert [due(1), due(2), due(3), due(30)] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE, PAUSE_MAX]
    assert WitnessStanding("w", 3, NOW, 1, Why.AWAY, "slow", NOW).told(5) == "w has cosigned 3 of 5 entries (away: slow)"
    assert WitnessStanding("w", 5, NOW).told(5) == "w has cosigned all 5 entries"
