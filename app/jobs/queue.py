"""The queue: `pgqueuer` on the same database, so that a row and the job for it are written in one transaction.

A job's payload is one id. Delivery is at least once: every job is idempotent.
"""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, LiteralString, cast
from uuid import UUID

from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from app.database import Connection

if TYPE_CHECKING:
    import asyncpg


class Job(StrEnum):
    """Every job; the value is pgqueuer's entry point. The comment says what its id is and which worker does it."""

    JUDGE_SUBMISSION = "judge_submission"  # submission_id · judging
    RUN_SAMPLES = "run_samples"  # sample_run_id · judging
    JUDGE_SOLUTION = "judge_solution"  # reference_solution_id · judging
    SEAL_SESSION = "seal_session"  # session_id · registry, due at the deadline
    GRADE_SESSION = "grade_session"  # session_id · registry
    ISSUE_CERTIFICATE = "issue_certificate"  # decision_id · registry
    PUBLISH_STATUS_LIST = "publish_status_list"  # credential_id whose status changed · registry


async def enqueue(db: Connection, job: Job, subject: UUID, *, priority: int = 0, delay: timedelta | None = None) -> None:
    """Put `job` for `subject` into the queue, in the caller's transaction; a job that already waits is not added twice.

    A higher `priority` goes first. A delayed job has a key of its own, so that it never swallows one that is due now.
    """
    key = f"{job}:{subject}" if delay is None else f"{job}:{subject}:later"
    connection = cast("asyncpg.Connection[asyncpg.Record]", db)  # a pool's proxy has all of its methods
    await Queries(AsyncpgDriver(connection)).enqueue(
        job, str(subject).encode(), priority, execute_after=delay, dedupe_key=key, on_conflict="skip"
    )


DEPTHS: Final[LiteralString] = "SELECT entrypoint, status::text, count(*) FROM pgqueuer GROUP BY entrypoint, status"


async def depths(db: Connection) -> list[tuple[str, str, int]]:
    """How many jobs are in the queue, by job and status: `("judge_submission", "queued", 12)`."""
    return [(row["entrypoint"], row["status"], row["count"]) for row in await db.fetch(DEPTHS)]
