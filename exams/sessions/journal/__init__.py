"""The journal: every acknowledged save of an item, in revisions, each a link of the item's chain (`chain.py`).

A save says which revision it continues and with which head, and brings the edits since. What becomes of it is one of four:

    in the chain   it continues the newest revision, under the lease, in time: it becomes the next revision
    same again     it is there already: its answer was lost and it was sent again; acknowledged again, kept once
    aside          it continues an acknowledged revision, but another text went on from there (`stale`), another tab or device
                   has taken over (`lease`), or the time is up (`late`): kept and acknowledged, not counted (`aside`)
    broken         it continues nothing that was acknowledged, or does not make what it claims: nothing is kept, and the page
                   sends its whole text on top of what is there

Revisions count over all languages of an item, so that the newest one is what the candidate worked on last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from exams.errors import BrokenChain, InvalidInput, TooOften
from exams.ids import LeaseId, SessionId
from exams.judging.further_files import draft_sha256
from exams.sessions.chain import MAIN_FILE, Drafts, EditText, Files, State, first_head, read_edit, replay
from exams.sessions.session import Session
from exams.sessions.sitting import work
from exams.sessions.timing import takes_work

SAVES_PER_MINUTE: Final = 120
"""For one item. The page saves every 2 to 5 s; this leaves room for a tail that is delivered, and stops a loop."""

EDITS_PER_SAVE: Final = 2_000
"""More than three minutes of the fastest typing; a longer tail comes in several saves."""

WORK_PER_SAVE: Final = 64 * 1024 * 1024
"""Code units that replaying a save may copy: 200 edits, which is what the page sends, of a program at its limit. Some 30 ms."""

ITEM_JOURNAL_MAX_BYTES: Final = 256 * 1024 * 1024
"""Edits and drafts of one item, after which it saves slowly. Four hours of a 20 KiB program saved every 3 s are 96 MiB."""

SLOW_SAVE_S: Final = 30
"""Between two saves of an item whose journal is full. Its candidate loses nothing and a loop fills no disk."""


class AsideReason(StrEnum):
    """Why a save was kept aside and not in the chain."""

    STALE = "stale"
    """another text continues that revision"""
    LEASE = "lease"
    """another tab or device has taken over"""
    LATE = "late"
    """it came after the deadline: in quarantine until a person decides"""


@dataclass(frozen=True, slots=True)
class Draft:
    """The newest acknowledged files of an item in one language."""

    position: int
    revision: int
    language: str
    source: str
    saved_at: datetime
    files: Files = field(default_factory=dict[str, str])

    @property
    def sha256(self) -> bytes:
        """What the draft is known by; see `further_files.draft_sha256`."""
        return draft_sha256(self.source, self.files)


@dataclass(frozen=True, slots=True)
class Link:
    """Where the journal of an item stands: what the next save continues."""

    revision: int
    head: bytes
    edit_count: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """What replaying and proving a revision needs: its edits, the head after them, when they were acknowledged and how."""

    revision: int
    saved_at: datetime
    edits: tuple[str, ...]
    head: bytes
    receipt: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One revision: the edits of one accepted save, and the draft that they make.

    `left` holds the drafts of other languages that this save changed before it turned to `language`; `edit_count` counts all
    edits of the item up to here, `journal_bytes` all that its journal holds.
    """

    position: int
    revision: int
    language: str
    source: str
    files: Files
    left: Drafts
    edits: tuple[str, ...]
    edit_count: int
    prev_head: bytes
    head: bytes
    lease_id: LeaseId | None
    nonce: str
    receipt: str
    journal_bytes: int
    saved_at: datetime

    @property
    def sha256(self) -> bytes:
        """What its draft is known by."""
        return draft_sha256(self.source, self.files)

    @property
    def draft(self) -> Draft:
        """The draft that it leaves."""
        return Draft(self.position, self.revision, self.language, self.source, self.saved_at, self.files)


@dataclass(frozen=True, slots=True)
class Save:
    """What a page sent. `sha256` is of the draft that it says its edits make."""

    position: int
    lease_id: LeaseId
    base_revision: int
    base_head: bytes
    edits: tuple[str, ...]
    head: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands when a save of it arrives: one row of the database.

    `newest` is the last revision, `lease_id` who may write, `earlier` when the revision `SAVES_PER_MINUTE` before the next one
    was saved.
    """

    session: Session
    position: int
    languages: tuple[str, ...]
    lease_id: LeaseId | None
    newest: JournalEntry | None
    earlier: datetime | None

    @property
    def revision(self) -> int:
        """The newest revision, 0 before the first."""
        return 0 if self.newest is None else self.newest.revision

    @property
    def head(self) -> bytes:
        """The head that the next save continues."""
        return first_head(self.session.session_id, self.position) if self.newest is None else self.newest.head


class Fate(StrEnum):
    """What becomes of a save, before its edits are looked at."""

    IN_CHAIN = "in_chain"
    SAME_AGAIN = "same_again"
    OLDER = "older"
    """it names an older revision: the same again, aside or broken, which only that revision can tell"""
    LEASE = "lease"
    LATE = "late"


def fate(save: Save, standing: Standing, now: datetime) -> Fate:
    """What becomes of a save that arrives at `now`.

    Raises `SessionNotStarted`; `InvalidInput` for a save without edits or with more than `EDITS_PER_SAVE`; `BrokenChain` if it
    names a revision that is not there, or the newest with another head.
    """
    if not save.edits:
        raise InvalidInput("edits", "missing")
    if len(save.edits) > EDITS_PER_SAVE:
        raise InvalidInput("edits", "too-many", EDITS_PER_SAVE)
    if standing.session.started_at is None:
        work(standing.session, now)
    newest = standing.newest
    if newest is not None and (newest.revision, newest.head) == (save.base_revision + 1, save.head):
        return Fate.SAME_AGAIN
    if save.base_revision < standing.revision:
        return Fate.OLDER
    if not takes_work(standing.session, now):
        return Fate.LATE
    if standing.lease_id != save.lease_id:
        return Fate.LEASE
    if (save.base_revision, save.base_head) != (standing.revision, standing.head):
        raise broken("unknown-base", standing)
    return Fate.IN_CHAIN


def reason_of(save: Save, standing: Standing, now: datetime) -> AsideReason:
    """Why a save that goes back to something acknowledged is kept aside."""
    if not takes_work(standing.session, now):
        return AsideReason.LATE
    return AsideReason.LEASE if standing.lease_id != save.lease_id else AsideReason.STALE


def state_of(entry: JournalEntry | None, session_id: SessionId, position: int) -> State:
    """What a revision leaves, as far as it tells itself: the language that was chosen last, and those that it left."""
    if entry is None:
        return State(0, first_head(session_id, position))
    drafts = {**entry.left, entry.language: {MAIN_FILE: entry.source, **entry.files}}
    return State(entry.edit_count, entry.head, entry.language, drafts)


def languages_of(save: Save, standing: Standing) -> frozenset[str]:
    """Which languages the edits are in. Raises `BrokenChain` with what is acknowledged."""
    return frozenset(_read(edit, standing).language for edit in save.edits)


def last_nonce(save: Save, standing: Standing) -> str:
    """The nonce that the last edit names. Raises as `languages_of`."""
    return _read(save.edits[-1], standing).nonce


def followed(save: Save, before: State, standing: Standing) -> State:
    """The state that a save makes of `before`, which it continues.

    Raises `BrokenChain`, with what is acknowledged, unless the edits follow, the head is theirs, and the draft is what the save
    says.
    """
    try:
        after = replay(before, save.edits, WORK_PER_SAVE)
    except BrokenChain as error:
        raise broken(error.reason, standing) from error
    if after.head != save.head:
        raise broken("head", standing)
    source, files = split(after.files)
    if draft_sha256(source, files) != save.sha256:
        raise broken("draft", standing)
    return after


def next_entry(save: Save, before: State, after: State, standing: Standing, now: datetime) -> JournalEntry:
    """The revision that a save becomes; its nonce and receipt are still to be given."""
    held = 0 if standing.newest is None else standing.newest.journal_bytes
    source, files = split(after.files)
    left = {one: kept for one, kept in after.drafts.items() if one != after.language and kept != before.drafts.get(one)}
    return JournalEntry(
        position=save.position,
        revision=save.base_revision + 1,
        language=after.language,
        source=source,
        files=files,
        left=left,
        edits=save.edits,
        edit_count=after.count,
        prev_head=before.head,
        head=after.head,
        lease_id=save.lease_id,
        nonce="",
        receipt="",
        journal_bytes=held + _size(save.edits, after.files, *left.values()),
        saved_at=now,
    )


def split(files: Files) -> tuple[str, Mapping[str, str]]:
    """The main text, and the further files."""
    return files.get(MAIN_FILE, ""), {name: text for name, text in files.items() if name != MAIN_FILE}


def broken(reason: str, standing: Standing) -> BrokenChain:
    """The refusal of a save, with what is acknowledged of the item."""
    return BrokenChain(reason, standing.revision, standing.head.hex())


def refuse_flood(standing: Standing, now: datetime) -> None:
    """Refuse a save that comes too soon, before anything is made of its edits.

    Raises `TooOften` past `SAVES_PER_MINUTE`, or within `SLOW_SAVE_S` of the last one if the item's journal is full.
    """
    earlier, newest = standing.earlier, standing.newest
    if earlier is not None and now - earlier < timedelta(minutes=1):
        raise TooOften(max(1, 60 - int((now - earlier).total_seconds())))
    if newest is None or newest.journal_bytes <= ITEM_JOURNAL_MAX_BYTES:
        return
    if now - newest.saved_at < timedelta(seconds=SLOW_SAVE_S):
        raise TooOften(SLOW_SAVE_S)


def _read(edit: str, standing: Standing) -> EditText:
    try:
        return read_edit(edit)
    except BrokenChain as error:
        raise broken(error.reason, standing) from error


def _size(edits: tuple[str, ...], *drafts: Files) -> int:
    """Bytes of all texts that a revision keeps: a character of somebody who fills a disk has four, a save many languages."""
    return sum(len(text.encode()) for text in (*edits, *(text for files in drafts for text in files.values())))
