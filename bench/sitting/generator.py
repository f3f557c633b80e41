"""The people in the hall, in a process of their own: `python -m bench.sitting.generator < spec.json > what-came.json`.

The spec says what they do (`starts`, `saves`, `hello`), how many a second, for how long, and who they are (`Hall.spec`). Beside
whatever is measured somebody asks for the smallest route of the server, ten times a second: the row's baseline.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

import uvloop

from bench.sitting.machine_limits import allow_files
from bench.sitting.open_loop import Act, Planned, drive
from bench.sitting.tab import Tab
from bench.sitting.wire import Address, Door

HELLO_PER_S: Final = 10
HELLO: Final = "/healthz"

AT_ONCE: Final = 20
"""How many prepare themselves at a time, before the clock of the bench begins."""

SOURCE: Final = "".join(
    f"def step_{number}(values):\n    return [value + {number} for value in values]\n\n" for number in range(20)
)
"""A program of 1.3 KB, as long as answers are."""


def saves(spec: dict[str, Any], tabs: list[Tab]) -> list[Planned]:
    """Everybody in turn saves another line of their program."""
    return [
        Planned(number / spec["per_s"], "saves", _save(tabs[number % len(tabs)], number // len(tabs)))
        for number in range(int(spec["per_s"] * spec["seconds"]))
    ]


def _save(tab: Tab, turn: int) -> Act:
    return lambda: tab.save(1 + turn % 3, f"{SOURCE}# {turn}\n")


def starts(spec: dict[str, Any], tabs: list[Tab]) -> list[Planned]:
    """Everybody starts once."""
    return [Planned(number / spec["per_s"], "starts", tab.start) for number, tab in enumerate(tabs)]


def nothing(_spec: dict[str, Any], _tabs: list[Tab]) -> list[Planned]:
    """Only the baseline."""
    return []


PLANS: Final[dict[str, Callable[[dict[str, Any], list[Tab]], list[Planned]]]] = {
    "saves": saves,
    "starts": starts,
    "hello": nothing,
}


async def prepare(spec: dict[str, Any], tabs: list[Tab]) -> None:
    """What comes before the clock begins: whoever starts has the sealed form; whoever saves has started and holds the lease."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(tab: Tab) -> None:
        async with turns:
            if spec["kind"] == "starts":
                good = await tab.wait_for_start()
            else:
                good = await tab.start() and await tab.take_lease()
            if not good:
                raise SystemExit(f"could not begin: {tab.last}")

    await asyncio.gather(*(one(tab) for tab in tabs))


async def run(spec: dict[str, Any]) -> dict[str, Any]:
    """Do what the spec says."""
    address = Address(spec["host"], spec["port"])
    tabs = [Tab.of(address, one["token"], one["session_id"]) for one in spec["candidates"]]
    await prepare(spec, tabs)
    plan = PLANS[spec["kind"]](spec, tabs)
    hello = Door(address)

    async def ask_hello() -> bool:
        return (await hello.ask("GET", HELLO)).status == 200

    plan += [Planned(number / HELLO_PER_S, "hello", ask_hello) for number in range(int(spec["seconds"] * HELLO_PER_S))]
    done = await drive(plan)
    problems: dict[str, int] = {}
    for tab in tabs:
        if tab.last is not None and tab.last.status >= 400:
            said = f"{tab.last.status} {tab.last.body[:200].decode(errors='replace')}"
            problems[said] = problems.get(said, 0) + 1
    return {
        "timed": {kind: timed.as_json() for kind, timed in done.items()},
        "acknowledged": [asdict(one) for tab in tabs for one in tab.acknowledged],
        "problems": problems,
    }


def main() -> None:
    """Read the spec, write what came."""
    allow_files()
    gc.disable()  # its pauses would be counted as the server's
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)


if __name__ == "__main__":
    main()
