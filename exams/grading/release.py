"""When a candidate learns what: the embargo of a scheme, the release of a decided result, and how long it can be appealed.

    sealed ── embargo (rules.results_embargo_hours) ──▶ score ── decision ──▶ released ── rules.appeal_days ──▶ final

Until the embargo ends a candidate is told that the exam ended well, what was handed in and when results come: no verdict, score
or decision, not even whether there is one. Verdicts during the session are not withheld. The embargo counts hours, for it is a
wait; the time to appeal counts whole days of the centre's zone, for it is a promise to a person with a calendar.
"""

from datetime import datetime, time, timedelta, tzinfo

from exams.grading.decision import Decision
from exams.papers.rules import Rules
from exams.sessions.session import Session
from exams.sessions.timing import Phase, phase


def embargo_ends(session: Session, rules: Rules) -> datetime | None:
    """When the embargo of a sealed session ends; None while it is not sealed. Without an embargo: the seal itself."""
    return None if session.sealed_at is None else session.sealed_at + timedelta(hours=rules.results_embargo_hours)


def withheld(session: Session, rules: Rules, now: datetime) -> bool:
    """Whether verdicts, scores and decisions are kept from the candidate at `now`; never while the session runs."""
    if rules.results_embargo_hours <= 0 or phase(session, now) is not Phase.OVER:
        return False
    ends = embargo_ends(session, rules)
    return ends is None or now < ends


def released_at(session: Session, rules: Rules, decision: Decision) -> datetime:
    """When a decision was, or will be, told to its candidate: when it was taken, but not before the embargo ends."""
    ends = embargo_ends(session, rules)
    return decision.decided_at if ends is None else max(decision.decided_at, ends)


def after_days(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The end of the local day that is `days` days after the day of `moment`: the first moment that is too late.

    With `days` 30 and a release on 1 March at any hour the whole of 31 March still counts. Where a zone change skips or repeats
    a midnight, the later moment is meant: nobody loses an hour.
    """
    day = moment.astimezone(zone).date() + timedelta(days=days + 1)
    midnights = (datetime.combine(day, time.min, zone).replace(fold=fold) for fold in (0, 1))
    return max(midnight.astimezone(moment.tzinfo) for midnight in midnights)
