"""For employers with many certificates, and for whoever has only a number. Nobody signs in, and nothing that is sent is kept.

An archive is checked by processes of its own, one archive after the other, and its answers go out while it is being checked.
Who reads them slowly keeps nobody else waiting.
Its receipt is signed at once. Whoever checks on their own computer sends the root of a receipt alone.
"""

import asyncio
import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import IO, Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Send

from app.asking_limits import ARCHIVE_PLACES, BULK_CHECKS, CHECK_RECEIPTS, CROWDS
from app.client_address import client_address
from app.forms import FORM_MAX_BYTES, keep_upload, read_json
from app.pages import render
from certificates import receipt, store
from certificates.answer_table import BYTE_ORDER_MARK, HEADS, line, row
from certificates.bulk import CHUNK_FILES, Answer, check_all
from certificates.collection import FILES_MAX, zip_items
from certificates.errors import CollectionRefused
from certificates.findings import ANSWERS
from certificates.number_lookup import bits_for, crowd_range, write_crowd
from certificates.own_log import store as own_log
from certificates.receipt import Receipt, Statement, receipt_of, write_receipt
from certificates.status_list import NEEDED
from certificates.trust import Trust, read_trust
from exams.errors import InvalidInput, NotFound

ARCHIVE_MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes of an archive. Ten thousand certificates take some 40 MB of it; more are for the command line."""

CROWD_MAX_AGE_S: Final = 60
"""How long an answer about numbers may be kept: a revocation shows within a minute."""

PUBLIC_FOR_A_MINUTE: Final = {"access-control-allow-origin": "*", "cache-control": f"public, max-age={CROWD_MAX_AGE_S}"}

CROWD: Final = re.compile(r"(?P<bits>0|[1-9][0-9]?)-(?P<prefix>0|[1-9][0-9]{0,9})", re.ASCII)

MARK: Final = "<!-- answers -->"

CHECKERS: Final = ThreadPoolExecutor(1, "bulk")
"""Waits for the processes that check; the page of one certificate does not wait behind it."""


ARCHIVE_MAX_S: Final = 300
"""Seconds for checking one archive: ten times what the largest one takes on an idle machine, since exams go first. Others wait
for their turn."""

READING_MAX_S: Final = 600
"""Seconds for reading the page, whose lines wait in memory: 10 MB at the most, over a line of 256 kbit/s."""


class Wanted(StrEnum):
    """What is answered: a page, or an archive with the table and the receipt."""

    PAGE = "page"
    FILES = "files"


class ArchiveForm(msgspec.Struct):
    """The form: an archive beside it."""

    wanted: Wanted = Wanted.PAGE


class ReceiptRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What a receipt is asked for: a root, and how many checks are under it. There is no place for more."""

    root: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    count: Annotated[int, msgspec.Meta(ge=1, le=FILES_MAX)]


async def show_form(request: Request) -> Response:
    """The form, and how to do the same without sending anything."""
    return _form(request)


async def check_archive(request: Request) -> Response:
    """Check the archive that was sent; the page grows while it is being checked."""
    asking, address = request.state.asking, client_address(request)
    asking.refuse_where_archives_wait()
    with ExitStack() as arriving:
        arriving.enter_context(asking.place(ARCHIVE_PLACES, address))
        await asking.count(BULK_CHECKS, address)
        try:
            form, upload = await keep_upload(request, "archive", ArchiveForm, max_bytes=ARCHIVE_MAX_BYTES + FORM_MAX_BYTES)
        except InvalidInput as error:
            return _form(request, fault=error.reason, status=413 if error.reason == "too-large" else 422)
        if upload is None:
            return _form(request, fault="nothing", status=422)
        arriving.enter_context(upload.file)
        answers = _answers(request, upload.file, arriving.pop_all())
    found: list[Answer] = []
    try:
        async for answer in answers:
            found.append(answer)
            if form.wanted is Wanted.PAGE:
                break
    except CollectionRefused as error:
        return _form(request, fault=error.reason, checked=len(found), status=422)
    if form.wanted is Wanted.FILES:
        return await _files(request, found)
    return _Growing(_page(request, found, answers), media_type="text/html")


class _Growing(StreamingResponse):
    """A page that is sent while it grows. Whoever does not read it loses the connection."""

    async def stream_response(self, send: Send) -> None:
        """Send it in time or not at all."""
        try:
            async with asyncio.timeout(READING_MAX_S):
                await super().stream_response(send)
        except TimeoutError:
            return  # the server ends the connection of an answer that is not whole


async def _answers(request: Request, archive: IO[bytes], held: ExitStack) -> AsyncGenerator[Answer]:
    """Check an archive, and let go of it and its place. Raises `CollectionRefused`, with the first answer or later."""
    loop = asyncio.get_running_loop()
    with held:
        trust, lists = await _published(request)
        async with request.state.asking.archive_turn():
            found = check_all(zip_items(archive), trust, datetime.now(UTC), lists, time_max_s=ARCHIVE_MAX_S)
            try:
                while chunk := await loop.run_in_executor(CHECKERS, lambda: list(islice(found, CHUNK_FILES))):
                    for answer in chunk:
                        yield answer
            finally:
                await loop.run_in_executor(CHECKERS, found.close)


async def _page(request: Request, first: list[Answer], answers: AsyncGenerator[Answer]) -> AsyncGenerator[bytes]:
    """The page with a line for each certificate that is not verified, as they come, and the sum at its end."""
    before, after = (_rendered(request, "verifier/many_answers.html", ended=False)).split(MARK)
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()
    # A task of its own: the archive's turn lasts as long as the checking and not as long as somebody reads.
    checking = asyncio.create_task(_write_lines(request, _chained(first, answers), lines))
    try:
        yield before.encode()
        while written := await lines.get():
            yield written
        yield await checking + after.encode()
    finally:
        checking.cancel()


async def _write_lines(request: Request, answers: AsyncGenerator[Answer], lines: asyncio.Queue[bytes | None]) -> bytes:
    """Put what the page says of the answers, and then None. Returns their sum."""
    counted: Counter[str] = Counter()
    fault = ""
    try:
        async for answer in answers:
            counted["verified" if answer.verified else "refused" if answer.report else "unread"] += 1
            if not answer.verified:
                lines.put_nowait(_line(request, answer).encode())
    except CollectionRefused as error:
        fault = error.reason
    finally:
        lines.put_nowait(None)
    limits = {"files_max": FILES_MAX, "minutes": ARCHIVE_MAX_S // 60}
    return _rendered(request, "verifier/many_sum.html", counted=counted, fault=fault, **limits).encode()


async def _chained(first: list[Answer], answers: AsyncGenerator[Answer]) -> AsyncGenerator[Answer]:
    for answer in first:
        yield answer
    async for answer in answers:
        yield answer


def _line(request: Request, answer: Answer) -> str:
    return _rendered(request, "verifier/many_line.html", answer=answer, answers=ANSWERS)


def _rendered(request: Request, template: str, **values: object) -> str:
    return bytes(render(request, template, status=200, **values).body).decode()


async def _files(request: Request, found: list[Answer]) -> Response:
    """An archive with the table of all answers and a signed receipt."""
    # Seconds of work for twenty thousand answers: none of it on the loop that everybody's requests share.
    made, root = await asyncio.to_thread(_unsigned, found)
    if made.checks:
        made = Receipt(made.checks, await _signed(request, root, len(made.checks)))
    disposition = {"content-disposition": 'attachment; filename="answers.zip"'}
    return Response(await asyncio.to_thread(_packed, found, made), media_type="application/zip", headers=disposition)


def _unsigned(found: list[Answer]) -> tuple[Receipt, bytes]:
    made = receipt_of(found)
    return made, made.root if made.checks else b""


def _packed(found: list[Answer], made: Receipt) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answers.csv", BYTE_ORDER_MARK + line(HEADS) + "".join(line(row(answer)) for answer in found))
        archive.writestr("receipt.json", write_receipt(made))
    return packed.getvalue()


async def sign_receipt(request: Request) -> Response:
    """Sign the root of a check that somebody made on their own computer."""
    await request.state.asking.count(CHECK_RECEIPTS, client_address(request))
    wanted = await read_json(request, ReceiptRequest)
    return JSONResponse({"statement": await _signed(request, bytes.fromhex(wanted.root), wanted.count)})


async def _signed(request: Request, root: bytes, count: int) -> str:
    async with request.state.pool.acquire() as db:
        checkpoint = await own_log.newest_checkpoint(db)
        published = await store.newest_publications(db, NEEDED)
    statement = Statement(
        centre=request.state.settings.public_url,
        root=root,
        count=count,
        at=datetime.now(UTC),
        checkpoint_size=checkpoint.tree_size if checkpoint else 0,
        checkpoint_root=checkpoint.root_hash if checkpoint else hashlib.sha256(b"").digest(),
        lists={one.purpose.value: hashlib.sha256(one.credential).hexdigest() for one in published},
    )
    signer = request.state.receipts
    return receipt.sign(statement, signer.name, signer.key.sign)


async def show_numbers(request: Request) -> Response:
    """Look up numbers: the page's own script asks for crowds and reads the entries."""
    return render(request, "verifier/numbers.html")


async def show_bits(request: Request) -> Response:
    """How many bits of a number's hash may be asked for now."""
    await request.state.asking.count(CROWDS, client_address(request))
    return JSONResponse({"bits": await _bits(request)}, headers=PUBLIC_FOR_A_MINUTE)


async def show_crowd(request: Request) -> Response:
    """The sealed entries of all numbers whose hash begins with some bits: `5-19` for 10011."""
    await request.state.asking.count(CROWDS, client_address(request))
    match = CROWD.fullmatch(request.path_params["crowd"])
    bits = await _bits(request)
    # The number of bits may just have grown: who learned the last one gets a larger crowd.
    if match is None or int(match["bits"]) not in {bits, bits - 1} or int(match["prefix"]) >> int(match["bits"]):
        raise NotFound
    least, greatest = crowd_range(int(match["bits"]), int(match["prefix"]))
    async with request.state.pool.acquire() as db:
        facts = await store.crowd(db, least, greatest, datetime.now(UTC))
    data = write_crowd(int(match["bits"]), facts)
    return Response(data, media_type="application/json", headers=PUBLIC_FOR_A_MINUTE)


async def _bits(request: Request) -> int:
    async with request.state.pool.acquire() as db:
        return bits_for(await store.count_intentions(db))


async def _published(request: Request) -> tuple[Trust, list[bytes]]:
    """This centre's own keys and newest lists, as on the page for one certificate."""
    async with request.state.pool.acquire() as db:
        document = await store.newest_key_document(db)
        newest = await store.newest_publications(db)
    issuer = None if document is None else read_trust(document)
    return {} if issuer is None else {issuer.did: issuer}, [one.credential for one in newest]


def _form(request: Request, *, fault: str = "", checked: int = 0, status: int = 200) -> Response:
    limits = {"files_max": FILES_MAX, "minutes": ARCHIVE_MAX_S // 60}
    return render(request, "verifier/many.html", status=status, fault=fault, checked=checked, **limits)
