"""The fast writer of canonical RDF against PyLD, byte for byte: on certificates, and on whatever else JSON-LD can be.

`QUADS_EXAMPLES=5000 pytest tests/certificates/test_quads.py` tries more.
"""

import copy
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates import quads
from certificates.contexts import (
    CREDENTIALS_V2,
    OPEN_BADGES,
    OPEN_BADGES_EXTENSIONS,
    bundled,
    canonical_rdf,
    templates,
    undefined_terms,
)
from certificates.credential import Achievement, Claim, Score, unsigned_credential
from certificates.issuer import Issuer
from certificates.quads import Templates
from certificates.serial import new_serial
from certificates.strict_json import JsonObject, canonical
from tests.certificates.centre import Centre, claim

many = settings(
    max_examples=int(os.environ.get("QUADS_EXAMPLES", "40")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    [
        "%s",
        "100 %",
        '"quoted"',
        "back\\slash",
        "_:c14n0",
        "<https://a.example>",
        "a\tb\nc\rd",
        "\u2028",
        "a mark.invalid 0 text",
    ]
)
ADDRESSES = st.sampled_from(
    [
        "https://centre.example",
        "https://centre.example/schemes/a#score",
        "http://127.0.0.1:8000/x?y=%20",
        "https://mark.invalid/0",
        "did:web:centre.example",
        "did:web:centre.example%3A8000#key-1",
        "did:key:z6Mk",
        "urn:uuid:9f1a7f0e-0000-4000-8000-000000000000",
        "_:b0",
        "relative/address",
        "#fragment",
        "",
        "https://with space.example",
        "https://a.example/<b>",
        "https://кітап.example/",
        "https://www.w3.org/2018/credentials#VerifiableCredential",
        "schema:name",
        "RawScore",
        "revocation",
    ]
)


def the_long_way(document: JsonObject) -> bytes:
    """PyLD alone: contexts that are given are never learned from."""
    return canonical_rdf(document, bundled())


@st.composite
def credentials(draw: st.DrawFn) -> JsonObject:
    """A certificate with any texts; its own code wrote it, so it has the shape of all of them."""
    moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is the strategy's
    numbers = st.decimals(0, 1000, places=1).map(Decimal)
    name, others = draw(TEXTS), draw(st.dictionaries(st.sampled_from(["kk", "ru"]), TEXTS))
    wanted = Claim(
        source="decision:1",
        holder_name=draw(TEXTS),
        achievement=Achievement(draw(st.sampled_from(["a", "b-c"])), name, draw(TEXTS), draw(TEXTS), "en", others),
        score=Score(draw(numbers), draw(numbers), draw(numbers)),
        sat_at=draw(moments),
        awarded_at=draw(moments),
        valid_until=draw(st.none() | moments),
    )
    issuer = Issuer(draw(st.sampled_from(["https://centre.example", "http://127.0.0.1:8000"])), draw(TEXTS))
    return unsigned_credential(wanted, issuer, new_serial(), draw(st.integers(0, 1_000_000)))


@many
@given(credentials())
def test_certificates_are_written_as_pyld_writes_them(document: JsonObject) -> None:
    assert canonical_rdf(document) == the_long_way(document)


def nodes(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Members of the contexts that read their values in different ways, some with an undefined name among them."""
    names = st.sampled_from(
        [
            "id",
            "type",
            "name",
            "description",
            "image",
            "value",
            "result",
            "resultDescription",
            "criteria",
            "narrative",
            "hashed",
            "identifier",
            "achievement",
            "resultType",
            "alignment",
            "targetUrl",
            "targetFramework",
            "statusPurpose",
            "evidence",
            "issuer",
            "url",
            "validFrom",
            "credentialSubject",
            "credentialStatus",
            "creditsAvailable",
            "tag",
            "undefined",
            "proof",
        ]
    )
    return st.dictionaries(names, children, max_size=5)


VALUES = st.recursive(
    TEXTS | ADDRESSES | st.booleans() | st.none() | st.integers(-5, 10**6),
    lambda children: nodes(children) | st.lists(children, max_size=3),
    max_leaves=12,
)
TYPES = st.sampled_from(
    [
        "VerifiableCredential",
        "OpenBadgeCredential",
        "Achievement",
        "AchievementSubject",
        "Result",
        "IdentityObject",
        "Profile",
        "Alignment",
        "BitstringStatusListEntry",
        "DataIntegrityProof",
        "Undefined",
        "https://a.example/Type",
    ]
)


@many
@given(nodes(VALUES), st.lists(TYPES, max_size=3), st.data())
def test_any_other_document_is_written_as_pyld_writes_it(members: JsonObject, types: list[str], data: st.DataObject) -> None:
    document: JsonObject = {**members, "@context": [CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS], "type": [*types]}
    others = [document, exchanged(document, data), exchanged(document, data)]
    for one in others:
        assert outcome(canonical_rdf, one) == outcome(the_long_way, one)


def exchanged(document: JsonObject, data: st.DataObject) -> JsonObject:
    """The same document with other texts: this is what a template is used for."""

    def other(value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            return value if name in {"@context", "type"} else data.draw(st.just(value) | TEXTS | ADDRESSES)
        if isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            return {key: other(entry, key) for key, entry in members.items()}
        return [other(entry, name) for entry in cast("list[Any]", value)] if isinstance(value, list) else value

    return other(document)


def outcome(write: Any, document: JsonObject) -> Any:
    """What is written, or that it is no JSON-LD. PyLD changes lists that it is given."""
    try:
        return write(copy.deepcopy(document))
    except ValueError:
        return None
    except (TypeError, AttributeError, KeyError) as error:  # PyLD at nonsense
        return type(error)


def test_twins_among_the_blank_nodes_are_left_to_pyld() -> None:
    document: Any = unsigned_credential(claim(), Centre().office.issuer, new_serial(), 7)
    for values in (["1", "2", "3"], ["1", "1", "2"], ["1", "1", "1"], ["3", "2", "1"]):
        document["credentialSubject"]["result"] = [{"type": ["Result"], "value": value} for value in values]
        assert canonical_rdf(document) == the_long_way(document)


def test_equal_addresses_make_one_node() -> None:
    document: Any = unsigned_credential(claim(), Centre().office.issuer, new_serial(), 7)
    for place in ("https://centre.example/certificates/x", "https://centre.example"):
        document["credentialSubject"]["achievement"]["id"] = place
        document["id"] = place
        assert canonical_rdf(document) == the_long_way(document)


def test_a_type_that_looks_like_a_mark_is_not_taken_for_one() -> None:
    """Learned from a document whose own address is that mark, a template would put every other address in its place."""
    for place in (0, 1):
        mark = f"https://mark.invalid/{place}"
        for members in ({"type": ["VerifiableCredential", mark]}, {"type": mark}, {"type": "VerifiableCredential", mark: "a"}):
            for address in (mark, "https://centre.example/1"):
                document: Any = {"@context": [CREDENTIALS_V2], "id": address, **members}
                assert canonical_rdf(document) == the_long_way(document)


def test_many_texts_that_decide_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a stranger writes, there are no more templates than outlines may be."""
    monkeypatch.setattr(quads, "OUTLINES_MAX", 3)
    learned: list[JsonObject] = []

    def write(document: JsonObject) -> str:
        learned.append(document)
        return the_long_way(document).decode()

    found = Templates(write, ())
    first: JsonObject = {"@context": [CREDENTIALS_V2], "type": ["VerifiableCredential"], "id": "urn:x:0"}
    for number in range(4):
        found.write({**first, "id": f"urn:x:{number}"})
    before = len(learned)
    assert found.write(first).encode() == the_long_way(first)
    assert len(learned) > before  # it was forgotten


def test_a_word_that_is_not_defined_is_found_also_after_its_like() -> None:
    document: Any = unsigned_credential(claim(), Centre().office.issuer, new_serial(), 7)
    assert undefined_terms(document) == ()
    assert undefined_terms({**document, "name": "Another"}) == ()
    assert undefined_terms({**document, "level": "expert"}) == ("level",)
    document["credentialSubject"]["achievement"]["type"] = ["Achievment"]
    assert undefined_terms(document) != ()


@pytest.mark.parametrize(
    "value", [1, True, None, "a", [], {}, {"b": [1, {"ы": '\u0001\u007f\\"/\u2028\n'}]}, 2**53 - 1, -(2**53) + 1]
)
def test_plain_values_have_the_canonical_form_of_the_library(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@many
@given(
    st.recursive(
        st.text() | st.booleans() | st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_canonical_json_is_that_of_the_library(value: Any) -> None:
    try:
        expected: Any = rfc8785.dumps(value)
    except ValueError:
        with pytest.raises(ValueError):
            canonical(value)
    else:
        assert canonical(value) == expected


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), {"a": 2**60}])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_a_number_with_a_fraction_is_written_as_the_standard_says() -> None:
    fractions: Any = [1.0, 1e21, 0.1]
    assert canonical(fractions) == b"[1,1e+21,0.1]"


def test_later_moments_do_not_need_a_new_template() -> None:
    """A template stands for all texts, so that a second certificate costs no JSON-LD at all."""
    issuer = Centre().office.issuer
    documents = [unsigned_credential(claim(points=str(n)), issuer, new_serial(), n) for n in range(3)]
    first = [templates().likeness(document) for document in documents]
    assert first[0] is not None
    assert len(set(first)) == 1
    with_end = unsigned_credential(claim(valid_until=datetime.now(UTC) + timedelta(days=1)), issuer, new_serial(), 1)
    assert templates().likeness(with_end) != first[0]
