"""An exam page in one tab, as far as the server sees it: it starts, saves, hands in, and keeps what was acknowledged.

Saves of one item wait for each other, each on top of the last acknowledged one, as the page sends them.
"""

import asyncio
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID, uuid4

from bench.sitting.wire import Address, Answer, Door
from exams.ids import SessionId
from exams.sessions.writer import Writer

LANGUAGE: Final = "python3"
DEVICE: Final = "sarap bench"
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A save that the server confirmed: it must be there afterwards, with this head and this draft."""

    session_id: str
    position: int
    revision: int
    head: str
    text: str
    receipt: str


@dataclass
class Tab:
    """One candidate's page. `door` is their connection; `last` the last answer, for whoever wants to know what went wrong."""

    door: Door
    session_id: str
    tab_id: UUID = field(default_factory=uuid4)
    lease: str = ""
    writers: dict[int, Writer] = field(default_factory=dict[int, Writer])
    acknowledged: list[Acknowledged] = field(default_factory=list[Acknowledged])
    last: Answer | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, address: Address, token: str, session_id: str) -> "Tab":
        """Of somebody who is signed in."""
        return cls(Door(address, token), session_id)

    async def wait_for_start(self) -> bool:
        """Open the page that waits for the start, and fetch the sealed form that it names."""
        page = await self._ask("GET", f"/sessions/{self.session_id}/start", kind="text/html")
        form = await self._ask("GET", f"/api/sessions/{self.session_id}/form")
        return page.status == HTTPStatus.OK and form.status == HTTPStatus.OK

    async def start(self) -> bool:
        """Press Start: the clock runs, and the key of the sealed form comes."""
        return (await self.post("start", {})).status == HTTPStatus.OK

    async def take_lease(self, *, take_over: bool = False) -> bool:
        """Take the right to write."""
        call = {"tab": str(self.tab_id), "device": DEVICE, "take_over": take_over}
        answer = await self.post("lease", call)
        if answer.status == HTTPStatus.OK:
            self.lease = json.loads(answer.body)["lease"]
        return answer.status == HTTPStatus.OK

    def writer(self, position: int) -> Writer:
        """What the tab keeps of an item."""
        if position not in self.writers:
            self.writers[position] = Writer.fresh(SessionId(UUID(self.session_id)), position)
        return self.writers[position]

    async def save(self, position: int, text: str) -> bool:
        """Write a text and save it."""
        async with self._turn:
            writer = self.writer(position)
            writer.write(LANGUAGE, text)
            return await self.send(position)

    async def send(self, position: int) -> bool:
        """Send what was written of an item since its last acknowledged save."""
        writer = self.writer(position)
        answer = await self.post(f"items/{position}/journal", writer.call(self.lease))
        if answer.status != HTTPStatus.OK:
            return False
        said = json.loads(answer.body)
        writer.acknowledged(said)
        text = writer.now.files[""]
        self.acknowledged.append(Acknowledged(self.session_id, position, said["revision"], said["head"], text, said["receipt"]))
        return True

    async def hand_in(self, position: int) -> bool:
        """Hand in what was acknowledged last."""
        answer = await self.post(f"items/{position}/submissions", self.writer(position).hand_in(self.lease))
        return answer.status in {HTTPStatus.OK, HTTPStatus.CREATED}

    async def post(self, path: str, call: dict[str, Any]) -> Answer:
        """Send JSON about the session."""
        return await self._ask("POST", f"/api/sessions/{self.session_id}/{path}", json.dumps(call).encode())

    async def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Answer:
        self.last = await self.door.ask(method, path, body, kind)
        return self.last
