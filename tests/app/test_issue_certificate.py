"""The job that turns a decision into a certificate, and the one that publishes what the centre says about it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app import audit
from app.jobs import issue_certificate, print_certificate, publish_status_list
from app.settings import Settings
from app.workers.registry import RegistryResources
from certificates import store
from certificates.carriers.carrier import Kept
from certificates.findings import Status
from certificates.log.entry import Kind
from certificates.standing import change_to, standing_after
from certificates.status_list import Purpose
from certificates.trust import find_trust_files, load_trust
from certificates.verification import verify
from tests.fixtures.postgres import Database
from tests.fixtures.sittings import NOON, insert_people, insert_result, insert_sitting, seal


@pytest.fixture
def resources(database: Database, tmp_path: Path) -> RegistryResources:
    settings = Settings.from_environment({"DATABASE_URL": database.url, "SARAP_DATA_DIR": str(tmp_path)})
    return RegistryResources(database.registry, settings, lambda: datetime.now(UTC))


async def decide(database: Database, outcome: str = "certify") -> tuple[UUID, UUID]:
    """A candidate passed and a registrar decided; returns the decision and the registrar."""
    async with database.admin.acquire() as db:
        people = await insert_people(db)
        sitting = await insert_sitting(db, people)
        await seal(db, sitting)
        result_id = await insert_result(db, sitting)
        decision_id = await db.fetchval(
            "INSERT INTO decision (result_id, decided_by, outcome, reason, decided_at) VALUES ($1, $2, $3, 'a test', $4)"
            " RETURNING decision_id",
            result_id,
            people.registrar.account_id,
            outcome,
            NOON,
        )
    return decision_id, people.registrar.account_id


async def certificate_of(database: Database, decision_id: UUID) -> store.StoredCertificate | None:
    async with database.web.acquire() as db:
        return await store.certificate_of_source(db, issue_certificate.source_of(decision_id))


async def test_a_decision_to_certify_becomes_a_certificate_that_the_centres_own_machine_verifies(
    database: Database, resources: RegistryResources
) -> None:
    decision_id, _registrar = await decide(database)
    await publish_status_list.keep_published(resources)  # as the worker does when it starts
    await issue_certificate.run(resources, decision_id)
    certificate = await certificate_of(database, decision_id)
    assert certificate is not None
    files = find_trust_files({"SARAP_DATA_DIR": str(resources.settings.data_dir)})
    report = verify(certificate.bundle, load_trust(files), datetime.now(UTC))
    assert report.verified
    assert report.certificate is not None
    assert report.certificate.holder_name == "Aigerim Sadykova"
    assert report.certificate.awarded_at == NOON
    audited = await database.admin.fetchval("SELECT subject FROM audit_event WHERE action = 'credential:issue'")
    assert audited == f"credential:{certificate.credential_id}"


async def test_an_issued_certificate_is_printed_by_its_own_job(database: Database, resources: RegistryResources) -> None:
    decision_id, _registrar = await decide(database)
    await publish_status_list.keep_published(resources)
    await issue_certificate.run(resources, decision_id)
    certificate = await certificate_of(database, decision_id)
    assert certificate is not None
    job = await database.admin.fetchval("SELECT payload FROM pgqueuer WHERE entrypoint = 'print_certificate'")
    assert job == str(certificate.credential_id).encode()
    try:
        await print_certificate.run(resources, certificate.credential_id)
    finally:
        await resources.typesetter.close()
    async with database.web.acquire() as db:
        pages = await store.carrier_of(db, certificate.credential_id, Kept.PDF_RU)
    assert pages is not None
    trust = load_trust(find_trust_files({"SARAP_DATA_DIR": str(resources.settings.data_dir)}))
    assert verify(pages, trust, datetime.now(UTC)).verified


async def test_the_job_may_come_twice(database: Database, resources: RegistryResources) -> None:
    decision_id, _registrar = await decide(database)
    await issue_certificate.run(resources, decision_id)
    first = await certificate_of(database, decision_id)
    await issue_certificate.run(resources, decision_id)
    assert await certificate_of(database, decision_id) == first
    assert await database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'credential:issue'") == 1


async def test_a_job_that_ended_before_its_audit_line_was_kept_issues_again_and_leaves_one(
    database: Database, resources: RegistryResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision_id, _registrar = await decide(database)

    async def ended(*_arguments: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as once:
        once.setattr(audit, "record", ended)
        with pytest.raises(ConnectionError):
            await issue_certificate.run(resources, decision_id)
    await issue_certificate.run(resources, decision_id)
    certificate = await certificate_of(database, decision_id)
    assert certificate is not None
    told = await database.admin.fetch("SELECT subject FROM audit_event WHERE action = 'credential:issue'")
    assert [row["subject"] for row in told] == [f"credential:{certificate.credential_id}"]
    printed = await database.admin.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'print_certificate'")
    assert printed == 1


async def test_a_declined_result_or_an_unknown_decision_has_no_certificate(
    database: Database, resources: RegistryResources
) -> None:
    declined, _registrar = await decide(database, "decline")
    for decision_id in (declined, uuid4()):
        await issue_certificate.run(resources, decision_id)
        assert await certificate_of(database, decision_id) is None
    assert await database.admin.fetchval("SELECT count(*) FROM credential_intention") == 0


async def test_a_suspension_is_published_by_its_job(database: Database, resources: RegistryResources) -> None:
    decision_id, registrar = await decide(database)
    await issue_certificate.run(resources, decision_id)
    certificate = await certificate_of(database, decision_id)
    assert certificate is not None
    async with database.web.acquire() as db, db.transaction():
        purpose, active = change_to(standing_after(await store.changes_of(db, certificate)), Kind.SUSPEND)
        now = datetime.now(UTC)
        await store.insert_change(db, certificate, purpose, active=active, reason="looked into", decided_by=registrar, now=now)
    await publish_status_list.run(resources, certificate.credential_id)
    async with database.web.acquire() as db:
        publication = await store.newest_publication(db, purpose)
    assert publication is not None
    trust = load_trust(find_trust_files({"SARAP_DATA_DIR": str(resources.settings.data_dir)}))
    assert verify(certificate.bundle, trust, datetime.now(UTC), [publication.credential]).status is Status.SUSPENDED


async def test_a_centre_publishes_its_keys_and_lists_before_it_has_issued_anything(
    database: Database, resources: RegistryResources
) -> None:
    office = await publish_status_list.keep_published(resources)
    async with database.web.acquire() as db:
        assert await store.newest_key_document(db) is not None
    assert await database.admin.fetchval("SELECT count(*) FROM status_list_publication") == len(Purpose)
    moved = replace(resources, settings=replace(resources.settings, centre_name="Another name"))
    assert (await publish_status_list.keep_published(moved)).signer.public_key == office.signer.public_key
    assert await database.admin.fetchval("SELECT count(*) FROM issuer_document") == 1
