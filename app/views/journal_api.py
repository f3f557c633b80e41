r"""The journal's door: saves, the lease, and what was kept aside. This page of documentation is the protocol.

**The chain.** `exams/sessions/chain.py` says what an edit is and how heads are made. One chain for each item of a session. The
page starts from the state (`GET /api/sessions/{id}`): each item has `revision`, `head` (64 hex digits), `edits` (how many so
far: the next edit's `n` is one more) and `drafts`. An editor that shows a language's template holds "" for the journal: the
first edit there is a `whole`, or changes to "".

**The lease.** `POST /api/sessions/{id}/lease`

    {"tab": "0b6f…", "device": "Chromium on Linux", "take_over": false}

    200 {"lease": "77aa…", "taken_at": "2026-03-02T09:00:05.120450Z", "nonce": "9f3c…", …clock}
    409 problem held-elsewhere: {…, "device": "Firefox on Windows", "taken_at": "…", "last_seen_at": "…"}

`tab` is a UUID that the tab makes and keeps in its sessionStorage: asked again by the same tab, the answer is the same lease.
With `take_over` the lease goes to the asking tab; the session's live channel tells of it, and the state's `lease_held_by_tab`
is from then on the other tab's name.

**A save.** `POST /api/sessions/{id}/items/{position}/journal`

    {"lease": "77aa…", "base_revision": 4, "base_head": "3c9d…", "edits": ["{\"n\":7,…}", "{\"n\":8,…}"], "head": "e1f0…",
     "sha256": "5d41…"}

`sha256` is of the draft that the edits make, in the language of the last edit: of the UTF-8 main text, or with further files of
the canonical JSON `{"":main,"name":text,…}`. Answers:

    200 {…clock, "revision": 5, "head": "e1f0…", "saved_at": "…", "nonce": "07be…", "receipt": "eyJ…"}
        in the chain and on disk. The same request sent twice is answered twice and kept once.
    202 {…clock, "kept": {"aside_id": "…", "reason": "stale"}, "revision": 6, "head": "…", "edits": 12, "drafts": […],
         "nonce": "…", "receipt": "eyJ…"}
        kept aside, with a receipt, and not in the chain. `revision`, `head`, `edits` and `drafts` are what is in the chain.
        reason `stale`: another text went on from that revision; merge, and save on top of the chain.
        reason `lease`: another tab or device writes now; this tab turns read-only.
        reason `late`: after the deadline; in quarantine until a person decides. Whatever is left of the tail follows in further
        saves with the same `base_revision` and with the last `head` that was kept as `base_head`.
    409 problem broken-chain: {…, "reason": "unknown-base", "revision": 6, "head": "…"}
        nothing is kept. Reasons: unknown-base, edit, number, places, file-name, no-such-file, work, head, draft. Ask for the
        state and send the whole text as one `whole` edit on top.
    409 session-not-started, session-closed · 413 too-large · 422 invalid-input · 429 too-often (with Retry-After; nothing is
    lost,
        the page keeps its edits and sends them then) · 503 database-unavailable (Retry-After)

A save has at most 2,000 edits and 2 MiB; a longer tail comes in several saves, each on top of the last.

**What was kept aside.** `GET /api/sessions/{id}/asides`

    {"asides": [{"aside_id": "…", "position": 2, "reason": "stale", "base_revision": 4, "head": "…", "language": "python3",
                 "source": "…", "files": {}, "received_at": "…", "device": "Chromium on Linux", "taken_at": null,
                 "decision": null, "receipt": "eyJ…"}]}

**What is in the chain.** `GET /api/sessions/{id}/items/{position}/journal?after=0` (`journal_replay.py`): the edits of each
revision after that one, in parts, so that earlier texts are there on another machine too.

`POST /api/sessions/{id}/asides/{aside_id}/taken` (no body): the candidate has taken it into the text, or has seen it and does
not want it. 204, also when it was said before. `decision` is of late ones: null, `accepted` or `declined`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid4

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth.account import account
from app.database import Connection, transaction
from app.forms import read_json
from app.live import notify
from app.views.exam_state import Kept, KeptAs, LeaseTaken, Saved, clock, draft_state, encoded
from app.views.receipts import acknowledged, new_nonce, receipted
from exams.errors import BrokenChain, InvalidInput, NotFound, SessionNotStarted, TooOften
from exams.ids import LeaseId, SessionId
from exams.judging.programs import check_names
from exams.proctoring import store as proctoring
from exams.sessions import store as sessions
from exams.sessions.aside import ASIDES_FREELY, ASIDES_PER_MINUTE, Aside, quarantined, set_aside, state_after
from exams.sessions.aside import store as aside_store
from exams.sessions.chain import MAIN_FILE, Drafts, State
from exams.sessions.journal import (
    AsideReason,
    Fate,
    JournalEntry,
    Save,
    Standing,
    broken,
    fate,
    followed,
    languages_of,
    last_nonce,
    next_entry,
    reason_of,
    refuse_flood,
    split,
    state_of,
)
from exams.sessions.journal import store as journals
from exams.sessions.lease import DEVICE_MAX_CHARS, LEASES_FREELY, LEASES_PER_MINUTE, Lease, take
from exams.sessions.slowing import slow_down
from exams.submissions.submission import PROGRAM_MAX_BYTES, Answer, check_program

SAVE_MAX_BYTES: Final = 8 * PROGRAM_MAX_BYTES + 64 * 1024
"""Of a JSON body: a program at its limit as one edit, in which a text within a text makes 7 bytes of a control character."""

TRIES: Final = 3
"""A save that meets another one, a take-over or a seal in the same moment looks again, and finds what it met."""

Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class SaveCall(msgspec.Struct, forbid_unknown_fields=True):
    """A save, as above."""

    lease: UUID
    base_revision: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 2)]
    base_head: Hex32
    edits: list[str]
    head: Hex32
    sha256: Hex32


class LeaseCall(msgspec.Struct, forbid_unknown_fields=True):
    """A tab asks to write."""

    tab: UUID
    device: Annotated[str, msgspec.Meta(min_length=1, max_length=DEVICE_MAX_CHARS)]
    take_over: bool = False


async def take_lease(request: Request) -> Response:
    """Give the lease to the tab that asks, if it is free, its own already, or taken over."""
    call = await read_json(request, LeaseCall)
    if "\0" in call.device:
        raise InvalidInput("device", "nul-byte")
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        session = await sessions.session_to_change(db, _session_id(request), account(request).account_id)
        if session is None:
            raise NotFound
        if session.started_at is None:
            raise SessionNotStarted
        held = await journals.lease_of(db, session)
        new = Lease(LeaseId(uuid4()), session.session_id, call.tab, call.device, now, new_nonce(), now)
        lease = take(held, new, take_over=call.take_over)
        if lease is new:
            made = await journals.count_leases(db, session, now - timedelta(minutes=1))
            slow_down(*made, per_minute=LEASES_PER_MINUTE, freely=LEASES_FREELY)
            await journals.insert_lease(db, session, lease)
            if held is not None:
                await proctoring.came_back(db, session, now)  # whoever takes over is at the page that does
                facts: dict[str, object] = {"from": held.device, "to": lease.device}
                await audit.record(db, request, "session:take-over", f"session:{session.session_id}", facts)
                await notify(db, f"session:{session.session_id}")
                await notify(db, "board")
    return _json(LeaseTaken(*clock(session, now), lease=str(lease.lease_id), taken_at=lease.taken_at, nonce=lease.nonce))


async def save_edits(request: Request) -> Response:
    """Take a save: into the chain, once more, aside, or not at all.

    The usual way is two round trips to the database, and no transaction but the statement that compares and swaps.
    """
    call = await read_json(request, SaveCall, max_bytes=SAVE_MAX_BYTES)
    now = datetime.now(UTC)
    save = Save(
        position=request.path_params["position"],
        lease_id=LeaseId(call.lease),
        base_revision=call.base_revision,
        base_head=bytes.fromhex(call.base_head),
        edits=tuple(call.edits),
        head=bytes.fromhex(call.head),
        sha256=bytes.fromhex(call.sha256),
    )
    candidate_id, futile = account(request).account_id, request.state.futile_saves
    await futile.refuse_flood(candidate_id)
    async with request.state.pool.acquire() as db:  # no transaction: each statement stands for itself
        for _ in range(TRIES):
            standing = await journals.standing_of(db, _session_id(request), candidate_id, save.position)
            if standing is None:
                raise NotFound
            try:
                answer = await _try(db, request, save, standing, now)
            except (BrokenChain, InvalidInput):
                await futile.count(candidate_id)
                raise
            if answer is not None:
                return answer
    raise TooOften(1)


async def _try(db: Connection, request: Request, save: Save, standing: Standing, now: datetime) -> Response | None:
    """The answer to a save, or None if something came between and it must be looked at again."""
    how = fate(save, standing, now)
    if how is Fate.SAME_AGAIN:
        assert standing.newest is not None
        return _saved(standing, standing.newest, now)
    if how is Fate.IN_CHAIN:
        refuse_flood(standing, now)
        before = await _state(db, save, standing)
        after = followed(save, before, standing)
        _check(standing, before, after)
        entry = acknowledged(request, standing, next_entry(save, before, after, standing, now))
        return _saved(standing, entry, now) if await journals.append_entry(db, standing.session, entry) else None
    return await _beside(db, request, save, standing, how, now)


async def _beside(
    db: Connection, request: Request, save: Save, standing: Standing, how: Fate, now: datetime
) -> Response | None:
    """The answer to a save that does not continue the newest revision in time and under the lease: seldom, so it may look."""
    session = standing.session
    if how is Fate.OLDER:
        entry = await journals.entry_of(db, session, save.position, save.base_revision + 1)
        if entry is not None and entry.head == save.head:
            return _saved(standing, entry, now)
    kept = await aside_store.aside_with_head(db, session, save.position, save.head)
    if kept is None:
        made = await aside_store.count_asides(db, session, save.position, now - timedelta(minutes=1))
        slow_down(*made, per_minute=ASIDES_PER_MINUTE, freely=ASIDES_FREELY)
        reason, nonce = reason_of(save, standing, now), last_nonce(save, standing)
        nonce_at = await aside_store.nonce_given_at(db, session, nonce)
        if reason is AsideReason.LATE:
            quarantined(session, nonce, nonce_at, now)
        base, before = await _acknowledged_base(db, save, standing)
        after = followed(save, before, standing)
        _check(standing, before, after)
        kept = receipted(request, set_aside(save, session, reason, base, after, nonce_at, now))
        if not await aside_store.insert_aside(db, kept):
            return None
        await notify(db, f"session:{session.session_id}")
        await notify(db, "board")
    return await _kept(db, standing, kept, now)


async def _acknowledged_base(db: Connection, save: Save, standing: Standing) -> tuple[Drafts, State]:
    """The drafts of the revision that a save goes back to, and the state that it continues.

    That is the revision's own, or what another text left that was kept aside on top of it. Raises `BrokenChain` if neither was
    acknowledged.
    """
    session, position = standing.session, standing.position
    entry = None if save.base_revision == 0 else await journals.entry_of(db, session, position, save.base_revision)
    if save.base_revision and entry is None:
        raise broken("unknown-base", standing)
    drafts = await journals.drafts_of(db, session, position, save.base_revision)
    base = {draft.language: {MAIN_FILE: draft.source, **draft.files} for draft in drafts}
    state = state_of(entry, session.session_id, position)
    if state.head == save.base_head:
        return base, replace(state, drafts={**base, **state.drafts})
    earlier = await aside_store.aside_with_head(db, session, position, save.base_head)
    if earlier is None or earlier.base_revision != save.base_revision:
        raise broken("unknown-base", standing)
    return base, state_after(earlier, base)


async def _state(db: Connection, save: Save, standing: Standing) -> State:
    """The state that the edits continue, with the drafts of other languages only if they turn to one."""
    state = state_of(standing.newest, standing.session.session_id, standing.position)
    missing = languages_of(save, standing) - state.drafts.keys()
    if not missing or state.count == 0:
        return state
    drafts = await journals.drafts_of(db, standing.session, standing.position, standing.revision)
    others = {draft.language: {MAIN_FILE: draft.source, **draft.files} for draft in drafts if draft.language in missing}
    return replace(state, drafts={**others, **state.drafts})


def _check(standing: Standing, before: State, after: State) -> None:
    """Raise `InvalidInput` for a draft that the save changed and that cannot be taken."""
    for language, files in after.drafts.items():
        if files != before.drafts.get(language):
            if language not in standing.languages:
                raise InvalidInput("language", "unknown-language")
            source, further = split(files)
            check_program(Answer(standing.position, language, source, further))
            check_names(language, further)
    if after.language not in standing.languages:
        raise InvalidInput("language", "unknown-language")


async def _kept(db: Connection, standing: Standing, kept: Aside, now: datetime) -> Response:
    newest = standing.newest
    answer = Kept(
        *clock(standing.session, now),
        kept=KeptAs(str(kept.aside_id), kept.reason),
        revision=standing.revision,
        head=standing.head.hex(),
        edits=0 if newest is None else newest.edit_count,
        drafts=[draft_state(one) for one in await journals.drafts_of(db, standing.session, standing.position)],
        nonce=kept.nonce,
        receipt=kept.receipt,
    )
    return _json(answer, 202)


def _saved(standing: Standing, entry: JournalEntry, now: datetime) -> Response:
    saved = Saved(
        *clock(standing.session, now),
        revision=entry.revision,
        head=entry.head.hex(),
        saved_at=entry.saved_at,
        nonce=entry.nonce,
        receipt=entry.receipt,
    )
    return _json(saved)


def _session_id(request: Request) -> SessionId:
    return SessionId(request.path_params["session_id"])


def _json(value: msgspec.Struct, status: int = 200) -> Response:
    return Response(encoded(value), status, media_type="application/json")
