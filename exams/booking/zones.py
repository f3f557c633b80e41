"""Time zones by the rules of one version of tzdata, and of no other that a machine may have.

    zones = pinned()
    zones.version                                           # "2026f"
    zones.instant(datetime(2026, 3, 2, 9), "Asia/Almaty")   # 2026-03-02 04:00 UTC

Python's own `ZoneInfo("Asia/Almaty")` asks the machine first, whose rules may be years old; Almaty and Qostanay moved from +06
to +05 on 2024-03-01 (tzdata 2024a). Here the rules come from the package that `pyproject.toml` pins, or from a folder that a
test names.
"""

import functools
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final
from zoneinfo import ZoneInfo

import tzdata

from exams.errors import InvalidInput

ZONE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,40}(/[A-Za-z0-9_+-]{1,40}){0,2}")
"""As IANA spells them, e.g. `America/Argentina/Buenos_Aires`; nothing that leads out of the folder."""


@dataclass(frozen=True)
class Zones:
    """The zones of one version, read from compiled files (RFC 9636) in `folder`."""

    version: str
    folder: Traversable
    _known: dict[str, ZoneInfo] = field(default_factory=dict[str, ZoneInfo], compare=False)

    def zone(self, name: str) -> ZoneInfo:
        """One zone. Raises `InvalidInput` for a name that this version does not have."""
        found = self._known.get(name)
        if found is not None:
            return found
        if not ZONE_NAME.fullmatch(name):
            raise InvalidInput("zone", "unknown")
        try:
            with self.folder.joinpath(*name.split("/")).open("rb") as file:
                found = ZoneInfo.from_file(file, key=name)
        except (OSError, ValueError):
            raise InvalidInput("zone", "unknown") from None
        self._known[name] = found
        return found

    def instant(self, local: datetime, name: str) -> datetime:
        """The moment in UTC at which clocks of this zone show `local`, which has no zone of its own.

        Of a time that happens twice, the first. A time that a change of clocks leaves out is as long after midnight as it says.
        """
        return local.replace(tzinfo=self.zone(name)).astimezone(UTC)

    def local(self, moment: datetime, name: str) -> datetime:
        """What clocks of this zone show at `moment`, without a zone."""
        return moment.astimezone(self.zone(name)).replace(tzinfo=None)

    def happens(self, local: datetime, name: str) -> bool:
        """Whether clocks of this zone ever show `local`."""
        return self.local(self.instant(local, name), name) == local

    def offset(self, moment: datetime, name: str) -> timedelta:
        """How far this zone is ahead of UTC at `moment`."""
        return moment.astimezone(self.zone(name)).utcoffset() or timedelta(0)


@functools.cache
def pinned() -> Zones:
    """The rules of the package that comes with this version of Sarap."""
    return Zones(tzdata.IANA_VERSION, files("tzdata.zoneinfo"))
