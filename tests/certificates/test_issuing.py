"""Issuing against a real PostgreSQL: in order, once, and resumed after a crash at any step."""

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery

from certificates import issuing, publishing, store
from certificates.bundle import read_bundle
from certificates.carriers.carrier import Kept
from certificates.credential import Score
from certificates.data_integrity import prove_twice
from certificates.errors import KeyUnusable, LogCorrupt, NotIssuable, SelfCheckFailed, StatusChangeRefused
from certificates.findings import Code, Freshness, Status
from certificates.issuer import Issuer
from certificates.issuing import issue
from certificates.log.entry import Kind
from certificates.log.proof import read_proof
from certificates.own_log import inclusion, logbook
from certificates.own_log import store as own_log
from certificates.publishing import RENEW_AFTER, publish_key_document, publish_status_lists
from certificates.standing import change_to, standing_after
from certificates.status_list import ENTRIES_MIN, SNAPSHOT_LIFETIME, Purpose
from certificates.store import Connection
from certificates.strict_json import canonical, read_object
from certificates.timestamp import write_timestamp
from certificates.trust import read_trust
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre, claim, document_signer, signer
from tests.fixtures.postgres import Database

OFFICE = Centre().office


async def counted(db: Connection, table: str) -> int:
    return int(await db.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - names from this file


async def account(database: Database) -> UUID:
    """Somebody who decides."""
    return await database.admin.fetchval(
        "INSERT INTO account (login, password_hash, display_name) VALUES ($1, '', 'Registrar') RETURNING account_id",
        f"r-{uuid4()}",
    )


async def change(database: Database, serial: Any, kind: Kind, decided_by: UUID) -> None:
    """Decide about a certificate as the web process does."""
    async with database.web.acquire() as db, db.transaction():
        certificate = await store.certificate_by_serial(db, serial)
        assert certificate is not None
        await store.lock_standing(db, certificate)
        standing = standing_after(await store.changes_of(db, certificate))
        purpose, active = change_to(standing, kind)
        await store.insert_change(db, certificate, purpose, active=active, reason="a test", decided_by=decided_by, now=NOW)


async def test_an_issued_certificate_is_verified_by_a_stranger_who_pinned_the_published_keys(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
    async with database.web.acquire() as db:
        document = await store.newest_key_document(db)
        found = await store.certificate_of_source(db, "decision:1")
    assert document is not None
    assert found is not None
    keys = read_trust(document)
    report = verify(found.bundle, {keys.did: keys}, NOW)
    assert report.verified
    assert report.certificate is not None
    assert report.certificate.serial == issued.serial == found.serial


async def test_issuing_twice_for_one_source_changes_nothing(database: Database) -> None:
    async with database.registry.acquire() as db:
        first = await issue(db, OFFICE, claim(), NOW)
        renamed = replace(claim(), holder_name="Somebody Else")
        second = await issue(db, OFFICE, renamed, NOW + timedelta(days=1))
        assert (second.serial, second.bundle) == (first.serial, first.bundle)
        for table in ("credential_intention", "log_leaf", "log_checkpoint", "credential_signature", "credential_bundle"):
            assert await counted(db, table) == 1


async def test_many_certificates_issued_at_the_same_time_all_verify(database: Database) -> None:
    async def one(number: int) -> bytes:
        async with database.registry.acquire() as db:
            return (await issue(db, OFFICE, claim(source=f"decision:{number // 2}"), NOW)).bundle

    bundles = await asyncio.gather(*(one(number) for number in range(12)))  # each source is asked for twice
    assert len(set(bundles)) == 6
    trust = Centre().trust
    assert all(verify(bundle, trust, NOW).verified for bundle in bundles)
    indexes = {read_proof(read_bundle(bundle).log_proof).index for bundle in set(bundles)}
    assert indexes == set(range(6))


class Crashed(Exception):
    """A process that ended."""


CRASHES = [
    (store, "insert_intention"),
    (issuing, "_log"),
    (own_log, "insert_leaves"),
    (own_log, "insert_nodes"),
    (logbook, "publish_checkpoint"),
    (own_log, "insert_checkpoint"),
    (issuing, "prove_twice"),
    (publishing, "publish_key_document"),
    (publishing, "publish_status_lists"),
    (store, "insert_key_document"),
    (store, "insert_publication"),
    (issuing, "make_carriers"),
    (issuing, "verify"),
    (store, "settle"),
]


@pytest.mark.parametrize(("module", "name"), CRASHES, ids=[name for _module, name in CRASHES])
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_a_crash_at_any_step_is_resumed_with_the_same_number(
    database: Database, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, late: bool
) -> None:
    target = issuing if hasattr(issuing, name) else module
    original: Callable[..., Any] = getattr(target, name)

    async def crash_async(*args: Any, **kwargs: Any) -> None:
        if late:
            await original(*args, **kwargs)
        raise Crashed

    def crash(*args: Any, **kwargs: Any) -> None:
        if late:
            original(*args, **kwargs)
        raise Crashed

    with monkeypatch.context() as patched:
        patched.setattr(target, name, crash_async if inspect.iscoroutinefunction(original) else crash)
        async with database.registry.acquire() as db:
            with pytest.raises(Crashed):
                await issue(db, OFFICE, claim(), NOW)
    async with database.registry.acquire() as db:
        before = await store.intention_of(db, "decision:1")
        issued = await issue(db, OFFICE, claim(), NOW)
        assert before is None or before.serial == issued.serial
        for table in ("credential_intention", "log_leaf", "log_checkpoint", "credential_signature", "credential_bundle"):
            assert await counted(db, table) == 1
    assert verify(issued.bundle, Centre().trust, NOW).verified


async def test_one_more_certificate_takes_22_statements_whatever_was_issued_and_decided_before(database: Database) -> None:
    registrar = await account(database)
    statements: list[str] = []

    def count(record: LoggedQuery) -> None:
        statements.append(record.query)

    async with database.registry.acquire() as db:
        for number in range(5):
            issued = await issue(db, OFFICE, claim(f"decision:{number}"), NOW)
            await change(database, issued.serial, Kind.REVOKE, registrar)
        await publish_status_lists(db, OFFICE, NOW)
        with db.query_logger(count):
            one_more = await issue(db, OFFICE, claim("decision:5"), NOW)
    assert len(statements) <= 22
    assert sum("COMMIT" in statement for statement in statements) == 3
    assert verify(one_more.bundle, Centre().trust, NOW).verified


async def test_the_lists_of_a_new_certificate_are_those_in_force_unless_they_grow_old(database: Database) -> None:
    times = (NOW, NOW + RENEW_AFTER - timedelta(seconds=1), NOW + RENEW_AFTER)
    async with database.registry.acquire() as db:
        issued = [await issue(db, OFFICE, claim(f"decision:{number}"), now) for number, now in enumerate(times)]
        assert await counted(db, "status_list_publication") == 2 * len(Purpose)
    first, second, third = [read_bundle(one.bundle).status for one in issued]
    assert first == second
    assert [document["validFrom"] for document in third] == [write_timestamp(times[2])] * 2


async def test_a_centre_that_moved_or_has_new_keys_publishes_before_it_issues(database: Database) -> None:
    moved = replace(OFFICE, issuer=Issuer("http://centre.example", "The centre"))
    new_log = replace(OFFICE, log_signers=(*OFFICE.log_signers, signer("log-2027-1", "next year's log")))
    new_document = replace(
        OFFICE, document_signers=(*OFFICE.document_signers, document_signer("document-2027-1", "next year's"))
    )
    async with database.registry.acquire() as db:
        for number, office in enumerate((OFFICE, moved, new_log, new_document)):
            issued = await issue(db, office, claim(f"decision:{number}"), NOW)
            keys = read_trust(await store.newest_key_document(db) or b"")
            assert verify(issued.bundle, {keys.did: keys}, NOW).verified
        kinds = [row["kind"] for row in await db.fetch("SELECT kind FROM log_leaf ORDER BY leaf_index")]
    assert kinds == [Kind.ISSUE, Kind.ISSUE, Kind.INTRODUCE_KEY, Kind.ISSUE, Kind.INTRODUCE_KEY, Kind.ISSUE]


async def test_proofs_that_an_earlier_version_kept_before_it_ended_are_those_of_the_certificate(database: Database) -> None:
    def end(*_args: object) -> None:
        raise Crashed

    async with database.registry.acquire() as db:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(store, "settle", end)
            with pytest.raises(Crashed):
                await issue(db, OFFICE, claim(), NOW)
        intention = await store.intention_of(db, "decision:1")
        assert intention is not None
        earlier = NOW - timedelta(days=1)
        proofs = prove_twice(read_object(intention.recorded), OFFICE.verification_method, OFFICE.signer.sign, earlier)
        await db.execute(
            "INSERT INTO credential_signature (credential_id, leaf_index, proofs, created_at) VALUES ($1, 0, $2, $3)",
            intention.credential_id,
            canonical(list(proofs)),
            earlier,
        )
        issued = await issue(db, OFFICE, claim(), NOW)
        assert await store.proofs_of(db, intention) == canonical(list(proofs))
    assert read_bundle(issued.bundle).credential["proof"] == list(proofs)
    assert verify(issued.bundle, Centre().trust, NOW).verified


async def test_nothing_is_signed_that_was_not_recorded_and_logged(database: Database) -> None:
    """Another connection looks at what is committed at the moment before the key is asked to sign."""
    seen: list[tuple[int, ...]] = []
    original = inclusion.prove

    async def prove(*args: Any) -> Any:
        async with database.admin.acquire() as db:
            seen.append(tuple([await counted(db, table) for table in ("credential_intention", "log_leaf", "log_checkpoint")]))
        return await original(*args)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(inclusion, "prove", prove)
        async with database.registry.acquire() as db:
            await issue(db, OFFICE, claim(), NOW)
    assert seen == [(1, 1, 1)]


async def test_a_claim_that_breaks_the_profile_is_refused_before_anything_is_written(database: Database) -> None:
    spoofed = replace(claim(), holder_name="Aigerim\u202e Satbaeva")
    endless = replace(claim(), score=Score(Decimal("87.123456"), Decimal(100), Decimal(60)))
    nameless = replace(claim(), holder_name="")
    async with database.registry.acquire() as db:
        for refused in (spoofed, endless, nameless):
            with pytest.raises(NotIssuable):
                await issue(db, OFFICE, refused, NOW)
        assert await counted(db, "credential_intention") == 0


async def test_issuing_refuses_to_be_part_of_a_transaction(database: Database) -> None:
    async with database.registry.acquire() as db, db.transaction():
        with pytest.raises(RuntimeError, match="commits after each step"):
            await issue(db, OFFICE, claim(), NOW)


async def test_a_taken_place_in_the_status_list_is_drawn_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([7, 7, 7, 8])

    def draw(places: int) -> int:
        assert places == ENTRIES_MIN, "where the published lists have a place"
        return next(draws)

    monkeypatch.setattr(issuing, "draw_index", draw)
    async with database.registry.acquire() as db:
        await issue(db, OFFICE, claim("decision:1"), NOW)
        await issue(db, OFFICE, claim("decision:2"), NOW)
        second = await store.intention_of(db, "decision:2")
    assert second is not None
    assert second.status_index == 8


async def test_a_log_that_lost_its_root_stops_issuing(database: Database) -> None:
    async with database.registry.acquire() as db:
        await issue(db, OFFICE, claim("decision:1"), NOW)
    await database.admin.execute("UPDATE log_node SET hash = decode(repeat('00', 32), 'hex')")
    async with database.registry.acquire() as db:
        with pytest.raises(LogCorrupt):
            await issue(db, OFFICE, claim("decision:2"), NOW)
        assert await counted(db, "credential_signature") == 1


async def test_a_bundle_that_strangers_would_refuse_is_not_handed_out(database: Database) -> None:
    centre = Centre()
    forger = replace(centre.office, credential_signers=(signer("key-2026-1", "a key that nobody published"),))
    async with database.registry.acquire() as db:
        published = await publish_key_document(db, centre.office, NOW)
        with pytest.raises(KeyUnusable, match="another key was published under this name"):
            await issue(db, forger, claim(), NOW)
        with pytest.MonkeyPatch.context() as patched:

            async def keep(*_args: object) -> bytes:
                return published

            patched.setattr(publishing, "publish_key_document", keep)
            with pytest.raises(SelfCheckFailed, match=Code.RDFC_PROOF_INVALID):
                await issue(db, forger, claim(), NOW)
        assert await counted(db, "credential_bundle") == 0


async def test_a_revoked_certificate_is_red_and_stays_so(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        other = await issue(db, OFFICE, claim("decision:2"), NOW)
    registrar = await account(database)
    await change(database, issued.serial, Kind.REVOKE, registrar)
    async with database.registry.acquire() as db:
        lists = [canonical(document) for document in await publish_status_lists(db, OFFICE, NOW + timedelta(minutes=1))]
        assert await db.fetchval("SELECT kind FROM log_leaf ORDER BY leaf_index DESC LIMIT 1") == Kind.REVOKE
    report = verify(issued.bundle, Centre().trust, NOW + timedelta(minutes=1), lists)
    assert report.status is Status.REVOKED
    assert not report.verified
    assert verify(other.bundle, Centre().trust, NOW + timedelta(minutes=1), lists).verified
    with pytest.raises(StatusChangeRefused):
        await change(database, issued.serial, Kind.REINSTATE, registrar)


async def test_a_suspension_can_end_and_every_change_is_logged_once(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
    registrar = await account(database)
    for kind, status in [(Kind.SUSPEND, Status.SUSPENDED), (Kind.REINSTATE, Status.GOOD)] * 2:
        await change(database, issued.serial, kind, registrar)
        async with database.registry.acquire() as db:  # all of it within one second
            lists = [canonical(document) for document in await publish_status_lists(db, OFFICE, NOW)]
            await publish_status_lists(db, OFFICE, NOW)
        assert verify(issued.bundle, Centre().trust, NOW, lists).status is status
    kinds = [row["kind"] for row in await database.admin.fetch("SELECT kind FROM log_leaf ORDER BY leaf_index")]
    assert kinds == [Kind.ISSUE, Kind.SUSPEND, Kind.REINSTATE, Kind.SUSPEND, Kind.REINSTATE]
    async with database.web.acquire() as db:
        (listed,) = await store.listed_certificates(db, 10)
    assert (listed.serial, listed.holder_name, listed.suspended) == (issued.serial, "Айгерім Сәтбаева", False)


async def test_lists_are_renewed_long_before_they_end_and_not_before_that(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
        early = await publish_status_lists(db, OFFICE, NOW + RENEW_AFTER / 2)
        assert await counted(db, "status_list_publication") == len(Purpose)
        late = NOW + SNAPSHOT_LIFETIME + timedelta(days=1)
        lists = [canonical(document) for document in await publish_status_lists(db, OFFICE, late)]
        assert await counted(db, "status_list_publication") == 2 * len(Purpose)
    assert early == read_bundle(issued.bundle).status
    stale = verify(issued.bundle, Centre().trust, late)
    assert (stale.freshness, stale.status, stale.verified) == (Freshness.STALE, Status.GOOD, False)
    assert verify(issued.bundle, Centre().trust, late, lists).verified


async def test_a_new_key_signs_while_certificates_of_the_old_one_go_on_to_verify(database: Database) -> None:
    rotated = replace(OFFICE, credential_signers=(*OFFICE.credential_signers, signer("key-2027-1", "next year")))
    async with database.registry.acquire() as db:
        old = await issue(db, OFFICE, claim("decision:1"), NOW)
        new = await issue(db, rotated, claim("decision:2"), NOW)
        document = await store.newest_key_document(db)
    assert document is not None
    keys = read_trust(document)
    assert len(keys.credential_keys) == 2
    for bundle in (old.bundle, new.bundle):
        assert verify(bundle, {keys.did: keys}, NOW).verified
    assert not verify(new.bundle, Centre().trust, NOW).verified


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credential_intention SET salt = salt",
        "DELETE FROM log_leaf",
        "UPDATE log_checkpoint SET note = note",
        "DELETE FROM credential_bundle",
        "DELETE FROM credential_status_change",
        "UPDATE status_list_publication SET version = version",
    ],
)
async def test_what_was_asserted_cannot_be_changed_by_any_process(database: Database, statement: str) -> None:
    for pool in (database.registry, database.web, database.judging):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)


async def test_the_web_process_can_read_what_is_public_and_nothing_that_issues(database: Database) -> None:
    for refused in (
        "SELECT salt FROM credential_intention",
        "SELECT recorded FROM credential_intention",
        "SELECT * FROM credential_signature",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.web.fetch(refused)
    for refused in ("credential_bundle", "log_leaf", "issuer_document"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.web.execute(f"INSERT INTO {refused} DEFAULT VALUES")


async def test_the_carriers_are_kept_with_the_certificate_and_a_missing_one_is_made_again(database: Database) -> None:
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim(), NOW)
    async with database.web.acquire() as db:
        kept = await store.carriers_of(db, issued.credential_id)
    assert kept.keys() == {Kept.JWT, Kept.QR}
    await database.admin.execute("DELETE FROM credential_carrier WHERE kind = 'jwt'")
    await change(database, issued.serial, Kind.REVOKE, await account(database))
    async with database.registry.acquire() as db:
        again = await issue(db, OFFICE, claim(), NOW + timedelta(days=1))
        assert await store.carriers_of(db, issued.credential_id) == kept
    assert again.bundle == issued.bundle


async def test_no_process_changes_a_carrier_and_only_the_registry_adds_one(database: Database) -> None:
    for pool, statement in (
        (database.web, "INSERT INTO credential_carrier DEFAULT VALUES"),
        (database.judging, "SELECT * FROM credential_carrier"),
        (database.registry, "UPDATE credential_carrier SET content = content"),
        (database.registry, "DELETE FROM credential_carrier"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
