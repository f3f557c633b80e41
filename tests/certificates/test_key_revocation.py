"""A stolen key, as a stranger sees it: what the log had before stays authentic, and nothing else is believed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from certificates.bundle import write_bundle
from certificates.carriers.jwt import write_token
from certificates.findings import Authentic, Code, Status, Step
from certificates.log.proof import read_proof
from certificates.reasons import Reason
from certificates.report import Report
from certificates.status_list import ENTRIES_MIN, Purpose, encode_list, encode_numbers, unsigned_list
from certificates.strict_json import JsonObject, canonical
from certificates.timestamp import write_timestamp
from certificates.trust import Trust, read_trust
from certificates.verification import verify
from tests.certificates.centre import NOW, STATUS_INDEX, Centre, signer

CENTRE = Centre()
BUNDLE = CENTRE.certify()
LEAF = read_proof(BUNDLE.log_proof).index

SUCCESSOR = Centre()
SUCCESSOR.office = replace(
    CENTRE.office, credential_signers=(*CENTRE.office.credential_signers, signer("key-2026-2", "its successor"))
)
NEW_LISTS = [canonical(SUCCESSOR.status_list(purpose)) for purpose in (Purpose.REVOCATION, Purpose.SUSPENSION)]


def trust_with(key: str = "key-2026-1", **members: Any) -> Trust:
    """The keys of the centre and its successor, with something said of one of them."""
    document: Any = json.loads(SUCCESSOR.key_document)
    for method in document["verificationMethod"]:
        if method["id"].endswith(f"#{key}"):
            method.update(members)
    issuer = read_trust(canonical(document))
    return {issuer.did: issuer}


def stolen(from_log_index: int, key: str = "key-2026-1") -> Trust:
    return trust_with(key, revoked=write_timestamp(NOW), revokedFromLogIndex=from_log_index)


def finding(report: Report) -> Code | None:
    return report.failure.finding if report.failure else None


@pytest.mark.parametrize(("from_log_index", "authentic"), [(LEAF + 1, True), (LEAF, False), (0, False)])
def test_what_was_logged_before_the_theft_stays_authentic_and_what_came_after_is_refused(
    from_log_index: int, authentic: bool
) -> None:
    report = verify(write_bundle(BUNDLE), stolen(from_log_index), NOW, NEW_LISTS)
    assert (report.authentic is Authentic.YES) is authentic
    assert report.verified is authentic
    assert finding(report) is (None if authentic else Code.KEY_REVOKED)


def test_a_place_in_the_log_that_is_only_claimed_helps_nobody() -> None:
    later = CENTRE.bundle(BUNDLE.credential, {**unsigned(BUNDLE.credential), "name": "another"})
    lying = replace(BUNDLE, log_proof=later.log_proof.replace(f"index {LEAF + 1}", "index 0"))
    assert finding(verify(write_bundle(lying), stolen(LEAF), NOW, NEW_LISTS)) is Code.LOG_OTHER_ENTRY
    nowhere = replace(BUNDLE, log_proof="")
    assert finding(verify(write_bundle(nowhere), stolen(LEAF + 1), NOW, NEW_LISTS)) is Code.KEY_REVOKED


def test_a_list_by_a_stolen_key_says_nothing_and_spoils_nothing() -> None:
    alone = verify(write_bundle(BUNDLE), stolen(LEAF + 1), NOW)
    assert (alone.authentic, alone.status) == (Authentic.YES, Status.NOT_CHECKED)
    assert finding(alone) is Code.STATUS_LIST_KEY_REVOKED
    assert alone.failure is not None
    assert alone.failure.step is Step.STATUS
    # The thief's list of tomorrow does not take the place of the centre's list of today.
    revoked = canonical(CENTRE.status_list(Purpose.REVOCATION, [STATUS_INDEX], NOW))
    assert verify(write_bundle(BUNDLE), stolen(LEAF + 1), NOW, [*NEW_LISTS, revoked]).verified


def test_a_key_that_was_replaced_goes_on_to_verify_what_was_logged_in_its_time() -> None:
    before, after = (trust_with(retiredFromLogIndex=index) for index in (LEAF + 1, LEAF))
    assert verify(write_bundle(BUNDLE), before, NOW).verified  # with the lists of its time
    assert finding(verify(write_bundle(BUNDLE), after, NOW)) is Code.KEY_EXPIRED


def unsigned(credential: JsonObject) -> JsonObject:
    return {name: value for name, value in credential.items() if name != "proof"}


def as_tokens(centre: Centre, marked: Sequence[int] = ()) -> list[bytes]:
    """The lists as JWTs."""
    office, encoded = centre.office, encode_list(ENTRIES_MIN, marked)
    return [
        write_token(
            unsigned_list(office.issuer, purpose, encoded, NOW), office.document_method, office.document_signer.sign
        ).encode()
        for purpose in (Purpose.REVOCATION, Purpose.SUSPENSION)
    ]


def test_lists_as_tokens_count_as_much_as_lists_with_proofs() -> None:
    bare = write_bundle(replace(BUNDLE, status=()))
    assert verify(bare, CENTRE.trust, NOW, as_tokens(CENTRE)).verified
    assert verify(bare, CENTRE.trust, NOW, as_tokens(CENTRE, [STATUS_INDEX])).status is Status.REVOKED
    assert finding(verify(bare, CENTRE.trust, NOW, as_tokens(Centre("stranger")))) is Code.STATUS_LIST_OTHER
    assert finding(verify(bare, stolen(0, "document-2026-1"), NOW, as_tokens(CENTRE))) is Code.STATUS_LIST_KEY_REVOKED
    cut = [token[:-2] for token in as_tokens(CENTRE)]
    assert finding(verify(bare, CENTRE.trust, NOW, cut)) is Code.STATUS_LIST_UNREADABLE
    first, second = as_tokens(CENTRE)
    swapped = first.rpartition(b".")[0] + b"." + second.rpartition(b".")[2]
    assert finding(verify(bare, CENTRE.trust, NOW, [swapped, second])) is Code.STATUS_LIST_FORGED


def reasons(number: int, index: int = STATUS_INDEX) -> bytes:
    encoded = encode_numbers(ENTRIES_MIN, {index: number})
    return canonical(CENTRE.sign(unsigned_list(CENTRE.office.issuer, Purpose.MESSAGE, encoded, NOW)))


def test_the_reason_is_told_only_of_a_certificate_that_does_not_stand() -> None:
    data = write_bundle(BUNDLE)
    revoked = canonical(CENTRE.status_list(Purpose.REVOCATION, [STATUS_INDEX], NOW))
    suspension = canonical(CENTRE.status_list(Purpose.SUSPENSION, (), NOW))
    bare = write_bundle(replace(BUNDLE, status=()))
    for number, reason in ((Reason.DATA_WRONG.number, Reason.DATA_WRONG), (0, None), (15, None)):
        report = verify(bare, CENTRE.trust, NOW, [revoked, suspension, reasons(number)])
        assert (report.status, report.reason) == (Status.REVOKED, reason)
        assert report.as_json()["reason"] == reason
    good = verify(data, CENTRE.trust, NOW, [reasons(Reason.DATA_WRONG.number)])
    assert (good.verified, good.reason) == (True, None)
    neighbour = verify(bare, CENTRE.trust, NOW, [revoked, suspension, reasons(4, STATUS_INDEX ^ 1)])
    assert neighbour.reason is None
    assert neighbour.reason_text is None
