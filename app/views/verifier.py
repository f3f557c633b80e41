"""For employers and everybody: verify a certificate, look one up, and fetch what the centre publishes. Nobody signs in here.

Whatever is shown as verified went through `certificates.verification.verify`, the same function that runs on an employer's own
computer. What the centre publishes may be read from pages of other sites, so that others can build verifiers.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.asking_limits import CHECKS_AT_ONCE, FILE_PLACES
from app.client_address import client_address, site_of
from app.forms import FORM_MAX_BYTES, read_body, read_upload
from app.locales import locale_of
from app.negotiation import preferred_type
from app.pages import page_key, redirect, render, render_for_everybody
from app.remembered_pages import MadePage
from app.verifier_texts import verifier_texts
from certificates import store
from certificates.bundle import MEDIA_TYPE, Bundle, read_bundle, write_bundle
from certificates.credential import summary
from certificates.findings import ANSWERS
from certificates.issuer import key_set
from certificates.own_log.inclusion import newest_counting, with_newest_proof
from certificates.report import Report
from certificates.serial import Serial, read_serial
from certificates.standing import standing_after
from certificates.status_list import NEEDED, Purpose
from certificates.store import Connection, PageFacts, StoredCertificate
from certificates.strict_json import BUNDLE_MAX_BYTES, JsonObject, canonical, read_object
from certificates.trust import Trust, TrustedIssuer, read_trust
from certificates.verification import verify
from exams.errors import InvalidInput, NotFound

VERIFY_PAGE: Final = "verifier/verify.html"
CERTIFICATE_PAGE: Final = "verifier/certificate.html"

CHECKED_FOR: Final = timedelta(minutes=1)
"""How long a certificate's page is taken for checked while nothing is published. The end of the certificate or of the lists
makes it shorter; what else time alone can bring, a new cosignature of a witness, can wait for a minute."""

UPLOAD_MAX_BYTES: Final = BUNDLE_MAX_BYTES + FORM_MAX_BYTES
"""A certificate file and the form around it."""

PUBLISHED_MAX_AGE_S: Final = 300
"""How long others may keep what we publish and what rarely changes."""

STATUS_MAX_AGE_S: Final = 20
"""Of a status list. A decision is published within seconds; with this everybody sees it within a minute."""

JWT_TYPES: Final = ("application/vc+jwt", "application/jwt")
"""What software asks for that reads no Data Integrity proof (W3C, Securing Verifiable Credentials using JOSE and COSE)."""

PUBLIC: Final = {"access-control-allow-origin": "*", "cache-control": f"public, max-age={PUBLISHED_MAX_AGE_S}"}

UNLISTED: Final = {"x-robots-tag": "noindex", "cache-control": "no-store"}
"""A page with a name on it is for who has the number: search engines must not list it."""


CHECKERS: Final = ThreadPoolExecutor(CHECKS_AT_ONCE, "verify")
"""Threads of its own: neither sign-ins nor exams wait for strangers who send many files."""

EVERYBODY: Final = "everybody"
"""Who waits for a turn to check what is shown to all: a page that is being made waits behind no one visitor's files."""


class VerifyForm(msgspec.Struct):
    """The form: a file beside it, or a number in it."""

    serial: Annotated[str, msgspec.Meta(max_length=100)] = ""


async def show_verify(request: Request) -> Response:
    """The page on which the visitor's own browser checks, also what a phone's camera opened (`/v#…`, which we never see).

    Without scripts its forms come here: a file to be checked, or a number to be looked up.
    """
    return render_for_everybody(request, VERIFY_PAGE, **_facts(request))


async def verify_upload(request: Request) -> Response:
    """Check the file that was sent; a number goes on to its certificate's page."""
    address = client_address(request)
    with request.state.asking.place(FILE_PLACES, address):
        try:
            form, upload = await read_upload(request, "certificate", VerifyForm, max_bytes=UPLOAD_MAX_BYTES)
        except InvalidInput as error:
            return _page(request, fault=error.reason, status=413 if error.reason == "too-large" else 422)
        if upload is not None:
            report = await _verified(request, upload.content, site_of(address))
            return _page(request, report=report, file_name=upload.name)
    if not form.serial.strip():
        return _page(request, fault="nothing", status=422)
    serial = read_serial(form.serial)
    if serial is None:
        return _page(request, fault="mistyped", typed=form.serial, status=422)
    if await _load(request, serial) is None:
        return _page(request, fault="unknown", typed=form.serial, status=404)
    return redirect(f"/certificates/{serial}")


async def show_certificate(request: Request) -> Response:
    """One certificate, for whoever has its full number: as it was checked within the last minute, and since all that is public.

    A decision, a list or a key document that is newer than the last check has it checked anew before anybody sees the page.
    """
    serial = read_serial(request.path_params["serial"])
    if serial is None:
        raise NotFound
    if serial != request.path_params["serial"]:
        if await _load(request, serial) is None:
            raise NotFound
        return RedirectResponse(f"/certificates/{serial}", status_code=308)
    if request.state.account is not None or request.url.query:
        body = (await _certificate_page(request, serial, site_of(client_address(request)))).body
    else:
        ask, make = partial(_page_facts, request, serial), partial(_certificate_page, request, serial, EVERYBODY)
        body = await request.state.remembered.page(page_key(request, CERTIFICATE_PAGE), datetime.now(UTC), ask, make)
    return HTMLResponse(body, headers=UNLISTED)


async def _page_facts(request: Request, serial: Serial) -> PageFacts:
    async with request.state.pool.acquire() as db:
        facts = await store.page_facts(db, serial)
    if facts is None:
        raise NotFound
    return facts


async def _certificate_page(request: Request, serial: Serial, caller: str) -> MadePage:
    """Check the certificate and write its page. What is loaded here is as new as the facts that were asked for, or newer."""
    certificate = await _load(request, serial)
    if certificate is None:
        raise NotFound
    bundle = await current_bundle(request, certificate)
    report = await _verified(request, write_bundle(bundle), caller)
    async with request.state.pool.acquire() as db:
        changes = await store.changes_of(db, certificate)
        kept = await store.carrier_kinds_of(db, certificate.credential_id)
    shown = summary(bundle.credential)
    response = render(
        request,
        CERTIFICATE_PAGE,
        certificate=shown,
        report=report,
        answers=ANSWERS,
        standing=standing_after(changes),
        file_name=_file_name(certificate),
        kept=kept,
    )
    ends = [moment for moment in (shown.valid_until, report.status_until) if moment is not None and moment > report.checked_at]
    return MadePage(bytes(response.body), min([report.checked_at + CHECKED_FOR, *ends]))


async def download_certificate(request: Request) -> Response:
    """The certificate file, with the status lists that are in force now."""
    serial = read_serial(request.path_params["serial"])
    certificate = None if serial is None else await _load(request, serial)
    if certificate is None:
        raise NotFound
    data = write_bundle(await current_bundle(request, certificate))
    disposition = {"content-disposition": f'attachment; filename="{_file_name(certificate)}"'}
    return Response(data, media_type=MEDIA_TYPE, headers=UNLISTED | disposition)


async def verify_for_program(request: Request) -> Response:
    """Check the certificate file in the body and answer with the report; a red answer is an answer, so the status is 200."""
    address = client_address(request)
    with request.state.asking.place(FILE_PLACES, address):
        report = await _verified(request, await read_body(request, max_bytes=BUNDLE_MAX_BYTES), site_of(address))
    return JSONResponse(report.as_json(), headers={"cache-control": "no-store"})


async def show_key_document(request: Request) -> Response:
    """The keys: what an employer pins (did:web, section 3.2)."""
    async with request.state.pool.acquire() as db:
        return _published(await store.newest_key_document(db), "application/json")


async def show_key_set(request: Request) -> Response:
    """The P-256 keys of JWTs and seals as a JSON Web Key Set, for software that knows no DID."""
    async with request.state.pool.acquire() as db:
        document = await store.newest_key_document(db)
    return _published(document and canonical(key_set(read_object(document))), "application/jwk-set+json")


async def show_status_list(request: Request) -> Response:
    """The status list of a purpose, a credential of its own: with its proofs in JSON, or as a JWT for who asks for that."""
    purpose = request.path_params["purpose"]
    if purpose not in set(Purpose):
        raise NotFound
    async with request.state.pool.acquire() as db:
        publication = await store.newest_publication(db, Purpose(purpose))
    wanted = preferred_type(request.headers.get("accept", ""), ("application/vc", *JWT_TYPES))
    data = publication and (publication.jwt if wanted in JWT_TYPES else publication.credential)
    response = _published(data, wanted)
    response.headers.update({"vary": "accept", "cache-control": f"public, max-age={STATUS_MAX_AGE_S}"})
    return response


async def show_checkpoint(request: Request) -> Response:
    """The newest checkpoint of the log, with the cosignatures that it has."""
    async with request.state.pool.acquire() as db:
        issuer = await _issuer(db)
        checkpoint = issuer and await newest_counting(db, issuer, datetime.now(UTC))
    return _published(checkpoint and checkpoint.note.encode(), "text/plain; charset=utf-8")


def _published(data: bytes | None, media_type: str) -> Response:
    if data is None:
        raise NotFound
    return Response(data, media_type=media_type, headers=PUBLIC)


def _page(
    request: Request, *, report: Report | None = None, file_name: str = "", fault: str = "", typed: str = "", status: int = 200
) -> Response:
    facts = _facts(request, report, file_name, fault, typed)
    return render(request, VERIFY_PAGE, status=status, **facts)


def _facts(
    request: Request, report: Report | None = None, file_name: str = "", fault: str = "", typed: str = ""
) -> dict[str, object]:
    return {
        "report": report,
        "file_name": file_name,
        "fault": fault,
        "typed": typed,
        "answers": ANSWERS,
        "texts": verifier_texts(locale_of(request), request.state.settings.time_zone.key),
    }


async def _load(request: Request, serial: Serial) -> StoredCertificate | None:
    async with request.state.pool.acquire() as db:
        return await store.certificate_by_serial(db, serial)


async def current_bundle(request: Request, certificate: StoredCertificate) -> Bundle:
    """The stored file with today's status lists in place of those of the day of issue, and the proof that counts most today."""
    lists: list[JsonObject] = [read_object(data) for data in await _lists(request, NEEDED)]
    bundle = read_bundle(certificate.bundle)
    async with request.state.pool.acquire() as db:
        if (issuer := await _issuer(db)) is not None:
            bundle = await with_newest_proof(db, bundle, issuer, datetime.now(UTC))
    return bundle.with_status(lists) if len(lists) == len(NEEDED) else bundle


async def _issuer(db: Connection) -> TrustedIssuer | None:
    """What the centre's own key document says."""
    document = await store.newest_key_document(db)
    return None if document is None else _read_keys(document)


@lru_cache(maxsize=4)
def _read_keys(document: bytes) -> TrustedIssuer:
    return read_trust(document)


async def _lists(request: Request, purposes: Sequence[Purpose] = tuple(Purpose)) -> list[bytes]:
    async with request.state.pool.acquire() as db:
        return [publication.credential for publication in await store.newest_publications(db, purposes)]


async def _verified(request: Request, data: bytes, caller: str) -> Report:
    """Check with this centre's own keys and newest lists; other centres' certificates are for who has pinned their keys."""
    async with request.state.pool.acquire() as db:
        document = await store.newest_key_document(db)
    trust: Trust = {}
    if document is not None:
        issuer = _read_keys(document)
        trust = {issuer.did: issuer}
    newest = await _lists(request)
    async with request.state.asking.checks.turn(caller):
        return await asyncio.get_running_loop().run_in_executor(CHECKERS, verify, data, trust, datetime.now(UTC), newest)


def _file_name(certificate: StoredCertificate) -> str:
    return f"{certificate.serial}.sarap.json"
