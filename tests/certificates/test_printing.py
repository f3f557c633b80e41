"""Printing against a real PostgreSQL: after the certificate, once in each language, and gone on with after a crash."""

from datetime import timedelta

import pytest

from certificates import printing, store
from certificates.carriers.carrier import Kept
from certificates.carriers.pdf import read_pdf
from certificates.carriers.printed import Language, Print
from certificates.carriers.typesetting import render, reproduces
from certificates.errors import NotIssuable, SelfCheckFailed, TypesettingFailed
from certificates.issuing import Issued, issue
from certificates.printing import PRINTED, print_certificate
from certificates.store import Connection
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre, claim
from tests.fixtures.postgres import Database

CENTRE = Centre()
OFFICE = CENTRE.office
LATER = NOW + timedelta(minutes=1)


async def in_this_process(bundle: bytes, what: Print) -> bytes:
    return render(bundle, what)


async def printed_kinds(db: Connection, issued: Issued) -> set[Kept]:
    return set(PRINTED.values()) & await store.carrier_kinds_of(db, issued.credential_id)


async def test_what_was_issued_is_printed_in_every_language_and_verified_by_a_stranger(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        assert await store.unprinted_certificates(db, LATER, len(PRINTED)) == [issued.credential_id]
        assert await print_certificate(db, OFFICE, in_this_process, issued.credential_id, NOW) == len(Language)
        assert await store.unprinted_certificates(db, LATER, len(PRINTED)) == []
    async with database.web.acquire() as db:
        for language, kind in PRINTED.items():
            pages = await store.carrier_of(db, issued.credential_id, kind)
            assert pages is not None
            assert verify(pages, CENTRE.trust, NOW).verified
            pdf = read_pdf(pages)
            assert (pdf.bundle, pdf.print.language) == (issued.bundle, language)
            assert reproduces(pdf) is True


async def test_printing_again_changes_nothing(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        await print_certificate(db, OFFICE, in_this_process, issued.credential_id, NOW)
        first = await store.carriers_of(db, issued.credential_id)
        assert await print_certificate(db, OFFICE, in_this_process, issued.credential_id, LATER) == 0
        assert await store.carriers_of(db, issued.credential_id) == first


async def test_an_attempt_that_stopped_is_gone_on_with_and_makes_the_same_pages(database: Database) -> None:
    calls = 0

    async def once(bundle: bytes, what: Print) -> bytes:
        nonlocal calls
        calls += 1
        if calls > 1:
            msg = "no memory"
            raise TypesettingFailed(msg)
        return render(bundle, what)

    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        with pytest.raises(TypesettingFailed):
            await print_certificate(db, OFFICE, once, issued.credential_id, NOW)
        assert await printed_kinds(db, issued) == {Kept.PDF_KK}
        kept = await store.carriers_of(db, issued.credential_id)
        again = await printing.make_pages(OFFICE, in_this_process, issued.bundle, kept[Kept.QR], Language.KAZAKH)
        assert again == kept[Kept.PDF_KK]
        assert await print_certificate(db, OFFICE, in_this_process, issued.credential_id, LATER) == 2
        assert await printed_kinds(db, issued) == set(PRINTED.values())


async def test_pages_that_do_not_verify_are_not_kept(database: Database) -> None:
    async def another_certificate(_bundle: bytes, what: Print) -> bytes:
        broken = issued.bundle.replace(b'"87.5"', b'"97.5"')
        assert broken != issued.bundle
        return render(broken, what)

    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        with pytest.raises(SelfCheckFailed, match="pdf-kk: pdf: first-proof"):
            await print_certificate(db, OFFICE, another_certificate, issued.credential_id, NOW)
        assert await printed_kinds(db, issued) == set()


async def test_a_name_that_cannot_be_printed_is_not_issued_and_nothing_is_recorded(database: Database) -> None:
    async with database.registry.acquire() as db:
        with pytest.raises(NotIssuable, match="the holder's name has a letter that certificates cannot be printed with: 安"):
            await issue(db, OFFICE, claim(holder_name="安娜"), NOW)
        assert await store.count_intentions(db) == 0
