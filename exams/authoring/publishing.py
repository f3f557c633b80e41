"""Publish a task: a second examiner, nothing in the way, and every reference solution as it should be."""

from datetime import datetime
from enum import StrEnum

from exams.authoring import store
from exams.authoring.finding import prevents_publishing
from exams.authoring.offering import offered
from exams.authoring.store import AuthoredTask
from exams.errors import NotPublishable
from exams.ids import AccountId
from exams.store import Connection


class Hindrance(StrEnum):
    """Why a task cannot be published now, or not by this person."""

    PUBLISHED = "published"
    """it already is"""
    FINDINGS = "findings"
    """errors or obstacles were found in the package"""
    UNJUDGED = "unjudged"
    """reference solutions are still being judged"""
    UNEXPECTED = "unexpected"
    """a reference solution did not earn what it is filed under"""
    LANGUAGES_ENDED = "languages-ended"
    """every programming language of the task is past its end of life"""
    SAME_PERSON = "same-person"
    """whoever imported a task does not publish it"""


def hindrances(task: AuthoredTask, publisher: AccountId, now: datetime) -> tuple[Hindrance, ...]:
    """Everything that keeps `publisher` from publishing `task` at `now`; none if they may."""
    if task.is_published:
        return (Hindrance.PUBLISHED,)
    found = {
        Hindrance.FINDINGS: prevents_publishing(task.findings),
        Hindrance.UNJUDGED: task.solutions_judged < task.solutions or task.solutions == 0,
        Hindrance.UNEXPECTED: task.solutions_as_expected < task.solutions_judged,
        Hindrance.LANGUAGES_ENDED: not offered(task.task.languages, now),
        Hindrance.SAME_PERSON: publisher == task.imported_by,
    }
    return tuple(hindrance for hindrance, applies in found.items() if applies)


async def publish(db: Connection, task: AuthoredTask, publisher: AccountId, now: datetime) -> None:
    """Publish a task: it is frozen, and exams may choose it. Raises `NotPublishable` with everything in the way."""
    in_the_way = hindrances(task, publisher, now)
    if in_the_way:
        raise NotPublishable(*in_the_way)
    await store.record_publication(db, task, publisher, now)
