"""Prove that a task judges well: every reference solution goes through the same `judge()` as a candidate's program.

    1. every input validator accepts every input
    2. every reference solution earns what it is filed under
    3. the accepted ones are fast enough to leave a margin

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
from exams.judging.judgement import CaseResult, Judged, Judgement
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Dataset, TestCase
from sandbox.limits import Limits
from sandbox.runner import Exited, Rejected, Runner

VALID_EXIT_CODE: Final = 42
"""An input validator says yes with this code, so that a crash is never a yes."""

VALIDATOR_LIMITS: Final = Limits(cpu_time_ms=60_000, memory_mib=1024)
"""The format's typical `validation_time`; the memory is half of its default, which a slot of ours can give."""


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
