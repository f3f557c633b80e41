"""A certificate into the holder's wallet: the candidate's page, and what a wallet asks.

OpenID for Verifiable Credential Issuance 1.0, pre-authorized code flow. The candidate opens the page of the own certificate,
makes an offer and scans it; the wallet asks for the digits that stand beside the code, takes the offer, proves its key and is
given the certificate. Nothing here can sign: the registry does, and an answer that takes it longer than a moment is fetched
later (section 9, deferred credential endpoint).
"""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote
from uuid import UUID, uuid4

import msgspec
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import audit
from app.asking_limits import WALLET_REQUESTS
from app.auth.account import account
from app.client_address import client_address
from app.database import Connection, transaction
from app.forms import read_form, read_json
from app.jobs.queue import Job, enqueue
from app.live import TooManySubscribers
from app.pages import render
from app.views import wallet_metadata
from certificates import store as certificates
from certificates.carriers.qr import qr_image
from certificates.serial import read_serial
from certificates.standing import standing_after
from certificates.store import StoredCertificate
from certificates.wallet import store
from certificates.wallet.key_proof import ProofRefused, read_key_proof
from certificates.wallet.offer import (
    OFFERS_PER_DAY_MAX,
    REQUESTS_MAX,
    TOKEN_LIFETIME,
    MadeOffer,
    hashed,
    is_nonce,
    make_nonce,
    make_offer,
)
from certificates.wallet.store import Taken
from exams.errors import InvalidInput, NotFound
from exams.grading.decision.store import candidate_of
from exams.ids import DecisionId

GRANT: Final = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
WAIT_S: Final = 3.0
"""How long an answer waits for the registry, which takes a tenth of a second when it is idle."""

COME_AGAIN_S: Final = 5
NO_STORE: Final = {"cache-control": "no-store"}
REQUEST_MAX_BYTES: Final = 16 * 1024
REVOKED: Final = "the certificate is revoked"


class TokenForm(msgspec.Struct):
    """What a wallet sends to take an offer."""

    grant_type: str = ""
    pre_authorized_code: str = msgspec.field(name="pre-authorized_code", default="")
    tx_code: str = ""


class Proofs(msgspec.Struct):
    """One proof of one key: a certificate is given once for each asking."""

    jwt: list[str] = []


class CredentialRequest(msgspec.Struct):
    """What a wallet wants."""

    credential_configuration_id: str = ""
    proofs: Proofs = msgspec.field(default_factory=Proofs)


class DeferredRequest(msgspec.Struct):
    """What a wallet comes back for."""

    transaction_id: str


async def show_wallet(request: Request) -> Response:
    """Say what a wallet is good for, with the way to an offer."""
    async with transaction(request.state.pool) as db:
        certificate = await _own(db, request)
        revoked = standing_after(await certificates.changes_of(db, certificate)).revoked
    return _page(request, certificate, revoked=revoked)


async def offer_certificate(request: Request) -> Response:
    """Make an offer and show it. It is shown once; another one can be had at any time."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        certificate = await _own(db, request)
        await store.lock_offers(db, certificate.credential_id)
        if standing_after(await certificates.changes_of(db, certificate)).revoked:
            return _page(request, certificate, revoked=True, status=409)
        if await store.count_offers(db, certificate.credential_id, now - timedelta(days=1)) >= OFFERS_PER_DAY_MAX:
            return _page(request, certificate, too_many=True, status=429)
        made = make_offer(certificate.credential_id, account(request).account_id, await store.secret(db), now)
        await store.insert_offer(db, made.offer)
        await audit.record(db, request, "credential:offer", f"credential:{certificate.credential_id}", {})
    return _page(request, certificate, made=made)


async def take_offer(request: Request) -> Response:
    """The token endpoint (section 6): the code of the link and the digits become a token, once."""
    await request.state.asking.count(WALLET_REQUESTS, client_address(request))
    try:
        form = await read_form(request, TokenForm)
    except InvalidInput:
        return _refused("invalid_request")
    if form.grant_type != GRANT:
        return _refused("unsupported_grant_type")
    if not form.pre_authorized_code:
        return _refused("invalid_request")
    now, token = datetime.now(UTC), secrets.token_urlsafe(32)
    async with transaction(request.state.pool) as db:
        offer = await store.offer_of(db, hashed(form.pre_authorized_code))
        if offer is None:
            return _refused("invalid_grant")
        await store.lock_offers(db, offer.offer_id)
        if not offer.is_open(await store.count_wrong(db, offer), now):
            return _refused("invalid_grant")
        if not form.tx_code:
            return _refused("invalid_request")
        if not offer.accepts(form.tx_code, await store.secret(db)):
            await store.insert_wrong(db, offer, now)
            return _refused("invalid_grant")
        if not await store.insert_token(db, offer, hashed(token), now, now + TOKEN_LIFETIME):
            return _refused("invalid_grant")
    lifetime_s = int(TOKEN_LIFETIME.total_seconds())
    return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": lifetime_s}, headers=NO_STORE)


async def give_nonce(request: Request) -> Response:
    """The nonce endpoint (section 7)."""
    await request.state.asking.count(WALLET_REQUESTS, client_address(request))
    async with request.state.pool.acquire() as db:
        nonce = make_nonce(await store.secret(db), datetime.now(UTC))
    return JSONResponse({"c_nonce": nonce}, headers=NO_STORE)


async def give_credential(request: Request) -> Response:
    """The credential endpoint (section 8): prove a key, and have the certificate bound to it."""
    now, request_id = datetime.now(UTC), uuid4()
    try:
        wanted = await read_json(request, CredentialRequest, max_bytes=REQUEST_MAX_BYTES)
    except InvalidInput:
        return _refused("invalid_credential_request")
    async with transaction(request.state.pool) as db:
        taken = await _taken(db, request, now)
        if taken is None:
            return _unauthorized()
        if await store.is_revoked(db, taken):
            return _refused("credential_request_denied", REVOKED)
        if wanted.credential_configuration_id != wallet_metadata.CONFIGURATION:
            return _refused("unknown_credential_configuration")
        if len(wanted.proofs.jwt) != 1:
            return _refused("invalid_proof", "exactly one proof, of one key")
        try:
            proof = read_key_proof(wanted.proofs.jwt[0], request.state.settings.public_url, now)
        except ProofRefused as refused:
            return _refused("invalid_proof", str(refused))
        if not is_nonce(proof.nonce, await store.secret(db), now):
            return _refused("invalid_nonce")
        await store.lock_offers(db, taken.offer_id)
        again = await _taken(db, request, now)
        if again is None or again.requests >= REQUESTS_MAX:
            return _refused("credential_request_denied", "this offer has served; ask for another one")
        if not await store.insert_request(db, taken, request_id, hashed(proof.nonce), proof.public_key, now):
            return _refused("invalid_nonce")
        await enqueue(db, Job.ISSUE_TO_WALLET, request_id)
    return await _answer(request, taken, request_id)


async def give_deferred_credential(request: Request) -> Response:
    """The deferred credential endpoint (section 9)."""
    try:
        wanted = await read_json(request, DeferredRequest, max_bytes=REQUEST_MAX_BYTES)
        request_id = UUID(wanted.transaction_id)
    except (InvalidInput, ValueError):
        return _refused("invalid_transaction_id")
    async with request.state.pool.acquire() as db:
        taken = await _taken(db, request, datetime.now(UTC))
        if taken is None:
            return _unauthorized()
        if not await store.has_request(db, taken, request_id):
            return _refused("invalid_transaction_id")
        if await store.is_revoked(db, taken):
            return _refused("credential_request_denied", REVOKED)
    return await _answer(request, taken, request_id)


async def show_token_list(request: Request) -> Response:
    """The Token Status List, for software of wallets."""
    async with request.state.pool.acquire() as db:
        published = await store.newest_token_list(db)
    if published is None:
        raise NotFound
    return wallet_metadata.published(published.content.encode(), "application/statuslist+jwt")


async def _answer(request: Request, taken: Taken, request_id: UUID) -> Response:
    """The certificate if it is signed within a moment, otherwise when to come again."""
    end = asyncio.get_running_loop().time() + WAIT_S
    try:
        with request.state.live.admitted({f"wallet:{request_id}"}, taken.credential_id) as subscriber:
            content = await _content(request, taken, request_id)
            while content is None and await subscriber.next_until(end) and not subscriber.is_closed:
                content = await _content(request, taken, request_id)
    except TooManySubscribers:
        content = await _content(request, taken, request_id)
    if content is None:
        return JSONResponse({"transaction_id": str(request_id), "interval": COME_AGAIN_S}, 202, headers=NO_STORE)
    return JSONResponse({"credentials": [{"credential": content}]}, headers=NO_STORE)


async def _content(request: Request, taken: Taken, request_id: UUID) -> str | None:
    async with request.state.pool.acquire() as db:
        return await store.content_of(db, taken, request_id)


async def _taken(db: Connection, request: Request, now: datetime) -> Taken | None:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    taken = await store.taken_by(db, hashed(token))
    return taken if taken is not None and now < taken.expires_at else None


async def _own(db: Connection, request: Request) -> StoredCertificate:
    """The certificate, if it follows from a decision about the visitor. Raises `NotFound`."""
    serial = read_serial(request.path_params["serial"])
    certificate = None if serial is None else await certificates.certificate_by_serial(db, serial)
    if certificate is None or not certificate.source.startswith("decision:"):
        raise NotFound
    decision_id = DecisionId(UUID(certificate.source.removeprefix("decision:")))
    if await candidate_of(db, decision_id) != account(request).account_id:
        raise NotFound
    return certificate


def _page(
    request: Request,
    certificate: StoredCertificate,
    *,
    made: MadeOffer | None = None,
    revoked: bool = False,
    too_many: bool = False,
    status: int = 200,
) -> Response:
    link = "" if made is None else _link(request.state.settings.public_url, made)
    response = render(
        request,
        "candidate/wallet.html",
        status=status,
        certificate=certificate,
        made=made,
        link=link,
        image=Markup(qr_image(link)) if link else "",  # noqa: S704 - our own drawing
        revoked=revoked,
        too_many=too_many,
    )
    response.headers.update(NO_STORE)
    return response


def _link(issuer: str, made: MadeOffer) -> str:
    """The offer as a link that a wallet opens, and that its camera reads (section 4.1)."""
    offer = {
        "credential_issuer": issuer,
        "credential_configuration_ids": [wallet_metadata.CONFIGURATION],
        "grants": {
            GRANT: {
                "pre-authorized_code": made.code,
                "tx_code": {"input_mode": "numeric", "length": len(made.short_code)},
            }
        },
    }
    return f"openid-credential-offer://?credential_offer={quote(msgspec.json.encode(offer).decode(), safe='')}"


def _refused(error: str, description: str = "", status: int = 400) -> Response:
    said = {"error": error, "error_description": description} if description else {"error": error}
    return JSONResponse(said, status, headers=NO_STORE)


def _unauthorized() -> Response:
    headers = {**NO_STORE, "www-authenticate": 'Bearer error="invalid_token"'}
    return JSONResponse({"error": "invalid_token"}, 401, headers=headers)
