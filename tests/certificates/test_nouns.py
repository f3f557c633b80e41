"""Serial numbers, status lists, timestamps, strict JSON, issuers, keys and trust files."""

import json
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.errors import KeyUnusable, StatusChangeRefused, TrustUnusable, Unreadable
from certificates.findings import Code
from certificates.issuer import Issuer, did_web
from certificates.keys import create_key, open_office, read_key
from certificates.log.entry import Kind
from certificates.serial import new_serial, read_serial
from certificates.standing import Standing, change_to
from certificates.status_list import (
    ENTRIES_MAX,
    ENTRIES_MIN,
    Purpose,
    capacity_for,
    decode_list,
    draw_index,
    encode_list,
    is_marked,
)
from certificates.strict_json import BUNDLE_MAX_BYTES, canonical, read
from certificates.timestamp import read_timestamp, write_timestamp
from certificates.trust import find_trust_files, load_trust, read_trust
from tests.certificates.centre import NOW, Centre

# Serial numbers

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_number_is_read_in_every_way_in_which_people_type_it() -> None:
    serial = new_serial()
    for typed in (
        serial,
        serial.lower(),
        serial.replace("-", ""),
        f"  {serial.replace('-', ' ')} ",
        serial.replace("0", "O").replace("1", "l"),
    ):
        assert read_serial(typed) == serial


@given(st.integers(min_value=0, max_value=17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(place: int, letter: str) -> None:
    letters = list(new_serial().replace("-", ""))
    if letters[place] != letter:
        letters[place] = letter
        assert read_serial("".join(letters)) is None


@given(st.integers(min_value=0, max_value=16))
def test_swapped_neighbours_are_noticed_within_the_number_and_within_its_check(place: int) -> None:
    letters = list(new_serial().replace("-", ""))
    swapped = letters.copy()
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    if place != 15 and swapped != letters:  # the seam between number and check: noticed in all but 1 of 1021 cases
        assert read_serial("".join(swapped)) is None


@pytest.mark.parametrize("typed", ["", "123", "U" * 18, "0" * 17, "0" * 19, "0" * 1000, "7K3QM9-XW2RFD-HJ5T9Ы", "７" * 18])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert read_serial(typed) is None


def test_numbers_do_not_repeat() -> None:
    assert len({new_serial() for _ in range(10_000)}) == 10_000


# Status lists


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(min_value=0, max_value=ENTRIES_MIN - 1), max_size=200))
def test_exactly_the_marked_places_are_marked(marked: set[int]) -> None:
    bits = decode_list(encode_list(ENTRIES_MIN, marked))
    assert {index for index in range(ENTRIES_MIN) if is_marked(bits, index)} == marked


def test_the_first_entry_is_the_highest_bit_of_the_first_byte() -> None:
    bits = decode_list(encode_list(ENTRIES_MIN, [0, 9]))
    assert bits[:2] == b"\x80\x40"


def test_the_example_of_the_standard_is_understood() -> None:
    # Bitstring Status List 1.0, section 6.2, example list: all bits are zero.
    encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert decode_list(encoded) == bytes(ENTRIES_MIN // 8)


@pytest.mark.parametrize("entries", [8, ENTRIES_MIN // 2, ENTRIES_MAX * 2])
def test_a_list_of_the_wrong_size_is_refused(entries: int) -> None:
    with pytest.raises(ValueError):
        decode_list(encode_list(entries, []))


@pytest.mark.parametrize("encoded", ["", "u", "z123", "uAAAA", "u!!!!", encode_list(ENTRIES_MIN, []) + "AAAA"])
def test_what_is_no_list_is_refused(encoded: str) -> None:
    with pytest.raises(ValueError):
        decode_list(encoded)


@given(st.integers(min_value=0, max_value=2_000_000))
def test_at_most_half_of_the_list_is_ever_taken(issued: int) -> None:
    assert capacity_for(issued) >= ENTRIES_MIN
    assert issued < capacity_for(issued) / 2
    assert 0 <= draw_index(capacity_for(issued)) < capacity_for(issued)


# Standing


def test_a_revocation_is_final_and_a_suspension_is_not() -> None:
    assert change_to(Standing(), Kind.SUSPEND) == (Purpose.SUSPENSION, True)
    assert change_to(Standing(suspended=True), Kind.REINSTATE) == (Purpose.SUSPENSION, False)
    assert change_to(Standing(suspended=True), Kind.REVOKE) == (Purpose.REVOCATION, True)
    refused = [
        (Standing(revoked=True), Kind.REVOKE),
        (Standing(revoked=True), Kind.SUSPEND),
        (Standing(revoked=True, suspended=True), Kind.REINSTATE),
        (Standing(), Kind.REINSTATE),
        (Standing(suspended=True), Kind.SUSPEND),
        (Standing(), Kind.ISSUE),
    ]
    for standing, kind in refused:
        with pytest.raises(StatusChangeRefused):
            change_to(standing, kind)


# Timestamps and JSON


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1)))  # noqa: DTZ001 - hypothesis wants them so
def test_a_timestamp_is_read_as_it_was_written_to_the_second(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    assert read_timestamp(write_timestamp(moment)) == moment
    assert write_timestamp(moment.astimezone(timezone(timedelta(hours=5)))) == write_timestamp(moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T09:30:00",
        "2026-11-23T09:30:00+00:00",
        "2026-13-23T09:30:00Z",
        "2026-11-23T09:30:00.5Z",
        "٢٠٢٦-11-23T09:30:00Z",
    ],
)
def test_any_other_form_of_a_timestamp_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_timestamp(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1) | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
)


@given(JSON)
def test_canonical_json_is_read_as_it_was_written(value: Any) -> None:
    assert read(canonical(value)) == value
    assert canonical(read(json.dumps(value, indent=3).encode())) == canonical(value)


def test_brackets_within_texts_are_not_levels() -> None:
    assert read(json.dumps(["[" * 500 + '"' + "{" * 500]).encode())


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        ("{" + ",".join(f'"k{number}":1' for number in [*range(70_000), 69_999]) + "}", Code.DUPLICATE_MEMBER),
        ('"' + '\\"' * 500_000, Code.NOT_JSON),
        ('"' + "\\" * 999_999, Code.NOT_JSON),
        ('"a' * 500_000, Code.NOT_JSON),
        ("[" * 500_000 + "]" * 500_000, Code.TOO_DEEP),
    ],
    ids=["a name twice", "a string without an end", "backslashes", "quotes", "brackets"],
)
def test_a_megabyte_of_malice_is_read_once(data: str, finding: Code) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data.encode())
    assert caught.value.finding is finding


def test_the_limit_is_on_bytes() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b" " * (BUNDLE_MAX_BYTES + 1))
    assert caught.value.finding is Code.FILE_TOO_LARGE


# Issuers, keys, trust


def test_the_identifier_follows_from_the_address() -> None:
    assert did_web("https://centre.example") == "did:web:centre.example"
    assert did_web("http://127.0.0.1:8000") == "did:web:127.0.0.1%3A8000"
    assert Issuer("http://127.0.0.1:8000", "x").log_origin == "127.0.0.1:8000/log"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "centre.example",
        "https://centre.example/",
        "https://centre.example/a",
        "ftp://centre.example",
        "https://a@centre.example",
        "https://centre.example?x",
    ],
)
def test_an_address_without_an_identifier_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        Issuer(url, "x")


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    issuer = Issuer("https://centre.example", "The centre")
    made = open_office(issuer, tmp_path / "keys", NOW)
    again = open_office(issuer, tmp_path / "keys", NOW + timedelta(days=400))
    assert made.key_document() == again.key_document()
    assert made.signer.name == "key-2026-1"
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()] == [0o600] * 4
    assert "FileSigner('key-2026-1')" in repr(made)


def test_making_a_key_whose_name_is_taken_keeps_the_first(tmp_path: Path) -> None:
    create_key(tmp_path, "key-2026-1")
    first = (tmp_path / "key-2026-1.pem").read_bytes()
    create_key(tmp_path, "key-2026-1")
    assert (tmp_path / "key-2026-1.pem").read_bytes() == first
    assert len(list(tmp_path.iterdir())) == 1


def test_the_newest_key_signs_and_the_others_stay_published(tmp_path: Path) -> None:
    for name in ("key-2026-9", "key-2026-10", "log-2026-1"):
        create_key(tmp_path, name)
    office = open_office(Issuer("https://centre.example", "x"), tmp_path, NOW)
    assert office.verification_method == "did:web:centre.example#key-2026-10"
    assert len(read_trust(canonical(office.key_document())).credential_keys) == 2


def test_a_key_that_others_can_read_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    create_key(tmp_path, "key-2026-1")
    path = tmp_path / "key-2026-1.pem"
    path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        read_key(path)
    path.chmod(0o600)
    path.write_bytes(b"hello")
    with pytest.raises(KeyUnusable, match="not a private key"):
        read_key(path)
    path.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(KeyUnusable, match="not a key of Ed25519"):
        read_key(path)


DOCUMENT: Any = json.loads(Centre().key_document)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {**DOCUMENT, "id": 7},
        {**DOCUMENT, "id": "did:web:elsewhere.example"},
        {**DOCUMENT, "verificationMethod": "x"},
        {**DOCUMENT, "verificationMethod": [{"id": "x"}]},
        {**DOCUMENT, "verificationMethod": [{**DOCUMENT["verificationMethod"][0], "publicKeyMultibase": "z123"}]},
        {**DOCUMENT, "verificationMethod": [{**DOCUMENT["verificationMethod"][0], "expires": "soon"}]},
        {**DOCUMENT, "assertionMethod": []},
        {**DOCUMENT, "assertionMethod": ["did:web:centre.example#nothing"]},
        {**DOCUMENT, "service": []},
    ],
)
def test_what_is_no_key_document_is_refused(document: Any) -> None:
    with pytest.raises(TrustUnusable):
        read_trust(json.dumps(document).encode())


def test_two_files_may_not_speak_for_one_centre(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(Centre().key_document)
    with pytest.raises(TrustUnusable, match="already speaks for"):
        load_trust([tmp_path / "a.json", tmp_path / "b.json"])
    with pytest.raises(TrustUnusable, match="nowhere"):
        load_trust([tmp_path / "nowhere"])


def test_trust_is_looked_for_in_the_documented_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "var" / "trust" / "centre.example.json"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"{}")
    assert find_trust_files({}) == [Path("var/trust/centre.example.json")]
    assert find_trust_files({"SARAP_DATA_DIR": str(tmp_path / "elsewhere")}) == []
    assert find_trust_files({"SARAP_TRUST": "x.json"}) == [Path("x.json")]
