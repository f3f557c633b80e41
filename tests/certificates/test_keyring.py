"""The register of keys against a real PostgreSQL: introduced before they sign, retired, revoked; each a leaf, once."""

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from certificates.errors import KeyChangeRefused
from certificates.findings import Authentic, Freshness, Status
from certificates.issuing import issue
from certificates.keyring import custody
from certificates.keyring import store as keyring
from certificates.log.entry import Kind
from certificates.log.monitor import BEGINNING, visit
from certificates.log.tiles import Tile, write_entries
from certificates.own_log.store import entries, log_size, newest_checkpoint
from certificates.publishing import publish_key_document, publish_status_lists
from certificates.store import Connection
from certificates.strict_json import canonical
from certificates.trust import read_trust
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre, claim, signer
from tests.fixtures.postgres import Database

OFFICE = Centre().office
ROTATED = replace(OFFICE, credential_signers=(*OFFICE.credential_signers, signer("key-2026-2", "the next")))
PEOPLE = ("First Custodian", "Second Custodian")


async def kinds(db: Connection) -> list[str]:
    return [row["kind"] for row in await db.fetch("SELECT kind FROM log_leaf ORDER BY leaf_index")]


async def test_a_log_begins_with_its_first_keys_and_later_ones_are_logged_before_they_sign(database: Database) -> None:
    async with database.registry.acquire() as db:
        await issue(db, OFFICE, claim("decision:1"), NOW)
        assert await kinds(db) == [Kind.ISSUE]
        await issue(db, ROTATED, claim("decision:2"), NOW)
        await publish_key_document(db, ROTATED, NOW)
        assert await kinds(db) == [Kind.ISSUE, Kind.INTRODUCE_KEY, Kind.ISSUE]


async def test_the_keys_of_a_ceremony_are_leaves_even_of_an_empty_log_and_a_monitor_reads_them(database: Database) -> None:
    async with database.registry.acquire() as db:
        await custody.introduce(db, OFFICE, NOW, PEOPLE)
        assert await kinds(db) == [Kind.INTRODUCE_KEY] * 3
        files = {
            "checkpoint": checkpoint.note.encode() if (checkpoint := await newest_checkpoint(db)) else b"",
            Tile(None, 0, 3).path: write_entries(await entries(db, 0, 3)),
        }
        assert not any(b"Custodian" in data for data in files.values())
    seen = visit(files.__getitem__, OFFICE.issuer.log_origin, [OFFICE.log_signer.public_key], BEGINNING)
    assert seen.added[Kind.INTRODUCE_KEY] == 3


async def test_a_revocation_stands_in_the_key_document_and_is_one_leaf_however_often_it_is_published(
    database: Database,
) -> None:
    async with database.registry.acquire() as db:
        await issue(db, OFFICE, claim("decision:1"), NOW)
        await custody.introduce(db, ROTATED, NOW)
        size = await log_size(db)
        async with db.transaction():
            event = await custody.revoke(db, ROTATED, "key-2026-1", None, PEOPLE, NOW)
        assert event.from_log_index == size
        # As if the process had ended here: the leaf comes with the next publication, and comes once.
        assert await log_size(db) == size
        documents = {await publish_key_document(db, ROTATED, NOW) for _ in range(2)}
        assert await kinds(db) == [Kind.ISSUE, Kind.INTRODUCE_KEY, Kind.REVOKE_KEY]
    (document,) = documents
    old, new = read_trust(document).credential_keys.values()
    assert (old.revoked, old.revoked_from_log_index) == (NOW, size)
    assert new.revoked is None


async def test_what_is_not_possible_with_a_key_is_refused_and_leaves_no_trace(database: Database) -> None:
    async with database.registry.acquire() as db:
        await custody.introduce(db, ROTATED, NOW)
        before = await keyring.registered_keys(db)
        refused = [
            custody.retire(db, ROTATED, "key-2026-2", NOW),  # it signs now
            custody.retire(db, ROTATED, "key-2020-1", NOW),
            custody.revoke(db, ROTATED, "key-2026-2", None, PEOPLE, NOW),
            custody.revoke(db, ROTATED, "key-2026-1", 1, PEOPLE, NOW),  # the log has no leaf yet
            custody.revoke(db, ROTATED, "key-2026-1", 0, PEOPLE[:1], NOW),
            custody.revoke(db, ROTATED, "key-2026-1", 0, ("The same", "the  SAME"), NOW),
            custody.revoke(db, ROTATED, "key-2026-1", 0, ("", "Somebody"), NOW),
        ]
        for attempt in refused:
            with pytest.raises(KeyChangeRefused):
                async with db.transaction():
                    await attempt
        assert await keyring.registered_keys(db) == before
        for _ in range(2):
            async with db.transaction():
                if _ == 0:
                    await custody.revoke(db, ROTATED, "key-2026-1", 0, PEOPLE, NOW)
                    continue
                with pytest.raises(KeyChangeRefused, match="never moved"):
                    await custody.revoke(db, ROTATED, "key-2026-1", 0, PEOPLE, NOW)
                with pytest.raises(KeyChangeRefused, match="revoked already"):
                    await custody.retire(db, ROTATED, "key-2026-1", NOW)


async def test_a_certificate_that_has_ended_is_still_genuine_under_a_key_that_was_retired(database: Database) -> None:
    ends = NOW + timedelta(days=30)
    long_after = ends + timedelta(days=20 * 365)
    async with database.registry.acquire() as db:
        issued = await issue(db, OFFICE, claim("decision:1", valid_until=ends), NOW)
        await custody.introduce(db, ROTATED, NOW)
        async with db.transaction():
            await custody.retire(db, ROTATED, "key-2026-1", NOW)
        keys = read_trust(await publish_key_document(db, ROTATED, long_after))
        lists = [canonical(one) for one in await publish_status_lists(db, ROTATED, long_after)]
    report = verify(issued.bundle, {keys.did: keys}, long_after, lists)
    assert (report.authentic, report.status, report.freshness) == (Authentic.YES, Status.EXPIRED, Freshness.FRESH)


async def test_a_key_of_the_log_is_withdrawn_as_a_whole(database: Database) -> None:
    rotated = replace(OFFICE, log_signers=(*OFFICE.log_signers, signer("log-2026-2", "the next log key")))
    async with database.registry.acquire() as db:
        await custody.introduce(db, rotated, NOW)
        async with db.transaction():
            event = await custody.revoke(db, rotated, "log-2026-1", 0, PEOPLE, NOW)
        assert event.from_log_index is None
        keys = read_trust(await publish_key_document(db, rotated, NOW)).log_keys
    assert [(key.revoked, key.revoked_from_log_index) for key in keys] == [(NOW, None), (None, None)]


@pytest.mark.parametrize(
    "statement", ["UPDATE key_event SET persons = '{}'", "DELETE FROM key_event", "DELETE FROM issuer_key"]
)
async def test_no_process_changes_what_was_decided_about_a_key(database: Database, statement: str) -> None:
    for pool in (database.registry, database.web, database.judging):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
    for pool in (database.web, database.judging):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch("SELECT persons FROM key_event")
