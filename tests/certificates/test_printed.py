"""Printed certificates: what is in the file, that nothing in it can be changed, and that its pages can be made again."""

import hashlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from asn1crypto import x509 as asn1_x509  # pyright: ignore[reportMissingTypeStubs]
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from certificates.bundle import Bundle, write_bundle
from certificates.carriers import page, typesetting
from certificates.carriers.carrier import Carrier, Kept
from certificates.carriers.pdf import BUNDLE_NAME, PRINT_NAME, read_pdf, read_seal
from certificates.carriers.printed import Language, Print, write_print
from certificates.carriers.sealing import embed, open_sealer, seal
from certificates.carriers.typeface import HEADLINE, unprintable
from certificates.carriers.typesetter import Typesetter
from certificates.carriers.typesetting import edition, render, reproduces
from certificates.carrying import make_carriers
from certificates.errors import TypesettingFailed
from certificates.findings import Authentic, Code, Step
from certificates.printing import printing_of
from certificates.strict_json import JsonObject
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre, claim
from tests.certificates.printed import printed

CENTRE = Centre()
TRUST = CENTRE.trust
KAZAKH = Language.KAZAKH


def tool(name: str) -> str:
    """A program of others that reads PDF files; where it is not installed the test cannot be made."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def refusal(data: bytes) -> Code | None:
    """Why an employer's verifier refuses a file."""
    report = verify(data, TRUST, NOW)
    assert not report.verified
    assert report.failure is not None
    return report.failure.finding


@pytest.mark.parametrize("language", Language)
def test_a_printed_certificate_is_verified_in_every_language(language: Language) -> None:
    report = verify(printed(language), TRUST, NOW)
    assert (report.verified, report.carrier) == (True, Carrier.PDF)
    assert report.certificate is not None
    assert report.certificate.holder_name == "Айгерім Сәтбаева"


@pytest.mark.parametrize("language", Language)
def test_every_byte_of_a_printed_certificate_follows_from_what_is_attached(language: Language) -> None:
    assert reproduces(read_pdf(printed(language))) is True


async def test_the_process_that_typesets_makes_the_same_bytes_and_survives_its_faults() -> None:
    pdf = read_pdf(printed(KAZAKH))
    typesetter = Typesetter()
    try:
        assert await typesetter.typeset(pdf.bundle, pdf.print) == pdf.unsealed
        with pytest.raises(TypesettingFailed, match="not-json"):
            await typesetter.typeset(b"no certificate", pdf.print)
        typesetter.kill()
        with pytest.raises(TypesettingFailed):
            await typesetter.typeset(pdf.bundle, pdf.print)
        assert await typesetter.typeset(pdf.bundle, pdf.print) == pdf.unsealed
    finally:
        await typesetter.close()


async def test_what_was_typeset_before_leaves_nothing_in_the_next_pages() -> None:
    """Layout is kept from one certificate to the next where it is the same; what comes out may not depend on it."""
    pdfs = [read_pdf(printed(language, name)) for name in ("Иван Петров", "Dana O'Neill") for language in Language]
    again = [render(pdf.bundle, pdf.print) for pdf in (*reversed(pdfs), *pdfs)]
    assert again == [pdf.unsealed for pdf in (*reversed(pdfs), *pdfs)]
    for pdf in pdfs:
        fresh = Typesetter()
        try:
            assert await fresh.typeset(pdf.bundle, pdf.print) == pdf.unsealed
        finally:
            await fresh.close()


def test_the_attachments_are_byte_for_byte_the_certificate_file_and_what_else_was_printed(tmp_path: Path) -> None:
    pdfdetach = tool("pdfdetach")
    pdf = read_pdf(printed(KAZAKH))
    (tmp_path / "certificate.pdf").write_bytes(pdf.data)
    subprocess.run([pdfdetach, "-saveall", "-o", tmp_path, tmp_path / "certificate.pdf"], check=True, capture_output=True)
    assert (tmp_path / BUNDLE_NAME).read_bytes() == pdf.bundle
    assert (tmp_path / PRINT_NAME).read_bytes() == write_print(pdf.print)
    assert verify(pdf.bundle, TRUST, NOW).verified


def test_pdfsig_finds_the_seal_valid_and_over_the_whole_document(tmp_path: Path) -> None:
    pdfsig = tool("pdfsig")
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printed(KAZAKH))
    said = subprocess.run([pdfsig, "-nocert", path], check=False, capture_output=True, text=True).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_pyhanko_finds_the_seal_whole_and_that_it_permits_no_change() -> None:
    reader: Any = PdfFileReader(io.BytesIO(printed(KAZAKH)), strict=True)
    (signature,) = reader.embedded_signatures
    certificate: Any = asn1_x509.Certificate
    root = certificate.load(CENTRE.office.document_certificates[-1])
    context = ValidationContext(trust_roots=[root], moment=NOW, allow_fetching=False)
    status: Any = validate_pdf_signature(signature, context, key_usage_settings=KeyUsageConstraints(key_usage=set()))
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert (signature.field_name, signature.docmdp_level) == ("Seal", MDPPerm.NO_CHANGES)
    assert signature.self_reported_timestamp == NOW


def test_openssl_verifies_the_seal_from_the_centres_root_certificate(tmp_path: Path) -> None:
    openssl = tool("openssl")
    data = printed(KAZAKH)
    sealed = read_seal(read_pdf(data))
    hole = data.index(b"<" + sealed.cms.hex().upper().encode())
    (tmp_path / "seal.der").write_bytes(sealed.cms)
    (tmp_path / "signed").write_bytes(data[:hole] + data[hole + sealed.bytes_reserved + 2 :])
    root = x509.load_der_x509_certificate(CENTRE.office.document_certificates[-1])
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    known = ["-CAfile", tmp_path / "root.pem", "-attime", str(int(NOW.timestamp()))]
    command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "seal.der", *known]
    done = subprocess.run(
        [*command, "-content", tmp_path / "signed", "-out", tmp_path / "out"], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_what_pdf_a_3_and_pdf_ua_1_ask_for_is_there() -> None:
    with pikepdf.open(io.BytesIO(printed(KAZAKH))) as document:
        root: Any = document.Root
        metadata = root.Metadata.read_bytes().decode()
        assert re.findall(r"<pdfaid:(part|conformance)>(\w+)<", metadata) == [("part", "3"), ("conformance", "A")]
        assert "<pdfuaid:part>1<" in metadata
        assert "2026-11-23T09:30:00" in metadata
        assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert root.OutputIntents[0].DestOutputProfile.read_bytes()
        assert str(root.Lang) == "kk"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        attached = {str(entry.UF): str(entry.AFRelationship) for entry in root.AF}
        assert attached == {BUNDLE_NAME: "/Source", PRINT_NAME: "/Supplement"}
        kinds = [element.S for element in elements(root.StructTreeRoot)]
        assert {"/H1", "/H2", "/P", "/Figure", "/Link"} <= {str(kind) for kind in kinds}
        assert all(element.Alt for element in elements(root.StructTreeRoot) if element.S == "/Figure")
        fonts = [font for leaf in document.pages for font in leaf.obj.Resources.Font.values()]
        assert len(fonts) >= 5
        for font in fonts:
            assert font.ToUnicode.read_bytes()
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
        assert not document.is_encrypted
        assert "/Action" not in root


def elements(parent: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    children: Any = parent.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def test_both_codes_are_read_from_the_pages_as_a_scanner_sees_them(tmp_path: Path) -> None:
    pdftoppm = tool("pdftoppm")
    pdf = read_pdf(printed(Language.RUSSIAN))
    (tmp_path / "certificate.pdf").write_bytes(pdf.data)
    subprocess.run([pdftoppm, "-gray", "-r", "150", tmp_path / "certificate.pdf", tmp_path / "page"], check=True)
    texts = [text for path in sorted(tmp_path.glob("page*.pgm")) for text in read_codes(path)]
    assert texts == [pdf.print.front, pdf.print.second]


def read_codes(path: Path) -> list[str]:
    """Read the codes in a grey picture (PGM)."""
    header = re.match(rb"P5\n(\d+) (\d+)\n255\n", picture := path.read_bytes())
    assert header is not None
    width, height = int(header[1]), int(header[2])
    pixels: Any = memoryview(picture[header.end() :]).cast("B", (height, width))
    reader: Any = zxingcpp
    return [code.text for code in reader.read_barcodes(pixels)]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_file_with_one_changed_byte_is_refused(data: st.DataObject) -> None:
    good = printed(KAZAKH)
    place = data.draw(st.integers(0, len(good) - 1))
    changed = bytearray(good)
    changed[place] ^= data.draw(st.integers(1, 255))
    report = verify(bytes(changed), TRUST, NOW)
    assert report.authentic is not Authentic.YES


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_seal_with_one_changed_byte_is_refused(data: st.DataObject) -> None:
    pdf = read_pdf(printed(KAZAKH))
    changed = bytearray(read_seal(pdf).cms)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    good = read_seal(pdf).cms.hex().upper().encode()
    assert refusal(pdf.data.replace(good, changed.hex().upper().encode())) in {Code.SEAL_BROKEN, Code.SEAL_OTHER}


def test_whatever_is_added_after_the_seal_is_refused() -> None:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(printed(KAZAKH)))
    writer.root["/Note"] = generic.TextStringObject("one more certificate")
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert refusal(output.getvalue()) is Code.SEAL_BROKEN


def test_a_file_that_a_program_saved_anew_has_no_seal() -> None:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed(KAZAKH))) as document:
        document.save(saved)
    assert refusal(saved.getvalue()) is Code.PDF_UNREADABLE


def test_a_file_without_a_seal_is_refused() -> None:
    assert refusal(read_pdf(printed(KAZAKH)).unsealed) is Code.SEAL_MISSING


def test_the_seal_of_another_file_is_refused() -> None:
    mine, theirs = read_pdf(printed(KAZAKH)), read_pdf(printed(KAZAKH, "Айгерім Сәтбаев"))
    when = page.sealing_time(CENTRE.certify().credential, read_seal(mine).signature.certified_from)
    swapped = embed(theirs.unsealed, read_seal(mine).bytes_reserved, when, lambda _digest: read_seal(mine).cms)
    assert refusal(swapped) is Code.SEAL_BROKEN


def test_another_certificate_attached_to_the_pages_is_refused() -> None:
    pages, other = printed(Language.ENGLISH), write_bundle(CENTRE.certify(claim(holder_name="Somebody Else", points="99")))
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages)) as document:
        document.attachments[BUNDLE_NAME].get_file()
        document.attachments[BUNDLE_NAME] = pikepdf.AttachedFileSpec(document, other, filename=BUNDLE_NAME)
        document.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    assert not verify(saved.getvalue(), TRUST, NOW).verified


def test_the_seal_of_another_centre_is_refused() -> None:
    assert refusal(printed(KAZAKH, sealed_by="other")) is Code.SEAL_OTHER


def test_a_seal_by_a_withdrawn_key_is_refused() -> None:
    (issuer,) = TRUST.values()
    keys = {name: replace(key, revoked=NOW) for name, key in issuer.document_keys.items()}
    report = verify(printed(KAZAKH), {issuer.did: replace(issuer, document_keys=keys)}, NOW)
    assert report.failure is not None
    assert (report.failure.step, report.failure.finding) == (Step.SECOND_PROOF, Code.KEY_REVOKED)


def test_pages_that_say_something_else_than_what_is_attached_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A centre could print what it did not sign: the seal holds, and making the pages again shows it."""

    def dishonest(bundle: Bundle, what: Print) -> JsonObject:
        return {**page.page_of(bundle, what), "points": "100"}

    monkeypatch.setattr(typesetting, "page_of", dishonest)
    bundle = CENTRE.certify()
    what = printing_of(bundle, make_carriers(CENTRE.office, bundle)[Kept.QR], KAZAKH)
    unsealed = render(write_bundle(bundle), what)
    monkeypatch.undo()
    sealer = open_sealer(CENTRE.office.document_signer, CENTRE.office.document_certificates)
    forged = seal(unsealed, sealer, bundle.credential)
    assert verify(forged, TRUST, NOW).verified
    assert reproduces(read_pdf(forged)) is False


def test_codes_that_say_something_else_than_what_is_attached_are_found_out() -> None:
    bundle, other = CENTRE.certify(), CENTRE.certify(claim(holder_name="Somebody Else"))
    what = printing_of(other, make_carriers(CENTRE.office, other)[Kept.QR], KAZAKH)
    unsealed = render(write_bundle(bundle), what)
    sealer = open_sealer(CENTRE.office.document_signer, CENTRE.office.document_certificates)
    assert reproduces(read_pdf(seal(unsealed, sealer, bundle.credential))) is False


def test_pages_of_another_edition_are_neither_confirmed_nor_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "edition", lambda: hashlib.sha256(b"later").hexdigest())
    assert reproduces(read_pdf(printed(KAZAKH))) is None


NAME_AS_MARKUP = '#eval("1+1") *b* _i_ $x^2$ @see <tag> = H // /* `c` [d] {e} \\u{41} "q" ~'


def test_a_name_is_printed_as_it_is_written_whatever_it_looks_like(tmp_path: Path) -> None:
    pdftotext = tool("pdftotext")
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printed(Language.ENGLISH, NAME_AS_MARKUP))
    text = subprocess.run([pdftotext, "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    assert NAME_AS_MARKUP in " ".join(text.split())


@pytest.mark.parametrize("name", ["Әлия Қаңтарқызы Өгһұү", "Nguyễn Thị Phượng", "Čeněk Ő. Łęcki", "Ελένη", "Е́лена", "Oʻgʻil"])
def test_a_name_in_a_script_of_the_fonts_can_be_printed(name: str) -> None:
    assert unprintable(name, HEADLINE) == ()


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("安娜", "安 (U+5B89 CJK UNIFIED IDEOGRAPH-5B89)"),
        ("ანა", "ა (U+10D0 GEORGIAN LETTER AN)"),
        ("Х\u0302ан", "Х\u0302 (U+0425 CYRILLIC CAPITAL LETTER HA, U+0302 COMBINING CIRCUMFLEX ACCENT)"),
        ("\u0301Анна", "\u0301 (U+0301 COMBINING ACUTE ACCENT)"),
        ("Анна 🙂", "🙂 (U+1F642 SLIGHTLY SMILING FACE)"),
    ],
    ids=["another script", "another alphabet", "mark the font cannot set", "mark without a letter", "picture"],
)
def test_a_name_that_the_fonts_cannot_print_is_told_by_its_letter(name: str, lacking: str) -> None:
    assert lacking in unprintable(name, HEADLINE)


def test_the_words_of_the_template_are_complete_and_printable_in_every_language() -> None:
    texts = page.words_of_template()
    assert set(texts) == {language.value for language in Language}
    for words in texts.values():
        assert words.keys() == texts["en"].keys()
        assert words["words"].keys() == texts["en"]["words"].keys()
        assert len(words["months"]) == 12
        assert unprintable(json.dumps(words, ensure_ascii=False), HEADLINE) == ()


def test_an_edition_is_named_by_a_hash_of_all_that_makes_the_pages() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", edition())
    assert read_pdf(printed(KAZAKH)).print.template == edition()
