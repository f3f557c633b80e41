"""Whether the centre stands by a certificate: what was decided about it since it was issued.

issued ──suspend──▶ suspended ──reinstate──▶ good again
   └──────revoke──────┴──▶ revoked, for good
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates.errors import StatusChangeRefused
from certificates.log.entry import Kind
from certificates.reasons import FOR_REVOCATION, FOR_SUSPENSION, Reason
from certificates.status_list import Purpose


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One decision. `active` false ends a suspension."""

    change_id: int
    purpose: Purpose
    active: bool
    reason: str
    decided_by: UUID
    decided_at: datetime
    reason_code: Reason | None = None
    """None: decided before there were codes, or reinstated"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds after all decisions so far."""

    revoked: bool = False
    suspended: bool = False


def standing_after(changes: Sequence[StatusChange]) -> Standing:
    """Sum up the decisions, oldest first: the newest one of each purpose counts."""
    newest = {change.purpose: change.active for change in changes}
    return Standing(newest.get(Purpose.REVOCATION, False), newest.get(Purpose.SUSPENSION, False))


def change_to(standing: Standing, kind: Kind) -> tuple[Purpose, bool]:
    """Say what `kind` sets: the purpose and whether it is active. Raises `StatusChangeRefused` if it is not possible now."""
    if standing.revoked:
        msg = "a revocation is final"
        raise StatusChangeRefused(msg)
    match kind:
        case Kind.REVOKE:
            return Purpose.REVOCATION, True
        case Kind.SUSPEND if not standing.suspended:
            return Purpose.SUSPENSION, True
        case Kind.REINSTATE if standing.suspended:
            return Purpose.SUSPENSION, False
        case _:
            msg = f"{kind} is not possible now"
            raise StatusChangeRefused(msg)


def published_reason(kind: Kind, code: str) -> Reason | None:
    """Read the code that goes with `kind`; none ends a suspension. Raises `StatusChangeRefused` if it says something else."""
    possible = {Kind.REVOKE: FOR_REVOCATION, Kind.SUSPEND: FOR_SUSPENSION}.get(kind, ())
    if not possible:
        return None
    if code not in possible:
        raise StatusChangeRefused(f"{kind} has no reason {code[:40]!r}")
    return Reason(code)


def kind_of(purpose: Purpose, *, active: bool) -> Kind:
    """Name a recorded decision as the log does."""
    if purpose is Purpose.REVOCATION:
        return Kind.REVOKE
    return Kind.SUSPEND if active else Kind.REINSTATE
