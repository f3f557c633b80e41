"""Who may sit a scheme again, and from when on: the scheme's rules `retake_wait_days` and `sessions_per_year`.

What counts is what was started. A seat that was booked and not taken costs the voucher, not a session; a rehearsal never
counts, because it is a scheme of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exams.errors import RetakeWait, SessionsPerYear, StillSitting
from exams.papers.rules import Rules

YEAR: Final = timedelta(days=365)
"""Counted back from the start in question, not by the calendar: nobody sits twice within a week over New Year."""


@dataclass(frozen=True, slots=True)
class Sat:
    """A session of the same candidate and scheme that was started. `ended_at` is None while its clock runs."""

    started_at: datetime
    ended_at: datetime | None


def possible_from(rules: Rules, earlier: Sequence[Sat]) -> datetime | None:
    """The first moment at which the next session may start; None if nothing is in the way. All of `earlier` have ended."""
    moments: list[datetime] = []
    if rules.rehearsal:
        return None
    if rules.retake_wait_days:
        moments += [sat.ended_at + timedelta(days=rules.retake_wait_days) for sat in earlier if sat.ended_at is not None]
    if rules.sessions_per_year is not None and (year := _full_year(rules.sessions_per_year, earlier)) is not None:
        moments.append(year)
    return max(moments, default=None)


def require_possible(rules: Rules, earlier: Sequence[Sat], at: datetime) -> None:
    """Whether a session may start at `at`. Raises `StillSitting`, or `RetakeWait` or `SessionsPerYear` with the day."""
    if rules.rehearsal:
        return
    if any(sat.ended_at is None for sat in earlier):
        raise StillSitting
    first = possible_from(rules, earlier)
    if first is None or at >= first:
        return
    limit = rules.sessions_per_year
    if limit is not None and _full_year(limit, earlier) == first:
        raise SessionsPerYear(limit, first)
    raise RetakeWait(rules.retake_wait_days, first)


def _full_year(limit: int, earlier: Sequence[Sat]) -> datetime | None:
    """When the session that fills a year's number leaves that year."""
    newest_first = sorted((sat.started_at for sat in earlier), reverse=True)
    return newest_first[limit - 1] + YEAR if len(newest_first) >= limit > 0 else None
