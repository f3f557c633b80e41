"""The lease: which one tab of which one device may write into a session's journal.

A second tab does not take it by accident: it is told who holds it, and takes over only if the candidate says so. From then on
what the first one sends is kept aside. A tab makes its own name (`tab`) and keeps it over reloads, so that a reload is no
second tab.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from exams.errors import HeldElsewhere
from exams.ids import LeaseId, SessionId

LEASES_PER_MINUTE: Final = 10
"""For one session. Each is a press of a button on a page that has just been opened."""

LEASES_FREELY: Final = 100
"""Of one session, after which one is given in a minute: nobody changes devices so often, and a loop fills no disk."""

DEVICE_MAX_CHARS: Final = 80
"""Of the short words by which a device is told from another: `Chromium on Linux`."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A tab's right to write. The newest of a session holds; the older ones tell who wrote before."""

    lease_id: LeaseId
    session_id: SessionId
    tab: UUID
    device: str
    taken_at: datetime
    nonce: str
    last_seen_at: datetime
    """When something was last saved under it, or when it was taken"""


def take(held: Lease | None, new: Lease, *, take_over: bool) -> Lease:
    """The lease that holds from now on: `held` itself if its own tab asks again, else `new`.

    Raises `HeldElsewhere` if another tab holds it and `take_over` was not said.
    """
    if held is not None and held.tab == new.tab:
        return held
    if held is not None and not take_over:
        raise HeldElsewhere(held.device, held.taken_at, held.last_seen_at)
    return new
