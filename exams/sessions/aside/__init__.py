"""Asides: texts that were acknowledged and are not in the chain. None of them is lost, and none counts by itself.

The candidate sees the ones that another text or another tab overtook and takes them into the text, or leaves them. A late one
is in quarantine: it continues what was acknowledged, and the last nonce that its page had heard was given before the end, but
it came when the session was over. A person who took no part in examining decides on it; until then the result is held.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import uuid4

from exams.errors import SessionClosed
from exams.ids import AsideId, LeaseId, SessionId
from exams.judging.further_files import draft_sha256
from exams.sessions.chain import MAIN_FILE, Drafts, Files, State
from exams.sessions.journal import AsideReason, Save, split
from exams.sessions.session import Session
from exams.sessions.timing import deadline

LATE_HOURS: Final = 24
"""After the end, in which a late text is still taken into quarantine: a line in a village is back within a day."""

ASIDES_PER_MINUTE: Final = 20
"""For one item. A page that lost the lease sends one; a loop that fills the quarantine is told to wait and loses nothing."""

ASIDES_FREELY: Final = 100
"""Of one item, after which one is kept in a minute. A tail of four hours without a line comes in some 40; each may have 2 MiB,
and a loop fills no disk."""


class LateOutcome(StrEnum):
    """What a person decided of a late text."""

    ACCEPTED = "accepted"
    """it was written in time: it is judged, and counts like every other submission"""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Aside:
    """One text that was kept aside.

    `base_revision` is the revision that it goes back to; `base_head` the head that it continues, which is that revision's or
    that of another aside. `left` holds the drafts of the other languages that were changed since the base revision.
    `last_nonce_at` is when the nonce that its last edit names was given; None if the page had heard none.
    """

    aside_id: AsideId
    session_id: SessionId
    position: int
    reason: AsideReason
    lease_id: LeaseId | None
    base_revision: int
    base_head: bytes
    language: str
    source: str
    files: Files
    left: Drafts
    edits: tuple[str, ...]
    edit_count: int
    head: bytes
    last_nonce: str
    last_nonce_at: datetime | None
    nonce: str
    receipt: str
    received_at: datetime

    @property
    def sha256(self) -> bytes:
        """What its draft is known by."""
        return draft_sha256(self.source, self.files)


@dataclass(frozen=True, slots=True)
class KeptAside:
    """An aside with what became of it. `device` is the lease's; `decided` is of a late one."""

    aside: Aside
    device: str
    taken_at: datetime | None
    decided: LateOutcome | None


def ended_at(session: Session) -> datetime | None:
    """When the session's time was over: its deadline, or before that if the candidate finished."""
    due = deadline(session)
    if due is None or session.sealed_at is None:
        return due
    return min(due, session.sealed_at)


def state_after(aside: Aside, before: Drafts) -> State:
    """The state that an aside leaves, on top of the drafts of its base revision."""
    drafts = {**before, **aside.left, aside.language: {MAIN_FILE: aside.source, **aside.files}}
    return State(aside.edit_count, aside.head, aside.language, drafts, aside.last_nonce)


def set_aside(
    save: Save, session: Session, reason: AsideReason, base: Drafts, after: State, nonce_at: datetime | None, now: datetime
) -> Aside:
    """The aside that a save becomes; its nonce and receipt are still to be given."""
    source, files = split(after.files)
    return Aside(
        aside_id=AsideId(uuid4()),
        session_id=session.session_id,
        position=save.position,
        reason=reason,
        lease_id=save.lease_id,
        base_revision=save.base_revision,
        base_head=save.base_head,
        language=after.language,
        source=source,
        files=files,
        left={one: kept for one, kept in after.drafts.items() if one != after.language and kept != base.get(one)},
        edits=save.edits,
        edit_count=after.count,
        head=after.head,
        last_nonce=after.last_nonce,
        last_nonce_at=nonce_at,
        nonce="",
        receipt="",
        received_at=now,
    )


def quarantined(session: Session, last_nonce: str, nonce_at: datetime | None, now: datetime) -> None:
    """Whether a text that came after the end may be kept for a person to decide.

    Raises `SessionClosed` if it came more than `LATE_HOURS` after the end, or if its page had heard from the server after it:
    such a page knew that the time was up. A nonce that was never given proves nothing, and no nonce is one from before the
    first save.
    """
    end = ended_at(session)
    if end is None or now > end + timedelta(hours=LATE_HOURS):
        raise SessionClosed
    if last_nonce and (nonce_at is None or nonce_at >= end):
        raise SessionClosed
