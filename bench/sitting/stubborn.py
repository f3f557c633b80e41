"""Candidates who lose nothing: `python -m bench.sitting.stubborn < spec.json > what-was-acknowledged.json`.

Each starts, writes, saves, hands in, and then finishes, waits for the time to be up, or walks away. Whatever is not answered is
sent again, byte for byte, until it is: that is what the page does. What was acknowledged is written down.
"""

import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any, Final

import uvloop

from bench.sitting.tab import FORM, Tab
from bench.sitting.wire import Address, Answer

RETRY_S: Final = 0.3
"""A page asks again sooner at first and later then; here something dies every few seconds."""

PATIENCE_S: Final = 90
"""Longer than any process is away."""

AWAY: Final = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
)
"""Said of the server and not of the request: it is sent again. Whatever else is no 2xx ends the bench."""

WORDS: Final = ("total = 0", "сан = 1", "қосынды += ә", "print('жауап')", "for line in lines:", "# 𝄞 🙂")


class Refused(Exception):
    """The server refused what it should have taken."""


@dataclass
class Person:
    """One candidate and what the server confirmed to them."""

    tab: Tab
    dice: random.Random
    ends: str
    handed_in: list[str] = field(default_factory=list[str])
    answers: int = 0
    tries: int = 0
    server_errors: int = 0

    async def sit(self) -> None:
        """The whole exam."""
        await self._until_answered(self.tab.start)
        await self._until_answered(self.tab.take_lease)
        for step in range(self.dice.randrange(6, 16)):
            await asyncio.sleep(self.dice.uniform(0.3, 1.2))
            position = self.dice.randrange(1, 4)
            writer = self.tab.writer(position)
            text = writer.now.files.get("", "") if writer.now.drafts else ""
            writer.write("python3", f"{text}{self.dice.choice(WORDS)}  # {step}\n")
            if not await self._until_answered(lambda at=position: self.tab.send(at)):
                return  # the time is up
            if self.dice.random() < 0.2 and not await self._hand_in(position):
                return
        if self.ends == "finishes":
            await self._until_answered(self._finish)
        elif self.ends == "stays":
            await self._until_over()

    async def _hand_in(self, position: int) -> bool:
        taken = await self._until_answered(lambda: self.tab.hand_in(position))
        if taken:
            assert self.tab.last is not None
            self.handed_in.append(json.loads(self.tab.last.body)["submission_id"])
        return taken

    async def _finish(self) -> bool:
        path = f"/sessions/{self.tab.session_id}/finish"
        self.tab.last = await self.tab.door.ask("POST", path, b"", FORM)
        return self.tab.last.status == HTTPStatus.SEE_OTHER

    async def _until_over(self) -> None:
        """Write on until the server says that the time is up."""
        while True:
            await asyncio.sleep(self.dice.uniform(0.5, 1.5))
            self.tab.writer(1).write("python3", self.tab.writer(1).now.files.get("", "") + "# the last words\n")
            if not await self._until_answered(lambda: self.tab.send(1)):
                return

    async def _until_answered(self, act: Callable[[], Awaitable[bool]]) -> bool:
        """Do it again until it is answered. False if the session is over; raises `Refused` for any other refusal."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self.tries += 1
                try:
                    good = await act()
                except OSError:
                    await asyncio.sleep(RETRY_S)
                    continue
                answer = self.tab.last
                assert answer is not None
                if good:
                    self.answers += 1
                    return True
                self.server_errors += answer.status == HTTPStatus.INTERNAL_SERVER_ERROR
                if answer.status in AWAY:
                    await asyncio.sleep(float(answer.headers.get("retry-after", RETRY_S)) if answer.status == 429 else RETRY_S)
                elif over(answer):
                    return False
                else:
                    raise Refused(f"{answer.status} {answer.body[:300].decode(errors='replace')}")


def over(answer: Answer) -> bool:
    """Whether the session is over: a problem says so, or that the text was kept aside because it came late."""
    return b"session-closed" in answer.body or (answer.status == HTTPStatus.ACCEPTED and b'"late"' in answer.body)


async def run(spec: dict[str, Any]) -> dict[str, Any]:
    """Let everybody sit, `at_once` at a time."""
    address = Address(spec["host"], spec["port"])
    dice = random.Random(spec["seed"])
    people = [
        Person(
            Tab.of(address, one["token"], one["session_id"]),
            random.Random(dice.random()),
            dice.choice(("finishes", "stays", "leaves")),
        )
        for one in spec["candidates"]
    ]
    turns = asyncio.Semaphore(spec["at_once"])
    faults: list[str] = []

    async def one(person: Person) -> None:
        async with turns:
            try:
                await person.sit()
            except (Refused, TimeoutError) as error:
                faults.append(f"{person.tab.session_id}: {error!r}")
            finally:
                person.tab.door.close()

    await asyncio.gather(*(one(person) for person in people))
    return {
        "acknowledged": [asdict(save) for person in people for save in person.tab.acknowledged],
        "handed_in": [submission_id for person in people for submission_id in person.handed_in],
        "answers": sum(person.answers for person in people),
        "tries": sum(person.tries for person in people),
        "server_errors": sum(person.server_errors for person in people),
        "faults": faults,
    }


if __name__ == "__main__":
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)
