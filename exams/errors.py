"""Refusals: what a noun raises when somebody asks for what the rules do not allow.

    ExamError
    ├── NotFound              no such thing, or not yours (the two look alike on purpose)
    ├── InvalidInput          a field breaks a named limit or rule
    ├── SessionNotStarted     the clock has not begun
    ├── SessionClosed         the deadline has passed or the candidate finished
    ├── StaleRevision         a save does not continue the last acknowledged one
    ├── NotPublishable        a task still has findings, or its author tried to publish it alone
    ├── NotEligible           no sitting is open to this candidate
    └── NotImpartial          the person examined, authored or watched, and so must not decide

Each has a stable `code`; `app/problems.py` alone turns them into HTTP. Nothing is saved when one is raised.
"""


class ExamError(Exception):
    """Base of the tree. `code` is stable; the arguments are facts for the message, never secrets."""

    code = "exam-error"


class NotFound(ExamError):
    """There is no such thing, or it belongs to somebody else."""

    code = "not-found"


class InvalidInput(ExamError):
    """A field breaks a limit or a rule. `field` names it, `reason` is a stable word such as `too-large` or `unknown-language`."""

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


class NotPublishable(ExamError):
    """A task cannot be published yet, or not by this person."""

    code = "not-publishable"


class NotEligible(ExamError):
    """The candidate may not do this now."""

    code = "not-eligible"


class NotImpartial(ExamError):
    """This person took part in examining the candidate and must not decide."""

    code = "not-impartial"
