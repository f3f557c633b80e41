"""Judge a program: the same procedure for a candidate's submission and for an author's reference solution.

    1. refuse what cannot be judged here
    2. load the program, which compiles it, and the task's validator beside it
    3. try the samples, then the secret cases group by group (`trial.py`)
    4. score the groups (`scoring.py`)
    5. the verdict is the first that is not accepted

Faults of the sandbox (`sandbox.errors.SandboxError`) pass through: the job that called retries. `Undetermined` is for what
trying again cannot mend. Neither is ever a verdict.
"""

import hashlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final, assert_never

from exams.judging.ending import word_of
from exams.judging.judgement import CaseResult, Judged, Judgement, Undetermined
from exams.judging.sample_report import OwnRun, SampleReport, SampleResult
from exams.judging.scoring import SAMPLE, Graded, Part, first_failure, grade_group, run_cases
from exams.judging.trial import Bench, try_case
from exams.judging.validator import VALIDATION_LIMITS, CheckerBroken, program_of
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, Dataset, JudgingKind, TestCase, TestGroup
from sandbox.limits import Limits
from sandbox.runner import Program, Rejected, Runner

COMPILE_LOG_MAX_CHARACTERS: Final = 16 * 1024
"""The first errors are the ones that help; templates in C++ write megabytes."""

SHOWN_OUTPUT_MAX_BYTES: Final = 4 * 1024
"""What a sample run shows of each stream: about a hundred lines."""

CHECKER_BROKEN: Final = "checker-broken"
"""The code of a judgement that the task's own validator made impossible."""

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
    try:
        # 2. load the program and the validator
        async with loaded(runner, dataset, program) as bench:
            if isinstance(bench, Rejected):
                evidence = asdict(bench.evidence) if bench.evidence else {}
                return Judged(Verdict.CE, Decimal(0), dataset.secret.max_score, (), (), cut_log(bench.log), evidence)
            # 3–5. try, score and conclude
            return await judge_cases(bench, thorough=thorough, on_case=on_case)
    except CheckerBroken as fault:
        return Undetermined(CHECKER_BROKEN, str(fault))


async def judge_cases(bench: Bench, *, thorough: bool, on_case: OnCase | None) -> Judged:
    """Try every case that matters, and score. Raises `CheckerBroken`."""
    dataset = bench.dataset
    sample_names = {case.name for case in dataset.samples}

    async def run(case: TestCase, group: TestGroup | None) -> CaseResult:
        result = await run_case(bench, case, group, is_sample=case.name in sample_names)
        if on_case:
            on_case(result)
        return result

    # 3 and 4. A scoring task ignores the samples, but for groups that require them; in a pass-fail task they must be accepted
    # too (format 2025-09, "Pass-fail problems").
    needs_samples = dataset.secret.aggregation is Aggregation.PASS_FAIL
    samples = await run_cases(dataset.samples, None, run, stop=needs_samples and not thorough)
    sample_verdict = first_failure(samples)
    if needs_samples and sample_verdict is not Verdict.AC and not thorough:
        secret = Graded((), (), Part(sample_verdict, Decimal(0), accepted=False))
    else:
        secret = await grade_group(dataset.secret, run, {SAMPLE: sample_verdict}, thorough=thorough)

    # 5. the verdict is the first that is not accepted
    verdict, score = secret.part.verdict, secret.part.score
    if needs_samples and sample_verdict is not Verdict.AC:
        verdict, score = sample_verdict, Decimal(0)
    return Judged(
        verdict,
        score,
        dataset.secret.max_score,
        samples + secret.cases,
        secret.groups,
        cut_log(bench.program.compile_log),
        evidence_of(bench),
    )


async def run_case(bench: Bench, case: TestCase, group: TestGroup | None, *, is_sample: bool) -> CaseResult:
    """Try one case, and keep what the judgement says of it."""
    trial = await try_case(bench, case, group)
    hint = (str(trial.last.difference) if trial.last.difference else trial.team_message) if is_sample else ""
    return CaseResult(
        case.name,
        trial.verdict,
        trial.usage.cpu_time_us,
        trial.usage.wall_time_us,
        trial.usage.memory_kib,
        hint,
        trial.last.reason,
        trial.score,
        hashlib.sha256(case.input).hexdigest(),
        hashlib.sha256(case.answer).hexdigest(),
        trial.facts,
        trial.judge_message,
    )


async def run_samples(runner: Runner, dataset: Dataset, program: Program) -> SampleReport:
    """Run the samples only, and tell everything about them. Raises `SandboxError` for faults of the sandbox."""
    refusal = cannot_judge(dataset)
    if refusal:
        return SampleReport(None, refusal.code, "", ())
    try:
        async with loaded(runner, dataset, program) as bench:
            if isinstance(bench, Rejected):
                return SampleReport(Verdict.CE, None, cut_log(bench.log), ())
            results = [await run_sample(bench, case) for case in dataset.samples]
            verdict = next((result.verdict for result in results if result.verdict is not Verdict.AC), Verdict.AC)
            return SampleReport(verdict, None, cut_log(bench.program.compile_log), tuple(results))
    except CheckerBroken:
        return SampleReport(None, CHECKER_BROKEN, "", ())


async def run_sample(bench: Bench, case: TestCase) -> SampleResult:
    """Try one sample, and tell everything about it."""
    trial = await try_case(bench, case, None)
    last = trial.last
    return SampleResult(
        case.name,
        trial.verdict,
        trial.usage.cpu_time_us,
        trial.usage.wall_time_us,
        trial.usage.memory_kib,
        head(last.outcome.stdout),
        head(last.outcome.stderr),
        last.difference,
        last.reason,
        trial.team_message,
        head(last.heard),
    )


async def run_own(runner: Runner, dataset: Dataset, program: Program, own_input: str) -> SampleReport:
    """Run a program once on the candidate's own input, within the task's limits. Raises `SandboxError` for faults of ours.

    A conversation needs the task's validator, which plays its part only in cases of the dataset: `own-input-unavailable`.
    """
    if dataset.kind.is_interactive:
        return SampleReport(None, "own-input-unavailable", "", ())
    limits = limits_of(dataset)
    async with runner.load(program, limits) as candidate:
        if isinstance(candidate, Rejected):
            return SampleReport(Verdict.CE, None, cut_log(candidate.log), ())
        outcome = await candidate.run(own_input.encode(), limits)
        usage = outcome.usage
        own = OwnRun(
            word_of(outcome.ending),
            usage.cpu_time_us,
            usage.wall_time_us,
            usage.memory_kib,
            head(outcome.stdout),
            head(outcome.stderr),
        )
        return SampleReport(None, None, cut_log(candidate.compile_log), (), own)


@asynccontextmanager
async def loaded(runner: Runner, dataset: Dataset, program: Program) -> AsyncGenerator[Bench | Rejected]:
    """Load a program, and beside it, once for all its cases, the validator in a sandbox of its own.

    Raises `CheckerBroken` if the validator does not compile.
    """
    limits = limits_of(dataset)
    async with runner.load(program, limits) as candidate:
        if isinstance(candidate, Rejected):
            yield candidate
        elif dataset.validator is None:
            yield Bench(runner, dataset, candidate, None, limits)
        else:
            async with runner.load(program_of(dataset.validator), VALIDATION_LIMITS, beside=candidate) as validator:
                if isinstance(validator, Rejected):
                    raise CheckerBroken(f"the output validator does not compile: {validator.log[:COMPILE_LOG_MAX_CHARACTERS]}")
                yield Bench(runner, dataset, candidate, validator, limits)


def cannot_judge(dataset: Dataset) -> Undetermined | None:
    """Why this dataset cannot be judged here, if so."""
    match dataset.kind:
        case JudgingKind.DEFAULT:
            pass
        case JudgingKind.CUSTOM | JudgingKind.INTERACTIVE | JudgingKind.MULTI_PASS | JudgingKind.INTERACTIVE_MULTI_PASS:
            if dataset.validator is None:
                return Undetermined("checker-unavailable", f"a {dataset.kind} task without its output validator")
        case JudgingKind.SUBMIT_ANSWER:
            return Undetermined("checker-unavailable", "a task whose answers are handed in as files: only programs are judged")
        case _:
            assert_never(dataset.kind)
    if next(dataset.secret.all_cases(), None) is None:
        return Undetermined("no-test-cases", "the dataset has no secret cases")
    return None


def limits_of(dataset: Dataset) -> Limits:
    """The bounds of every run of this dataset."""
    return Limits(cpu_time_ms=dataset.cpu_time_ms, memory_mib=dataset.memory_mib, output_kib=dataset.output_kib)


def evidence_of(bench: Bench) -> dict[str, Any]:
    """Where and how the program ran, and under `validator` the same of the validator."""
    evidence = asdict(bench.program.evidence)
    return evidence if bench.validator is None else {**evidence, "validator": asdict(bench.validator.evidence)}


def cut_log(log: str) -> str:
    """A compiler's words, cut. PostgreSQL keeps no NUL in a text."""
    return log[:COMPILE_LOG_MAX_CHARACTERS].replace("\0", "\N{REPLACEMENT CHARACTER}")


def head(stream: bytes) -> str:
    """The beginning of a stream, for people to read. PostgreSQL keeps no NUL in a text."""
    return stream[:SHOWN_OUTPUT_MAX_BYTES].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
