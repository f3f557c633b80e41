"""Refusals at the front door.

AuthError
├── SignInRequired     the page is for people who are signed in
├── PermissionDenied   signed in, but this page is not for this role
├── WrongCredentials   login and password do not belong together (which of them is wrong is not said)
├── TooManyAttempts    the sign-in limits of this login or address are used up
└── CrossSite          another site's page sent this request
"""


class AuthError(Exception):
    """Base of the tree. `code` is stable."""

    code = "auth-error"


class SignInRequired(AuthError):
    """Nobody is signed in and the page is not public."""

    code = "sign-in-required"


class PermissionDenied(AuthError):
    """The account has no role that may see this page."""

    code = "permission-denied"


class WrongCredentials(AuthError):
    """No account has this login with this password."""

    code = "wrong-credentials"


class TooManyAttempts(AuthError):
    """Too many sign-ins were tried; `retry_after_s` says when the next may be."""

    code = "too-many-attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class CrossSite(AuthError):
    """An unsafe request did not come from a page of this site."""

    code = "cross-site"
