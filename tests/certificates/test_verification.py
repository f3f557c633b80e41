"""What the vectors cannot show: withdrawn keys, newer lists, other files than certificates, and what must never be believed."""

import copy
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.bundle import read_bundle, write_bundle
from certificates.findings import EXPLANATIONS, STEPS, Code, Freshness, Status, Step
from certificates.report import Outcome, Report
from certificates.status_list import SNAPSHOT_LIFETIME, Purpose
from certificates.strict_json import Json, canonical
from certificates.timestamp import write_timestamp
from certificates.trust import CLOCK_SKEW, Trust, read_trust
from certificates.verification import verify
from tests.certificates.centre import NOW, STATUS_INDEX, Centre

CENTRE = Centre()
BUNDLE = CENTRE.certify()
DATA = write_bundle(BUNDLE)


def trust_with(**members: str) -> Trust:
    """The centre's keys, with `expires` or `revoked` on the one that signs credentials."""
    document: Any = json.loads(CENTRE.key_document)
    document["verificationMethod"][0].update(members)
    issuer = read_trust(canonical(document))
    return {issuer.did: issuer}


def finding(report: Report) -> Code | None:
    return report.failure.finding if report.failure else None


def test_a_key_that_was_withdrawn_makes_nothing_verified() -> None:
    assert finding(verify(DATA, trust_with(revoked=write_timestamp(NOW)), NOW)) is Code.KEY_REVOKED
    later = write_timestamp(NOW + timedelta(days=1))
    assert verify(DATA, trust_with(revoked=later), NOW).verified


def test_a_key_may_not_sign_after_it_expired_but_what_it_signed_before_stays() -> None:
    assert finding(verify(DATA, trust_with(expires=write_timestamp(NOW)), NOW)) is Code.KEY_EXPIRED
    assert verify(DATA, trust_with(expires=write_timestamp(NOW + timedelta(minutes=1))), NOW + timedelta(hours=1)).verified


def test_a_newer_list_makes_an_old_file_fresh_again_or_shows_the_revocation() -> None:
    later = NOW + SNAPSHOT_LIFETIME + timedelta(days=1)
    assert verify(DATA, CENTRE.trust, later).freshness is Freshness.STALE
    suspension = canonical(CENTRE.status_list(Purpose.SUSPENSION, (), later))
    good = canonical(CENTRE.status_list(Purpose.REVOCATION, (), later))
    assert verify(DATA, CENTRE.trust, later, [good, suspension]).verified
    assert verify(DATA, CENTRE.trust, later, [good]).freshness is Freshness.STALE
    revoked = canonical(CENTRE.status_list(Purpose.REVOCATION, [STATUS_INDEX], later))
    assert verify(DATA, CENTRE.trust, later, [revoked, suspension]).status is Status.REVOKED


def test_a_newer_list_that_is_no_list_is_a_failure_and_not_passed_over() -> None:
    assert finding(verify(DATA, CENTRE.trust, NOW, [b"{}"])) is Code.STATUS_LIST_UNREADABLE
    assert finding(verify(DATA, CENTRE.trust, NOW, [b"not json"])) is Code.STATUS_LIST_UNREADABLE
    foreign = canonical(Centre("stranger").status_list(Purpose.REVOCATION))
    assert finding(verify(DATA, CENTRE.trust, NOW, [foreign])) is Code.STATUS_LIST_OTHER


def test_a_clock_that_is_a_little_behind_does_not_matter() -> None:
    assert verify(DATA, CENTRE.trust, NOW - CLOCK_SKEW).verified
    assert finding(verify(DATA, CENTRE.trust, NOW - CLOCK_SKEW - timedelta(seconds=1))) is Code.SIGNED_IN_FUTURE


def test_with_no_keys_at_all_everything_is_not_checked() -> None:
    report = verify(DATA, {}, NOW)
    assert (report.authentic, report.status, report.freshness) == ("not-checked", "not-checked", "not-checked")
    assert not report.verified
    assert report.certificate is None


def test_the_report_for_programs_names_the_steps_in_order() -> None:
    report: Any = verify(DATA, CENTRE.trust, NOW).as_json()
    assert [step["number"] for step in report["steps"]] == list(range(1, 10))
    assert report["certificate"]["score"] == "87.5"
    assert report["failure"] is None
    red: Any = verify(DATA.replace(b'"87.5"', b'"99.5"'), CENTRE.trust, NOW).as_json()
    assert red["failure"]["finding"] == "rdfc-proof-invalid"
    assert red["failure"]["action"]
    assert red["certificate"] is None
    assert [step["outcome"] for step in red["steps"]] == ["passed"] * 3 + ["failed"] + ["not-checked"] * 5


def test_every_code_and_step_is_explained() -> None:
    assert EXPLANATIONS.keys() == set(Code)
    assert STEPS.keys() == set(Step)
    for told in EXPLANATIONS.values():
        assert all((told.title, told.meaning, told.action))
        assert not told.title.endswith(".")
        assert "%" not in told.title + told.meaning + told.action  # the catalogues would take it for a place to fill


def leaves(value: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    match value:
        case dict():
            return [found for name, part in value.items() for found in leaves(part, (*path, name))]
        case list():
            return [found for place, part in enumerate(value) for found in leaves(part, (*path, place))]
        case _:
            return [path]


LOOSE: Any = json.loads(DATA)
PATHS = leaves(LOOSE)


@pytest.mark.parametrize("path", PATHS, ids=[".".join(map(str, path)) for path in PATHS])
def test_no_value_of_the_file_can_be_changed_or_removed_unseen(path: tuple[Any, ...]) -> None:
    for change in ("replace", "remove"):
        altered = copy.deepcopy(LOOSE)
        place = altered
        for name in path[:-1]:
            place = place[name]
        if change == "remove":
            del place[path[-1]]
        else:
            place[path[-1]] = "something else"
        assert not verify(json.dumps(altered).encode(), CENTRE.trust, NOW).verified


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=len(DATA) - 1), st.integers(min_value=1, max_value=255))
def test_no_byte_of_the_file_can_be_changed_unseen(place: int, flip: int) -> None:
    altered = bytearray(DATA)
    altered[place] ^= flip
    report = verify(bytes(altered), CENTRE.trust, NOW)
    # White space may change into white space; there is none in the canonical form.
    assert not report.verified
    assert any(checked.outcome is Outcome.FAILED for checked in report.steps)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_at_all_make_the_verifier_raise(data: bytes) -> None:
    assert not verify(data, CENTRE.trust, NOW).verified


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PATHS), st.integers(min_value=1, max_value=6), JSON)
def test_no_part_of_another_type_makes_the_verifier_raise(path: tuple[Any, ...], depth: int, value: Any) -> None:
    altered = copy.deepcopy(LOOSE)
    place = altered
    for name in path[:-1][: depth - 1]:
        place = place[name]
    place[path[min(depth, len(path)) - 1]] = value
    if altered != LOOSE:
        assert not verify(json.dumps(altered).encode(), CENTRE.trust, NOW).verified


def test_a_file_is_read_as_it_was_written() -> None:
    assert write_bundle(read_bundle(DATA)) == DATA
    assert read_bundle(write_bundle(replace(BUNDLE, log_proof="x"))).log_proof == "x"
