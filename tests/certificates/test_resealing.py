"""A document key is stolen: what it signed is refused for good, and every holder gets a token and pages again."""

import io
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pikepdf
import pytest

from certificates import resealing, store
from certificates.bundle import read_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.pdf import read_pdf, read_seal
from certificates.carriers.typesetting import reproduces
from certificates.carrying import log_proof_file
from certificates.chain import CLOCK_MARGIN
from certificates.errors import SelfCheckFailed
from certificates.findings import Authentic, Code, Step
from certificates.keys import Office
from certificates.own_log import store as own_log
from certificates.printing import PRINTED, print_certificate
from certificates.report import Report
from certificates.resealing import reseal
from certificates.store import Connection
from certificates.verification import verify
from tests.certificates.centre import NOW, signer
from tests.certificates.withdrawn import LATER, OFFICE, SEALED, certified, in_this_process, next_office, withdraw
from tests.fixtures.postgres import Database

PAGES = frozenset(PRINTED.values())


async def resealed(db: Connection, office: Office, credential_id: UUID) -> Sequence[Kept]:
    made = await reseal(db, office, in_this_process, credential_id, LATER)
    return [] if made is None else await store.insert_carriers(db, credential_id, made.carriers, LATER)


async def to_reseal(db: Connection) -> list[UUID]:
    return [one.credential_id for one in await store.looked_through(db, UUID(int=0), 100) if one.to_reseal]


def refusal(report: Report) -> tuple[Step, Code | None] | None:
    return report.failure and (report.failure.step, report.failure.finding)


async def test_what_a_withdrawn_document_key_signed_is_refused_and_what_takes_its_place_is_verified_by_a_stranger(
    database: Database,
) -> None:
    office = next_office()
    async with database.registry.acquire() as db:
        issued = await certified(db)
        before = await store.carriers_of(db, issued.credential_id)
        trust = await withdraw(db, office, "document-2026-1")
        leaves = await own_log.log_size(db)
        assert set(await resealed(db, office, issued.credential_id)) == SEALED
        after = await store.carriers_of(db, issued.credential_id)
        assert await own_log.log_size(db) == leaves, "the log stands for the certificate, and that is the same"
        assert await store.certificate_by_serial(db, issued.serial) is not None
    proof = log_proof_file(read_bundle(issued.bundle))
    for kind in PAGES:
        # The log binds the certificate and not its pages: its proof beside them helps no seal.
        for beside in (b"", proof):
            assert refusal(verify(before[kind], trust, LATER, (), beside)) == (Step.SECOND_PROOF, Code.KEY_REVOKED)
        assert verify(after[kind], trust, LATER).authentic is Authentic.YES
        pdf = read_pdf(after[kind])
        assert pdf.bundle == issued.bundle
        assert reproduces(pdf) is True
    # A token says what the entry in the log commits to: with its proof it counts, though by itself it does so no more.
    assert refusal(verify(before[Kept.JWT], trust, LATER)) == (Step.ISSUER, Code.KEY_REVOKED)
    assert verify(before[Kept.JWT], trust, LATER, (), proof).authentic is Authentic.YES
    assert verify(after[Kept.JWT], trust, LATER).authentic is Authentic.SIGNED
    assert verify(after[Kept.JWT], trust, LATER, (), proof).authentic is Authentic.YES
    assert after[Kept.QR] == before[Kept.QR]


async def test_a_seal_never_claims_to_be_older_than_its_key(database: Database) -> None:
    office = next_office()
    async with database.registry.acquire() as db:
        issued = await certified(db)
        await withdraw(db, office, "document-2026-1")
        old = await store.carrier_of(db, issued.credential_id, Kept.PDF_EN)
        await resealed(db, office, issued.credential_id)
        new = await store.carrier_of(db, issued.credential_id, Kept.PDF_EN)
    assert sealed_at(old or b"") == f"D:{NOW:%Y%m%d%H%M%S}Z"
    assert sealed_at(new or b"") == f"D:{LATER - CLOCK_MARGIN:%Y%m%d%H%M%S}Z"
    assert read_seal(read_pdf(new or b"")).signature.certified_from == LATER - CLOCK_MARGIN


def sealed_at(data: bytes) -> str:

    with pikepdf.open(io.BytesIO(data)) as document:
        (field,) = document.Root.AcroForm.Fields  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        return str(field.V.M)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


async def test_the_older_ones_are_kept_and_the_newest_are_delivered(database: Database) -> None:
    office, last = next_office(), next_office("document-2028-1")
    async with database.registry.acquire() as db:
        issued = await certified(db)
        first = await store.carriers_of(db, issued.credential_id)
        await withdraw(db, office, "document-2026-1")
        await resealed(db, office, issued.credential_id)
        last = replace(last, document_signers=(*office.document_signers, *last.document_signers[-1:]))
        trust = await withdraw(db, last, "document-2027-1")
        await resealed(db, last, issued.credential_id)
        rows = await db.fetch("SELECT kind, version, signed_by, content FROM credential_carrier ORDER BY kind, version")
    async with database.web.acquire() as db:
        for kind in PAGES:
            pages = await store.carrier_of(db, issued.credential_id, kind)
            assert verify(pages or b"", trust, LATER).authentic is Authentic.YES
    for kind in SEALED:
        versions = [(row["version"], row["signed_by"]) for row in rows if row["kind"] == kind]
        assert versions == [(1, "document-2026-1"), (2, "document-2027-1"), (3, "document-2028-1")]
    assert {Kept(row["kind"]): row["content"] for row in rows if row["version"] == 1} == first
    assert [row["signed_by"] for row in rows if row["kind"] == Kept.QR] == ["key-2026-1"]


async def test_only_what_a_withdrawn_document_key_signed_is_made_again_and_only_once(database: Database) -> None:
    office = next_office()
    async with database.registry.acquire() as db:
        issued = await certified(db)
        untouched = await certified(db, "decision:2", office, LATER)
        assert await to_reseal(db) == []
        assert await reseal(db, office, in_this_process, issued.credential_id, LATER) is None
        await withdraw(db, office, "document-2026-1")
        assert await to_reseal(db) == [issued.credential_id]
        assert await reseal(db, office, in_this_process, untouched.credential_id, LATER) is None
        made = await reseal(db, office, in_this_process, issued.credential_id, LATER)
        assert made is not None
        assert await reseal(db, office, in_this_process, issued.credential_id, LATER) == made, "a crash before it is kept"
        assert set(await store.insert_carriers(db, issued.credential_id, made.carriers, LATER)) == SEALED
        assert await store.insert_carriers(db, issued.credential_id, made.carriers, LATER) == [], "another was faster"
        assert await to_reseal(db) == []
        assert await reseal(db, office, in_this_process, issued.credential_id, LATER) is None
        assert await db.fetchval("SELECT max(version) FROM credential_carrier") == 2


async def test_a_certificate_that_is_refused_itself_gets_no_new_seal(database: Database) -> None:
    office = replace(next_office(), credential_signers=(*OFFICE.credential_signers, signer("key-2027-1", "the next key")))
    async with database.registry.acquire() as db:
        good, refused = await certified(db), await certified(db, "decision:2")
        await withdraw(db, office, "key-2026-1", 1)
        await withdraw(db, office, "document-2026-1")
        assert await to_reseal(db) == [good.credential_id]
        assert set(await resealed(db, office, good.credential_id)) == SEALED
        with pytest.raises(SelfCheckFailed, match="key-revoked"):
            await reseal(db, office, in_this_process, refused.credential_id, LATER)


async def test_what_was_kept_before_it_was_known_who_signed_is_made_again_too(database: Database) -> None:
    office = next_office()
    async with database.registry.acquire() as db:
        issued = await certified(db)
        await database.admin.execute("UPDATE credential_carrier SET signed_by = NULL")
        assert await to_reseal(db) == []
        await withdraw(db, office, "document-2026-1")
        assert await to_reseal(db) == [issued.credential_id]
        assert set(await resealed(db, office, issued.credential_id)) == SEALED
        assert await to_reseal(db) == []


async def test_pages_that_were_made_twice_in_one_language_do_not_hide_that_another_has_none(database: Database) -> None:
    office = next_office()
    async with database.registry.acquire() as db:
        issued = await certified(db)
        await database.admin.execute("DELETE FROM credential_carrier WHERE kind = 'pdf-ru'")
        await withdraw(db, office, "document-2026-1")
        assert set(await resealed(db, office, issued.credential_id)) == SEALED - {Kept.PDF_RU}
        assert await store.unprinted_certificates(db, LATER, len(PRINTED)) == [issued.credential_id]
        assert await print_certificate(db, office, in_this_process, issued.credential_id, LATER) == 1
        assert await to_reseal(db) == []


async def test_what_is_made_again_and_does_not_verify_is_not_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    office = next_office()
    async with database.registry.acquire() as db:
        issued = await certified(db)
        await withdraw(db, office, "document-2026-1")
        monkeypatch.setattr(resealing, "make_token", lambda _office, _bundle: b"eyJ.e30.AA")  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
        with pytest.raises(SelfCheckFailed, match="jwt: read"):
            await reseal(db, office, in_this_process, issued.credential_id, LATER)
