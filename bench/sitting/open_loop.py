"""An open loop: requests leave at their times, whether earlier ones are answered or not, as people press buttons.

The time of each is counted from when it was to leave, so that a server that stands still for a second is charged for every
request of that second, and not for one (coordinated omission). How late this process itself sent them is measured too: where
that is more than a few milliseconds, the figures are the generator's and not the server's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Act = Callable[[], Awaitable[bool]]
"""One thing that somebody does; answers whether it went as it should."""

LEAD_S: Final = 0.5
"""Between the plan's making and its first act."""


@dataclass(slots=True)
class Timed:
    """What came of one kind of act: times in ms from the planned moment, those that failed, how late the generator was."""

    took_ms: list[float] = field(default_factory=list[float])
    errors: int = 0
    late_ms: list[float] = field(default_factory=list[float])
    said: dict[str, int] = field(default_factory=dict[str, int])

    def as_json(self) -> dict[str, Any]:
        """For the process that asked."""
        return {"took_ms": self.took_ms, "errors": self.errors, "late_ms": self.late_ms, "said": self.said}


@dataclass(frozen=True, slots=True)
class Planned:
    """An act, when it is to begin (seconds from the start) and what kind it is."""

    at_s: float
    kind: str
    act: Act


async def drive(plan: Sequence[Planned]) -> dict[str, Timed]:
    """Carry out a plan; returns when everything that was begun has ended."""
    loop = asyncio.get_running_loop()
    began = loop.time() + LEAD_S
    done: dict[str, Timed] = {one.kind: Timed() for one in plan}
    running: set[asyncio.Task[None]] = set()

    async def carry_out(one: Planned, due: float) -> None:
        timed = done[one.kind]
        timed.late_ms.append((loop.time() - due) * 1000)
        try:
            good = await one.act()
        except (OSError, TimeoutError) as error:
            good = False
            timed.said[repr(error)] = timed.said.get(repr(error), 0) + 1
        timed.took_ms.append((loop.time() - due) * 1000)
        timed.errors += not good

    def begin(one: Planned, due: float) -> None:
        task = loop.create_task(carry_out(one, due))
        running.add(task)
        task.add_done_callback(running.discard)

    for one in plan:
        loop.call_at(began + one.at_s, begin, one, began + one.at_s)
    await asyncio.sleep(LEAD_S + max((one.at_s for one in plan), default=0))
    while running:
        await asyncio.wait(running)
    return done
