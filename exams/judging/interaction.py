"""What a conversation between program and validator means.

The order of its rules is that of Kattis problemtools (`judge/execute.py`):

1. a validator that did not do its part is a fault of the task; so is one that computes for so long that the program, which
   waits for it, runs out of its wall time
2. the validator ended first and rejects: wrong answer, whatever the program did when nobody listened any more
3. the program was too slow
4. it crashed, or used up its memory or output
5. the validator's word
"""

from typing import Final

from exams.judging.ending import reason_of, verdict_of
from exams.judging.validator import CheckerBroken, Validation
from exams.judging.verdict import Verdict
from sandbox.limits import Limits
from sandbox.runner import Conversation, WallTimeExceeded

VALIDATOR_SHARE_PERCENT: Final = 50
"""Of the program's wall time. A validator that computed for more of it had the greater part in the program's being late."""


def decide(conversation: Conversation, validation: Validation, limits: Limits) -> tuple[Verdict, str]:
    """The verdict and its sub-reason; `validation` is the validator's word, which has been read.

    Raises `CheckerBroken` if the validator was the slow one.
    """
    # 1. a program that waits is late by whom it waits for
    spent_us = conversation.validator.usage.cpu_time_us
    late = isinstance(conversation.program.ending, WallTimeExceeded) and not conversation.validator_ended_first
    if late and spent_us > limits.wall_time_ms * 10 * VALIDATOR_SHARE_PERCENT:
        raise CheckerBroken(f"the output validator computed for {spent_us // 1000} ms while the program waited for it")
    # 2. whoever is told that the answer is wrong may well trip over a pipe that nobody reads
    if not validation.accepted and conversation.validator_ended_first:
        return Verdict.WA, ""
    # 3 and 4. the program's own ending
    ended = verdict_of(conversation.program.ending)
    if ended is not Verdict.AC:
        return ended, reason_of(conversation.program.ending)
    # 5. the validator's word
    return (Verdict.AC if validation.accepted else Verdict.WA), ""
