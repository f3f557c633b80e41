"""What "run the samples" tells a candidate: everything, since samples are no secret. It carries no score."""

from dataclasses import dataclass

from exams.judging.checker import Difference
from exams.judging.verdict import Verdict


@dataclass(frozen=True, slots=True)
class SampleResult:
    """One sample: what the program wrote and where it first departs from the answer.

    `output` and `error` are the heads of standard output and standard error (`judge.SHOWN_OUTPUT_MAX_BYTES`). Times are in
    microseconds, memory in KiB.
    """

    name: str
    verdict: Verdict
    cpu_time_us: int
    wall_time_us: int
    memory_kib: int
    output: str
    error: str
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class SampleReport:
    r"""All samples of one run, stored as `sample_run_report.report`.

    `verdict` is the first that is not AC, else AC; None means that we could not run it, and `undetermined` then holds a code.

    As JSON: `{"verdict": "WA", "undetermined": null, "compile_log": "", "samples": [{"name": "sample/1", "verdict": "WA",
    "cpu_time_us": 11000, "wall_time_us": 12000, "memory_kib": 9000, "output": "4\n", "error": "",
    "difference": {"token": 1, "expected": "5", "actual": "4", "kind": "token"}}]}`.
    """

    verdict: Verdict | None
    undetermined: str | None
    compile_log: str
    samples: tuple[SampleResult, ...]
