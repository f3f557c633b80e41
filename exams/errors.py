"""Refusals: what a noun raises when somebody asks for what the rules do not allow.

    ExamError
    ├── NotFound              no such thing, or not yours (the two look alike on purpose)
    ├── InvalidInput          a field breaks a named limit or rule
    ├── SessionNotStarted     the clock has not begun
    ├── SessionClosed         the deadline has passed or the candidate finished
    ├── SessionPaused         the clock is stopped
    ├── BrokenChain           edits do not continue what was acknowledged, or do not make what they claim
    ├── HeldElsewhere         another tab or device holds the session's lease
    ├── AlreadyPaused         the clock is stopped already; it cannot be stopped twice
    ├── NotPaused             the clock goes on already
    ├── StaleRevision         a hand-in is not of the last acknowledged revision
    ├── PackageRefused        a task package breaks its format; comes with every finding
    ├── NotPublishable        a task still has findings, or its author tried to publish it alone
    ├── NotEligible           no sitting is open to this candidate
    │   ├── SlotClosed        the slot has begun or was cancelled
    │   ├── SlotFull          every seat of the slot is booked
    │   ├── AlreadyBooked     the candidate has a seat of this scheme already
    │   ├── BookingRequired   the scheme is sat on a booked seat, and there is none
    │   ├── TooEarly          it is not yet time for the booked seat
    │   ├── TooLate           the time for the booked seat is over
    │   ├── ChangeTooLate     too shortly before the start to move the booking
    │   ├── StillSitting      a session of this scheme has not ended
    │   ├── RetakeWait        the scheme demands days between two sessions
    │   └── SessionsPerYear   the scheme allows so many sessions in a year
    ├── LanguagesEnded        every programming language of an exam is past its end of life
    ├── NotImpartial          the person examined, authored or watched, and so must not decide
    │   └── OwnCase           it is the person's own exam, of which they see nothing but what every candidate sees
    ├── NotDecidable          the result does not allow this decision yet, or at all
    ├── AlreadyDecided        somebody has decided this before; a decision is never overwritten
    ├── NotReleased           a result is not out yet: it waits for its embargo, its grading or its decision
    ├── NotAppealable         there is nothing to appeal against now: too late, or an appeal is open
    ├── TooOften              more than a named limit of calls in its time; try again later
    │   └── VoucherTooOften   too many voucher codes that did not count
    ├── FormDamaged           a sealed form is not as it was sealed
    └── LockdownError         a session that wants the Safe Exam Browser
        ├── LockdownUnproven  there is no fresh proof of it for this step
        └── LockdownHeld      a check failed, and a proctor has not let the session go on yet

Each has a stable `code`; `app/problems.py` alone turns them into HTTP. Nothing is saved when one is raised.
"""

from collections.abc import Mapping
from datetime import datetime


class ExamError(Exception):
    """Base of the tree. `code` is stable; the arguments are facts for the message, never secrets."""

    code = "exam-error"


class NotFound(ExamError):
    """There is no such thing, or it belongs to somebody else."""

    code = "not-found"


class InvalidInput(ExamError):
    """A field breaks a limit or a rule.

    `field` names it, `reason` is a stable word such as `too-large` or `unknown-language`, `limit` the number broken.
    """

    code = "invalid-input"

    def __init__(self, field: str, reason: str, limit: int | None = None) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.limit = limit


class SessionNotStarted(ExamError):
    """The session has no start yet."""

    code = "session-not-started"


class SessionClosed(ExamError):
    """The session is sealed or its deadline has passed."""

    code = "session-closed"


class SessionPaused(ExamError):
    """The clock is stopped: saves are taken, nothing is run and nothing handed in."""

    code = "session-paused"


class BrokenChain(ExamError):
    """Edits do not continue what was acknowledged, or do not make what they claim. Nothing of them is kept.

    `reason` is a stable word: `unknown-base`, `edit`, `number`, `places`, `file-name`, `no-such-file`, `work` (more than one
    save may be), `head` or `draft`. Where they are known, `revision` and `head` (hex) say what is acknowledged, so that the
    page can send its whole text on top of it.
    """

    code = "broken-chain"

    def __init__(self, reason: str, revision: int | None = None, head: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.revision = revision
        self.head = head


class HeldElsewhere(ExamError):
    """Another tab or device holds the session's lease: `device` in short words, when it took it and when it was last heard."""

    code = "held-elsewhere"

    def __init__(self, device: str, taken_at: datetime, last_seen_at: datetime) -> None:
        super().__init__(f"held by {device!r} since {taken_at}")
        self.device = device
        self.taken_at = taken_at
        self.last_seen_at = last_seen_at


class AlreadyPaused(ExamError):
    """The clock is stopped already, by somebody else or by the candidate's break."""

    code = "already-paused"


class NotPaused(ExamError):
    """There is no pause to end: the clock goes on already."""

    code = "not-paused"


class StaleRevision(ExamError):
    """A hand-in names another revision, or another text, than the last acknowledged one; `current` is that one."""

    code = "stale-revision"

    def __init__(self, current: int) -> None:
        super().__init__(f"current revision is {current}")
        self.current = current


class PackageRefused(ExamError):
    """A task package breaks its format. `findings` are all of them, one line each."""

    code = "package-refused"

    def __init__(self, findings: list[str]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


class NotPublishable(ExamError):
    """A task cannot be published yet, or not by this person. `reasons` are stable words such as `unjudged` or `same-person`."""

    code = "not-publishable"

    def __init__(self, *reasons: str) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class NotEligible(ExamError):
    """The candidate may not do this now. `facts` are for the words of the refusal."""

    code = "not-eligible"
    facts: Mapping[str, object] = {}


class LanguagesEnded(ExamError):
    """No new session can be opened: all `languages` of the exam, by their codes, are past their end of life."""

    code = "languages-ended"

    def __init__(self, languages: tuple[str, ...]) -> None:
        super().__init__(", ".join(languages))
        self.languages = languages


class NotImpartial(ExamError):
    """This person took part in examining the candidate and must not decide."""

    code = "not-impartial"


class OwnCase(NotImpartial):
    """It is this person's own exam: what others watch, write and decide of it is not theirs to see."""

    code = "own-case"


class NotDecidable(ExamError):
    """The result does not allow this decision. `reasons` are stable words such as `incident-open` or `not-passed`."""

    code = "not-decidable"

    def __init__(self, *reasons: str) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class AlreadyDecided(ExamError):
    """A review or a decision stands already. It is never overwritten: what follows is an appeal or a change of status."""

    code = "already-decided"


class NotReleased(ExamError):
    """A result is not out yet. Nothing of it is told, not even whether there is one."""

    code = "not-released"


class NotAppealable(ExamError):
    """No appeal can be made, or not what was asked of one. `reason` is a stable word such as `too-late` or `open`."""

    code = "not-appealable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooOften(ExamError):
    """A named limit of calls is reached; `retry_after_seconds` says when it makes sense to try again."""

    code = "too-often"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


# --- Booking and retakes: what, why, and from when on ---


class SlotClosed(NotEligible):
    """The slot has begun or was cancelled."""

    code = "slot-closed"


class SlotFull(NotEligible):
    """Every seat of the slot is booked."""

    code = "slot-full"


class AlreadyBooked(NotEligible):
    """The candidate has an open booking of this scheme; it can be moved."""

    code = "already-booked"


class BookingRequired(NotEligible):
    """The scheme is sat on a booked seat, and the candidate has none."""

    code = "booking-required"


class _Dated(NotEligible):
    """A refusal with a moment in it; `when` has the zone in which it is told."""

    code = "not-eligible"

    def __init__(self, when: datetime, **facts: object) -> None:
        super().__init__(when.isoformat())
        self.when = when
        self.facts = {"when": when, **facts}


class TooEarly(_Dated):
    """It is not yet time for the booked seat: `when` says from when on."""

    code = "too-early"


class TooLate(_Dated):
    """The time for the booked seat was over at `when`."""

    code = "too-late"


class ChangeTooLate(_Dated):
    """The booking could be moved until `when`."""

    code = "change-too-late"


class StillSitting(NotEligible):
    """A session of this scheme has not ended."""

    code = "still-sitting"


class RetakeWait(_Dated):
    """The scheme demands `days` between two sessions; the next may start from `when` on."""

    code = "retake-wait"

    def __init__(self, days: int, when: datetime) -> None:
        super().__init__(when, days=days)


class SessionsPerYear(_Dated):
    """The scheme allows `limit` sessions in 365 days; the next may start from `when` on."""

    code = "sessions-per-year"

    def __init__(self, limit: int, when: datetime) -> None:
        super().__init__(when, limit=limit)


class VoucherTooOften(TooOften):
    """Too many voucher codes that did not count came from this account or address."""

    code = "voucher-too-often"


# --- Starting and lockdown ---


class FormDamaged(ExamError):
    """A sealed form does not open: another key, another session, or a changed byte."""

    code = "form-damaged"


class LockdownError(ExamError):
    """This session wants the Safe Exam Browser."""

    code = "lockdown-error"


class LockdownUnproven(LockdownError):
    """This step needs a fresh proof that the page runs in the Safe Exam Browser with this session's settings."""

    code = "lockdown-unproven"


class LockdownHeld(LockdownError):
    """A check failed; the session waits for a proctor. Saves go on meanwhile."""

    code = "lockdown-held"
