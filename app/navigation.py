"""Where each person goes: the links of the page's head, and the first page after signing in."""

from dataclasses import dataclass
from typing import Final

from app.auth.account import Account
from app.auth.permissions import Permission, holds
from app.locales import msgid


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the head. `title` is a msgid."""

    path: str
    title: str
    permission: Permission
    within: tuple[str, ...] = ()
    """Other addresses whose pages stand behind this door."""

    def leads_to(self, path: str) -> bool:
        """Say whether the page at `path` stands behind this door."""
        return any(path == begins or path.startswith(f"{begins}/") for begins in (self.path, *self.within))


LINKS: Final = (
    Link("/exams", msgid("My exams"), Permission.SIT_EXAM, within=("/sessions", "/bookings")),
    Link("/tasks", msgid("Task bank"), Permission.AUTHOR_TASKS),
    Link("/translations", msgid("Translations"), Permission.AUTHOR_TASKS),
    Link("/board", msgid("Live board"), Permission.WATCH_SESSIONS),
    Link("/results", msgid("Results"), Permission.DECIDE_RESULTS, within=("/late",)),
    Link("/appeals", msgid("Appeals"), Permission.DECIDE_RESULTS),
    Link("/incidents", msgid("Incidents"), Permission.REVIEW_INCIDENTS),
    Link("/certificates", msgid("Certificates"), Permission.DECIDE_RESULTS),
    Link("/time", msgid("Time"), Permission.KEEP_TIME),
    Link("/accommodations", msgid("Accommodations"), Permission.GRANT_ACCOMMODATIONS),
    Link("/rejudging", msgid("Judging again"), Permission.REJUDGE),
    Link("/seats", msgid("Seats"), Permission.MANAGE_SEATS),
    Link("/system-check", msgid("System check"), Permission.SIT_EXAM),
    Link("/verify", msgid("Verify a certificate"), Permission.PUBLIC),
)


def links_for(account: Account | None) -> tuple[Link, ...]:
    """Return the doors that are open to this person."""
    return tuple(link for link in LINKS if holds(account, link.permission))


def first_page(account: Account) -> str:
    """Return where somebody goes after signing in: to their own work, or home."""
    own = [link for link in links_for(account) if link.permission is not Permission.PUBLIC]
    return own[0].path if own else "/"
