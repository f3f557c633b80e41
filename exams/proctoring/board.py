"""The proctor's board: every candidate who is sitting now, those first who need a person's eyes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from exams.proctoring.observation import Observation
from exams.proctoring.presence import Presence, presence
from exams.proctoring.snapshot import SnapshotTime
from exams.sessions.session import Session


@dataclass(frozen=True, slots=True)
class Watched:
    """A session as a proctor sees it. `recent` are its newest observations, newest first."""

    session: Session
    candidate_name: str
    scheme_names: dict[str, str]
    last_seen_at: datetime | None
    newest_snapshot: SnapshotTime | None
    open_incidents: int
    incidents: int
    recent: tuple[Observation, ...] = ()

    def presence(self, now: datetime) -> Presence:
        """How the candidate's page stands at `now`."""
        return presence(self.last_seen_at, now)


def in_order(watched: Iterable[Watched], now: datetime) -> tuple[Watched, ...]:
    """Open incidents first, then pages that are not heard, then by name: an order that does not jump while nothing happens.

    It says where a person should look. It is not a score, and nothing follows from it.
    """
    return tuple(
        sorted(
            watched,
            key=lambda seat: (
                seat.open_incidents == 0,
                seat.presence(now) not in {Presence.LOST, Presence.NEVER},
                seat.candidate_name.casefold(),
                seat.session.session_id,
            ),
        )
    )
