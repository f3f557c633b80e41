"""What a rejudge set takes in: submissions of sessions that are over, by what they have in common.

A session that still runs is left alone: what is handed in there later is judged by the dataset that its paper has, and a
candidate would see verdicts of two kinds side by side. Another set takes it in when it is over.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from exams.errors import InvalidInput
from exams.ids import DatasetId, SessionId, TaskId

MEMBERS_MAX: Final = 5_000
"""Of one set. At a second each they take an hour and a half of one slot, and applying them is still one short transaction."""

TEXT_MAX_CHARACTERS: Final = 200
"""Of a language, an image or a host's name; an image's digest has 71."""


class RejudgeKind(StrEnum):
    """Why programs are judged again."""

    DATASET = "dataset"
    """a test was wrong: by a newer dataset of the same task, which then takes the older one's place"""
    ANEW = "anew"
    """something was wrong with our judging: by the dataset that judged them before"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which submissions: those for which everything that is set holds.

    For `RejudgeKind.DATASET` the newer `dataset_id` says enough: every submission of its task that another dataset judged, or
    none yet. `image` is that of the judgement that counts, `host` any fact of the machine that its evidence tells (name,
    kernel); the times are when it was judged, from the first to just before the second.
    """

    kind: RejudgeKind
    dataset_id: DatasetId | None = None
    task_id: TaskId | None = None
    session_id: SessionId | None = None
    language: str | None = None
    image: str | None = None
    host: str | None = None
    judged_from: datetime | None = None
    judged_before: datetime | None = None


def check_choice(choice: Choice) -> None:
    """Raise `InvalidInput` for a choice that says nothing, too much, or the impossible."""
    narrowed = (
        choice.task_id,
        choice.session_id,
        choice.language,
        choice.image,
        choice.host,
        choice.judged_from,
        choice.judged_before,
    )
    if choice.kind is RejudgeKind.DATASET and choice.dataset_id is None:
        raise InvalidInput("dataset_id", "missing")
    if choice.kind is RejudgeKind.ANEW and not any(narrowed):
        raise InvalidInput("choice", "missing")
    for field, text in (("language", choice.language), ("image", choice.image), ("host", choice.host)):
        if text is not None and len(text) > TEXT_MAX_CHARACTERS:
            raise InvalidInput(field, "too-long", TEXT_MAX_CHARACTERS)
    if choice.judged_from and choice.judged_before and choice.judged_from >= choice.judged_before:
        raise InvalidInput("judged_before", "out-of-range")
