"""When a run that was too slow is repeated, and which of several runs counts: the first within the limit, for the candidate.

Time is never measured without noise. Beside four busy neighbours a program of 105 ms CPU time was measured with 118 ms; so a
run a little above its limit may be the machine's doing, and one on a disturbed machine says nothing of the program's speed.
Memory that no program had before costs several times what it costs the next one; so a run that was too slow by what the kernel
took for its memory is repeated too, when the machine has it at hand. So is one that ran out of wall time and had to wait for
the disk: its files are in memory the next time.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from sandbox.errors import SandboxDisturbed
from sandbox.limits import Limits
from sandbox.runner import CpuTimeExceeded, Outcome, WallTimeExceeded

Run = TypeVar("Run")

QUIET_RUNS_PER_PROGRAM: Final = 12
"""Repetitions for all cases of one program: while it runs alone, everybody else waits. A program that is on the edge in more
than four cases is too slow in one of them."""

NOISE_BAND_PERCENT: Final = 10
"""CPU time up to so much above the limit is within what neighbours were measured to add (118 for 105 ms is 12 %, most less)."""

QUIET_RUNS_MAX: Final = 3
"""Repetitions of one run. Each takes the time limit and keeps others waiting; a program on the edge passes one of three."""


@dataclass(slots=True)
class Budget:
    """What is `left` of a program's repetitions."""

    left: int = QUIET_RUNS_PER_PROGRAM


def in_band(outcome: Outcome, limits: Limits) -> bool:
    """Whether a run was too slow by no more than noise, the price of its memory, or a wait for the disk may add."""
    match outcome.ending:
        case CpuTimeExceeded():
            most_us = limits.cpu_time_ms * (1000 + 10 * NOISE_BAND_PERCENT)
            return outcome.usage.cpu_time_us - outcome.noise.page_fault_us <= most_us
        case WallTimeExceeded():
            return outcome.noise.disk_read_kib > 0
        case _:
            return False


async def attempts(
    first: Callable[[], Awaitable[Run]],
    again: Callable[[], Awaitable[Run]],
    slow: Callable[[Run], Outcome | None],
    limits: Limits,
    budget: Budget,
) -> AsyncGenerator[Run]:
    """Every run that is needed; the last one counts.

    `again` runs it on the quiet machine, as often as `budget` allows. `slow` gives the outcome of a run that would be called
    too slow, None for any other. Raises `SandboxDisturbed` if no undisturbed run can be had that would bear a verdict.
    """
    run = await first()
    yield run
    for _ in range(QUIET_RUNS_MAX):
        outcome = slow(run)
        if outcome is None or not (outcome.is_disturbed or in_band(outcome, limits)):
            return
        if budget.left == 0:
            break
        budget.left -= 1
        run = await again()
        yield run
    outcome = slow(run)
    if outcome is not None and outcome.is_disturbed:
        raise SandboxDisturbed(f"{QUIET_RUNS_MAX} repeated runs were disturbed")
