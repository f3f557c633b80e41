"""An interactive run: two programs in two containers, each one's standard output being the other's standard input.

Everything passes through here. That makes the order of the two ends certain: a side hears that the other's stream has ended
only after the other's end is on record, as if both kept the write ends of their pipes open until then. It also tells how long
the program has waited for the validator; its wall time grows by that.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from sandbox.cell import REPLY_S, Cell
from sandbox.channel import CellDied
from sandbox.protocol import STARVED_FACTOR, RunReport, RunRequest

US: Final = 1_000_000


@dataclass(slots=True)
class Side:
    """One of the two. `spoke_at` is when it last wrote something that the other has not answered.

    `end` is its report, or the fault if its container died without one.
    """

    cell: Cell
    request: RunRequest
    end: RunReport | CellDied | None = None
    spoke_at: float | None = None


async def converse(program: Side, validator: Side, *, one_clock: bool) -> bool:
    """Run both to their ends, which are then in `end`; whether the validator ended first.

    `one_clock` says that both supervisors read the same monotonic clock, which then decides who was first; otherwise, or where
    one has no report, the order in which we heard of the ends does. Raises `SandboxBroken`.
    """
    timeout_s = STARVED_FACTOR * max(program.request.wall_ms, validator.request.wall_ms) / 1000 + REPLY_S
    ends: list[Side] = []
    for side in (validator, program):
        side.cell.begin(side.request)
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_listen(program, validator, ends, timeout_s))
            both.create_task(_listen(validator, program, ends, timeout_s))
    except ExceptionGroup as faults:  # the group's own wrapping: a caller knows what to do with the fault, not with a group
        raise faults.exceptions[0] from faults
    if one_clock and isinstance(program.end, RunReport) and isinstance(validator.end, RunReport):
        return validator.end.ended_at_us < program.end.ended_at_us
    return ends[0] is validator


async def _listen(side: Side, other: Side, ends: list[Side], timeout_s: float) -> None:
    """Carry what `side` writes to the other, until it ends."""
    while True:
        try:
            heard = await side.cell.hear(timeout_s)
        except CellDied as fault:
            heard = fault
        if not isinstance(heard, bytes):
            side.end = heard
            ends.append(side)
            if other.end is None:
                other.cell.close_input()
            return
        side.spoke_at = time.monotonic()
        if other.end is None:
            waited_us = 0 if other.spoke_at is None else int((time.monotonic() - other.spoke_at) * US)
            other.spoke_at = None
            other.cell.say(heard, waited_us)
