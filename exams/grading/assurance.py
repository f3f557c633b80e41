"""What is known of the circumstances under which a result came about, for whoever reads a certificate. Facts, no judgement.

Where nothing was recorded the weakest word stands: what a scheme demands and a session did not show is not claimed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exams.papers.rules import AiTools, Identity


class Proctoring(StrEnum):
    """How a session was watched, from nothing upwards."""

    NONE = "none"
    CAMERA = "camera"
    """the candidate's camera sent pictures"""
    WATCHED = "watched"
    """a proctor followed the session as it went"""
    AT_CENTRE = "at-centre"
    """on a seat of a centre"""


class Lockdown(StrEnum):
    """What the locked browser proved at the start and at the end."""

    NONE = "none"
    SETTINGS = "settings"
    """that its settings were the exam's"""
    PROGRAM = "settings-and-program"
    """that it was an unchanged browser with the exam's settings"""


@dataclass(frozen=True, slots=True)
class Assurance:
    """The circumstances of one session. `form_set_at`: when its tasks were chosen. The error is in points, None if unknown."""

    identity: Identity
    proctoring: Proctoring
    lockdown: Lockdown
    ai_tools: AiTools
    form_set_at: datetime
    standard_error: float | None


def proctoring_of(*, at_centre: bool, watched: bool, camera: bool) -> Proctoring:
    """The strongest thing that was recorded."""
    if at_centre:
        return Proctoring.AT_CENTRE
    if watched:
        return Proctoring.WATCHED
    return Proctoring.CAMERA if camera else Proctoring.NONE


def lockdown_of(start_levels: frozenset[str], finish_levels: frozenset[str]) -> Lockdown:
    """What holds of the whole session: the weakest of what was proved, and nothing unless both ends were proved."""
    if not start_levels or not finish_levels:
        return Lockdown.NONE
    proved = start_levels | finish_levels
    return Lockdown.PROGRAM if proved == frozenset({"SEB-CK+BEK"}) else Lockdown.SETTINGS
