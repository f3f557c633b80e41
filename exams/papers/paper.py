"""A paper: the tasks chosen for one session, each pinned to the dataset of that moment."""

from dataclasses import dataclass

from exams.ids import DatasetId, TaskId
from exams.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Choice:
    """What assembly decided for one row of the blueprint."""

    position: int
    task_id: TaskId
    dataset_id: DatasetId
    points: int


@dataclass(frozen=True, slots=True)
class Item:
    """A choice with what the candidate sees of it. `position` counts from 1.

    `languages` are the programming languages that both the scheme and the task allow, in the scheme's order, and that were
    mended when the paper was set.
    """

    position: int
    points: int
    dataset_id: DatasetId
    languages: tuple[str, ...]
    task: Task
