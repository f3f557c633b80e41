"""Refusals: what a noun raises when somebody asks for what the rules do not allow.

    ExamError
    ├── NotFound              no such thing, or not yours (the two look alike on purpose)
    ├── InvalidInput          a field breaks a named limit or rule
    ├── SessionNotStarted     the clock has not begun
    ├── SessionClosed         the deadline has passed or the candidate finished
    ├── StaleRevision         a save does not continue the last acknowledged one
    ├── PackageRefused        a task package breaks its format; comes with every finding
    ├── NotPublishable        a task still has findings, or its author tried to publish it alone
    ├── NotEligible           no sitting is open to this candidate
    ├── NotImpartial          the person examined, authored or watched, and so must not decide
    ├── NotDecidable          the result does not allow this decision yet, or at all
    ├── AlreadyDecided        somebody has decided this before; a decision is never overwritten
    └── TooOften              more than a named limit of calls in its time; try again later

Each has a stable `code`; `app/problems.py` alone turns them into HTTP. Nothing is saved when one is raised.
"""


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


class StaleRevision(ExamError):
    """A save was based on an older revision than the last acknowledged one; `current` is that one."""

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
    """The candidate may not do this now."""

    code = "not-eligible"


class NotImpartial(ExamError):
    """This person took part in examining the candidate and must not decide."""

    code = "not-impartial"


class NotDecidable(ExamError):
    """The result does not allow this decision. `reasons` are stable words such as `incident-open` or `not-passed`."""

    code = "not-decidable"

    def __init__(self, *reasons: str) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class AlreadyDecided(ExamError):
    """A review or a decision stands already. It is never overwritten: what follows is an appeal or a change of status."""

    code = "already-decided"


class TooOften(ExamError):
    """A named limit of calls is reached; `retry_after_seconds` says when it makes sense to try again."""

    code = "too-often"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds
