"""A certificate for a wallet: what the holder shows is believed, what he hides stays hidden, and nothing else passes."""

import base64
import hashlib
import json
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from certificates.carriers.sd_jwt import WITHHELD, holder_jwk, write_sd_jwt
from certificates.findings import Authentic, Code, Status, Step
from certificates.jwk import encode
from certificates.log.proof import read_proof
from certificates.report import Report
from certificates.status_list import ENTRIES_MIN, Purpose
from certificates.strict_json import JsonObject, canonical
from certificates.token_status import TokenStatus, encode_statuses, status_at
from certificates.verification import carrier_of, verify
from certificates.wallet.key_proof import ProofRefused, read_key_proof
from certificates.wallet.offer import NONCE_LIFETIME, WRONG_CODES_MAX, is_nonce, make_nonce, make_offer
from tests.certificates.centre import NOW, SALT, STATUS_INDEX, Centre

CENTRE = Centre()
BUNDLE = CENTRE.certify()
UNSIGNED: JsonObject = {name: value for name, value in BUNDLE.credential.items() if name != "proof"}
HOLDER = ec.derive_private_key(7, ec.SECP256R1())
BUNDLE_ID = UUID(int=1)
LISTS = [canonical(CENTRE.status_list(purpose)) for purpose in Purpose]
SECRET = bytes(range(32))


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = key.public_key().public_numbers()
    return b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)


def sign_es256(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def issued() -> str:
    office = CENTRE.office
    return write_sd_jwt(
        UNSIGNED,
        SALT,
        read_proof(BUNDLE.log_proof),
        holder_jwk(point(HOLDER)),
        office.document_method,
        office.document_signer.sign,
    )


ISSUED = issued()
TOKEN, *DISCLOSURES, _END = ISSUED.split("~")


def showing(*names: str) -> str:
    kept = [written for written, name in zip(DISCLOSURES, WITHHELD, strict=True) if name in names]
    return "~".join((TOKEN, *kept, ""))


def checked(text: str) -> Report:
    return verify(text.encode(), CENTRE.trust, NOW, LISTS)


def payload_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def signed_again(**changed: Any) -> str:
    """The same with another payload, signed by the centre's own key: what only a centre gone wrong could make."""
    payload = {name: value for name, value in {**payload_of(TOKEN), **changed}.items() if value is not None}
    signed = f"{TOKEN.split('.')[0]}.{encode(canonical(payload))}"
    return "~".join((f"{signed}.{encode(CENTRE.office.document_signer.sign(signed.encode()))}", *DISCLOSURES, ""))


def test_whoever_is_shown_everything_checks_it_as_far_as_the_log() -> None:
    report = checked(ISSUED)
    assert report.verified
    assert report.certificate is not None
    assert (report.certificate.holder_name, report.certificate.points) == ("Айгерім Сәтбаева", "87.5")
    assert carrier_of(ISSUED.encode()) == "sd-jwt"


def test_another_library_verifies_its_signature() -> None:
    document: Any = CENTRE.office.key_document()
    (method,) = [method for method in document["verificationMethod"] if method["type"] == "JsonWebKey"]
    checked_by_other = jws.deserialize_compact(TOKEN, ECKey.import_key(method["publicKeyJwk"]), algorithms=["ES256"])
    assert checked_by_other.headers() == {"alg": "ES256", "kid": method["id"], "typ": "dc+sd-jwt"}
    digests = {encode(hashlib.sha256(written.encode()).digest()) for written in DISCLOSURES}
    assert set(payload_of(TOKEN)["_sd"]) == digests


@settings(deadline=None)
@given(st.sets(st.sampled_from(WITHHELD)))
def test_what_is_hidden_is_not_told_and_what_is_shown_is(names: set[str]) -> None:
    report = verify(showing(*names).encode(), CENTRE.trust, NOW)
    assert report.authentic is (Authentic.YES if "log_proof" in names else report.authentic)
    assert report.failure is None
    assert report.certificate is not None
    assert bool(report.certificate.holder_name) is ("name" in names)
    assert bool(report.certificate.points) is ("score" in names)
    log = next(step for step in report.steps if step.step is Step.LOG)
    assert (log.finding is Code.LOG_NOT_SHOWN) is ("log_proof" not in names)


def test_hidden_values_cannot_be_guessed_from_what_is_always_told() -> None:
    told = json.dumps(payload_of(TOKEN), ensure_ascii=False)
    assert "Айгерім" not in told
    assert "87.5" not in told
    binding = json.loads(base64.urlsafe_b64decode(DISCLOSURES[2] + "=="))[2]
    assert binding not in told


def test_one_that_was_revoked_or_suspended_is_found_in_the_lists() -> None:
    for purpose, status in ((Purpose.REVOCATION, Status.REVOKED), (Purpose.SUSPENSION, Status.SUSPENDED)):
        lists = [canonical(CENTRE.status_list(one, [STATUS_INDEX] if one is purpose else [])) for one in Purpose]
        assert verify(ISSUED.encode(), CENTRE.trust, NOW, lists).status is status


def presented(key: ec.EllipticCurvePrivateKey, over: str, shown: str) -> str:
    header: JsonObject = {"alg": "ES256", "typ": "kb+jwt"}
    body: JsonObject = {"aud": "https://employer.example", "iat": 1, "nonce": "n"}
    hashed: JsonObject = {**body, "sd_hash": encode(hashlib.sha256(over.encode()).digest())}
    signed = f"{encode(canonical(header))}.{encode(canonical(hashed))}"
    return f"{shown}{signed}.{encode(sign_es256(key, signed.encode()))}"


def test_what_a_holder_signs_for_whoever_asked_must_be_his_and_over_what_he_shows() -> None:
    shown = showing("name", "log_proof")
    assert checked(presented(HOLDER, shown, shown)).failure is None
    stranger = ec.derive_private_key(8, ec.SECP256R1())
    for wrong in (presented(stranger, shown, shown), presented(HOLDER, ISSUED, shown), f"{shown}a.b.c"):
        failure = checked(wrong).failure
        assert failure is not None
        assert failure.finding is Code.SIGNATURE_INVALID


def forged_name() -> str:
    parts = json.loads(base64.urlsafe_b64decode(DISCLOSURES[0] + "=="))
    return encode(canonical([parts[0], "name", "Somebody Else"]))


def disclosing(name: str, value: Any) -> str:
    """With another value, whose digest the centre has signed."""
    shown = list(DISCLOSURES)
    shown[WITHHELD.index(name)] = encode(canonical(["salt", name, value]))
    digests = sorted(encode(hashlib.sha256(written.encode()).digest()) for written in shown)
    return "~".join((signed_again(_sd=digests).split("~")[0], *shown, ""))


UNREADABLE = {
    "a-name-that-was-not-signed": "~".join((TOKEN, forged_name(), *DISCLOSURES[1:], "")),
    "shown-twice": "~".join((TOKEN, *DISCLOSURES, DISCLOSURES[0], "")),
    "cut-in-the-middle": "~".join((TOKEN, DISCLOSURES[0][:-3], "")),
    "another-algorithm": ISSUED.replace(TOKEN.split(".")[0], encode(b'{"alg":"none","kid":"x","typ":"dc+sd-jwt"}')),
    "its-own-key": ISSUED.replace(TOKEN.split(".")[0], encode(b'{"alg":"ES256","jwk":{},"kid":"x","typ":"dc+sd-jwt"}')),
    "one-member-more": signed_again(admin=True),
    "no-status": signed_again(status=None),
    "status-elsewhere": signed_again(status={"status_list": {"idx": 1, "uri": "https://elsewhere.example/status/tokens"}}),
    "another-type": signed_again(vct="https://centre.example/credentials/other"),
    "another-issuer": signed_again(iss="https://elsewhere.example"),
    "a-digest-more": signed_again(_sd=[*payload_of(TOKEN)["_sd"], "x"]),
    "a-digest-twice": signed_again(_sd=[payload_of(TOKEN)["_sd"][0]] * 4),
    "a-private-key": signed_again(cnf={"jwk": {**holder_jwk(point(HOLDER)), "d": "AA"}}),
    "truth-for-a-number": signed_again(log={**payload_of(TOKEN)["log"], "index": True}),
    "no-text-for-a-number": signed_again(id=5),
    "a-text-for-a-place": signed_again(
        status={"status_list": {"idx": str(STATUS_INDEX), "uri": "https://centre.example/status/tokens"}}
    ),
    "truth-for-a-place": signed_again(status={"status_list": {"idx": True, "uri": "https://centre.example/status/tokens"}}),
    "digests-in-an-object": signed_again(_sd=dict.fromkeys(payload_of(TOKEN)["_sd"], 1)),
    "a-score-in-one-text": disclosing("score", "123"),
    "a-score-in-an-object": disclosing("score", {"1": 0, "2": 0, "3": 0}),
    "a-twice-named-half-of-a-pair": ISSUED.replace(TOKEN.split(".")[0], encode(b'{"\\ud800":1,"\\ud800":2}')),
    "no-number": signed_again(id="https://centre.example/certificates/1"),
    "endless": ISSUED + "~" * 70_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_a_centre_would_not_have_written_is_not_read(name: str) -> None:
    failure = checked(UNREADABLE[name]).failure
    assert failure is not None
    assert failure.step is Step.READ
    failure.detail.encode()


def test_another_entry_than_its_own_does_not_fit() -> None:
    other = signed_again(log={"index": 1, "entry": "0" * 64})
    failure = checked(other).failure
    assert failure is not None
    assert (failure.step, failure.finding) == (Step.LOG, Code.LOG_OTHER_ENTRY)


def test_one_signed_with_a_stolen_key_does_not_borrow_an_old_entry_by_hiding_what_makes_it() -> None:
    issuer = next(iter(CENTRE.trust.values()))
    index = read_proof(BUNDLE.log_proof).index
    (name, key), *_more = issuer.document_keys.items()
    stolen = replace(key, revoked=NOW - timedelta(days=1), revoked_from_log_index=index + 1)
    trust = {issuer.did: replace(issuer, document_keys={name: stolen})}
    assert verify(ISSUED.encode(), trust, NOW, LISTS).verified, "what was logged before the theft and shows all of it"
    for hiding in (showing("log_proof"), showing("name", "score", "log_proof"), showing("name", "binding", "log_proof")):
        failure = verify(hiding.encode(), trust, NOW, LISTS).failure
        assert failure is not None
        assert failure.finding is Code.KEY_REVOKED


def test_one_signed_with_a_stolen_key_does_not_make_the_thief_its_holder() -> None:
    issuer = next(iter(CENTRE.trust.values()))
    (name, key), *_more = issuer.document_keys.items()
    after = read_proof(BUNDLE.log_proof).index + 1
    stolen = replace(key, revoked=NOW - timedelta(days=1), revoked_from_log_index=after)
    trust = {issuer.did: replace(issuer, document_keys={name: stolen})}
    thief = ec.derive_private_key(8, ec.SECP256R1())
    copied = signed_again(cnf={"jwk": holder_jwk(point(thief))})
    failure = verify(presented(thief, copied, copied).encode(), trust, NOW, LISTS).failure
    assert failure is not None
    assert failure.finding is Code.KEY_REVOKED


@settings(deadline=None, max_examples=25)  # a list is unpacked anew for each place
@given(st.sets(st.integers(0, 999), max_size=5), st.sets(st.integers(0, 999), max_size=5))
def test_every_status_is_read_as_it_was_written(revoked: set[int], suspended: set[int]) -> None:
    encoded = encode_statuses(ENTRIES_MIN, revoked, suspended)
    for index in {0, 998, 999} | revoked | suspended:
        expected = TokenStatus.SUSPENDED if index in suspended else TokenStatus.VALID
        assert status_at(encoded, index) is (TokenStatus.INVALID if index in revoked else expected)


def test_statuses_are_packed_as_the_standard_shows() -> None:
    # draft-ietf-oauth-status-list, section 4.1: with two bits the first entry has the lowest bits of the first byte.
    packed = encode_statuses(16, [0, 3, 4], [1, 5])
    assert zlib.decompress(base64.urlsafe_b64decode(packed + "=="))[:2] == bytes([0b01001001, 0b00001001])


def test_a_nonce_is_ours_and_ends() -> None:
    nonce = make_nonce(SECRET, NOW)
    assert is_nonce(nonce, SECRET, NOW + NONCE_LIFETIME)
    assert not is_nonce(nonce, SECRET, NOW + NONCE_LIFETIME + timedelta(seconds=2))
    assert not is_nonce(nonce, bytes(32), NOW)
    for other in ("", ".", "1.2.3", nonce[:-1], nonce + "0", "٣" + nonce[1:], nonce.replace(".", "")):
        assert not is_nonce(other, SECRET, NOW)


def test_an_offer_takes_its_own_digits_and_ends_with_time_or_tries() -> None:
    made = make_offer(BUNDLE_ID, BUNDLE_ID, SECRET, NOW)
    assert made.offer.accepts(made.short_code, SECRET)
    assert not made.offer.accepts("", SECRET)
    assert not made.offer.accepts(made.short_code, bytes(32))
    assert made.offer.is_open(WRONG_CODES_MAX - 1, NOW)
    assert not made.offer.is_open(WRONG_CODES_MAX, NOW)
    assert not made.offer.is_open(0, made.offer.expires_at)


def key_proof(header: dict[str, Any] | None = None, key: ec.EllipticCurvePrivateKey = HOLDER, **claims: Any) -> str:
    head = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": holder_jwk(point(HOLDER)), **(header or {})}
    body = {"aud": "https://centre.example", "iat": int(NOW.timestamp()), "nonce": "n", **claims}
    signed = f"{encode(canonical({k: v for k, v in head.items() if v is not None}))}.{encode(canonical(body))}"
    return f"{signed}.{encode(sign_es256(key, signed.encode()))}"


def test_a_wallet_proves_the_key_that_it_holds() -> None:
    proof = read_key_proof(key_proof(), "https://centre.example", NOW)
    assert (proof.public_key, proof.nonce) == (point(HOLDER), "n")


@pytest.mark.parametrize(
    "written",
    [
        key_proof(key=ec.derive_private_key(8, ec.SECP256R1())),
        key_proof({"typ": "JWT"}),
        key_proof({"alg": "none"}),
        key_proof({"kid": "x"}),
        key_proof({"jwk": None}),
        key_proof({"jwk": {**holder_jwk(point(HOLDER)), "d": "AA"}}),
        key_proof(aud="https://elsewhere.example"),
        key_proof(iat=1),
        key_proof(iat="now"),
        key_proof(nonce=7),
        "a.b.c",
        "",
        "x" * 5000,
    ],
    ids=[
        "another-key", "another-type", "no-algorithm", "kid", "no-key", "private", "audience", "old", "no-time", "no-nonce",
        "nonsense", "empty", "long",
    ],
)  # fmt: skip
def test_what_is_no_proof_of_a_key_is_refused(written: str) -> None:
    with pytest.raises(ProofRefused):
        read_key_proof(written, "https://centre.example", NOW)


SECOND = int(NOW.timestamp())


@pytest.mark.parametrize("times", [{"exp": SECOND + 1}, {"nbf": SECOND}, {"nbf": SECOND + 300, "exp": SECOND + 600}])
def test_a_proof_holds_within_the_times_that_it_names(times: dict[str, Any]) -> None:
    assert read_key_proof(key_proof(**times), "https://centre.example", NOW).nonce == "n"


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ({"exp": SECOND}, "has expired"),
        ({"exp": SECOND - 1}, "has expired"),
        ({"exp": 0}, "has expired"),
        ({"nbf": SECOND + 601}, "does not count yet"),
        ({"exp": "never"}, "no number of seconds"),
        ({"exp": None}, "no number of seconds"),
        ({"exp": True}, "no number of seconds"),
        ({"nbf": []}, "no number of seconds"),
        ({"iat": True}, "no number of seconds"),
    ],
)
def test_a_proof_that_says_it_has_expired_or_has_not_begun_is_refused(times: dict[str, Any], said: str) -> None:
    with pytest.raises(ProofRefused, match=said):
        read_key_proof(key_proof(**times), "https://centre.example", NOW)
