"""The book of one verification: what each step found, and the three answers that follow from that."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, ParamSpec, TypeVar

from certificates.carriers.carrier import Carrier
from certificates.credential import Summary
from certificates.errors import Unreadable
from certificates.findings import Authentic, Code, Freshness, Status, Step
from certificates.reasons import Reason
from certificates.report import Checked, Outcome, Report

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Stopped(Exception):
    """A step failed without which the next ones mean nothing. What it found stands in the book."""


class Failed(Exception):
    """A step found something. `detail` is technical and short."""

    def __init__(self, finding: Code, detail: str = "") -> None:
        """Keep both for the report."""
        super().__init__(finding)
        self.finding = finding
        self.detail = detail


_STATUS_OF: Final = {
    Code.EXPIRED: Status.EXPIRED,
    Code.NOT_YET_VALID: Status.NOT_YET_VALID,
    Code.SUSPENDED: Status.SUSPENDED,
    Code.REVOKED: Status.REVOKED,
}


class Book:
    """Takes down what each step found, and draws the three answers from that."""

    def __init__(self, now: datetime, carrier: Carrier) -> None:
        """Begin with nothing checked."""
        self._now = now
        self.carrier = carrier
        self._checked: dict[Step, Checked] = {}
        self.certificate: Summary | None = None
        self.status_as_of: datetime | None = None
        """since when the oldest of the status lists speaks"""
        self.status_until: datetime | None = None
        """when the first of them ends"""
        self.reason: Reason | None = None

    def must(self, step: Step, check: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do a step without which the next ones mean nothing."""
        try:
            result = check(*args, **kwargs)
        except Failed as failed:
            self._checked[step] = Checked(step, Outcome.FAILED, failed.finding, failed.detail)
        except Unreadable as error:
            self._checked[step] = Checked(step, Outcome.FAILED, error.finding, error.detail)
        else:
            self._checked[step] = Checked(step, Outcome.PASSED)
            return result
        raise Stopped

    def may(self, step: Step, check: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Do a step after which the others still tell something."""
        try:
            self.must(step, check, *args, **kwargs)
        except Stopped:
            return

    def unshown(self, step: Step, finding: Code) -> None:
        """Leave out a step that this carrier cannot show, and say why."""
        self._checked[step] = Checked(step, Outcome.NOT_CHECKED, finding)

    def report(self) -> Report:
        """Sum up. A step that was not reached is not checked."""
        steps = tuple(self._checked.get(step, Checked(step, Outcome.NOT_CHECKED)) for step in Step)
        return Report(
            carrier=self.carrier,
            steps=steps,
            authentic=self._authentic(),
            status=self._status(),
            freshness=self._freshness(),
            checked_at=self._now,
            status_as_of=self.status_as_of,
            status_until=self.status_until,
            certificate=self.certificate,
            reason=self.reason if self._status() in {Status.REVOKED, Status.SUSPENDED} else None,
        )

    def _authentic(self) -> Authentic:
        if self.certificate is not None:
            logged = self._checked[Step.LOG].outcome is Outcome.PASSED
            return Authentic.YES if logged else Authentic.SIGNED
        failed = next(checked for checked in self._checked.values() if checked.outcome is Outcome.FAILED)
        nothing_against_it = failed.step is Step.READ or failed.finding is Code.ISSUER_UNKNOWN
        return Authentic.NOT_CHECKED if nothing_against_it else Authentic.NO

    def _status(self) -> Status:
        # The heavier finding is the answer: a certificate that is both expired and revoked is revoked.
        findings = [self._checked[step].finding for step in (Step.STATUS, Step.PERIOD) if step in self._checked]
        for finding in findings:
            if finding is not None and finding in _STATUS_OF:
                return _STATUS_OF[finding]
        return Status.GOOD if findings == [None, None] else Status.NOT_CHECKED

    def _freshness(self) -> Freshness:
        checked = self._checked.get(Step.FRESHNESS)
        if checked is None or checked.finding is Code.STATUS_FROM_FUTURE:
            return Freshness.NOT_CHECKED
        return Freshness.FRESH if checked.outcome is Outcome.PASSED else Freshness.STALE
