"""Whoever sends much waits behind their own, and nobody else does."""

import asyncio

import pytest

from app.fair_turns import FairTurns


async def settled() -> None:
    """Let every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


class Work:
    """Notes who works, and goes on when it is told to."""

    def __init__(self, at_once: int) -> None:
        self.turns = FairTurns(at_once)
        self.begun: list[str] = []
        self.running = 0
        self._next = asyncio.Semaphore(0)

    def ask(self, caller: str, name: str = "") -> asyncio.Task[None]:
        return asyncio.create_task(self._work(caller, name or caller))

    async def end(self, count: int = 1) -> None:
        for _ in range(count):
            self._next.release()
            await settled()

    async def _work(self, caller: str, name: str) -> None:
        async with self.turns.turn(caller):
            self.begun.append(name)
            self.running += 1
            try:
                await self._next.acquire()
            finally:
                self.running -= 1


async def test_who_comes_after_a_crowd_of_one_caller_is_next() -> None:
    work = Work(at_once=2)
    tasks = [work.ask("crowd", f"crowd {number}") for number in range(5)]
    await settled()
    tasks += [work.ask("a"), work.ask("b")]
    await settled()
    assert work.running == 2
    await work.end(7)
    assert work.begun == ["crowd 0", "crowd 1", "crowd 2", "a", "b", "crowd 3", "crowd 4"]
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("at_once", [1, 3])
async def test_no_turn_is_lost_and_none_is_given_twice_whoever_goes_away(at_once: int) -> None:
    work = Work(at_once)
    tasks = [work.ask("ab"[number % 2], str(number)) for number in range(12)]
    await settled()
    leaving = (0, 3, 7, 11)  # some work, some wait
    for number in leaving:
        tasks[number].cancel()
        await settled()
        assert work.running == at_once
    await work.end(len(tasks) - len(leaving))
    assert all(task.done() for task in tasks)
    assert len(work.begun) == len(set(work.begun))
    assert set(work.begun) >= {str(number) for number in range(len(tasks)) if number not in leaving}
    again = [work.ask("c") for _ in range(at_once + 1)]
    await settled()
    assert work.running == at_once
    await work.end(at_once + 1)
    await asyncio.gather(*again)


async def test_a_turn_that_comes_in_the_moment_of_leaving_is_passed_on() -> None:
    work = Work(at_once=1)
    first, leaving, staying = work.ask("a"), work.ask("b"), work.ask("c")
    await settled()
    first.cancel()
    await asyncio.sleep(0)
    leaving.cancel()
    await settled()
    assert work.begun[-1] == "c"
    await work.end()
    await staying
