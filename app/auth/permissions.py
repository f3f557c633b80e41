"""What a route may demand of whoever asks, and which roles satisfy it. Each route of `app/routes.py` names exactly one."""

import hmac
import ipaddress
from enum import StrEnum
from typing import Final

from starlette.requests import Request

from app.auth.account import Account, Role
from app.auth.errors import PermissionDenied, SignInRequired


class Permission(StrEnum):
    """One word for each kind of door."""

    PUBLIC = "public"
    SIT_EXAM = "sit-exam"
    AUTHOR_TASKS = "author-tasks"
    WATCH_SESSIONS = "watch-sessions"
    DECIDE_RESULTS = "decide-results"
    KEEP_TIME = "keep-time"
    GRANT_ACCOMMODATIONS = "grant-accommodations"
    REVIEW_INCIDENTS = "review-incidents"
    REJUDGE = "rejudge"
    KEEP_EXAM_KEYS = "keep-exam-keys"
    MANAGE_SEATS = "manage-seats"
    OPERATE = "operate"


ROLES: Final[dict[Permission, frozenset[Role]]] = {
    Permission.SIT_EXAM: frozenset({Role.CANDIDATE}),
    Permission.AUTHOR_TASKS: frozenset({Role.EXAMINER}),
    Permission.WATCH_SESSIONS: frozenset({Role.PROCTOR}),
    Permission.DECIDE_RESULTS: frozenset({Role.REGISTRAR}),
    Permission.KEEP_TIME: frozenset({Role.PROCTOR, Role.REGISTRAR}),
    Permission.GRANT_ACCOMMODATIONS: frozenset({Role.REGISTRAR}),
    Permission.REVIEW_INCIDENTS: frozenset({Role.REGISTRAR}),
    Permission.REJUDGE: frozenset({Role.EXAMINER, Role.REGISTRAR}),
    Permission.KEEP_EXAM_KEYS: frozenset({Role.PROCTOR, Role.REGISTRAR}),
    Permission.MANAGE_SEATS: frozenset({Role.REGISTRAR}),
}
"""Who may. `PUBLIC` needs nobody; `OPERATE` is for machines and looks at the connection instead (`check_operator`)."""


def holds(account: Account | None, permission: Permission) -> bool:
    """Say whether this person may pass a door of this kind; used for navigation too."""
    if permission is Permission.PUBLIC:
        return True
    return account is not None and not account.roles.isdisjoint(ROLES.get(permission, frozenset()))


def check(account: Account | None, permission: Permission) -> None:
    """Raise `SignInRequired` or `PermissionDenied` unless this person may pass."""
    if holds(account, permission):
        return
    raise SignInRequired if account is None else PermissionDenied


def check_operator(request: Request, token: str | None) -> None:
    """Let monitoring in: from this machine itself, or with `Authorization: Bearer <token>`.

    A request that a proxy passed on is not from this machine, whatever its address says. Raises `PermissionDenied`.
    """
    offered = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(offered.encode(), token.encode()):
        return
    forwarded = "forwarded" in request.headers or "x-forwarded-for" in request.headers
    if forwarded or request.client is None or not _is_loopback(request.client.host):
        raise PermissionDenied


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
