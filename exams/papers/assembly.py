"""Choose the tasks of a paper: for each row of the blueprint one published task of its content area."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from random import Random

from exams.errors import NotEligible
from exams.ids import DatasetId, TaskId
from exams.papers.blueprint import Scheme
from exams.papers.paper import Choice


@dataclass(frozen=True, slots=True)
class PublishedTask:
    """What assembly has to know of a task: its newest published version and that version's active dataset."""

    task_id: TaskId
    dataset_id: DatasetId
    short_name: str
    content_area: str
    languages: tuple[str, ...]


def assemble(scheme: Scheme, published: Iterable[PublishedTask], languages: Collection[str], seed: int) -> tuple[Choice, ...]:
    """The choices for one paper, whose candidate may use `languages`: those of the scheme that are mended today.

    The same scheme, tasks, languages and seed give the same paper, in whatever order the tasks come. No task is chosen twice.
    Raises `NotEligible` if a row is left without a task that allows one of the languages: no paper is better than one that is
    easier or harder than the blueprint says.
    """
    # Not for secrets: a candidate who guesses the seed still does not know the tasks.
    draw = Random(seed)  # noqa: S311
    pool = sorted((task for task in published if set(task.languages) & set(languages)), key=lambda task: task.short_name)
    choices: list[Choice] = []
    for row in sorted(scheme.blueprint, key=lambda row: row.position):
        taken = {choice.task_id for choice in choices}
        open_to_row = [task for task in pool if task.content_area == row.content_area and task.task_id not in taken]
        if not open_to_row:
            raise NotEligible(f"no published task for content area {row.content_area}")
        task = draw.choice(open_to_row)
        choices.append(Choice(row.position, task.task_id, task.dataset_id, row.points))
    if not choices:
        raise NotEligible("the blueprint is empty")
    return tuple(choices)
