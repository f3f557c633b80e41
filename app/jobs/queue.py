"""The queue: `pgqueuer` on the same database, so that a row and the job for it are written in one transaction.

A job's payload is one id. Delivery is at least once: every job is idempotent.

Judging takes turns: candidates within a sitting, and sittings with each other, in one of the bands of `Urgency`. How is told in
`migrations/0013_fair_queue.sql`, whose triggers do it, whoever puts a job in or takes one out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final, LiteralString
from uuid import UUID

from app.database import Connection


class Job(StrEnum):
    """Every job; the value is pgqueuer's entry point. The comment says what its id is and which worker does it."""

    JUDGE_SUBMISSION = "judge_submission"  # submission_id · judging
    RUN_SAMPLES = "run_samples"  # sample_run_id · judging
    JUDGE_SOLUTION = "judge_solution"  # reference_solution_id · judging
    REJUDGE_SUBMISSION = "rejudge_submission"  # rejudge_member_id · judging
    SEAL_SESSION = "seal_session"  # session_id · registry; the sealer comes by itself, this is for who will not wait
    GRADE_SESSION = "grade_session"  # session_id · registry
    APPLY_REJUDGING = "apply_rejudging"  # rejudge_set_id · registry
    ISSUE_CERTIFICATE = "issue_certificate"  # decision_id · registry
    PRINT_CERTIFICATE = "print_certificate"  # credential_id · registry
    RESEAL_CERTIFICATES = "reseal_certificates"  # the credential_id that was looked at last · registry
    PUBLISH_STATUS_LIST = "publish_status_list"  # any id: every list takes in every change · registry
    ISSUE_TO_WALLET = "issue_to_wallet"  # request_id of a wallet · registry
    ASK_WITNESSES = "ask_witnesses"  # nobody: there is one log · registry


class Urgency(IntEnum):
    """The bands of judging; a higher one goes first. What waits too long in a lower one rises, see `AGES`."""

    SAMPLES = 6
    """somebody looks at the page and waits"""
    HAND_IN = 5
    """a candidate whose clock runs"""
    AFTERWARDS = 4
    """the exam is over: a draft taken at its end, a program to be judged again after a fault of ours"""
    VALIDATION = 3
    """an author's reference solutions"""
    REHEARSAL = 2
    """everything of a rehearsal: it can be sat at any time by any number of people, and must never delay an exam"""
    REJUDGE = 1
    """judgements that stand already, judged anew in bulk"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn a job takes: jobs of one `session` follow each other, sessions of one `sitting` alternate, and so do sittings.

    Where no exam is sat: what belongs together, e.g. the solutions of one task, and what that is part of.
    """

    urgency: Urgency
    session: UUID
    sitting: UUID

    def headers(self) -> dict[str, object]:
        """What the queue's triggers read. The same session in another band is in another line."""
        return {
            "urgency": int(self.urgency),
            "session": f"{int(self.urgency)}:{self.session}",
            "sitting": f"{int(self.urgency)}:{self.sitting}",
        }


ENQUEUE: Final[LiteralString] = """
INSERT INTO pgqueuer (priority, entrypoint, payload, execute_after, dedupe_key, headers, status)
SELECT 0, $1, convert_to(job.subject, 'UTF8'), now() + $2, job.key, job.headers, 'queued'
FROM unnest($3::text[], $4::text[], $5::jsonb[]) AS job (subject, key, headers)
ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING
"""


async def enqueue(db: Connection, job: Job, subject: UUID, turn: Turn | None = None, *, delay: timedelta | None = None) -> None:
    """Put `job` for `subject` into the queue, in the caller's transaction; a job that already waits is not added twice.

    Jobs without a `turn` are taken in the order in which they came. A delayed job has a key of its own, so that it never
    swallows one that is due now.
    """
    await _enqueue(db, job, {subject: turn}, delay)


async def enqueue_each(db: Connection, job: Job, turns: Mapping[UUID, Turn | None]) -> None:
    """Put `job` for each of many subjects into the queue, in their order, as `enqueue` does for one."""
    if turns:
        await _enqueue(db, job, turns, None)


async def _enqueue(db: Connection, job: Job, turns: Mapping[UUID, Turn | None], delay: timedelta | None) -> None:
    later = "" if delay is None else ":later"
    keys = [f"{job}:{subject}{later}" for subject in turns]
    headers = [{} if turn is None else turn.headers() for turn in turns.values()]
    await db.execute(ENQUEUE, job, delay or timedelta(), [str(subject) for subject in turns], keys, headers)


AGES: Final = {
    (Job.JUDGE_SUBMISSION, Urgency.HAND_IN): (Job.RUN_SAMPLES, Urgency.SAMPLES, timedelta(minutes=2)),
    (Job.JUDGE_SUBMISSION, Urgency.AFTERWARDS): (Job.JUDGE_SUBMISSION, Urgency.HAND_IN, timedelta(minutes=10)),
    (Job.JUDGE_SOLUTION, Urgency.VALIDATION): (Job.JUDGE_SUBMISSION, Urgency.HAND_IN, timedelta(hours=1)),
}
"""What rises when it has waited for so long, and into which line: a queue that never runs dry above must not keep it for ever.

Judging anew in bulk does not rise, and neither does a rehearsal: nobody's exam and no result waits for them.
"""

RAISE: Final[LiteralString] = """
WITH head AS (
    SELECT coalesce(max(priority), $6) AS priority FROM pgqueuer
    WHERE entrypoint = $5 AND status = 'queued' AND priority BETWEEN $6 - 99999998 AND $6
), old AS (
    SELECT id, row_number() OVER (ORDER BY priority DESC, id) - 1 AS place FROM pgqueuer
    WHERE entrypoint = $1 AND status = 'queued' AND priority BETWEEN $2 AND $3 AND execute_after <= now() AND created <= $4
      AND (headers->>'urgency')::int = $7
    ORDER BY priority DESC, id LIMIT 1000
)
UPDATE pgqueuer job SET priority = GREATEST(head.priority - old.place, $6 - 99999998) FROM head, old
WHERE job.id = old.id AND job.status = 'queued'
"""


async def raise_what_waits(db: Connection, now: datetime) -> int:
    """Let what has waited too long take turns with the band above it; answers how many rose."""
    risen = 0
    for (job, urgency), (above, band, age) in AGES.items():
        floor, top = urgency * BAND_WIDTH, band * BAND_WIDTH + BAND_WIDTH - 1
        status = await db.execute(RAISE, job, floor, floor + BAND_WIDTH - 1, now - age, above, top, urgency)
        risen += int(status.removeprefix("UPDATE "))
    return risen


BAND_WIDTH: Final = 100_000_000
"""Priorities of one band, as in the migration: so many turns until the queue was empty once."""

DEPTHS: Final[LiteralString] = "SELECT entrypoint, status::text, count(*) FROM pgqueuer GROUP BY entrypoint, status"


async def depths(db: Connection) -> list[tuple[str, str, int]]:
    """How many jobs are in the queue, by job and status: `("judge_submission", "queued", 12)`."""
    return [(row["entrypoint"], row["status"], row["count"]) for row in await db.fetch(DEPTHS)]


OLDEST: Final[LiteralString] = """
SELECT entrypoint, extract(epoch FROM now() - min(created))::float8 AS age_s FROM pgqueuer
WHERE status = 'queued' AND execute_after <= now() GROUP BY entrypoint
"""


async def oldest(db: Connection) -> list[tuple[str, float]]:
    """For how many seconds the oldest job of each kind has been due: `("judge_submission", 3.2)`."""
    return [(row["entrypoint"], row["age_s"]) for row in await db.fetch(OLDEST)]
