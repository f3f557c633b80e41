"""What a run means for a candidate. How a program *ended* is `sandbox.runner.Ending`; what that *means* is a verdict."""

from enum import StrEnum


class Verdict(StrEnum):
    """The seven verdicts, in the field's usual abbreviations. Our own faults have none: see `judgement.Undetermined`."""

    AC = "AC"
    """accepted"""
    WA = "WA"
    """wrong answer"""
    TLE = "TLE"
    """time limit exceeded"""
    MLE = "MLE"
    """memory limit exceeded"""
    OLE = "OLE"
    """output limit exceeded"""
    RTE = "RTE"
    """run-time error"""
    CE = "CE"
    """compile error"""
