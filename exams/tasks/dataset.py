"""A dataset: how a task is judged. Candidates never see it.

A wrong test that is found later makes a new version of the dataset, not of the task.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Aggregation(StrEnum):
    """How a group's score follows from its parts (ICPC/Kattis package format 2025-09, "Test groups")."""

    PASS_FAIL = "pass-fail"
    """`max_score` if every part is accepted, else 0"""
    SUM = "sum"
    """the sum of the parts' scores"""
    MIN = "min"
    """the least of the parts' scores"""


@dataclass(frozen=True, slots=True)
class TestCase:
    """An input and the answer expected. `name` is the path in the package without its ending, e.g. `secret/group1/03`."""

    name: str
    input: bytes
    answer: bytes

    __test__ = False  # pytest: not a test class


@dataclass(frozen=True, slots=True)
class TestGroup:
    """Cases and groups that are scored together.

    `case_score` is what one accepted case directly in this group is worth; `stop_at_failure` skips the group's remaining
    cases after one that is not accepted (legacy `on_reject: break`).
    """

    name: str
    aggregation: Aggregation
    max_score: Decimal
    case_score: Decimal
    stop_at_failure: bool
    cases: tuple[TestCase, ...]
    groups: tuple["TestGroup", ...]

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
    MULTI_PASS = "multi-pass"
    SUBMIT_ANSWER = "submit-answer"


@dataclass(frozen=True, slots=True)
class Dataset:
    """How a task is judged: limits, checker, and the groups of cases.

    `samples` earn no points; in a task that is all or nothing they must be accepted too.
    """

    kind: JudgingKind
    checker: CheckerOptions
    cpu_time_ms: int
    memory_mib: int
    output_kib: int
    samples: tuple[TestCase, ...]
    secret: TestGroup
