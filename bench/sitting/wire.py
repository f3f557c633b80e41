"""HTTP/1.1 as a browser speaks it to one server, at a price that leaves the machine to the server: 40 µs a request.

A `Door` is one kept-alive connection of one person; it sends their cookie and the headers of a page of our own. Requests of one
door wait for each other, as a browser's do.

    door = Door(Address("127.0.0.1", 8000), token)
    answer = await door.ask("POST", "/api/…", b'{"…": …}')
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

import httptools

from app.auth.websession import COOKIE

ANSWER_TIMEOUT_S: Final = 30
"""Later than this a person has given up: it counts as an error."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is."""

    host: str
    port: int

    @property
    def origin(self) -> str:
        """As a browser writes it into `Origin`."""
        return f"http://{self.host}:{self.port}"


class Answer(NamedTuple):
    """What came: the status, the headers by lower-case name, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Broken(ConnectionError):
    """The connection ended before the answer was whole."""


@dataclass
class Door:
    """One person's connection. `on_body` hears each piece of a body as it comes, for streams."""

    address: Address
    token: str = ""
    on_body: Callable[[bytes], None] | None = None
    _pipe: "_Pipe | None" = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Answer:
        """Send a request and wait for the whole answer. Raises `Broken`, `OSError` or `TimeoutError`."""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.address.host}:{self.address.port}",
            f"Accept: {'text/html' if kind == 'text/html' else 'application/json'}",
            "Accept-Encoding: gzip",
            "Accept-Language: kk",
            "User-Agent: sarap-bench",
        ]
        if self.token:
            lines.append(f"Cookie: {COOKIE}={self.token}")
        if method == "POST":
            lines += [f"Origin: {self.address.origin}", "Sec-Fetch-Site: same-origin", f"Content-Type: {kind}"]
            lines.append(f"Content-Length: {len(body or b'')}")
        head = "\r\n".join((*lines, "\r\n")).encode()
        async with self._turn:
            async with asyncio.timeout(ANSWER_TIMEOUT_S if self.on_body is None else None):
                pipe = self._pipe
                if pipe is None or pipe.closed:
                    loop = asyncio.get_running_loop()
                    _, pipe = await loop.create_connection(lambda: _Pipe(self.on_body), self.address.host, self.address.port)
                    self._pipe = pipe
                try:
                    return await pipe.ask(head + (body or b""))
                except BaseException:
                    pipe.leave()  # its answer may still come, and would be taken for that of the next request
                    raise

    def close(self) -> None:
        """Leave."""
        if self._pipe is not None:
            self._pipe.leave()


class _Pipe(asyncio.Protocol):
    def __init__(self, on_body: Callable[[bytes], None] | None) -> None:
        self.closed = False
        self._on_body = on_body
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def ask(self, request: bytes) -> "asyncio.Future[Answer]":
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def leave(self) -> None:
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    # asyncio
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken(str(exc or "closed")))

    # httptools
    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        if self._on_body is not None:
            self._on_body(body)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), self._headers, b"".join(self._body))
        if self._headers.get("connection", "") == "close":
            self.closed = True
        self._begin()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)
