"""A check: whether a page runs in the Safe Exam Browser with this session's settings, asked anew at every change of state.

The server gives out a nonce that is in two addresses, bound to the session, good for `NONCE_LIFETIME` and for one answer. The
browser hashes such an address with its keys: in the headers of a request for the one, or by its script interface for a page at
the other. What is hashed is what the server knows: the configured public address and the path and query as they arrived, never
the `Host` header and never an address that the client names. A nonce stops yesterday's hash from being sent again; whoever has
the configuration file can compute a new one, so a Config Key proves settings and neither the program nor the person.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from exams.errors import InvalidInput
from exams.ids import SessionId
from exams.proctoring.seb.config_key import request_hash
from exams.proctoring.seb.exam_key import ExamKey

NONCE_BYTES: Final = 24

NONCE_LIFETIME: Final = timedelta(seconds=60)
"""From the question to the answer, and again from the answer to the step that it was asked for."""

CHECKS_PER_MINUTE: Final = 30
"""For one session. A candidate who hands in every five seconds stays far below it."""

HASH_CHARS: Final = 64


class Purpose(StrEnum):
    """The steps that need a check."""

    START = "start"
    RESUME = "resume"
    """opening the exam page of a clock that runs, in a reload or on another computer"""
    HAND_IN = "hand_in"
    FINISH = "finish"


class Level(StrEnum):
    """What was proven, from nothing upwards."""

    NONE = "none"
    CONFIG_KEY = "SEB-CK"
    EXAM_KEY = "SEB-CK+BEK"


class Fault(StrEnum):
    """Why a check failed."""

    NO_PROOF = "no-proof"
    """neither headers nor a script interface: an ordinary browser, or headers that got lost (seb-win-refactoring#241)"""
    OTHER_SETTINGS = "other-settings"
    """a hash that does not fit: another attempt's file, changed settings, or an address that a proxy has changed"""
    EXPIRED = "expired"
    """the answer came after the nonce's end"""


@dataclass(frozen=True, slots=True)
class Check:
    """A question and, once there is one, its answer."""

    nonce: str
    session_id: SessionId
    purpose: Purpose
    issued_at: datetime
    answered_at: datetime | None = None
    level: Level = Level.NONE
    fault: Fault | None = None
    exam_key_id: UUID | None = None
    exam_key_missing: bool = False
    """the scheme has Browser Exam Keys, and none of them fitted"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came: hashes over `url`, the address as the server knows it. Empty where nothing came."""

    url: str
    config_hash: str
    exam_hash: str


def ask(session_id: SessionId, purpose: Purpose, now: datetime) -> Check:
    """A new question."""
    return Check(secrets.token_urlsafe(NONCE_BYTES), session_id, purpose, now)


def purpose_of(word: str) -> Purpose:
    """The purpose that a client names. Raises `InvalidInput`."""
    try:
        return Purpose(word)
    except ValueError:
        raise InvalidInput("purpose", "unknown") from None


def answer(
    check: Check, evidence: Iterable[Evidence], config_keys: Iterable[str], exam_keys: Iterable[ExamKey], now: datetime
) -> Check:
    """The check with its answer. Any piece of evidence that fits any of the session's configurations is enough.

    A Browser Exam Key that fits none of the scheme's is noted and holds nobody: builds are too many, and some send wrong ones.
    """
    if now > check.issued_at + NONCE_LIFETIME:
        return replace(check, answered_at=now, fault=Fault.EXPIRED)
    given = [one for one in evidence if one.config_hash]
    if not given:
        return replace(check, answered_at=now, fault=Fault.NO_PROOF)
    keys = tuple(config_keys)
    fitting = [one for one in given if any(_fits(one.config_hash, one.url, key) for key in keys)]
    if not fitting:
        return replace(check, answered_at=now, fault=Fault.OTHER_SETTINGS)
    known = [key for key in exam_keys if key.counts(now)]
    found = next((key for key in known for one in fitting if _fits(one.exam_hash, one.url, key.key)), None)
    return replace(
        check,
        answered_at=now,
        level=Level.CONFIG_KEY if found is None else Level.EXAM_KEY,
        exam_key_id=None if found is None else found.exam_key_id,
        exam_key_missing=bool(known) and found is None,
    )


def proven(levels: Iterable[Level], *, waived: bool) -> Level:
    """What can be said of a whole session: the least that its passed checks proved, or nothing if a proctor did without."""
    found = list(levels)
    if waived or not found:
        return Level.NONE
    return min(found, key=list(Level).index)


def _fits(given: str, url: str, key: str) -> bool:
    return hmac.compare_digest(given.strip().lower().encode(), request_hash(url, key).encode())
