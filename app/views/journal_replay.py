r"""How a text came to be: the journal of an item for those who watch or review a session, as a list and as a replay.

Proctors have it under their board, registrars under results. Who opened it is on record, as for pictures.

GET /results/6f1d…/journal/2/edits?after=0
{"revisions": [{"revision": 1, "saved_at": "2026-03-02T09:00:07.120450Z", "edits": ["{\"n\":1,…}"]}], "more": true}

In parts: while there is `more`, ask again with the last revision as `after`. And for the candidate, whose page shows earlier
texts on whatever machine it is, the same of their own item: `GET /api/sessions/6f1d…/items/2/journal?after=0`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.pages import render
from app.views.own_case import refuse_own
from exams.errors import InvalidInput, NotFound
from exams.ids import SessionId
from exams.judging.further_files import size_of
from exams.papers import store as papers
from exams.papers.paper import Item
from exams.proctoring import store as proctoring
from exams.proctoring.board import Watched
from exams.sessions import store as sessions
from exams.sessions.journal import JournalEntry
from exams.sessions.journal import store as journals
from exams.sessions.receipt import moment
from exams.sessions.session import Session
from sandbox import languages

SAVES_ON_PAGE: Final = 100
"""Of the list: some ten minutes of writing, each with its whole text."""

PART_REVISIONS: Final = 500
PART_MAX_BYTES: Final = 512 * 1024
"""Of one answer: some 2,000 edits, which also a weak line carries before the page gives up waiting."""

REVISION_MAX_DIGITS: Final = 9
"""Of a revision's number: what the database's column holds."""


@dataclass(frozen=True, slots=True)
class Line:
    """A revision as a line of the list. `grown_bytes` is against the revision before, whatever its language."""

    entry: JournalEntry
    size_bytes: int
    grown_bytes: int


class ReplayedRevision(msgspec.Struct):
    """A revision as the player gets it."""

    revision: int
    saved_at: str
    edits: tuple[str, ...]


class Replayed(msgspec.Struct):
    """A journal of an item, or a part of it after which there is more."""

    revisions: list[ReplayedRevision]
    more: bool = False


async def journal_links(db: Connection, session: Session, path: str) -> dict[str, object]:
    """What `proctor/journal_list.html` shows: the items of a session that has begun, and where the journal of each stands."""
    items = () if session.started_at is None else await papers.items_of(db, session.paper_id)
    return {
        "items": {item.position: item for item in items},
        "journals": await journals.links_of(db, session),
        "journal_path": path,
    }


async def show_journal(request: Request) -> Response:
    """The saves of an item after the revision `after` with their time and size, a page of them, and the player."""
    now, after = datetime.now(UTC), _after(request)
    async with transaction(request.state.pool) as db:
        seat, item = await _item(db, request)
        before = 0 if after == 0 else _size(await journals.entry_of(db, seat.session, item.position, after))
        entries = await journals.entries_after(db, seat.session, item.position, after, SAVES_ON_PAGE)
        newest = (await journals.links_of(db, seat.session)).get(item.position)
        facts: dict[str, object] = {"position": item.position}
        await audit.record(db, request, "journal:view", f"session:{seat.session.session_id}", facts)
    lines: list[Line] = []
    for entry in entries:
        size = _size(entry)
        lines.append(Line(entry, size, size - before))
        before = size
    return render(
        request,
        "registrar/journal.html",
        seat=seat,
        session=seat.session,
        item=item,
        lines=lines,
        saves=0 if newest is None else newest.revision,
        earlier=None if after == 0 else max(0, after - SAVES_ON_PAGE),
        later=lines[-1].entry.revision if lines and newest is not None and lines[-1].entry.revision < newest.revision else None,
        catalogue=languages.catalogue(),
        now=now,
        of_board=request.url.path.startswith("/board/"),
    )


async def show_edits(request: Request) -> Response:
    """The edits themselves after the revision `after`, which the player applies one after the other."""
    after = _after(request)
    async with transaction(request.state.pool) as db:
        seat, item = await _item(db, request)
        replayed = await _replayed(db, seat.session, item.position, after)
        # Each part by itself: who asked for the further ones alone would have looked unseen.
        facts: dict[str, object] = {"position": item.position, "after": after}
        await audit.record(db, request, "journal:replay", f"session:{seat.session.session_id}", facts)
    return Response(msgspec.json.encode(replayed), media_type="application/json")


async def show_own_edits(request: Request) -> Response:
    """The edits of the candidate's own item after the revision `after`, as many as one answer should hold."""
    after = _after(request)
    async with transaction(request.state.pool) as db:
        session = await sessions.session_of(db, SessionId(request.path_params["session_id"]), account(request).account_id)
        if session is None:
            raise NotFound
        replayed = await _replayed(db, session, request.path_params["position"], after)
    return Response(msgspec.json.encode(replayed), media_type="application/json")


def _after(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not text.isascii() or not text.isdecimal() or len(text) > REVISION_MAX_DIGITS:
        raise InvalidInput("after", "malformed")
    return int(text)


def _size(entry: JournalEntry | None) -> int:
    return 0 if entry is None else size_of(entry.source, entry.files)


async def _replayed(db: Connection, session: Session, position: int, after: int) -> Replayed:
    part = await journals.earlier_part(db, session, position, after, PART_REVISIONS, PART_MAX_BYTES)
    newest = (await journals.links_of(db, session)).get(position)
    more = newest is not None and bool(part) and part[-1].revision < newest.revision
    return Replayed([ReplayedRevision(one.revision, moment(one.saved_at), one.edits) for one in part], more)


async def _item(db: Connection, request: Request) -> tuple[Watched, Item]:
    seat = await proctoring.watched_session(db, SessionId(request.path_params["session_id"]))
    item = None if seat is None else await papers.item_of(db, seat.session.paper_id, request.path_params["position"])
    if seat is None or item is None:
        raise NotFound
    refuse_own(request, seat.session)
    return seat, item
