"""A snapshot: one small picture from the candidate's camera, taken only if they agreed to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import uuid4

from exams.errors import InvalidInput, NotEligible, TooOften
from exams.ids import SessionId, SnapshotId
from exams.proctoring.observation import may_report
from exams.sessions.session import Session

SNAPSHOT_MAX_BYTES: Final = 200 * 1024
"""A JPEG of 320 × 240 pixels has 10–25 KiB; this leaves room for a noisy camera and none for a film."""

SNAPSHOT_MIN_GAP_S: Final = 5
"""The page sends one in 20 s. Pictures that were kept while the line was down may follow one another faster, but not faster
than this."""

JPEG_START: Final = b"\xff\xd8\xff"
JPEG_END: Final = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A JPEG. The same picture sent twice is one snapshot: `sha256` says so."""

    snapshot_id: SnapshotId
    session_id: SessionId
    image: bytes
    sha256: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class SnapshotTime:
    """A snapshot without its picture: enough to point at it."""

    snapshot_id: SnapshotId
    received_at: datetime


def take(session: Session, image: bytes, newest: SnapshotTime | None, now: datetime) -> Snapshot:
    """Take a picture of the page as a snapshot.

    Raises `NotEligible` if the candidate did not agree to the camera; `SessionNotStarted`, `SessionClosed`; `TooOften` within
    `SNAPSHOT_MIN_GAP_S` of the newest one; `InvalidInput` if it is over `SNAPSHOT_MAX_BYTES` or does not begin and end as a
    JPEG does (ITU-T T.81, B.1.1.3: SOI `FF D8`, EOI `FF D9`).
    """
    if not session.camera_consent:
        raise NotEligible
    may_report(session, now)
    if len(image) > SNAPSHOT_MAX_BYTES:
        raise InvalidInput("image", "too-large", SNAPSHOT_MAX_BYTES)
    if not (image.startswith(JPEG_START) and image.endswith(JPEG_END)):
        raise InvalidInput("image", "not-a-jpeg")
    if newest is not None and now < newest.received_at + timedelta(seconds=SNAPSHOT_MIN_GAP_S):
        raise TooOften(SNAPSHOT_MIN_GAP_S)
    return Snapshot(SnapshotId(uuid4()), session.session_id, image, sha256(image).digest(), now)
