"""A dataset: how a task is judged. Candidates never see it.

A wrong test that is found later makes a new version of the dataset, not of the task.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Aggregation(StrEnum):
    """How a group's score follows from its parts (ICPC/Kattis package format 2025-09, "Test groups")."""

    PASS_FAIL = "pass-fail"
    """`max_score` if every part is accepted, else 0"""
    SUM = "sum"
    """the sum of the parts' scores"""
    MIN = "min"
    """the least of the parts' scores"""
    MAX = "max"
    """the greatest of them (legacy)"""
    AVERAGE = "avg"
    """their mean; every part runs, so that a part that turns right never lowers it (legacy)"""


class ScoreCondition(StrEnum):
    """When a group's score counts, and when the group passes for accepted in the group above it."""

    ALWAYS = "always"
    """the score always counts; the group is accepted if every part is (2025-09)"""
    ALL = "all"
    """both only if every part is accepted (legacy: "for non-Accepted results the score is ignored")"""
    ANY = "any"
    """both if any part is accepted (legacy `accept_if_any_accepted`)"""


class FailureRule(StrEnum):
    """Which verdict a group shows when parts of it are not accepted (legacy grader's verdict mode)."""

    FIRST = "first"
    WORST = "worst"
    """the first in the order RTE, MLE, TLE, OLE, WA"""


@dataclass(frozen=True, slots=True)
class TestCase:
    """An input and the answer expected. `name` is the path in the package without its ending, e.g. `secret/group1/03`.

    `validator_arguments` are what the package's own output validator gets after its three file names.
    """

    name: str
    input: bytes
    answer: bytes
    validator_arguments: tuple[str, ...] = ()

    __test__ = False  # pytest: not a test class


@dataclass(frozen=True, slots=True)
class TestGroup:
    """Cases and groups that are scored together.

    `case_score` is what one accepted case directly in this group is worth, `reject_score` what one that is not accepted is;
    `stop_at_failure` skips the group's remaining parts after one that is not accepted (legacy `on_reject: break`). `requires`
    names earlier groups, or `sample`, without whose acceptance this one earns nothing (2025-09 `require_pass`).
    """

    name: str
    aggregation: Aggregation
    max_score: Decimal
    case_score: Decimal
    stop_at_failure: bool
    cases: tuple[TestCase, ...]
    groups: tuple["TestGroup", ...]
    reject_score: Decimal = Decimal(0)
    condition: ScoreCondition = ScoreCondition.ALWAYS
    failure: FailureRule = FailureRule.FIRST
    requires: tuple[str, ...] = ()

    __test__ = False

    def all_cases(self) -> Iterator[TestCase]:
        """Every case of this group and of the groups in it, in judging order."""
        yield from self.cases
        for group in self.groups:
            yield from group.all_cases()


@dataclass(frozen=True, slots=True)
class CheckerOptions:
    """Options of the default output validator (ICPC/Kattis package format, "Default output validator")."""

    case_sensitive: bool = False
    space_change_sensitive: bool = False
    float_absolute_tolerance: float | None = None
    float_relative_tolerance: float | None = None


class JudgingKind(StrEnum):
    """How outputs of this dataset are judged."""

    DEFAULT = "default"
    """by the default checker"""
    CUSTOM = "custom"
    """by the package's own output validator"""
    INTERACTIVE = "interactive"
    """by the validator, while the two talk with each other"""
    MULTI_PASS = "multi-pass"
    """by the validator, which may ask for another run with an input that it writes"""
    INTERACTIVE_MULTI_PASS = "interactive-multi-pass"
    """both: several conversations"""
    SUBMIT_ANSWER = "submit-answer"

    @property
    def is_interactive(self) -> bool:
        """Whether program and validator run at once."""
        return self in {JudgingKind.INTERACTIVE, JudgingKind.INTERACTIVE_MULTI_PASS}

    @property
    def is_multi_pass(self) -> bool:
        """Whether the validator may ask for another pass."""
        return self in {JudgingKind.MULTI_PASS, JudgingKind.INTERACTIVE_MULTI_PASS}

    @property
    def needs_validator(self) -> bool:
        """Whether only the package's own output validator can judge it."""
        return self in {JudgingKind.CUSTOM, JudgingKind.MULTI_PASS} or self.is_interactive


class ValidatorScore(StrEnum):
    """Whether the package's output validator gives scores (`score.txt`), and what bounds them."""

    NONE = "none"
    """it must not"""
    BY_CASE = "by-case"
    """it may; a case never earns more than its share, and `score_multiplier.txt` may say which part of it (2025-09)"""
    BY_GROUP = "by-group"
    """it may; a case never earns more than its group's maximum (2023-07-draft)"""
    REQUIRED = "required"
    """it must, for every accepted case; bounded by the group's maximum (legacy `validation: custom score`)"""


VALIDATION_PASSES_DEFAULT: Final = 2
"""Runs of one case of a multi-pass task, where a package does not say (format 2025-09, "Limits")."""


@dataclass(frozen=True, slots=True)
class ValidatorFile:
    """One file of an output validator."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Validator:
    """The package's own output validator: a program in a `language` of the catalogue; its first file holds the entry point.

    `passes` bounds the runs of one case in a multi-pass task; it is 1 in any other.
    """

    language: str
    files: tuple[ValidatorFile, ...]
    passes: int = 1
    score: ValidatorScore = ValidatorScore.NONE


@dataclass(frozen=True, slots=True)
class Dataset:
    """How a task is judged: limits, checker or validator, and the groups of cases.

    `samples` earn no points; in a task that is all or nothing they must be accepted too. `validator` is there for the kinds
    that need one; for the others `checker` decides.
    """

    kind: JudgingKind
    checker: CheckerOptions
    cpu_time_ms: int
    memory_mib: int
    output_kib: int
    samples: tuple[TestCase, ...]
    secret: TestGroup
    validator: Validator | None = None
