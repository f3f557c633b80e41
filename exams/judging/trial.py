"""One case of one program: its runs, pass by pass, and what the checker says of them.

    1. run the program, or let it talk with the validator; again if it was too slow by no more than noise may add
    2. say what its ending means
    3. let the checker or the validator look at the output of a run that ended well
    4. if the validator asks for another pass, begin anew with the input that it wrote

Time and memory limits hold for each pass separately (format 2025-09, "Multi-pass validation").
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from exams.judging.checker import Difference, check
from exams.judging.ending import reason_of, verdict_of, word_of
from exams.judging.interaction import decide
from exams.judging.judgement import RunFacts
from exams.judging.repeating import Budget, attempts
from exams.judging.validator import (
    VALIDATION_LIMITS,
    CheckerBroken,
    Validation,
    score_of_case,
    validation_of,
    workspace_of,
)
from exams.judging.verdict import Verdict
from exams.tasks.dataset import CheckerOptions, Dataset, TestCase, TestGroup, ValidatorScore
from sandbox.limits import Limits
from sandbox.runner import EMPTY_WORKSPACE, Conversation, Loaded, Outcome, Runner, Usage

NOTHING: Final[Mapping[str, bytes]] = {}

COMPARED_APART_FROM_BYTES: Final = 256 * 1024
"""Output from which on the comparing has a thread of its own. Numbers that are spelt in another way take 1.3 us each: a million
would keep everything else of the worker waiting for over a second, and ten million would keep its heart from beating."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every case of one submission is tried with. `validator` is there if the dataset has one."""

    runner: Runner
    dataset: Dataset
    program: Loaded
    validator: Loaded | None
    limits: Limits
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One pass: the run that counts and what it means. `heard` is what the validator said to the program in a conversation."""

    verdict: Verdict
    reason: str
    outcome: Outcome
    facts: tuple[RunFacts, ...]
    difference: Difference | None = None
    validation: Validation | None = None
    heard: bytes = b""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one case. `last` is its last pass; `usage` the most that one pass took, as the limits hold for each."""

    verdict: Verdict
    last: Attempt
    usage: Usage
    facts: tuple[RunFacts, ...]
    score: Decimal | None

    @property
    def judge_message(self) -> str:
        """What the validator tells examiners."""
        return self.last.validation.judge_message if self.last.validation else ""

    @property
    def team_message(self) -> str:
        """What the validator tells the candidate; for samples only, since it may tell of the input."""
        return self.last.validation.team_message if self.last.validation else ""


async def try_case(bench: Bench, case: TestCase, group: TestGroup | None) -> Trial:
    """Try one case of a group, or a sample. Raises `CheckerBroken`, and `SandboxError` for faults of the sandbox."""
    given, feedback = case.input, NOTHING
    validator = bench.dataset.validator
    passes: list[Attempt] = []
    for _ in range(validator.passes if validator else 1):
        attempt = await one_pass(bench, case, given, feedback)
        passes.append(attempt)
        validation = attempt.validation
        if attempt.verdict is not Verdict.AC or validation is None or validation.next_input is None:
            return finished(passes, case, group, validator.score if validator else ValidatorScore.NONE)
        given, feedback = validation.next_input, validation.feedback
    raise CheckerBroken(f"{case.name}: the output validator asks for more than {len(passes)} passes")


def finished(passes: list[Attempt], case: TestCase, group: TestGroup | None, rule: ValidatorScore) -> Trial:
    """All passes of a case together."""
    last = passes[-1]
    usage = Usage(
        max(one.outcome.usage.cpu_time_us for one in passes),
        max(one.outcome.usage.wall_time_us for one in passes),
        max(one.outcome.usage.memory_kib for one in passes),
    )
    # A validator that was not asked, or that was overruled by the program's own ending, gives no score.
    asked = last.validation is not None and last.verdict in {Verdict.AC, Verdict.WA}
    score = score_of_case(last.validation, case, group, rule) if asked and last.validation else None
    return Trial(last.verdict, last, usage, tuple(fact for one in passes for fact in one.facts), score)


async def one_pass(bench: Bench, case: TestCase, given: bytes, feedback: Mapping[str, bytes]) -> Attempt:
    """Run the program on `given`, or let it talk with the validator, and judge the run that counts."""
    if bench.dataset.kind.is_interactive:
        return await converse(bench, case, given, feedback)
    facts: list[RunFacts] = []
    runs: list[Outcome] = []
    async for outcome in attempts(
        lambda: bench.program.run(given, bench.limits),
        lambda: bench.program.run(given, bench.limits, EMPTY_WORKSPACE, quiet=True),
        lambda outcome: outcome if verdict_of(outcome.ending) is Verdict.TLE else None,
        bench.limits,
        bench.budget,
    ):
        facts.append(facts_of(outcome, quiet=bool(runs)))
        runs.append(outcome)
    outcome = runs[-1]
    verdict = verdict_of(outcome.ending)
    if verdict is not Verdict.AC:
        return Attempt(verdict, reason_of(outcome.ending), outcome, tuple(facts))
    difference, validation = None, None
    if bench.validator is None:
        difference = await compared(outcome.stdout, case.answer, bench.dataset.checker)
        accepted = difference is None
    else:
        said = await bench.validator.run(outcome.stdout, VALIDATION_LIMITS, workspace_of(case, given, feedback))
        validation = validation_of(said, case, multi_pass=bench.dataset.kind.is_multi_pass)
        accepted = validation.accepted
    facts[-1] = facts_of(outcome, quiet=len(runs) > 1, checker="accepted" if accepted else "rejected")
    return Attempt(Verdict.AC if accepted else Verdict.WA, "", outcome, tuple(facts), difference, validation)


async def compared(output: bytes, answer: bytes, options: CheckerOptions) -> Difference | None:
    """What `check` says, without keeping others waiting."""
    if len(output) < COMPARED_APART_FROM_BYTES:
        return check(output, answer, options)
    return await asyncio.to_thread(check, output, answer, options)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation and what it means."""

    conversation: Conversation
    validation: Validation
    verdict: Verdict
    reason: str

    @property
    def slow(self) -> Outcome | None:
        """The program's run, if it is called too slow for it."""
        return self.conversation.program if self.verdict is Verdict.TLE else None


async def converse(bench: Bench, case: TestCase, given: bytes, feedback: Mapping[str, bytes]) -> Attempt:
    """Let program and validator talk, and decide who made an end of it."""
    assert bench.validator is not None  # no interactive dataset is tried without one
    validator, workspace = bench.validator, workspace_of(case, given, feedback)

    async def talk(*, quiet: bool = False) -> Talk:
        conversation = await bench.runner.converse(
            bench.program, validator, bench.limits, VALIDATION_LIMITS, workspace, quiet=quiet
        )
        validation = validation_of(conversation.validator, case, multi_pass=bench.dataset.kind.is_multi_pass)
        return Talk(conversation, validation, *decide(conversation, validation, bench.limits))

    facts: list[RunFacts] = []
    talks: list[Talk] = []
    async for each in attempts(talk, lambda: talk(quiet=True), lambda talk: talk.slow, bench.limits, bench.budget):
        asked = each.verdict in {Verdict.AC, Verdict.WA}
        word = "accepted" if each.validation.accepted else "rejected"
        facts.append(facts_of(each.conversation.program, quiet=bool(talks), checker=word if asked else ""))
        talks.append(each)
    last = talks[-1]
    program = last.conversation.program
    if last.verdict is Verdict.WA:
        # What it did when the validator had gone is not held against it.
        most_us = bench.limits.cpu_time_ms * 1000
        program = replace(program, usage=replace(program.usage, cpu_time_us=min(program.usage.cpu_time_us, most_us)))
    heard = last.conversation.validator.stdout
    return Attempt(last.verdict, last.reason, program, tuple(facts), validation=last.validation, heard=heard)


def facts_of(outcome: Outcome, *, quiet: bool, checker: str = "") -> RunFacts:
    """What the judgement keeps of a run."""
    return RunFacts(
        word_of(outcome.ending),
        outcome.usage.cpu_time_us,
        outcome.usage.wall_time_us,
        outcome.usage.memory_kib,
        hashlib.sha256(outcome.stdout).hexdigest(),
        len(outcome.stdout),
        checker,
        quiet,
        outcome.noise.stolen_us,
        outcome.noise.run_delay_us,
        outcome.noise.slowdown_percent,
        outcome.noise.page_fault_us,
        outcome.noise.disk_read_kib,
    )
