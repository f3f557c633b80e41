"""Carriers: each reads back what was written, refuses what was changed in any place, and is bound to the others by hash."""

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta

import cbor2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from app.jobs import issue_certificate
from certificates.assurance import WORDS, Assured, Topic, is_word
from certificates.bundle import write_bundle
from certificates.carriers.carrier import Carrier, Kept
from certificates.carriers.compact import Compact, compact_claims, read_compact, write_compact
from certificates.carriers.jwt import read_token, write_token
from certificates.carriers.qr import front_url, qr_image, read_front, read_second
from certificates.carrying import as_handed_over, log_proof_file, make_carriers
from certificates.credential import summary, unsigned_credential
from certificates.errors import Unreadable
from certificates.findings import Authentic, Code, Freshness, Status, Step
from certificates.log.entry import binding_of
from certificates.log.proof import split_extra, with_extra
from certificates.profile import compact_faults, lint
from certificates.report import Outcome
from certificates.serial import Serial, new_serial, serial_bytes, serial_of_bytes
from certificates.strict_json import canonical
from certificates.verification import carrier_of, verify
from exams.grading.assurance import Assurance, Lockdown, Proctoring
from exams.papers.rules import AiTools, Identity
from tests.certificates.centre import NOW, SERIAL, STATUS_INDEX, Centre, claim

CENTRE = Centre()
BUNDLE = CENTRE.certify()
KEPT = make_carriers(CENTRE.office, BUNDLE)
FRONT, SECOND = as_handed_over(Kept.QR, KEPT[Kept.QR], BUNDLE)
TOKEN = KEPT[Kept.JWT]
PROOF = log_proof_file(BUNDLE)
LISTS = [canonical(document) for document in BUNDLE.status]
UNSIGNED = {name: value for name, value in BUNDLE.credential.items() if name != "proof"}
TRUST = CENTRE.trust

names = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf")), min_size=1, max_size=60)
numbers = st.from_regex(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,4})?", fullmatch=True)
moments = st.datetimes(datetime(1971, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis wants it so
    lambda moment: moment.replace(microsecond=0)
)
claims_of_anybody = st.builds(
    Compact,
    issuer_url=st.sampled_from(["https://centre.example", "http://127.0.0.1:8000"]),
    serial=st.binary(min_size=10, max_size=10).map(serial_of_bytes),
    holder_name=names,
    achievement_code=st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True),
    achievement=names,
    points=numbers,
    maximum=numbers,
    required=numbers,
    sat_at=moments,
    awarded_at=moments,
    valid_until=st.none() | moments,
    status_index=st.integers(0, 8 * 1024 * 1024 - 1),
    levels=st.lists(st.from_regex(r"[A-Z][0-9A-Z. -]{0,8}[0-9A-Z]", fullmatch=True), max_size=4).map(tuple),
)


# What was written is read back


@given(claims_of_anybody)
def test_claims_read_back_as_they_were_written_and_in_one_way_only(claims: Compact) -> None:
    data = write_compact(claims)
    assert read_compact(data) == claims
    assert not compact_faults(claims)
    with pytest.raises(ValueError, match="not the claims"):
        read_compact(data + b"\x00")
    loose = cbor2.dumps(dict(reversed(cbor2.loads(data).items())))
    if loose != data:
        with pytest.raises(ValueError, match="more than one way"):
            read_compact(loose)


@given(st.binary(max_size=300))
def test_bytes_of_anybody_are_no_claims_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(ValueError, match="not the claims"):
        read_compact(data)


@given(st.binary(min_size=10, max_size=10))
def test_a_number_survives_its_short_form(data: bytes) -> None:
    assert serial_bytes(serial_of_bytes(data)) == data
    assert serial_of_bytes(serial_bytes(SERIAL)) == SERIAL
    with pytest.raises(ValueError, match="10 bytes"):
        serial_of_bytes(data[1:])


def test_every_carrier_reads_back() -> None:
    assert read_front(FRONT.decode()).compact == compact_claims(UNSIGNED)
    signed, proof = read_second(SECOND.decode())
    assert signed == read_front(FRONT.decode())
    assert proof.index == signed.log_index == 2
    assert read_token(TOKEN.decode()).credential == UNSIGNED
    assert [carrier_of(data) for data in (FRONT, SECOND, TOKEN, write_bundle(BUNDLE), b"%PDF-1.7", b"")] == [
        Carrier.QR,
        Carrier.SECOND_CODE,
        Carrier.JWT,
        Carrier.BUNDLE,
        Carrier.PDF,
        Carrier.BUNDLE,
    ]


@pytest.mark.parametrize("text", [FRONT, SECOND], ids=["front", "second"])
def test_a_reader_of_codes_reads_what_was_drawn(text: bytes) -> None:
    drawn = qr_image(text.decode())
    side = int(re.findall(r'viewBox="-4 -4.5 (\d+)', drawn)[0])
    scale, x, y = 3, 0, 0
    pixels = bytearray(b"\xff" * (side * scale) ** 2)
    for step, length, down in re.findall(r"([Mmh])(\d+)(?: (\d+))?", drawn.partition(' d="')[2]):
        if step == "M":
            x, y = int(length), int(down)
            continue
        if step == "h":
            for row in range((4 + y) * scale, (5 + y) * scale):
                begin = row * side * scale + (4 + x) * scale
                pixels[begin : begin + int(length) * scale] = b"\x00" * (int(length) * scale)
        x += int(length)
    read = zxingcpp.read_barcode(memoryview(pixels).cast("B", (side * scale, side * scale)))
    assert read is not None
    assert read.text == text.decode()


def test_the_same_certificate_gives_the_same_carriers_again() -> None:
    assert make_carriers(CENTRE.office, BUNDLE) == KEPT


# What was changed is refused


def refused(data: bytes) -> bool:
    report = verify(data, TRUST, NOW, LISTS, PROOF)
    return report.authentic not in {Authentic.YES, Authentic.SIGNED} and report.certificate is None and not report.verified


def changed(data: bytes, place: int, by: int) -> bytes:
    return data[:place] + bytes([data[place] ^ by]) + data[place + 1 :]


@pytest.mark.parametrize("data", [FRONT, SECOND], ids=["front", "second"])
def test_a_code_with_any_changed_letter_is_refused(data: bytes) -> None:
    for place in range(len(data)):
        assert refused(changed(data, place, 1 << place % 7)), place


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
def test_a_token_with_any_changed_letter_is_refused(place: int, by: int) -> None:
    assert refused(changed(TOKEN, place, by))


_FILE = write_bundle(BUNDLE)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(_FILE) - 1), st.integers(1, 255))
def test_a_certificate_file_with_any_changed_letter_is_not_verified(place: int, by: int) -> None:
    assert not verify(changed(_FILE, place, by), TRUST, NOW).verified


@given(st.integers(0, len(PROOF) - 1), st.integers(1, 127))
def test_a_log_proof_with_any_changed_letter_is_refused(place: int, by: int) -> None:
    report = verify(TOKEN, TRUST, NOW, LISTS, changed(PROOF, place, by))
    assert report.authentic is not Authentic.YES


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["", "SARAP1:", "https://centre.example/v#", "eyJ.", "eyJhbGciOiJFUzI1NiJ9."]))
def test_text_of_anybody_is_refused_and_nothing_worse(text: str, begin: str) -> None:
    assert refused((begin + text).encode())


def test_a_line_end_after_a_code_or_a_token_is_no_change() -> None:
    for data in (FRONT, SECOND, TOKEN):
        assert verify(data + b"\r\n", TRUST, NOW, LISTS, PROOF).verified


# What a carrier shows, and what not


def test_a_front_code_alone_is_signed_and_no_more() -> None:
    report = verify(FRONT, TRUST, NOW)
    assert (report.carrier, report.authentic, report.status, report.freshness) == (
        Carrier.QR,
        Authentic.SIGNED,
        Status.NOT_CHECKED,
        Freshness.NOT_CHECKED,
    )
    unchecked = {one.step: one.finding for one in report.steps if one.outcome is Outcome.NOT_CHECKED}
    assert unchecked == {
        Step.FIRST_PROOF: Code.ONE_SIGNATURE,
        Step.LOG: Code.LOG_NOT_SHOWN,
        Step.STATUS: Code.STATUS_NOT_SHOWN,
        Step.FRESHNESS: None,
    }
    assert report.failure is None
    assert not report.verified
    assert report.certificate is not None
    assert (report.certificate.serial, report.certificate.holder_name) == (SERIAL, "Айгерім Сәтбаева")
    assert report.as_json()["carrier"] == "qr"


@pytest.mark.parametrize("data", [FRONT, TOKEN], ids=["front", "token"])
def test_a_proof_beside_it_shows_the_log_and_lists_show_the_status(data: bytes) -> None:
    assert verify(data, TRUST, NOW, (), PROOF).authentic is Authentic.YES
    with_lists = verify(data, TRUST, NOW, LISTS)
    assert (with_lists.authentic, with_lists.status, with_lists.verified) == (Authentic.SIGNED, Status.GOOD, False)
    assert verify(data, TRUST, NOW, LISTS, PROOF).verified
    assert verify(data, TRUST, NOW, LISTS[:1], PROOF).status is Status.NOT_CHECKED


def test_a_second_code_needs_only_the_lists() -> None:
    assert verify(SECOND, TRUST, NOW).authentic is Authentic.YES
    assert verify(SECOND, TRUST, NOW, LISTS).verified


@pytest.mark.parametrize("data", [FRONT, SECOND, TOKEN], ids=["front", "second", "token"])
def test_a_revoked_certificate_is_revoked_in_every_carrier(data: bytes) -> None:
    from certificates.status_list import Purpose

    revoked = [canonical(CENTRE.status_list(Purpose.REVOCATION, [STATUS_INDEX])), LISTS[1]]
    report = verify(data, TRUST, NOW, revoked, PROOF)
    assert (report.status, report.verified) == (Status.REVOKED, False)


def test_a_proof_without_its_salt_or_of_another_certificate_shows_nothing() -> None:
    written, salt = split_extra(PROOF.decode())
    assert with_extra(written, salt) == PROOF.decode()
    bare = verify(TOKEN, TRUST, NOW, LISTS, written.encode())
    assert bare.failure is not None
    assert bare.failure.finding is Code.LOG_OTHER_ENTRY
    assert verify(FRONT, TRUST, NOW, LISTS, written.encode()).verified  # a code has the binding and needs no salt


# Carriers bind each other


def test_a_code_names_the_file_that_it_belongs_to() -> None:
    signed = read_front(FRONT.decode())
    assert signed.binding == binding_of(BUNDLE.salt, canonical(UNSIGNED))
    assert signed.compact == compact_claims(read_token(TOKEN.decode()).credential)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["points", "holder", "end"]))
def test_carriers_of_two_certificates_do_not_go_together(difference: str) -> None:
    other = Centre()
    wanted = {
        "points": claim(points="60"),
        "holder": claim(holder_name="Somebody Else"),
        "end": claim(valid_until=NOW + timedelta(days=400)),
    }[difference]
    theirs = make_carriers(other.office, other.certify(wanted))
    for data in (*as_handed_over(Kept.QR, theirs[Kept.QR], BUNDLE), theirs[Kept.JWT]):
        report = verify(data, TRUST, NOW, LISTS, PROOF)
        assert report.failure is not None
        assert report.failure.finding is Code.LOG_OTHER_ENTRY


def test_a_token_that_is_well_signed_but_has_another_credential_is_refused() -> None:
    document = CENTRE.office.document_signer
    with pytest.raises(Unreadable):
        read_token(write_token(UNSIGNED, "did:web:centre.example#document-2026-1", document.sign)[:-1])
    undefined = write_token({**UNSIGNED, "level": "expert"}, CENTRE.office.document_method, document.sign)
    assert refused(undefined.encode())


# What it says


def test_both_rooms_have_the_same_words_for_the_circumstances() -> None:
    for topic, words in (
        (Topic.IDENTITY, Identity),
        (Topic.PROCTORING, Proctoring),
        (Topic.LOCKDOWN, Lockdown),
        (Topic.AI_TOOLS, AiTools),
    ):
        assert set(WORDS[topic]) == {word.value for word in words}
    known = Assurance(Identity.DOCUMENT, Proctoring.WATCHED, Lockdown.SETTINGS, AiTools.ALLOWED, NOW, 4.249)
    label = issue_certificate.label_of(known)
    assert all(is_word(line.topic, line.word) for line in label)
    assert label[-2:] == (Assured(Topic.FORM, "2026-11-23"), Assured(Topic.ERROR, "4.25"))
    assert issue_certificate.label_of(dataclasses.replace(known, standard_error=None))[-1].word == "unknown"


def test_a_certificate_says_levels_parts_and_circumstances() -> None:
    found = summary(UNSIGNED)
    assert [(entry.code, entry.framework) for entry in found.alignments] == [
        ("4", "Qualifications Framework"),
        ("569-4", "Professional standards"),
    ]
    assert [(part.name, part.points, [entry.code for entry in part.alignments]) for part in found.competences] == [
        ("Algorithms", "55", ["B.1 e-1"]),
        ("Strings", "32.5", []),
    ]
    assert [line.topic for line in found.assurance] == list(Topic)
    assert found.records_root is not None
    assert read_front(FRONT.decode()).claims.levels == ("4", "569-4")
    assert json.dumps(verify(TOKEN, TRUST, NOW).as_json())


def test_a_name_that_no_code_can_hold_is_not_issued() -> None:
    endless = claim(holder_name="Ж" * 200)
    office = CENTRE.office.issuer
    assert not lint(unsigned_credential(endless, office, new_serial(), 1))
    levels = tuple(dataclasses.replace(entry, code="A" * 40) for entry in endless.achievement.alignments[:1] * 8)
    achievement = dataclasses.replace(endless.achievement, name="Ж" * 200, code="a" * 400, alignments=levels)
    faults = lint(unsigned_credential(dataclasses.replace(endless, achievement=achievement), office, new_serial(), 1))
    assert faults
    assert front_url(office.url, b"") == "https://centre.example/v#"
    assert Serial(SERIAL)
