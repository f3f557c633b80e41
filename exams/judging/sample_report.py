"""What "run the samples" and a run on one's own input tell a candidate: everything, since neither is a secret. No score."""

from dataclasses import dataclass

from exams.judging.checker import Difference
from exams.judging.verdict import Verdict


@dataclass(frozen=True, slots=True)
class SampleResult:
    """One sample: what the program wrote and where it first departs from the answer.

    `output` and `error` are the heads of standard output and standard error (`judge.SHOWN_OUTPUT_MAX_BYTES`). Times are in
    microseconds, memory in KiB. `reason` is the verdict's sub-reason (`judgement.CaseResult.reason`); `message` is what the
    task's own validator tells; `heard` is the head of what it said to the program in a conversation.
    """

    name: str
    verdict: Verdict
    cpu_time_us: int
    wall_time_us: int
    memory_kib: int
    output: str
    error: str
    difference: Difference | None
    reason: str = ""
    message: str = ""
    heard: str = ""


@dataclass(frozen=True, slots=True)
class OwnRun:
    """A run on the candidate's own input: what the program wrote and how it ended, and no verdict on it.

    `ending` is `ending.word_of` (`exited 0`, `signalled 11`, `cpu-time`); the rest is as in `SampleResult`.
    """

    ending: str
    cpu_time_us: int
    wall_time_us: int
    memory_kib: int
    output: str
    error: str


@dataclass(frozen=True, slots=True)
class SampleReport:
    r"""All samples of one run, stored as `sample_run_report.report`.

    `verdict` is the first that is not AC, else AC; None means that we could not run it, and `undetermined` then holds a code.
    After a run on one's own input it is None or CE, and `own` says how it went.

    As JSON: `{"verdict": "WA", "undetermined": null, "compile_log": "", "samples": [{"name": "sample/1", "verdict": "WA",
    "cpu_time_us": 11000, "wall_time_us": 12000, "memory_kib": 9000, "output": "4\n", "error": "",
    "difference": {"token": 1, "expected": "5", "actual": "4", "kind": "token"}, "reason": "", "message": "", "heard": ""}]}`.
    """

    verdict: Verdict | None
    undetermined: str | None
    compile_log: str
    samples: tuple[SampleResult, ...]
    own: OwnRun | None = None
