"""The other forms of a certificate, for whoever has its full number: the token, the proof of its log entry, the two codes.

They are made at issue and only read here: this process has no key. A form that was not made is not there (404).
"""

from starlette.requests import Request
from starlette.responses import Response

from app.views.verifier import UNLISTED, current_bundle
from certificates import store
from certificates.bundle import Bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.jwt import MEDIA_TYPE
from certificates.carriers.qr import front_url, qr_image, second_code
from certificates.log.proof import read_proof, with_extra
from certificates.serial import Serial, read_serial
from exams.errors import NotFound


async def download_token(request: Request) -> Response:
    """The certificate as a JSON Web Token."""
    serial, content, _bundle = await _kept(request, Kept.JWT)
    return _file(content, MEDIA_TYPE, f"{serial}.jwt")


async def download_log_proof(request: Request) -> Response:
    """The proof of the log entry as a file of its own, with the salt, for who has the token or the front code."""
    serial, _content, bundle = await _kept(request, None)
    return _file(with_extra(bundle.log_proof, bundle.salt).encode(), "text/plain; charset=utf-8", f"{serial}.tlog-proof")


async def show_front_code(request: Request) -> Response:
    """The code that any telephone opens, as an image."""
    serial, content, bundle = await _kept(request, Kept.QR)
    return _image(front_url(_issuer_url(bundle), content), f"{serial}-front")


async def show_second_code(request: Request) -> Response:
    """The code that is checked without any network, as an image."""
    serial, content, bundle = await _kept(request, Kept.QR)
    return _image(second_code(content, read_proof(bundle.log_proof)), f"{serial}-second")


async def _kept(request: Request, kind: Kept | None) -> tuple[Serial, bytes, Bundle]:
    """The kept form, and the certificate file with all cosignatures so far."""
    serial = read_serial(request.path_params["serial"])
    if serial is None or serial != request.path_params["serial"]:
        raise NotFound
    async with request.state.pool.acquire() as db:
        certificate = await store.certificate_by_serial(db, serial)
        if certificate is None:
            raise NotFound
        content = b"" if kind is None else await store.carrier_of(db, certificate.credential_id, kind)
    if content is None:
        raise NotFound
    return serial, content, await current_bundle(request, certificate)


def _issuer_url(bundle: Bundle) -> str:
    return str(bundle.credential["id"]).rpartition("/certificates/")[0]


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=UNLISTED | disposition)


def _image(text: str, name: str) -> Response:
    disposition = {"content-disposition": f'inline; filename="{name}.svg"'}
    return Response(qr_image(text), media_type="image/svg+xml", headers=UNLISTED | disposition)
