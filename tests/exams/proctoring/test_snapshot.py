"""Which pictures are taken as snapshots."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from exams.errors import InvalidInput, NotEligible, TooOften
from exams.ids import SnapshotId
from exams.proctoring.snapshot import SNAPSHOT_MAX_BYTES, SNAPSHOT_MIN_GAP_S, SnapshotTime, take
from tests.exams.proctoring.test_observation import LATER, SESSION

JPEG = b"\xff\xd8\xff\xe0" + b"picture" + b"\xff\xd9"


def test_a_picture_is_kept_with_its_hash() -> None:
    snapshot = take(SESSION, JPEG, None, LATER)
    assert snapshot.image == JPEG
    assert len(snapshot.sha256) == 32


def test_without_consent_to_the_camera_no_picture_is_taken() -> None:
    with pytest.raises(NotEligible):
        take(replace(SESSION, camera_consent=False), JPEG, None, LATER)


@pytest.mark.parametrize("image", [b"", b"\x89PNG\r\n\x1a\n", JPEG[:-2], b"\xff\xd8\xff", b"<svg/>"])
def test_what_is_not_a_jpeg_is_refused(image: bytes) -> None:
    with pytest.raises(InvalidInput, match="not-a-jpeg"):
        take(SESSION, image, None, LATER)


def test_a_picture_over_the_limit_is_refused() -> None:
    image = JPEG[:4] + b"\0" * (SNAPSHOT_MAX_BYTES - len(JPEG) + 8) + JPEG[-2:]
    with pytest.raises(InvalidInput, match="too-large"):
        take(SESSION, image, None, LATER)


def test_pictures_do_not_follow_one_another_faster_than_the_least_gap() -> None:
    newest = SnapshotTime(SnapshotId(uuid4()), LATER)
    with pytest.raises(TooOften):
        take(SESSION, JPEG, newest, LATER + timedelta(seconds=SNAPSHOT_MIN_GAP_S - 1))
    take(SESSION, JPEG, newest, LATER + timedelta(seconds=SNAPSHOT_MIN_GAP_S))
