"""Knowing whether the machine is quiet, and making it so.

A fixed piece of work (the supervisor's yard, about half a millisecond of dependent loads, multiplications and branches) takes
longer when neighbours share caches and cores. Its shortest time so far on this machine is what "quiet" means; how much longer
it takes now is the slowdown. A run that has to be repeated because of noise is repeated while nothing else is judged here.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Yardstick:
    """The shortest time that the fixed piece of work has usually taken on this machine, in ns.

    Usually: the middle one of some samples. A hypervisor that takes back more time than it gave makes single ones too short;
    beside a time that nothing can take, the machine would be slow for ever after.
    """

    def __init__(self) -> None:
        self._best_ns: int | None = None

    def slowdown_percent(self, samples_ns: list[int]) -> int:
        """By how much the middle one of these samples is above the best time known, which it may improve."""
        middle = sorted(samples_ns)[len(samples_ns) // 2]
        self._best_ns = best = middle if self._best_ns is None else min(self._best_ns, middle)
        return (middle - best) * 100 // max(best, 1)


class QuietLock:
    """Many runs at once, or one alone. Whoever wants to be alone waits for those that run and keeps new ones out."""

    def __init__(self) -> None:
        self._running = 0
        self._alone = asyncio.Lock()
        self._none_runs = asyncio.Event()
        self._none_runs.set()

    @asynccontextmanager
    async def together(self) -> AsyncGenerator[None]:
        """Run beside others."""
        if self._alone.locked():  # a lock that is free costs nothing
            async with self._alone:
                pass
        self._running += 1
        self._none_runs.clear()
        try:
            yield
        finally:
            self._running -= 1
            if self._running == 0:
                self._none_runs.set()

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Run while nothing else does."""
        async with self._alone:
            await self._none_runs.wait()
            yield
