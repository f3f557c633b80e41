"""The outcome of judging one submission against one dataset: `Judged | Undetermined`, never a third thing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exams.judging.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What was measured of one run of a case. Times in microseconds, memory in KiB, digests are SHA-256 in hexadecimal.

    `ending` is how it ended, as a stable word: `exited 0`, `signalled 11`, `cpu-time`, `wall-time`, `memory cgroup`,
    `memory peak`, `memory runtime`, `output`. `checker` is what the checker said: `accepted`, `rejected`, or empty if it was
    not asked. `quiet` says that the run was repeated on the quiet machine; the noise is as in `sandbox.runner.Noise`.
    """

    ending: str
    cpu_time_us: int
    wall_time_us: int
    memory_kib: int
    output_sha256: str
    output_bytes: int
    checker: str = ""
    quiet: bool = False
    stolen_us: int = 0
    run_delay_us: int = 0
    slowdown_percent: int = 0
    page_fault_us: int = 0
    disk_read_kib: int = 0


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One test case of a judgement. `name` is the case's path in the package, e.g. `secret/group1/03`.

    `hint` says where a sample's output first differs; it is empty for secret cases. CPU and wall time are in microseconds.
    `reason` is the verdict's sub-reason, a stable word: `wall-time`, `memory-runtime`, `signal-11`, `exit-1`; empty if the
    verdict says it all. `score` is what the checker gave, where it gives scores, else None. `runs` are all runs of the case in
    their order (a multi-pass task has several, and so has one that was repeated for being near its time limit).
    `judge_message` is what the task's own validator tells examiners; it may tell of the case, so candidates never see it.
    """

    name: str
    verdict: Verdict
    cpu_time_us: int
    wall_time_us: int
    memory_kib: int
    hint: str = ""
    reason: str = ""
    score: Decimal | None = None
    input_sha256: str = ""
    answer_sha256: str = ""
    runs: tuple[RunFacts, ...] = ()
    judge_message: str = ""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What one test group earned."""

    name: str
    verdict: Verdict
    score: Decimal
    max_score: Decimal


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict that stands. `score` of `max_score`; `evidence` says where it ran (see `sandbox.runner.Evidence`)."""

    verdict: Verdict
    score: Decimal
    max_score: Decimal
    cases: tuple[CaseResult, ...]
    groups: tuple[GroupResult, ...]
    compile_log: str
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undetermined:
    """We could not judge: the result is held, never failed. `code` is stable, `detail` is for the log and no candidate."""

    code: str
    detail: str


Judgement = Judged | Undetermined
