"""Every vector is found to have its one fault, at its step, with its three answers, and without a socket."""

import socket
from pathlib import Path
from typing import NoReturn

import pytest

from certificates.carriers.carrier import Carrier
from certificates.findings import Authentic, Code, Freshness, Status
from certificates.report import Outcome
from certificates.strict_json import BUNDLE_MAX_BYTES
from certificates.trust import load_trust
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre
from tests.vectors.make import FOLDER, read_vector, vectors

PATHS = sorted(FOLDER.glob("*.vector"))
TRUST = load_trust([FOLDER / "trust.json"])


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        pytest.fail("a verification opened a socket")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_a_vector_is_found_to_have_its_fault(path: Path) -> None:
    vector = read_vector(path)
    report = verify(vector.data, TRUST, NOW)
    failure = report.failure
    assert (failure and failure.step, failure and failure.finding) == (vector.step, vector.finding)
    assert (report.authentic, report.status, report.freshness) == (vector.authentic, vector.status, vector.freshness)
    assert report.verified is (vector.finding is None and report.carrier is Carrier.BUNDLE)
    assert (report.certificate is not None) is (vector.authentic in {Authentic.YES, Authentic.SIGNED})
    passed = [checked for checked in report.steps if checked.outcome is Outcome.PASSED]
    assert report.verified is (len(passed) == len(report.steps))
    assert all(checked.finding is None for checked in passed)


def test_the_vectors_are_those_that_are_described() -> None:
    described = {vector.name: (vector.about, vector.finding) for vector in vectors()}
    kept = {vector.name: (vector.about, vector.finding) for vector in map(read_vector, PATHS)}
    assert kept == described


def test_every_finding_has_a_vector_or_a_test_of_its_own() -> None:
    elsewhere = {
        Code.FILE_TOO_LARGE,  # below: a file of a mebibyte is not kept
        Code.KEY_EXPIRED,  # this one and the next two need another trust file: test_verification.py, test_vector_families.py
        Code.KEY_REVOKED,
        Code.STATUS_LIST_KEY_REVOKED,
        Code.SEAL_BROKEN,  # these three need pages of 80 kB: test_printed.py
        Code.SEAL_MISSING,
        Code.SEAL_OTHER,
        Code.WITNESSES_TOO_FEW,  # as above: test_witnessed.py
    }
    unshown = {
        checked.finding
        for name in ("code-front", "token")
        for checked in verify(read_vector(FOLDER / f"{name}.vector").data, TRUST, NOW).steps
    }
    assert {vector.finding for vector in map(read_vector, PATHS)} | elsewhere | unshown == {None, *Code}


def test_an_oversized_file_is_not_even_parsed() -> None:
    report = verify(b"[" * (BUNDLE_MAX_BYTES + 1), TRUST, NOW)
    assert report.failure is not None
    assert report.failure.finding is Code.FILE_TOO_LARGE
    assert (report.authentic, report.status, report.freshness) == (
        Authentic.NOT_CHECKED,
        Status.NOT_CHECKED,
        Freshness.NOT_CHECKED,
    )


def test_the_pinned_keys_of_the_vectors_are_the_test_centres() -> None:
    assert (FOLDER / "trust.json").read_bytes() == Centre().key_document
