"""The outcome of judging one submission against one dataset: `Judged | Undetermined`, never a third thing."""

from dataclasses import dataclass
from decimal import Decimal

from exams.judging.verdict import Verdict


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One test case of a judgement. `name` is the case's path in the package, e.g. `secret/group1/03`.

    `hint` says where a sample's output first differs; it is empty for secret cases. CPU and wall time are in microseconds.
    """

    name: str
    verdict: Verdict
    cpu_time_us: int
    wall_time_us: int
    memory_kib: int
    hint: str = ""


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
    evidence: dict[str, str]


@dataclass(frozen=True, slots=True)
class Undetermined:
    """We could not judge: the result is held, never failed. `code` is stable, `detail` is for the log and no candidate."""

    code: str
    detail: str


Judgement = Judged | Undetermined
