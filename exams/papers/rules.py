"""The rules of a scheme beside its blueprint: who may sit when, with what, and what follows. All have a default.

Stored as one JSON object of the rules that differ from their default, so that a new rule needs no migration:

    {"booking_required": true, "retake_wait_days": 14}
"""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final

import msgspec

from exams.papers.alignment import Alignment, Competence


class Lockdown(StrEnum):
    """Which browser a session demands."""

    NONE = "none"
    SAFE_EXAM_BROWSER = "seb"


class Identity(StrEnum):
    """How a candidate's identity is checked before a session, from less to more."""

    ACCOUNT = "account"
    """by the account that the centre gave out"""
    DOCUMENT = "document"
    """besides, a person of the centre compares an identity document with the candidate"""


class AiTools(StrEnum):
    """Whether programs that write programs may be used during a session."""

    NOT_ALLOWED = "not-allowed"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a scheme demands and allows."""

    booking_required: bool = False
    """a session is opened only on a booked seat; without this rule a candidate opens one at any time"""
    voucher_required: bool = False
    """a seat is booked only with a voucher"""
    move_until_hours: int = 24
    """before the start: how late a booking may still be moved"""
    cancel_until_hours: int = 24
    """before the start: how late a booking may still be cancelled, with the voucher given back"""
    late_arrival_minutes: int = 30
    """after the start: how late a session of a booked seat may still be opened and started, with its whole time"""
    retake_wait_days: int = 0
    """between the end of one session and the start of the next"""
    sessions_per_year: int | None = None
    """how many sessions of this scheme a candidate may sit in 365 days; None: as many as they like"""
    rehearsal: bool = False
    """for practice: the real pages, at any time, without a result that anybody decides on"""
    lockdown: Lockdown = Lockdown.NONE
    documentation: bool = True
    """whether the offline documentation of the programming languages is open during a session"""
    results_embargo_hours: int = 0
    """after the seal: how long scores and decisions are not shown to candidates; verdicts during the session are"""
    appeal_days: int = 30
    """after the release of a result: how long it can be appealed"""

    # What certificates say of every session of the scheme.
    identity: Identity = Identity.ACCOUNT
    ai_tools: AiTools = AiTools.NOT_ALLOWED
    alignments: tuple[Alignment, ...] = ()
    """what the whole scheme corresponds to: national level, professional standard, occupation"""
    competences: tuple[Competence, ...] = ()

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Rules":
        """The rules that are stored, and the default of every other one. What is no longer a rule is ignored."""
        known = {field.name for field in fields(cls)}
        chosen = {name: value for name, value in stored.items() if name in known}
        for name, form in _FORMS.items():
            if name in chosen:
                chosen[name] = msgspec.convert(chosen[name], form)
        return cls(**chosen)

    def to_json(self) -> dict[str, Any]:
        """The rules that differ from their default."""
        usual = asdict(Rules())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


_FORMS: Final[dict[str, Any]] = {
    "lockdown": Lockdown,
    "identity": Identity,
    "ai_tools": AiTools,
    "alignments": tuple[Alignment, ...],
    "competences": tuple[Competence, ...],
}
"""The rules that JSON writes as something simpler than they are."""
