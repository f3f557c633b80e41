"""The pages of a certificate, for whoever has its full number: the same people who may see it and download its file."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.views.verifier import UNLISTED
from certificates import store
from certificates.carriers.carrier import Kept
from certificates.carriers.pdf import MEDIA_TYPE
from certificates.serial import read_serial
from exams.errors import NotFound

PAGES: Final = {"kk": Kept.PDF_KK, "ru": Kept.PDF_RU, "en": Kept.PDF_EN}
"""Where the pages in a language are kept. They are made within a minute of the issue and never change."""


async def download_pages(request: Request) -> Response:
    """The sealed PDF in one language. It is the same file for everybody, with the status as of the day of issue."""
    serial = read_serial(request.path_params["serial"])
    kind = PAGES.get(request.path_params["language"])
    if serial is None or kind is None:
        raise NotFound
    async with request.state.pool.acquire() as db:
        certificate = await store.certificate_by_serial(db, serial)
        pages = None if certificate is None else await store.carrier_of(db, certificate.credential_id, kind)
    if pages is None:
        raise NotFound
    disposition = {"content-disposition": f'attachment; filename="{serial}.{request.path_params["language"]}.pdf"'}
    return Response(pages, media_type=MEDIA_TYPE, headers=UNLISTED | disposition)
