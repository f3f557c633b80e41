"""Prove that a task judges well: every reference solution goes through the same `judge()` as a candidate's program.

    1. every input validator accepts every input
    2. the output validator accepts the answers that candidates see, and has one to whatever a program may write, nothing and
       nonsense included
    3. every reference solution earns what it is filed under
    4. the accepted ones are fast enough to leave a margin

Source: ICPC/Kattis package format 2025-09, "Input validators", "Example submissions" and "Problem timing".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from exams.authoring.expectation import as_expected
from exams.authoring.finding import Finding, Severity
from exams.authoring.package import InputValidator, Package
from exams.authoring.solutions import ReferenceSolution
from exams.judging.judge import judge
from exams.judging.judgement import CaseResult, Judged, Judgement, Undetermined
from exams.judging.validator import VALIDATION_LIMITS, CheckerBroken, program_of, validation_of, workspace_of
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Dataset, JudgingKind, TestCase
from sandbox import languages
from sandbox.limits import Limits
from sandbox.runner import Exited, Program, Rejected, Runner, SourceFile

VALID_EXIT_CODE: Final = 42
"""An input validator says yes with this code, so that a crash is never a yes."""

VALIDATOR_LIMITS: Final = Limits(cpu_time_ms=60_000, memory_mib=1024)
"""The format's typical `validation_time`; the memory is half of its default, which a slot of ours can give."""


PROBES: Final = {
    "nothing": b"",
    "an empty line": b"\n",
    "bytes that are no text": bytes(range(256)),
    "numbers that are too large": b"-99999999999999999999 1e999 nan inf\n" * 20,
    "one very long word": b"7" * 100_000,
}
"""Outputs that validators were seen to trip over: they read past the end, decode, or convert what is no number."""


@dataclass(frozen=True, slots=True)
class SolutionReport:
    """What the judge said of one reference solution, and whether that is what it is filed under."""

    solution: ReferenceSolution
    judgement: Judgement
    as_expected: bool


async def check_solution(
    runner: Runner, dataset: Dataset, solution: ReferenceSolution, on_case: Callable[[CaseResult], None] | None = None
) -> SolutionReport:
    """Judge one reference solution on every case. Raises `SandboxError` for faults of the sandbox."""
    judgement = await judge(runner, dataset, solution.program, thorough=True, on_case=on_case)
    return SolutionReport(solution, judgement, as_expected(solution.rules, judgement))


async def check_inputs(runner: Runner, package: Package) -> tuple[Finding, ...]:
    """Run every input validator on every input; what one refuses is a finding. Raises `SandboxError`."""
    cases = (*package.dataset.samples, *package.dataset.secret.all_cases())
    found: list[Finding] = []
    for validator in package.input_validators:
        found.extend(await run_validator(runner, validator, cases))
    return tuple(found)


async def run_validator(runner: Runner, validator: InputValidator, cases: Iterable[TestCase]) -> list[Finding]:
    """Run one input validator on inputs."""
    async with runner.load(validator.program, VALIDATOR_LIMITS) as loaded:
        if isinstance(loaded, Rejected):
            return [Finding(Severity.ERROR, validator.path, "validator-broken", "it does not compile")]
        found: list[Finding] = []
        for case in cases:
            outcome = await loaded.run(case.input, VALIDATOR_LIMITS)
            if outcome.ending != Exited(VALID_EXIT_CODE):
                said = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip().splitlines()
                message = f"{validator.path} does not accept it" + (f": {said[-1][:200]}" if said else "")
                found.append(Finding(Severity.ERROR, f"data/{case.name}.in", "input-refused", message))
        return found


async def check_validator(runner: Runner, dataset: Dataset) -> tuple[Finding, ...]:
    """Let the output validator judge programs that no author files: a crash of it would hold a candidate's result.

    Raises `SandboxError` for faults of the sandbox.
    """
    if dataset.validator is None:
        return ()
    found: list[Finding] = []
    for name, program in probes().items():
        judgement = await judge(runner, dataset, program)
        if isinstance(judgement, Undetermined):
            message = f"it cannot judge a program that writes {name}: {judgement.detail}"
            found.append(Finding(Severity.OBSTACLE, "output_validator/", "validator-crashes", message))
    return tuple(found)


async def check_shown_answers(runner: Runner, package: Package) -> tuple[Finding, ...]:
    """Let the output validator judge the answers that candidates see beside the samples: an example must be right.

    In a conversation or in several passes an answer is not what a program writes. Raises `SandboxError`.
    """
    validator = package.dataset.validator
    if validator is None or package.dataset.kind is not JudgingKind.CUSTOM:
        return ()
    shown = {sample.name: sample.answer for sample in package.samples}
    found: list[Finding] = []
    async with runner.load(program_of(validator), VALIDATION_LIMITS) as loaded:
        if isinstance(loaded, Rejected):
            return (Finding(Severity.OBSTACLE, "output_validator/", "validator-broken", "it does not compile"),)
        for case in package.dataset.samples:
            try:
                said = await loaded.run(shown[case.name].encode(), VALIDATION_LIMITS, workspace_of(case, case.input, {}))
                validation = validation_of(said, case, multi_pass=False)
                why = "" if validation.accepted else validation.judge_message or "wrong answer"
            except CheckerBroken as fault:
                why = str(fault)
            if why:
                message = f"the output validator does not accept what candidates see: {why}"
                found.append(Finding(Severity.OBSTACLE, f"data/{case.name}.ans", "sample-refused", message))
    return tuple(found)


def probes() -> dict[str, Program]:
    """Programs that write what a validator may not expect, by what they write."""
    python = languages.catalogue()["python3"]
    return {
        name: Program(python, (SourceFile(python.entry, f"import sys\nsys.stdout.buffer.write({text!r})\n".encode()),))
        for name, text in PROBES.items()
    }


def check_margin(package: Package, reports: Iterable[SolutionReport]) -> tuple[Finding, ...]:
    """Whether each accepted solution leaves the margin that the package asks for: `ac_to_time_limit` times its slowest case."""
    found: list[Finding] = []
    for report in reports:
        judgement = report.judgement
        if not isinstance(judgement, Judged) or judgement.verdict is not Verdict.AC:
            continue
        slowest_ms = max((case.cpu_time_us for case in judgement.cases), default=0) / 1000
        if slowest_ms * package.ac_to_time_limit > package.dataset.cpu_time_ms:
            found.append(
                Finding(
                    Severity.WARNING,
                    f"submissions/{report.solution.path}",
                    "time-limit-tight",
                    f"its slowest case took {slowest_ms:.0f} of {package.dataset.cpu_time_ms} ms",
                )
            )
    return tuple(found)
