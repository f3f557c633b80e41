"""Receipts: what is signed for each save, the file with all of them, and the keys that they are checked with."""

import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.database import transaction
from app.views.own_session import own_session
from exams.sessions.aside import Aside
from exams.sessions.aside import store as aside_store
from exams.sessions.journal import Earlier, JournalEntry, Standing
from exams.sessions.journal import store as journals
from exams.sessions.proof import ProofFile
from exams.sessions.receipt import Receipt, ReceiptKind, moment
from exams.sessions.session import Session
from exams.submissions import store as submissions
from exams.submissions.proof_file import proof_file, proven

PART_REVISIONS: Final = 25
PART_MAX_BYTES: Final = 512 * 1024
"""Of a journal, as much as is in memory at a time for who fetches it: one revision if that is larger."""

NONCE_BYTES: Final = 16
"""More than anybody can guess before it is given."""


async def download_receipts(request: Request) -> Response:
    """Every receipt of the session with what it is of, as one file: it proves alone what `sarap receipt verify` says.

    It is sent while it is read: nobody's journals are in memory as a whole.
    """
    async with transaction(request.state.pool) as db:
        session = await own_session(db, request)
        positions = sorted(await journals.links_of(db, session))
        asides = await aside_store.asides_of(db, session)
        handed_in = [one.submission for one in await submissions.progress_of(db, session)]
    centre = request.state.settings.public_url
    file = proof_file(centre, session, asides, handed_in, request.state.receipts.published(), datetime.now(UTC))
    headers = {"content-disposition": f'attachment; filename="receipts-{session.session_id}.json"'}
    return StreamingResponse(_written(request, session, file, positions), media_type="application/json", headers=headers)


async def _written(request: Request, session: Session, file: ProofFile, positions: list[int]) -> AsyncGenerator[bytes]:
    """The file as JSON, with the journals of the items at their place in it."""
    # Within a text a quotation mark has a backslash before it, so that this is nowhere else.
    before, _, behind = msgspec.json.encode(file).partition(b'"items":[]')
    yield before + b'"items":['
    for position in positions:
        yield (b"" if position == positions[0] else b",") + f'{{"position":{position},"revisions":['.encode()
        after = 0
        while part := await _part(request, session, position, after):
            revisions = b",".join(msgspec.json.encode(proven(one)) for one in part)
            yield b"," + revisions if after else revisions
            after = part[-1].revision
        yield b"]}"
    yield b"]" + behind


async def _part(request: Request, session: Session, position: int, after: int) -> tuple[Earlier, ...]:
    async with request.state.pool.acquire() as db:  # none is held while somebody reads
        return await journals.earlier_part(db, session, position, after, PART_REVISIONS, PART_MAX_BYTES)


async def show_receipt_keys(request: Request) -> Response:
    """The public keys of receipts, those of before included: a JSON Web Key Set."""
    headers = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
    return JSONResponse(request.state.receipts.published(), headers=headers)


def acknowledged(request: Request, standing: Standing, entry: JournalEntry) -> JournalEntry:
    """A revision with its receipt, and the nonce that the next edits name."""
    said = Receipt(
        centre=request.state.settings.public_url,
        session_id=str(standing.session.session_id),
        position=entry.position,
        revision=entry.revision,
        head=entry.head.hex(),
        draft_sha256=entry.sha256.hex(),
        saved_at=moment(entry.saved_at),
        nonce=new_nonce(),
        kind=ReceiptKind.SAVED,
    )
    return replace(entry, nonce=said.nonce, receipt=request.state.receipts.sign(said))


def receipted(request: Request, aside: Aside) -> Aside:
    """The same for a text that is kept aside."""
    said = Receipt(
        centre=request.state.settings.public_url,
        session_id=str(aside.session_id),
        position=aside.position,
        revision=aside.base_revision,
        head=aside.head.hex(),
        draft_sha256=aside.sha256.hex(),
        saved_at=moment(aside.received_at),
        nonce=new_nonce(),
        kind=ReceiptKind.ASIDE,
    )
    return replace(aside, nonce=said.nonce, receipt=request.state.receipts.sign(said))


def new_nonce() -> str:
    """What the page hears, and what its next edits name: they were written after that."""
    return secrets.token_hex(NONCE_BYTES)
