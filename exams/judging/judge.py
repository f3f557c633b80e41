"""Judge a program: the same procedure for a candidate's submission and for an author's reference solution.

    1. refuse what cannot be judged here
    2. load the program, which compiles it
    3. run the samples, then the secret cases group by group
    4. say what each ending means
    5. compare the output of those that ended well
    6. score the groups
    7. the verdict is the first that is not accepted

Faults of the sandbox (`sandbox.errors.SandboxError`) pass through: the job that called retries. `Undetermined` is for what
trying again cannot mend. Neither is ever a verdict.
"""

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Final, assert_never

from exams.judging.checker import Difference, check
from exams.judging.judgement import CaseResult, Judged, Judgement, Undetermined
from exams.judging.sample_report import SampleReport, SampleResult
from exams.judging.scoring import Graded, first_failure, grade_group, run_cases
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, Dataset, JudgingKind, TestCase
from sandbox.limits import Limits
from sandbox.runner import (
    CpuTimeExceeded,
    Ending,
    Exited,
    Loaded,
    MemoryExceeded,
    Outcome,
    OutputExceeded,
    Program,
    Rejected,
    Runner,
    Signalled,
    WallTimeExceeded,
)

COMPILE_LOG_MAX_CHARACTERS: Final = 16 * 1024
"""The first errors are the ones that help; templates in C++ write megabytes."""

SHOWN_OUTPUT_MAX_BYTES: Final = 4 * 1024
"""What a sample run shows of each stream: about a hundred lines."""

OnCase = Callable[[CaseResult], None]


async def judge(
    runner: Runner, dataset: Dataset, program: Program, *, thorough: bool = False, on_case: OnCase | None = None
) -> Judgement:
    """Judge `program` against `dataset`.

    `thorough` runs also the cases that can no longer change verdict or score, as validation of a task needs; it changes
    neither. `on_case` hears of every case as it ends. Raises `SandboxError` for faults of the sandbox.
    """
    # 1. refuse what cannot be judged here
    refusal = cannot_judge(dataset)
    if refusal:
        return refusal

    # 2. load the program, which compiles it
    limits = limits_of(dataset)
    max_score = dataset.secret.max_score
    sample_names = {case.name for case in dataset.samples}
    async with runner.load(program, limits) as loaded:
        if isinstance(loaded, Rejected):
            return Judged(Verdict.CE, Decimal(0), max_score, (), (), cut_log(loaded.log), {})

        async def run(case: TestCase) -> CaseResult:
            verdict, difference, outcome = await run_case(loaded, dataset, case, limits)
            hint = str(difference) if difference and case.name in sample_names else ""
            usage = outcome.usage
            result = CaseResult(case.name, verdict, usage.cpu_time_us, usage.wall_time_us, usage.memory_kib, hint)
            if on_case:
                on_case(result)
            return result

        # 3–6. run, judge and score
        needs_samples = dataset.secret.aggregation is Aggregation.PASS_FAIL
        samples = await run_cases(dataset.samples, run, stop=needs_samples and not thorough)
        sample_verdict = first_failure(samples)
        if needs_samples and sample_verdict is not Verdict.AC and not thorough:
            secret = Graded((), (), sample_verdict, Decimal(0))
        else:
            secret = await grade_group(dataset.secret, run, thorough=thorough)

        # 7. the verdict is the first that is not accepted. A scoring task ignores the samples; in a pass-fail task they must be
        # accepted too (format 2025-09, "Pass-fail problems").
        verdict, score = secret.verdict, secret.score
        if needs_samples and sample_verdict is not Verdict.AC:
            verdict, score = sample_verdict, Decimal(0)
        return Judged(
            verdict,
            score,
            max_score,
            samples + secret.cases,
            secret.groups,
            cut_log(loaded.compile_log),
            asdict(loaded.evidence),
        )


async def run_samples(runner: Runner, dataset: Dataset, program: Program) -> SampleReport:
    """Run the samples only, and tell everything about them. Raises `SandboxError` for faults of the sandbox."""
    refusal = cannot_judge(dataset)
    if refusal:
        return SampleReport(None, refusal.code, "", ())
    limits = limits_of(dataset)
    async with runner.load(program, limits) as loaded:
        if isinstance(loaded, Rejected):
            return SampleReport(Verdict.CE, None, cut_log(loaded.log), ())
        results: list[SampleResult] = []
        for case in dataset.samples:
            verdict, difference, outcome = await run_case(loaded, dataset, case, limits)
            usage = outcome.usage
            results.append(
                SampleResult(
                    case.name,
                    verdict,
                    usage.cpu_time_us,
                    usage.wall_time_us,
                    usage.memory_kib,
                    head(outcome.stdout),
                    head(outcome.stderr),
                    difference,
                )
            )
        verdict = next((result.verdict for result in results if result.verdict is not Verdict.AC), Verdict.AC)
        return SampleReport(verdict, None, cut_log(loaded.compile_log), tuple(results))


async def run_case(
    loaded: Loaded, dataset: Dataset, case: TestCase, limits: Limits
) -> tuple[Verdict, Difference | None, Outcome]:
    """Run one case and say what came of it: steps 4 and 5."""
    outcome = await loaded.run(case.input, limits)
    verdict = verdict_of(outcome.ending)
    difference = check(outcome.stdout, case.answer, dataset.checker) if verdict is Verdict.AC else None
    return Verdict.WA if difference else verdict, difference, outcome


def verdict_of(ending: Ending) -> Verdict:
    """What an ending means, before the output is looked at. Sleeping past the wall limit is too slow as well."""
    match ending:
        case Exited(code):
            return Verdict.AC if code == 0 else Verdict.RTE
        case Signalled():
            return Verdict.RTE
        case CpuTimeExceeded() | WallTimeExceeded():
            return Verdict.TLE
        case MemoryExceeded():
            return Verdict.MLE
        case OutputExceeded():
            return Verdict.OLE
        case _:
            assert_never(ending)


def cannot_judge(dataset: Dataset) -> Undetermined | None:
    """Why this dataset cannot be judged here, if so."""
    match dataset.kind:
        case JudgingKind.DEFAULT:
            pass
        case JudgingKind.CUSTOM | JudgingKind.INTERACTIVE | JudgingKind.MULTI_PASS | JudgingKind.SUBMIT_ANSWER:
            return Undetermined("checker-unavailable", f"no checker for a {dataset.kind} task")
        case _:
            assert_never(dataset.kind)
    if next(dataset.secret.all_cases(), None) is None:
        return Undetermined("no-test-cases", "the dataset has no secret cases")
    return None


def limits_of(dataset: Dataset) -> Limits:
    """The bounds of every run of this dataset."""
    return Limits(cpu_time_ms=dataset.cpu_time_ms, memory_mib=dataset.memory_mib, output_kib=dataset.output_kib)


def cut_log(log: str) -> str:
    """A compiler's words, cut. PostgreSQL keeps no NUL in a text."""
    return log[:COMPILE_LOG_MAX_CHARACTERS].replace("\0", "\N{REPLACEMENT CHARACTER}")


def head(stream: bytes) -> str:
    """The beginning of a stream, for people to read. PostgreSQL keeps no NUL in a text."""
    return stream[:SHOWN_OUTPUT_MAX_BYTES].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
