"""How far a submission has come: handed in, and judged or not yet. This is all that its candidate sees of the judging."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from exams.judging.verdict import Verdict
from exams.submissions.submission import Submission


class Stage(StrEnum):
    """How far judging has come."""

    WAITING = "waiting"
    """in the queue or running"""
    DELAYED = "delayed"
    """a fault of ours: tried again, or a person is looking; it costs the candidate nothing"""
    JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class Earned:
    """A judgement without the secret cases: verdict, score, how many tests passed and what the program used at most.

    `reason` is the sub-reason of the test that decided, e.g. `wall-time` (`judging.judgement.CaseResult`). `startup_us` is the
    CPU time that an empty program of the language takes: a part of `cpu_time_us` that is not the program's own.
    """

    verdict: Verdict
    score: Decimal
    max_score: Decimal
    tests_passed: int
    tests_total: int
    cpu_time_us: int
    memory_kib: int
    compile_log: str
    judged_at: datetime
    reason: str = ""
    startup_us: int = 0


@dataclass(frozen=True, slots=True)
class SubmissionProgress:
    """A submission with what is known of it. `failures` counts our own failed attempts to judge it."""

    submission: Submission
    earned: Earned | None
    failures: int

    @property
    def stage(self) -> Stage:
        """How far judging has come."""
        if self.earned is not None:
            return Stage.JUDGED
        return Stage.DELAYED if self.failures else Stage.WAITING
