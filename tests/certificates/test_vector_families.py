"""The vectors that need another trust file, each found to have its one fault; they are those that are described."""

import pytest

from certificates.trust import load_trust
from certificates.verification import verify
from tests.certificates.centre import NOW
from tests.vectors.families import Family, families
from tests.vectors.make import read_vector

FAMILIES = families()


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
def test_a_vector_of_the_family_is_found_to_have_its_fault(family: Family) -> None:
    trust = load_trust([family.folder / "trust.json"])
    wrong: dict[str, object] = {}
    for path in sorted(family.folder.glob("*.vector")):
        vector = read_vector(path)
        report = verify(vector.data, trust, NOW)
        failure = report.failure
        found = (failure and failure.step, failure and failure.finding, report.authentic, report.status, report.freshness)
        if found != (vector.step, vector.finding, vector.authentic, vector.status, vector.freshness):
            wrong[vector.name] = found
    assert not wrong


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
def test_the_family_is_the_one_that_is_described(family: Family) -> None:
    described = {vector.name: (vector.about, vector.finding) for vector in family.vectors}
    kept = {path.stem: (read_vector(path).about, read_vector(path).finding) for path in family.folder.glob("*.vector")}
    assert kept == described
    assert (family.folder / "trust.json").read_bytes() == family.trust
