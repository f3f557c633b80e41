"""How a session goes on after its end, told to its candidate: judged, looked at, decided, certified.

The words are in the template.
"""

from dataclasses import dataclass
from enum import StrEnum

from exams.grading.decision import Case, DecisionOutcome


class StepState(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    """it runs, or somebody is about to do it"""
    HELD = "held"
    """a person is looking at something first"""
    NO = "no"
    """done, and the answer is no"""
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `name` is `sealed`, `judged`, `watched`, `decided` or `certified`; `count` is of what the words speak."""

    name: str
    state: StepState
    count: int = 0


def tell(case: Case | None, *, certified: bool) -> tuple[Step, ...]:
    """The steps of a session that is over, in order. `case` is None in the seconds before the server has sealed it."""
    if case is None:
        ahead = (Step(name, StepState.AHEAD) for name in ("judged", "watched", "decided", "certified"))
        return (Step("sealed", StepState.NOW), *ahead)
    steps = [Step("sealed", StepState.DONE), _judged(case), _watched(case)]
    clear = all(step.state is StepState.DONE for step in steps)
    match case.decision:
        case None:
            steps += [Step("decided", StepState.NOW if clear else StepState.AHEAD), Step("certified", StepState.AHEAD)]
        case decision if decision.outcome is DecisionOutcome.CERTIFY:
            steps += [Step("decided", StepState.DONE), Step("certified", StepState.DONE if certified else StepState.NOW)]
        case _:
            steps += [Step("decided", StepState.NO)]
    return tuple(steps)


def _judged(case: Case) -> Step:
    if case.result is not None:
        return Step("judged", StepState.DONE)
    if case.undetermined:
        return Step("judged", StepState.HELD, case.undetermined)
    return Step("judged", StepState.NOW, case.unjudged)


def _watched(case: Case) -> Step:
    waiting = sum(record.review is None for record in case.incidents)
    if waiting:
        return Step("watched", StepState.HELD, waiting)
    return Step("watched", StepState.DONE, len(case.incidents))
