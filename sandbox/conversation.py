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
from sandbox.protocol import STARVED_FACTOR, RunReport, RunRequest

US: Final = 1_000_000


@dataclass(slots=True)
class Side:
    """One of the two. `spoke_at` is when it last wrote something that the other has not answered."""

    cell: Cell
    request: RunRequest
    report: RunReport | None = None
    spoke_at: float | None = None


async def converse(program: Side, validator: Side, *, one_clock: bool) -> bool:
    """Run both to their ends, which are then in `report`; whether the validator ended first.

    `one_clock` says that both supervisors read the same monotonic clock, which then decides who was first; otherwise the order
    in which the reports came does. Raises `SandboxBroken`.
    """
    timeout_s = STARVED_FACTOR * max(program.request.wall_ms, validator.request.wall_ms) / 1000 + REPLY_S
    ends: list[Side] = []
    for side in (validator, program):
        side.cell.begin(side.request)
    async with asyncio.TaskGroup() as both:
        both.create_task(_listen(program, validator, ends, timeout_s))
        both.create_task(_listen(validator, program, ends, timeout_s))
    assert program.report is not None
    assert validator.report is not None
    if one_clock:
        return validator.report.ended_at_us < program.report.ended_at_us
    return ends[0] is validator


async def _listen(side: Side, other: Side, ends: list[Side], timeout_s: float) -> None:
    """Carry what `side` writes to the other, until it ends."""
    while True:
        heard = await side.cell.hear(timeout_s)
        if isinstance(heard, RunReport):
            side.report = heard
            ends.append(side)
            if other.report is None:
                other.cell.close_input()
            return
        side.spoke_at = time.monotonic()
        if other.report is None:
            waited_us = 0 if other.spoke_at is None else int((time.monotonic() - other.spoke_at) * US)
            other.spoke_at = None
            other.cell.say(heard, waited_us)
