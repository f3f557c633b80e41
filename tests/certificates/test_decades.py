"""What decades bring: keys withdrawn or gone while something is on its way, and a centre that goes on all the same."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from certificates import issuing, store
from certificates.bundle import read_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.compact import compact_claims
from certificates.carriers.printed import Language, Print
from certificates.carriers.qr import qr_image, read_second, second_code, sign_claims
from certificates.carriers.typesetting import render
from certificates.carrying import as_handed_over, log_proof_file
from certificates.chain import ROOT_LIFETIME, Organisation, make_root
from certificates.errors import KeyUnusable, ListTooLong, SelfCheckFailed, WitnessesUnusable
from certificates.findings import Authentic, Code
from certificates.issuing import issue
from certificates.keyring import custody
from certificates.keys import FileSafe, Office, make_key, open_office
from certificates.log.cosignature import WitnessKey, cosign
from certificates.log.note import SignatureType, read_note, write_note
from certificates.log.proof import InclusionProof, read_proof
from certificates.own_log.inclusion import with_newest_proof
from certificates.printing import print_certificate
from certificates.publishing import publish_key_document, publish_status_lists
from certificates.status_list import ENTRIES_MAX, Purpose, capacity_for
from certificates.store import Connection
from certificates.strict_json import canonical
from certificates.trust import Trust, read_trust
from certificates.verification import verify
from certificates.wallet import store as wallet
from certificates.wallet.signing import publish_token_list, sign_for_wallet
from certificates.wallet.store import Wanted
from certificates.witnessing.witnesses import Witness, policy_for
from tests.certificates.centre import NOW, Centre, claim, document_signer, signer
from tests.fixtures.postgres import Database

OFFICE = Centre().office
NEXT = signer("key-2027-1", "the next key")
NEXT_LOG = signer("log-2027-1", "the next log key")
PEOPLE = ("First Custodian", "Second Custodian")


class Crashed(Exception):
    """A process that ended."""


async def in_this_process(bundle: bytes, what: Print) -> bytes:
    return render(bundle, what)


async def published(db: Connection) -> Trust:
    """What an employer has who got the key document at this moment."""
    keys = read_trust(await store.newest_key_document(db) or b"")
    return {keys.did: keys}


async def log_key_withdrawn(db: Connection) -> Office:
    """The centre after the log's key was stolen: it has the next one, and everybody was told."""
    office = replace(OFFICE, log_signers=(*OFFICE.log_signers, NEXT_LOG))
    await custody.introduce(db, office, NOW)
    async with db.transaction():
        await custody.revoke(db, office, "log-2026-1", None, PEOPLE, NOW)
    await publish_key_document(db, office, NOW)
    return office


async def test_a_certificate_that_was_on_its_way_when_the_key_of_the_log_was_withdrawn_is_issued(database: Database) -> None:
    def end(*_args: object) -> None:
        raise Crashed

    async with database.registry.acquire() as db:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(issuing, "prove_twice", end)
            with pytest.raises(Crashed):
                await issue(db, OFFICE, claim(), NOW)
        office = await log_key_withdrawn(db)
        issued = await issue(db, office, claim(), NOW)
        assert verify(issued.bundle, await published(db), NOW).verified


async def test_carriers_and_pages_that_are_missing_are_made_after_the_key_of_the_log_was_withdrawn(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        await database.admin.execute("DELETE FROM credential_carrier")
        office = await log_key_withdrawn(db)
        await issue(db, office, claim(), NOW)
        assert await print_certificate(db, office, in_this_process, issued.credential_id, NOW) == len(Language)
        for kind in (Kept.PDF_KK, Kept.PDF_RU, Kept.PDF_EN):
            pages = await store.carrier_of(db, issued.credential_id, kind)
            assert verify(pages or b"", await published(db), NOW).verified


async def test_pages_are_made_of_a_certificate_whose_keys_were_retired_and_destroyed(database: Database) -> None:
    later = replace(OFFICE, credential_signers=(NEXT,), log_signers=(NEXT_LOG,))
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        await custody.introduce(db, later, NOW)
        for name in ("key-2026-1", "log-2026-1"):
            async with db.transaction():
                await custody.retire(db, later, name, NOW)
        await publish_key_document(db, later, NOW)
        assert await print_certificate(db, later, in_this_process, issued.credential_id, NOW) == len(Language)


async def wanted_by_a_wallet(db: Connection, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A wallet has asked for a certificate; what is kept for it comes into the list."""
    signed: list[str] = []
    holder = document_signer("holder", "a wallet's key").public_key
    issued = await issue(db, OFFICE, claim(), NOW)
    intention = await store.intention_of(db, "decision:1")
    assert intention is not None

    async def wanted(_db: Connection, request_id: UUID) -> Wanted:
        return Wanted(request_id, holder, intention.recorded, intention.salt, issued.bundle)

    async def insert_credential(_db: Connection, _request_id: UUID, credential: str, _now: Any) -> bool:
        signed.append(credential)
        return True

    monkeypatch.setattr(wallet, "wanted", wanted)
    monkeypatch.setattr(wallet, "insert_credential", insert_credential)
    return signed


async def test_a_wallet_is_given_a_proof_under_a_key_of_the_log_that_counts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.registry.acquire() as db:
        signed = await wanted_by_a_wallet(db, monkeypatch)
        office = await log_key_withdrawn(db)
        assert await sign_for_wallet(db, office, uuid4(), NOW)
        assert verify(signed[0].encode(), await published(db), NOW).authentic is Authentic.YES


async def test_what_a_wallet_could_show_to_nobody_is_not_handed_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = replace(OFFICE, issuer=replace(OFFICE.issuer, url="https://moved.example"))
    unknown = replace(OFFICE, document_signers=(document_signer("document-2026-1", "a key that nobody published"),))
    async with database.registry.acquire() as db:
        signed = await wanted_by_a_wallet(db, monkeypatch)
        for office, finding in ((moved, Code.KEY_UNKNOWN), (unknown, Code.SIGNATURE_INVALID)):
            with pytest.raises(SelfCheckFailed, match=finding):
                await sign_for_wallet(db, office, uuid4(), NOW)
        assert not signed


async def test_what_is_decided_about_a_key_is_published_though_the_clock_was_ahead_before(database: Database) -> None:
    ahead = NOW + timedelta(days=30)
    rotated = replace(OFFICE, credential_signers=(*OFFICE.credential_signers, NEXT))
    async with database.registry.acquire() as db:
        await publish_key_document(db, rotated, ahead)
        async with db.transaction():
            await custody.revoke(db, rotated, "key-2026-1", None, PEOPLE, NOW)
        document = await publish_key_document(db, rotated, NOW)
        assert await store.newest_key_document(db) == document
        assert await publish_key_document(db, rotated, NOW) == document
        assert await db.fetchval("SELECT count(*) FROM issuer_document") == 2


async def test_lists_that_were_published_while_the_clock_was_ahead_are_replaced_when_it_is_right(database: Database) -> None:
    ahead = NOW + timedelta(days=30)
    async with database.registry.acquire() as db:
        await publish_status_lists(db, OFFICE, ahead)
        await publish_token_list(db, OFFICE, ahead)
        issued = await issue(db, OFFICE, claim(), NOW)
        assert verify(issued.bundle, await published(db), NOW).verified
        await publish_token_list(db, OFFICE, NOW)
        tokens = await wallet.newest_token_list(db)
        assert tokens is not None
        assert tokens.published_at == NOW


def test_a_list_never_grows_past_what_a_verifier_unpacks() -> None:
    assert capacity_for(ENTRIES_MAX // 2 - 1) == capacity_for(ENTRIES_MAX // 2) == capacity_for(ENTRIES_MAX) == ENTRIES_MAX


async def test_a_list_that_verifiers_would_refuse_is_not_published_and_the_last_one_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked = sorted(random.Random(1).sample(range(ENTRIES_MAX), ENTRIES_MAX * 6 // 100))

    async def marked(_db: Connection, _purpose: Purpose) -> list[int]:
        return revoked

    async def places_taken(_db: Connection) -> int:
        return ENTRIES_MAX // 2

    async with database.registry.acquire() as db:
        await issue(db, OFFICE, claim(), NOW)
        *before, reasons = await store.newest_publications(db)
        monkeypatch.setattr(store, "marked", marked)
        monkeypatch.setattr(store, "count_intentions", places_taken)
        with pytest.raises(ListTooLong, match="revocation"):
            await publish_status_lists(db, OFFICE, NOW + timedelta(hours=1))
        *after, newer_reasons = await store.newest_publications(db)
        assert after == before
        assert newer_reasons.version == reasons.version + 1, "what can be published is"
        issued = await issue(db, OFFICE, claim("decision:2"), NOW + timedelta(hours=1))
        assert verify(issued.bundle, await published(db), NOW + timedelta(hours=1)).verified


def test_a_root_that_has_ended_makes_no_key_that_then_has_no_certificate(tmp_path: Path) -> None:
    root = make_root(Organisation("The centre"), NOW)
    open_office(OFFICE.issuer, tmp_path, NOW)
    with pytest.raises(KeyUnusable, match="the root has ended"):
        make_key(FileSafe(tmp_path), tmp_path, "document", NOW + ROOT_LIFETIME, root)
    assert open_office(OFFICE.issuer, tmp_path, NOW + ROOT_LIFETIME).document_signer.name == "document-2026-1"


async def test_sealed_pages_and_codes_keep_an_old_proof_and_are_checked_by_a_newer_one_beside_them(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        other = await issue(db, OFFICE, claim("decision:2"), NOW)
        await print_certificate(db, OFFICE, in_this_process, issued.credential_id, NOW)
        kept = await store.carriers_of(db, issued.credential_id)
        codes = as_handed_over(Kept.QR, kept[Kept.QR], read_bundle(issued.bundle))
        office = await log_key_withdrawn(db)
        lists = [canonical(one) for one in await publish_status_lists(db, office, NOW)]
        trust = await published(db)
        (keys,) = trust.values()
        newer, others = [
            log_proof_file(await with_newest_proof(db, read_bundle(one.bundle), keys, NOW)) for one in (issued, other)
        ]
    for data in (issued.bundle, kept[Kept.PDF_KK], codes[1]):
        assert verify(data, trust, NOW, lists, newer).verified
        for useless in (
            b"",
            others,
            newer.replace(b"index 0", b"index 1"),
            log_proof_file(read_bundle(issued.bundle)),
            b"\xff",
        ):
            failure = verify(data, trust, NOW, lists, useless).failure
            assert failure is not None
            assert failure.finding is Code.LOG_UNKNOWN
    # One that counts is not asked for another.
    assert verify(issued.bundle, Centre().trust, NOW, (), b"nothing").verified


def test_the_second_code_of_a_large_log_with_many_witnesses_is_still_a_code() -> None:
    centre = Centre()
    bundle = centre.certify(claim(holder_name="Ә" * 200))
    proof = read_proof(bundle.log_proof)
    keys = [signer(f"witness-2026-{number}", f"witness {number}") for number in range(16)]
    witnesses = [
        WitnessKey(f"witness-{number:02}.example/w1", SignatureType.ED25519_COSIGNATURE, key.public_key)
        for number, key in enumerate(keys)
    ]
    note = read_note(proof.checkpoint)
    lines = [cosign(note, witness, key.sign, NOW) for witness, key in zip(witnesses, keys, strict=True)]
    large = InclusionProof(proof.index, (bytes(32),) * 24, write_note(note.with_signatures(lines)))
    unsigned = {name: value for name, value in bundle.credential.items() if name != "proof"}
    cose = sign_claims(compact_claims(unsigned), bytes(32), proof.index, "key-2026-1", centre.office.signer.sign)
    text = second_code(cose, large)
    assert qr_image(text).startswith("<svg")
    _signed, carried = read_second(text)
    kept = read_note(carried.checkpoint).signatures
    assert kept == (*note.signatures, *lines)[: len(kept)]
    assert len(kept) > 4, "as many witnesses as there is room for"
    assert second_code(cose, carried) == text


def test_a_quorum_counts_only_witnesses_whose_cosignature_every_carrier_can_bring() -> None:
    large = WitnessKey("witness.example/w1", SignatureType.ML_DSA_44_COSIGNATURE, bytes(1312))
    small = WitnessKey("witness.example/w1", SignatureType.ED25519_COSIGNATURE, bytes(32))
    assert policy_for((Witness("https://witness.example/w1", (large,)),), 0).quorum == 0
    assert policy_for((Witness("https://witness.example/w1", (large, small)),), 1).quorum == 1
    with pytest.raises(WitnessesUnusable, match="Ed25519"):
        policy_for((Witness("https://witness.example/w1", (large,)),), 1)
