"""A wallet asks for a certificate over real HTTP: OpenID4VCI 1.0, as a wallet that knows only the offer does it."""

import asyncio
import base64
import json
import re
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from joserfc import jws
from joserfc.jwk import ECKey
from limits import RateLimitItemPerMinute

from app.auth import store as accounts
from app.auth import websession
from app.auth.account import Role
from app.jobs import issue_certificate, issue_to_wallet
from app.live import MAX_OF_ONE_PERSON
from app.views import wallet as wallet_views
from app.workers.registry import RegistryResources
from certificates import store
from certificates.log.entry import Kind
from certificates.standing import change_to, standing_after
from certificates.token_status import TokenStatus, status_at
from certificates.trust import read_trust
from certificates.verification import verify
from exams.grading.decision.store import candidate_of
from exams.ids import DecisionId
from tests.app.test_issue_certificate import decide
from tests.fixtures.web import Person, Site

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


@dataclass(frozen=True)
class Holder:
    """A candidate with a certificate, and the registry's side."""

    site: Site
    candidate: Person
    certificate: store.StoredCertificate
    registrar: UUID
    resources: RegistryResources

    @property
    def page(self) -> str:
        return f"/certificates/{self.certificate.serial}/wallet"

    async def offer(self) -> tuple[dict[str, Any], str]:
        """Press the button; what the link says, and the digits."""
        page = await self.candidate.post(self.page)
        assert page.status_code == 200
        link = re.search(r'href="(openid-credential-offer://[^"]+)"', page.text)
        digits = re.search(r'class="wallet-digits mono" aria-label="([\d ]+)"', page.text)
        assert link is not None
        assert digits is not None
        offer = json.loads(parse_qs(urlsplit(unescape(link[1])).query)["credential_offer"][0])
        return offer, digits[1].replace(" ", "")


@pytest_asyncio.fixture(loop_scope="session")
async def holder(site: Site) -> Holder:
    resources = RegistryResources(site.database.registry, site.settings, lambda: datetime.now(UTC))
    decision_id, registrar = await decide(site.database)
    await issue_certificate.run(resources, decision_id)
    async with site.database.web.acquire() as db:
        certificate = await store.certificate_of_source(db, f"decision:{decision_id}")
        account_id = await candidate_of(db, DecisionId(decision_id))
    assert certificate is not None
    assert account_id is not None
    candidate = await site.visitor()
    token, session = websession.begin(account_id, datetime.now(UTC))
    async with site.database.admin.acquire() as db:
        await accounts.insert_websession(db, session)
    candidate.cookies.set(websession.COOKIE, token)
    return Holder(site, candidate, certificate, registrar, resources)


class Wallet:
    """A small wallet: it follows the metadata, and holds one key."""

    def __init__(self, client: httpx2.AsyncClient, offer: dict[str, Any]) -> None:
        self.client, self.offer = client, offer
        self.issuer: str = offer["credential_issuer"]
        self.key = ECKey.generate_key("P-256")
        self.token = ""

    async def learn(self) -> None:
        self.metadata = (await self.client.get(f"{self.issuer}/.well-known/openid-credential-issuer")).json()
        assert self.metadata["credential_issuer"] == self.issuer
        self.server = (await self.client.get(f"{self.issuer}/.well-known/oauth-authorization-server")).json()

    async def take(self, digits: str) -> httpx2.Response:
        await self.learn()
        code = self.offer["grants"][GRANT]["pre-authorized_code"]
        form = {"grant_type": GRANT, "pre-authorized_code": code, "tx_code": digits}
        answer = await self.client.post(self.server["token_endpoint"], data=form)
        self.token = answer.json().get("access_token", "")
        return answer

    async def prove(self, **claims: Any) -> str:
        nonce = (await self.client.post(self.metadata["nonce_endpoint"])).json()["c_nonce"]
        header = {"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": self.key.as_dict(private=False)}
        body = {"aud": self.issuer, "iat": int(datetime.now(UTC).timestamp()), "nonce": nonce, **claims}
        return jws.serialize_compact(header, json.dumps(body), self.key)

    async def ask(self, proof: str | None = None, **changed: Any) -> httpx2.Response:
        wanted = {
            "credential_configuration_id": self.offer["credential_configuration_ids"][0],
            "proofs": {"jwt": [proof or await self.prove()]},
            **changed,
        }
        return await self.post("credential_endpoint", wanted)

    async def fetch(self, transaction_id: str) -> httpx2.Response:
        return await self.post("deferred_credential_endpoint", {"transaction_id": transaction_id})

    async def post(self, endpoint: str, body: object) -> httpx2.Response:
        headers = {"authorization": f"Bearer {self.token}"}
        return await self.client.post(self.metadata[endpoint], json=body, headers=headers)


async def while_working(holder: Holder, asking: Awaitable[httpx2.Response]) -> httpx2.Response:
    """Let the registry sign whatever is asked for until the answer is there."""

    async def work() -> None:
        done: set[UUID] = set()
        while True:
            rows = await holder.site.database.admin.fetch("SELECT request_id FROM wallet_request")
            for request_id in {row["request_id"] for row in rows} - done:
                await issue_to_wallet.run(holder.resources, request_id)
                done.add(request_id)
            await asyncio.sleep(0.02)

    working = asyncio.create_task(work())
    try:
        return await asking
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def wallet_for(holder: Holder) -> Wallet:
    offer, digits = await holder.offer()
    wallet = Wallet(await holder.site.clients.enter_async_context(httpx2.AsyncClient(timeout=30)), offer)
    assert (await wallet.take(digits)).status_code == 200
    return wallet


async def test_a_wallet_is_given_the_certificate_bound_to_its_key_and_a_stranger_verifies_it(holder: Holder) -> None:
    wallet = await wallet_for(holder)
    answer = await while_working(holder, wallet.ask())
    if answer.status_code == 202:  # a machine that is busy: the wallet comes again
        answer = await wallet.fetch(answer.json()["transaction_id"])
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    (given,) = answer.json()["credentials"]
    keys = (await wallet.client.get(f"{wallet.issuer}/.well-known/jwt-vc-issuer")).json()
    assert keys["issuer"] == wallet.issuer
    jwk = (await wallet.client.get(keys["jwks_uri"])).json()["keys"][0]
    token = given["credential"].split("~")[0]
    payload = json.loads(jws.deserialize_compact(token, ECKey.import_key(jwk), algorithms=["ES256"]).payload)
    assert payload["cnf"]["jwk"]["x"] == wallet.key.as_dict(private=False)["x"]
    kind = (await wallet.client.get(payload["vct"])).json()
    assert kind["vct"] == payload["vct"] == wallet.metadata["credential_configurations_supported"]["examination"]["vct"]
    issuer = read_trust((await wallet.client.get(f"{wallet.issuer}/.well-known/did.json")).content)
    lists = [(await wallet.client.get(f"{wallet.issuer}/status/{name}")).content for name in ("revocation", "suspension")]
    report = verify(given["credential"].encode(), {issuer.did: issuer}, datetime.now(UTC), lists)
    assert report.verified
    assert report.certificate is not None
    assert report.certificate.holder_name == "Aigerim Sadykova"


async def test_a_registry_that_stands_still_only_delays_it(holder: Holder, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.views.wallet.WAIT_S", 0.1)
    wallet = await wallet_for(holder)
    answer = await wallet.ask()
    assert answer.status_code == 202
    transaction_id = answer.json()["transaction_id"]
    again = await wallet.fetch(transaction_id)
    assert (again.status_code, again.json()["transaction_id"]) == (202, transaction_id)
    jobs = await holder.site.database.admin.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'issue_to_wallet'")
    assert jobs == 1
    await issue_to_wallet.run(holder.resources, UUID(transaction_id))
    await issue_to_wallet.run(holder.resources, UUID(transaction_id))  # a job may come twice
    first, second = await wallet.fetch(transaction_id), await wallet.fetch(transaction_id)
    assert first.status_code == 200
    assert first.json() == second.json()
    written = "SELECT count(*) FROM audit_event WHERE action = 'credential:wallet' AND subject = $1"
    assert await holder.site.database.admin.fetchval(written, f"wallet-request:{transaction_id}") == 1
    assert (await wallet.fetch("00000000-0000-0000-0000-000000000000")).json()["error"] == "invalid_transaction_id"
    assert (await wallet.fetch("x")).json()["error"] == "invalid_transaction_id"


async def test_an_offer_is_taken_once_and_another_one_can_be_had(holder: Holder) -> None:
    offer, digits = await holder.offer()
    client = await holder.site.clients.enter_async_context(httpx2.AsyncClient(timeout=30))
    wallet = Wallet(client, offer)
    assert (await wallet.take("")).json()["error"] == "invalid_request"
    assert (await wallet.take(digits)).status_code == 200
    assert (await wallet.take(digits)).json()["error"] == "invalid_grant"
    other, other_digits = await holder.offer()
    assert (await Wallet(client, other).take(other_digits)).status_code == 200
    unknown = {"grants": {GRANT: {"pre-authorized_code": "guessed"}}, "credential_issuer": offer["credential_issuer"]}
    assert (await Wallet(client, unknown).take(digits)).json()["error"] == "invalid_grant"
    refused = await client.post(wallet.server["token_endpoint"], data={"grant_type": "password"})
    assert refused.json()["error"] == "unsupported_grant_type"


async def test_five_wrong_tries_end_an_offer(holder: Holder) -> None:
    offer, digits = await holder.offer()
    wallet = Wallet(await holder.site.clients.enter_async_context(httpx2.AsyncClient(timeout=30)), offer)
    wrong = "000000" if digits != "000000" else "111111"
    for _try in range(5):
        assert (await wallet.take(wrong)).json()["error"] == "invalid_grant"
    assert (await wallet.take(digits)).json()["error"] == "invalid_grant"


async def test_a_request_without_what_it_needs_is_refused_by_name(holder: Holder, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.views.wallet.WAIT_S", 0.0)
    wallet = await wallet_for(holder)
    proof = await wallet.prove()
    refusals = {
        "unknown_credential_configuration": await wallet.ask(credential_configuration_id="other"),
        "invalid_proof": await wallet.ask(await wallet.prove(aud="https://elsewhere.example")),
        "invalid_nonce": await wallet.ask(await wallet.prove(nonce="made-up")),
        "invalid_credential_request": await wallet.post("credential_endpoint", []),
    }
    assert {name: (answer.status_code, answer.json()["error"]) for name, answer in refusals.items()} == {
        name: (400, name) for name in refusals
    }
    assert (await wallet.ask(proofs={"jwt": [proof, proof]})).json()["error"] == "invalid_proof"
    assert (await wallet.ask(proofs={})).json()["error"] == "invalid_proof"
    assert (await wallet.ask(proof)).status_code == 202
    assert (await wallet.ask(proof)).json()["error"] == "invalid_nonce", "a nonce serves once"
    for _again in range(2):
        assert (await wallet.ask()).status_code == 202
    assert (await wallet.ask()).json()["error"] == "credential_request_denied"
    wallet.token = "guessed"
    answer = await wallet.ask()
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert "Bearer" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("path", ["/wallet/token", "/wallet/nonce"])
async def test_an_address_that_asks_too_often_for_what_a_wallet_needs_is_told_when_to_come_back(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(wallet_views, "WALLET_REQUESTS", RateLimitItemPerMinute(2, 10, namespace="wallet"))
    caller = await site.clients.enter_async_context(httpx2.AsyncClient(base_url=site.url))
    for _ in range(2):
        assert (await caller.post("/wallet/nonce")).status_code == 200
    refused = await caller.post(path)
    assert (refused.status_code, refused.json()["code"]) == (429, "asked-too-often")
    assert int(refused.headers["retry-after"]) > 0


async def test_a_proof_that_has_expired_gets_no_certificate(holder: Holder) -> None:
    wallet = await wallet_for(holder)
    answer = await wallet.ask(await wallet.prove(exp=int(datetime.now(UTC).timestamp()) - 1))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_proof")
    assert "expired" in answer.json()["error_description"]


async def test_nobody_else_is_offered_the_certificate(holder: Holder) -> None:
    other = await holder.site.person(Role.CANDIDATE)
    assert (await other.get(holder.page)).status_code == 404
    assert (await other.post(holder.page)).status_code == 404
    assert (await holder.candidate.get("/certificates/7K3QM9-XW2RFD-HJ5T98/wallet")).status_code == 404
    assert (await holder.candidate.get(holder.page)).status_code == 200


async def test_what_is_revoked_on_the_way_to_the_wallet_is_neither_signed_nor_handed_out(
    holder: Holder, monkeypatch: Any
) -> None:
    monkeypatch.setattr("app.views.wallet.WAIT_S", 0.0)
    wallet = await wallet_for(holder)
    signed, waiting = [(await wallet.ask()).json()["transaction_id"] for _asking in range(2)]
    await issue_to_wallet.run(holder.resources, UUID(signed))
    await revoke(holder)
    await issue_to_wallet.run(holder.resources, UUID(waiting))
    kept = "SELECT count(*) FROM wallet_credential WHERE request_id = $1"
    assert [await holder.site.database.admin.fetchval(kept, UUID(one)) for one in (signed, waiting)] == [1, 0]
    for answer in (await wallet.fetch(signed), await wallet.fetch(waiting), await wallet.ask()):
        assert (answer.status_code, answer.json()["error"]) == (400, "credential_request_denied")


async def test_one_certificate_does_not_take_the_places_of_open_pages(holder: Holder, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.views.wallet.WAIT_S", 0.0)
    wallet = await wallet_for(holder)
    transaction_id = (await wallet.ask()).json()["transaction_id"]
    monkeypatch.setattr("app.views.wallet.WAIT_S", 60.0)
    waiting = {asyncio.create_task(wallet.fetch(transaction_id)) for _page in range(MAX_OF_ONE_PERSON + 3)}
    sent_away: set[asyncio.Task[httpx2.Response]] = set()
    while len(sent_away) < 3:
        done, waiting = await asyncio.wait(waiting, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        assert done, "more wait than one person may"
        sent_away |= done
    assert {one.result().status_code for one in sent_away} == {202}
    await issue_to_wallet.run(holder.resources, UUID(transaction_id))
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}


async def test_a_proof_that_cannot_be_written_down_is_refused_and_no_fault_of_ours(holder: Holder) -> None:
    wallet = await wallet_for(holder)
    header = base64.urlsafe_b64encode(b'{"\\ud800":1,"\\ud800":2}').decode().rstrip("=")
    answer = await wallet.ask(f"{header}.e30.AA")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_proof")


async def revoke(holder: Holder) -> None:
    async with holder.site.database.web.acquire() as db, db.transaction():
        purpose, active = change_to(standing_after(await store.changes_of(db, holder.certificate)), Kind.REVOKE)
        now = datetime.now(UTC)
        await store.insert_change(
            db, holder.certificate, purpose, active=active, reason="a test", decided_by=holder.registrar, now=now
        )


async def test_a_revoked_certificate_is_not_offered_and_the_token_list_says_so(holder: Holder) -> None:
    database, certificate = holder.site.database, holder.certificate
    await revoke(holder)
    await issue_to_wallet.run(holder.resources, UUID(int=0))  # whatever the registry does next publishes the lists
    assert (await holder.candidate.post(holder.page)).status_code == 409
    answer = await (await holder.site.visitor()).get("/status/tokens")
    assert answer.headers["content-type"].startswith("application/statuslist+jwt")
    jwk = (await (await holder.site.visitor()).get("/.well-known/jwks.json")).json()["keys"][0]
    read = jws.deserialize_compact(answer.text, ECKey.import_key(jwk), algorithms=["ES256"])
    assert read.headers()["typ"] == "statuslist+jwt"
    payload = json.loads(read.payload)
    index = await database.admin.fetchval(
        "SELECT status_index FROM credential_intention WHERE credential_id = $1", certificate.credential_id
    )
    assert payload["sub"] == f"{holder.site.settings.public_url}/status/tokens"
    assert status_at(payload["status_list"]["lst"], index) is TokenStatus.INVALID
