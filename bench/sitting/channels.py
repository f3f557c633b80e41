"""Pages that listen, in a process of their own: `python -m bench.sitting.channels < spec.json > when-what-came.jsonl`.

Opens a live channel for each candidate and says `{"open": 2000}`. When its input ends it says a line for each event that
came: its topic and when, on the machine's monotonic clock, which every process shares. Not before: nobody reads while events
are made, and a full pipe would stop the very loop that takes down the moments.
"""

import asyncio
import gc
import json
import sys
import time
from typing import Any, Final

import uvloop

from bench.sitting.machine_limits import allow_files
from bench.sitting.wire import Address, Door

AT_ONCE: Final = 50
"""How many connect at a time; a browser's reconnections come spread out too."""


class Page:
    """One open page."""

    def __init__(self, address: Address, token: str, session_id: str, came: list[dict[str, Any]]) -> None:
        self.is_open = asyncio.Event()
        self._came = came
        self._rest = b""
        self._door = Door(address, token, on_body=self._hear)
        self._path = f"/sessions/{session_id}/events"

    async def listen(self) -> None:
        """Listen until the server ends it."""
        try:
            await self._door.ask("GET", self._path)
        except OSError as error:
            self._came.append({"lost": repr(error)})

    def _hear(self, body: bytes) -> None:
        came = time.monotonic()
        *whole, self._rest = (self._rest + body).split(b"\r\n\r\n")
        for event in whole:
            if event.startswith(b"event: open"):
                self.is_open.set()
            elif event.startswith(b"event: changed"):
                self._came.append({"topic": event.rpartition(b"data: ")[2].decode(), "at": came})


def say(line: dict[str, Any]) -> None:
    """Write a line for whoever started us."""
    sys.stdout.write(json.dumps(line) + "\n")


async def run(spec: dict[str, Any]) -> None:
    """Open the pages and listen until the input ends."""
    address = Address(spec["host"], spec["port"])
    came: list[dict[str, Any]] = []
    pages = [Page(address, one["token"], one["session_id"], came) for one in spec["candidates"]]
    turns = asyncio.Semaphore(AT_ONCE)
    listening: list[asyncio.Task[None]] = []

    async def connect(page: Page) -> None:
        async with turns:
            listening.append(asyncio.create_task(page.listen()))
            await page.is_open.wait()

    await asyncio.gather(*(connect(page) for page in pages))
    say({"open": len(pages)})
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in listening:
        task.cancel()
    for line in came:
        say(line)


if __name__ == "__main__":
    allow_files()
    gc.disable()
    uvloop.run(run(json.loads(sys.stdin.readline())))
