"""The centre asks its witnesses over real HTTP: what they sign is kept and delivered, and whoever is away stops nothing."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import uvicorn
from pgqueuer import RetryRequested
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app import checks
from app.jobs import ask_witnesses, issue_certificate
from app.jobs.publish_status_list import keep_published
from app.key_custody import custodian, retire, rotate
from app.key_safe import office_by
from app.settings import Settings
from app.survival_kit import write_kit
from app.web import Server
from app.witness import Memory, Witness, create_witness, open_witness
from app.workers.registry import RegistryResources
from certificates import store
from certificates.bundle import read_bundle
from certificates.errors import KeyChangeRefused
from certificates.issuing import issue
from certificates.log.entry import Kind
from certificates.log.note import read_note
from certificates.log.policy import WitnessPolicy
from certificates.log.proof import read_proof
from certificates.own_log import inclusion, logbook
from certificates.own_log import store as own_log
from certificates.store import Connection
from certificates.trust import read_trust
from certificates.verification import verify
from certificates.witnessing.store import standings
from certificates.witnessing.witnesses import Why, WitnessStanding
from tests.app.test_issue_certificate import certificate_of, decide
from tests.certificates.centre import claim
from tests.fixtures.postgres import Database


def listen() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def served(app: Starlette, listener: socket.socket) -> AsyncGenerator[None]:
    server = Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server._serve([listener]))  # pyright: ignore[reportPrivateUsage]
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class Watched:
    """A centre with one witness of its own: `serving` lets it answer."""

    def __init__(self, database: Database, folder: Path, quorum: int) -> None:
        self.database, self.folder = database, folder
        self.listener, self.url = listen()
        self.witness: Witness = open_witness(folder / "witness", "witness.example/w1")
        file = folder / "witnesses"
        file.write_text("".join(f"{self.url} {key.text}\n" for key in self.witness.keys), "utf-8")
        settings = Settings.from_environment(
            {
                "DATABASE_URL": database.url,
                "SARAP_DATA_DIR": str(folder),
                "SARAP_WITNESSES": str(file),
                "SARAP_WITNESS_QUORUM": str(quorum),
            }
        )
        self.ahead = timedelta()
        self.resources = RegistryResources(database.registry, settings, lambda: datetime.now(UTC) + self.ahead)

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        async with self.database.web.acquire() as db:
            document = await store.newest_key_document(db)
        assert document is not None
        issuer = read_trust(document)
        assert issuer.log_origin is not None
        logs = {issuer.log_origin: [key.public_key for key in issuer.log_keys]}
        memory = Memory(self.folder / "witness")
        try:
            async with served(create_witness(self.witness, logs, memory), self.listener):
                yield
        finally:
            memory.close()

    async def issue(self, source: str) -> None:
        office = await keep_published(self.resources)
        async with self.database.registry.acquire() as db:
            now = self.resources.now()
            await issue(db, office, replace(claim(awarded_at=now - timedelta(hours=1)), source=source), now)

    async def issue_nothing_but_a_leaf(self) -> None:
        """A checkpoint that no witness has seen yet."""
        office = office_by(self.resources.settings, None, self.resources.now())
        async with self.database.registry.acquire() as db:
            await logbook.append(db, Kind.ISSUE, b"somebody else's entry", self.resources.now())
            await logbook.publish_checkpoint(db, office, self.resources.now())

    async def standing(self) -> WitnessStanding:
        async with self.database.web.acquire() as db:
            return (await standings(db, [self.witness.name]))[0]

    async def size(self) -> int:
        async with self.database.web.acquire() as db:
            checkpoint = await own_log.newest_checkpoint(db)
        return 0 if checkpoint is None else checkpoint.tree_size

    async def check(self) -> str:
        lines: list[str] = []
        await checks.report(self.resources.settings, lines.append)
        return next(line for line in lines if line[2:].startswith("witnesses"))


async def policy_of(db: Connection) -> WitnessPolicy:
    document = await store.newest_key_document(db)
    assert document is not None
    return read_trust(document).witnesses


async def test_what_a_witness_signs_is_published_and_delivered_with_certificates_of_before(
    database: Database, tmp_path: Path
) -> None:
    watched = Watched(database, tmp_path, quorum=0)
    await watched.issue("test:1")
    async with watched.serving():
        await ask_witnesses.run(watched.resources)
    size = await watched.size()
    assert await watched.standing() == replace(await watched.standing(), tree_size=size, failures=0, why=None)
    async with database.web.acquire() as db:
        policy = await policy_of(db)
        stored = await store.certificate_of_source(db, "test:1")
        assert stored is not None
        before = read_bundle(stored.bundle)
        issuer = read_trust(await store.newest_key_document(db) or b"")
        checkpoint = await inclusion.newest_counting(db, issuer, datetime.now(UTC))
        assert checkpoint is not None
        delivered = await inclusion.with_newest_proof(db, before, issuer, datetime.now(UTC))
    assert len(read_note(checkpoint.note).signatures) == 4, "the log with both of its keys, and the witness with both"
    assert policy.cosigned_by(read_note(checkpoint.note)) == ("witness.example/w1",)
    assert policy.cosigned_by(read_note(read_proof(before.log_proof).checkpoint)) == ()
    assert policy.cosigned_by(read_note(read_proof(delivered.log_proof).checkpoint)) == ("witness.example/w1",)
    assert (await watched.check()) == f"✓ witnesses: witness.example/w1 has cosigned all {size} entries"


async def test_a_witness_that_is_away_is_asked_again_when_it_is_due(database: Database, tmp_path: Path) -> None:
    watched = Watched(database, tmp_path, quorum=0)
    watched.listener.close()
    await watched.issue("test:1")
    await ask_witnesses.run(watched.resources)
    assert (await watched.standing()).why is Why.AWAY
    again = await database.admin.fetchval(
        "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'ask_witnesses' AND execute_after > now()"
    )
    assert again == 1
    await ask_witnesses.run(watched.resources)
    assert (await watched.standing()).failures == 1, "it is not due yet"
    watched.ahead = timedelta(hours=1)
    await ask_witnesses.run(watched.resources)
    assert (await watched.standing()).failures == 2
    assert "away" in await watched.check()


@pytest.mark.parametrize("fault", ["nonsense", "another-key", "endless", "moved", "number"])
async def test_what_is_no_cosignature_is_not_kept(database: Database, tmp_path: Path, fault: str) -> None:
    stranger = open_witness(tmp_path / "stranger", "witness.example/w1")

    async def answer(_request: Request) -> Response:
        if fault == "moved":
            return RedirectResponse("http://127.0.0.1:1/")
        if fault == "another-key":
            return PlainTextResponse(f"— {stranger.name} {'A' * 100}\n")
        if fault == "number":
            return PlainTextResponse("999999999\n", 500)
        return PlainTextResponse("x" * (300_000 if fault == "endless" else 9))

    watched = Watched(database, tmp_path, quorum=0)
    await watched.issue("test:1")
    async with served(Starlette(routes=[Route("/add-checkpoint", answer, methods=["POST"])]), watched.listener):
        await ask_witnesses.run(watched.resources)
    assert (await watched.standing()).why is Why.AWAY
    assert await database.admin.fetchval("SELECT count(*) FROM log_cosignature") == 0


async def test_a_certificate_waits_for_its_quorum_and_is_not_signed_before(database: Database, tmp_path: Path) -> None:
    watched = Watched(database, tmp_path, quorum=1)
    decision_id, _registrar = await decide(database)
    await keep_published(watched.resources)
    async with served(Starlette(), watched.listener):  # it answers 404: it does not watch this log yet
        with pytest.raises(RetryRequested):
            await issue_certificate.run(watched.resources, decision_id)
    assert (await watched.standing()).why is Why.REFUSED
    assert await certificate_of(database, decision_id) is None
    assert await database.admin.fetchval("SELECT count(*) FROM credential_signature") == 0
    assert "must cosign before" in await watched.check()
    watched.ahead = timedelta(minutes=20)
    watched.listener = socket.create_server(("127.0.0.1", int(watched.url.rpartition(":")[2])))
    async with watched.serving():
        await ask_witnesses.run(watched.resources)
    # The process ended between the cosignature and the certificate: whoever takes the job goes on.
    await issue_certificate.run(watched.resources, decision_id)
    certificate = await certificate_of(database, decision_id)
    assert certificate is not None
    async with database.web.acquire() as db:
        document = await store.newest_key_document(db)
    assert document is not None
    issuer = read_trust(document)
    assert issuer.witnesses.quorum == 1
    assert verify(certificate.bundle, {issuer.did: issuer}, watched.resources.now()).verified
    assert await database.admin.fetchval("SELECT count(*) FROM log_leaf WHERE kind = 'issue'") == 1


async def test_a_witness_that_knows_the_older_key_of_the_log_alone_goes_on_and_that_key_stays_until_it_knows_the_next(
    database: Database, tmp_path: Path
) -> None:
    watched = Watched(database, tmp_path, quorum=1)
    old, new = [f"log-{watched.resources.now().year}-{number}" for number in (1, 2)]
    await keep_published(watched.resources)
    async with database.web.acquire() as db:
        pinned = read_trust(await store.newest_key_document(db) or b"")
    async with watched.serving(), custodian(watched.resources.settings, watched.resources.now()) as who:
        assert await rotate(who, "log", None) == new
        decision_id, _registrar = await decide(database)
        await issue_certificate.run(watched.resources, decision_id)
        with pytest.raises(KeyChangeRefused, match=f"1 witnesses have to know {new}, and it is known to none"):
            await retire(who, old)
        with pytest.raises(KeyChangeRefused, match=f"sarap keys retire {old}"):
            await rotate(who, "log", None)
    certificate = await certificate_of(database, decision_id)
    assert certificate is not None
    assert verify(certificate.bundle, {pinned.did: pinned}, watched.resources.now()).verified, "nobody has to pin again"
    watched.listener = socket.create_server(("127.0.0.1", int(watched.url.rpartition(":")[2])))
    async with watched.serving(), custodian(watched.resources.settings, watched.resources.now()) as who:
        await retire(who, old)
        assert [key.name for key in who.office().log_signers] == [new]
        await watched.issue_nothing_but_a_leaf()
        await ask_witnesses.run(watched.resources)
        assert (await watched.standing()).tree_size == await watched.size()


async def test_a_survival_kit_holds_a_checkpoint_that_its_own_keys_accept(database: Database, tmp_path: Path) -> None:
    watched = Watched(database, tmp_path, quorum=1)
    decision_id, _registrar = await decide(database)
    await keep_published(watched.resources)
    async with watched.serving():
        await issue_certificate.run(watched.resources, decision_id)
    await watched.issue_nothing_but_a_leaf()
    kit = tmp_path / "kit"
    async with database.web.acquire() as db:
        await write_kit(db, kit, "The centre", ZoneInfo("Asia/Almaty"), watched.resources.now())
    witnesses = read_trust((kit / "keys" / "did.json").read_bytes()).witnesses
    assert witnesses.is_met(read_note((kit / "log" / "checkpoint").read_text("utf-8")), witnesses.since)


async def test_a_cosignature_that_was_lost_on_the_way_is_asked_for_again(database: Database, tmp_path: Path) -> None:
    watched = Watched(database, tmp_path, quorum=0)
    await watched.issue("test:1")
    async with watched.serving():
        await ask_witnesses.run(watched.resources)
        await database.admin.execute("DELETE FROM log_cosignature")  # as if we had died before it was kept
        await ask_witnesses.run(watched.resources)
        assert (await watched.standing()).tree_size == await watched.size()
        await watched.issue("test:2")
        await database.admin.execute("DELETE FROM log_cosignature")
        await ask_witnesses.run(watched.resources)
    assert await watched.standing() == replace(await watched.standing(), tree_size=await watched.size(), failures=0)


FORGET = """
    DELETE FROM log_cosignature; DELETE FROM log_checkpoint; DELETE FROM log_node; DELETE FROM credential_carrier;
    DELETE FROM credential_bundle; DELETE FROM credential_signature; DELETE FROM log_leaf; DELETE FROM credential_intention;
"""


async def test_a_log_that_tells_two_stories_is_refused_and_the_alarm_is_given(database: Database, tmp_path: Path) -> None:
    watched = Watched(database, tmp_path, quorum=0)
    await watched.issue("test:1")
    await watched.issue("test:2")
    async with watched.serving():
        await ask_witnesses.run(watched.resources)
        await database.admin.execute(FORGET)  # a log begun anew under the same name
        await watched.issue("test:3")
        await ask_witnesses.run(watched.resources)
        assert (await watched.standing()).why is Why.ROLLED_BACK
        for source in ("test:4", "test:5"):
            await watched.issue(source)
        watched.ahead = timedelta(hours=1)
        await ask_witnesses.run(watched.resources)
    assert (await watched.standing()).why is Why.FORKED
    said = await watched.check()
    assert said.startswith("✗")
    assert "the log contradicts what was cosigned" in said


async def test_without_witnesses_nobody_is_asked(database: Database, tmp_path: Path) -> None:
    settings = Settings.from_environment({"DATABASE_URL": database.url, "SARAP_DATA_DIR": str(tmp_path)})
    resources = RegistryResources(database.registry, settings, lambda: datetime.now(UTC))
    await keep_published(resources)
    await ask_witnesses.run(resources)
    assert await database.admin.fetchval("SELECT count(*) FROM pgqueuer") == 0
