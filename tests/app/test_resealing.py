"""A document key is withdrawn at a running centre: what the holder and a stranger get at each door, before and after."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from typer.testing import CliRunner

from app import key_custody
from app.__main__ import sarap
from app.database import transaction
from app.jobs import publish_status_list, reseal_certificates
from app.jobs.queue import Job
from app.key_custody import Revoked, custodian
from app.workers.registry import RegistryResources, look_through
from certificates.carriers.typesetter import Typesetter
from certificates.errors import TypesettingFailed
from certificates.findings import Authentic, Code
from certificates.issuing import Issued, issue
from certificates.printing import print_certificate
from certificates.trust import find_trust_files, load_trust
from certificates.verification import verify
from tests.certificates.centre import claim
from tests.certificates.withdrawn import PEOPLE, in_this_process
from tests.fixtures.web import Person, Site

FORMS = (".jwt", ".kk.pdf", ".ru.pdf", ".en.pdf")
GOOD = [Authentic.SIGNED, *[Authentic.YES] * 3]
"""What each is worth by itself: a token does not show that it is in the log."""


@pytest.fixture
def resources(site: Site) -> RegistryResources:
    settings = replace(site.settings, database_url=site.database.url)
    return RegistryResources(site.database.registry, settings, lambda: datetime.now(UTC))


@pytest_asyncio.fixture(loop_scope="session")
async def issued(resources: RegistryResources) -> list[Issued]:
    """Two certificates with everything that belongs to them."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    office = await publish_status_list.keep_published(resources)
    made: list[Issued] = []
    async with resources.pool.acquire() as db:
        for source in ("decision:1", "decision:2"):
            made.append(await issue(db, office, claim(source, awarded_at=now), now))
            await print_certificate(db, office, in_this_process, made[-1].credential_id, now)
    return made


async def withdraw(resources: RegistryResources) -> Revoked:
    """What two people do with `sarap keys revoke`."""
    async with custodian(resources.settings, datetime.now(UTC)) as who:
        return await key_custody.revoke(who, who.office().document_signer.name, None, PEOPLE, lambda: None)


async def downloads(visitor: Person, issued: Issued) -> list[bytes]:
    return [(await visitor.get(f"/certificates/{issued.serial}{form}")).content for form in FORMS]


async def answers(visitor: Person, files: Sequence[bytes]) -> list[tuple[str, set[str]]]:
    """What a program is told of each: whether it is authentic, and what failed."""
    said = [(await visitor.post("/api/verify", content=data)).json() for data in files]
    return [(one["authentic"], {step["finding"] for step in one["steps"] if step["outcome"] == "failed"}) for one in said]


async def queued(site: Site) -> list[UUID]:
    rows = await site.database.admin.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = $1", Job.RESEAL_CERTIFICATES)
    return [UUID(row["payload"].decode()) for row in rows]


async def work_off(site: Site, resources: RegistryResources) -> int:
    """Do what is in the queue, and what that puts into it, each job twice: that may happen. Returns how many there were."""
    count = 0
    while jobs := await queued(site):
        await site.database.admin.execute("DELETE FROM pgqueuer")
        for subject in [*jobs, *jobs]:
            await reseal_certificates.run(resources, subject)
        count += len(jobs)
    return count


async def audited(site: Site) -> list[str]:
    rows = await site.database.admin.fetch("SELECT subject FROM audit_event WHERE action = 'credential:reseal'")
    return sorted(row["subject"] for row in rows)


async def test_when_a_document_key_is_withdrawn_the_registry_makes_anew_what_the_holder_downloads(
    site: Site, resources: RegistryResources, issued: list[Issued], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reseal_certificates, "BATCH", 1)
    visitor = await site.visitor()
    old = await downloads(visitor, issued[0])
    page = (await visitor.get(f"/certificates/{issued[0].serial}")).text
    file = (await visitor.get(f"/certificates/{issued[0].serial}.json")).json()
    assert [authentic for authentic, _failed in await answers(visitor, old)] == GOOD
    await look_through(resources)
    assert await work_off(site, resources) == 1
    assert await audited(site) == [], "no key was withdrawn"

    await withdraw(resources)
    assert await answers(visitor, old) == [(Authentic.NO, {Code.KEY_REVOKED})] * len(FORMS)
    await look_through(resources)  # the registry starts again
    try:
        assert await work_off(site, resources) > len(issued)
    finally:
        await resources.typesetter.close()

    new = await downloads(visitor, issued[0])
    assert [authentic for authentic, _failed in await answers(visitor, new)] == GOOD
    files = find_trust_files({"SARAP_DATA_DIR": str(resources.settings.data_dir)})
    proof = (await visitor.get(f"/certificates/{issued[0].serial}.tlog-proof")).content
    for data in new:
        assert verify(data, load_trust(files), datetime.now(UTC), (), proof).authentic is Authentic.YES
    assert await audited(site) == sorted(f"credential:{one.serial}" for one in issued)
    # The certificate is the same, and so is its place in the log.
    after = (await visitor.get(f"/certificates/{issued[0].serial}.json")).json()
    assert (after["credential"], after["log"]) == (file["credential"], file["log"])
    assert all(form in page for form in FORMS)
    again = (await visitor.get(f"/certificates/{issued[0].serial}")).text
    assert all(form in again for form in FORMS)


async def test_the_command_does_it_at_once_and_goes_on_where_one_certificate_stopped_it(
    site: Site, resources: RegistryResources, issued: list[Issued], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await site.visitor()
    await withdraw(resources)
    environment = {
        "DATABASE_URL": site.database.url,
        "SARAP_DATA_DIR": str(resources.settings.data_dir),
        "SARAP_KEYS_DIR": str(resources.settings.keys_dir),
        "SARAP_PUBLIC_URL": resources.settings.public_url,
        "SARAP_CENTRE_NAME": resources.settings.centre_name,
    }

    async def run() -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, sarap, ["keys", "reseal"], env=environment, catch_exceptions=False)
        return done.exit_code, done.output

    original, failed = Typesetter.typeset, 0

    async def fails_once(self: Typesetter, bundle: bytes, what: object) -> bytes:
        nonlocal failed
        failed += 1
        if failed == 1:
            msg = "no memory"
            raise TypesettingFailed(msg)
        return await original(self, bundle, what)  # pyright: ignore[reportArgumentType]

    with monkeypatch.context() as patched:
        patched.setattr(Typesetter, "typeset", fails_once)
        status, said = await run()
    assert (status, "✓ 1 certificates" in said, "✗ " in said, "no memory" in said) == (1, True, True, True)
    assert len(await audited(site)) == 1
    for left in (1, 0):
        status, said = await run()
        assert (status, said[: said.index("have")]) == (0, f"✓ {left} certificates ")
    assert await audited(site) == sorted(f"credential:{one.serial}" for one in issued)
    for one in issued:
        said_of = await answers(visitor, await downloads(visitor, one))
        assert [authentic for authentic, _failed in said_of] == GOOD
    async with transaction(site.database.admin) as db:
        assert await db.fetchval("SELECT max(version) FROM credential_carrier") == 2
