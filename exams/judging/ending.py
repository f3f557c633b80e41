"""What a program's ending means, in the words that a judgement keeps."""

from typing import assert_never

from exams.judging.verdict import Verdict
from sandbox.runner import CpuTimeExceeded, Ending, Exited, MemoryExceeded, OutputExceeded, Signalled, WallTimeExceeded


def verdict_of(ending: Ending) -> Verdict:
    """The verdict, before the output is looked at. Sleeping past the wall limit is too slow as well."""
    match ending:
        case Exited(code):
            return Verdict.AC if code == 0 else Verdict.RTE
        case Signalled():
            return Verdict.RTE
        case CpuTimeExceeded() | WallTimeExceeded():
            return Verdict.TLE
        case MemoryExceeded():
            return Verdict.MLE
        case OutputExceeded():
            return Verdict.OLE
        case _:
            assert_never(ending)


def reason_of(ending: Ending) -> str:
    """The verdict's sub-reason (`CaseResult.reason`); empty if the verdict says it all."""
    match ending:
        case Exited(code):
            return f"exit-{code}" if code else ""
        case Signalled(signal):
            return f"signal-{signal}"
        case WallTimeExceeded():
            return "wall-time"
        case MemoryExceeded(evidence):
            return f"memory-{evidence}"
        case CpuTimeExceeded() | OutputExceeded():
            return ""
        case _:
            assert_never(ending)


def word_of(ending: Ending) -> str:
    """The ending as `RunFacts.ending` keeps it."""
    match ending:
        case Exited(code):
            return f"exited {code}"
        case Signalled(signal):
            return f"signalled {signal}"
        case CpuTimeExceeded():
            return "cpu-time"
        case WallTimeExceeded():
            return "wall-time"
        case MemoryExceeded(evidence):
            return f"memory {evidence}"
        case OutputExceeded():
            return "output"
        case _:
            assert_never(ending)
