"""What is wrong with a task package, in words for its author. Every fault is found at once, each with its path."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """the package breaks the format: it is refused, and nothing of it is saved"""
    OBSTACLE = "obstacle"
    """the package keeps the format, but cannot be published as it is"""
    WARNING = "warning"
    """worth mending, and no reason to wait"""
    INFO = "info"
    """a choice that Sarap made for the author, such as a default time limit"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `path` is in the package, `code` is stable, `message` is English for the author.

    Example: `Finding(Severity.ERROR, "data/secret/03.in", "answer-missing", "there is no 03.ans beside it")`.
    """

    severity: Severity
    path: str
    code: str
    message: str

    def __str__(self) -> str:
        """One line: `error: data/secret/03.in: there is no 03.ans beside it [answer-missing]`."""
        return f"{self.severity}: {self.path}: {self.message} [{self.code}]"


class Findings:
    """Collects findings while a package is read, in the order in which they were met."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def error(self, path: str, code: str, message: str) -> None:
        """The package breaks the format."""
        self._found.append(Finding(Severity.ERROR, path, code, message))

    def obstacle(self, path: str, code: str, message: str) -> None:
        """The task cannot be published as it is."""
        self._found.append(Finding(Severity.OBSTACLE, path, code, message))

    def warning(self, path: str, code: str, message: str) -> None:
        """Worth mending."""
        self._found.append(Finding(Severity.WARNING, path, code, message))

    def info(self, path: str, code: str, message: str) -> None:
        """A choice made for the author."""
        self._found.append(Finding(Severity.INFO, path, code, message))

    def sorted(self) -> tuple[Finding, ...]:
        """The worst first, then as they were met."""
        return by_severity(self._found)


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first, then as they come."""
    order = list(Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def refuses(findings: Iterable[Finding]) -> bool:
    """Whether these findings refuse the package."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def prevents_publishing(findings: Iterable[Finding]) -> bool:
    """Whether these findings keep the task from being published."""
    return any(finding.severity in {Severity.ERROR, Severity.OBSTACLE} for finding in findings)
