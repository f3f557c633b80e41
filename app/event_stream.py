"""An open live channel: an answer of server-sent events that goes on for as long as its page is open.

    event: open          at once, with how long to wait before coming again if the connection breaks
    event: changed       one for each topic that may have changed; its data is the topic
    :                    a sign of life on a quiet stream

What ends it: the page leaves, its lifetime is over, the process stops, or it does not read. Except where nobody reads any more,
the last line says when to come again, and no two pages are told the same: what ends together need not return together.

One task and one waiting call for each channel: it takes 17 KB with its connection, and waking 2,000 takes a tenth of a second.
"""

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

if TYPE_CHECKING:
    from app.live import Live, Subscriber

RETRY_MS: Final = 1_000
"""How long a browser waits at least before it comes again."""

RETRY_SPREAD_MS: Final = 4_000
"""Over how long those spread that were cut off together: 2,000 channels come back at 500 a second, and saves pass between."""

DISPLACED_RETRY_MS: Final = 30_000
"""For a channel that made room for a newer one of the same person: at once it would only take the place of the next."""

PING_INTERVAL_S: Final = 15
"""Keeps proxies from closing a quiet stream; their usual limit is 60 s."""

SEND_TIMEOUT_S: Final = 30
"""A page that takes nothing for so long is gone, or does not read. Until then its changes wait as topics, each once."""

HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx keeps an answer back until it is whole, unless told not to
)


class EventStream(Response):
    """Answers with what `live` says of `topics`, to `person`."""

    def __init__(self, live: "Live", topics: frozenset[str], person: object, lifetime_s: float) -> None:
        super().__init__()
        self._live = live
        self._topics = topics
        self._person = person
        self._lifetime_s = lifetime_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until one of the ends."""
        start: Message = {"type": "http.response.start", "status": 200, "headers": [*HEADERS]}
        with self._live.admitted(self._topics, self._person) as subscriber:
            gone = asyncio.ensure_future(_leave(receive))
            gone.add_done_callback(lambda _: subscriber.close())
            try:
                await _send(send, start)
                if scope["method"] != "HEAD":
                    await self._events(subscriber, send)
                await _send(send, {"type": "http.response.body", "body": b""})
            except TimeoutError:
                return  # it does not read: there is nothing to say to it
            finally:
                gone.cancel()

    async def _events(self, subscriber: "Subscriber", send: Send) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._lifetime_s
        await _write(send, f"event: open\r\nretry: {_retry_ms()}\r\ndata: \r\n\r\n")
        while not subscriber.is_closed and loop.time() < end:
            changed = await subscriber.next_until(min(end, loop.time() + PING_INTERVAL_S))
            if not subscriber.is_closed:
                await _write(send, "".join(f"event: changed\r\ndata: {topic}\r\n\r\n" for topic in changed) or ":\r\n\r\n")
        await _write(send, f"retry: {DISPLACED_RETRY_MS if subscriber.is_displaced else _retry_ms()}\r\n\r\n")


def _retry_ms() -> int:
    return RETRY_MS + secrets.randbelow(RETRY_SPREAD_MS)


async def _write(send: Send, text: str) -> None:
    await _send(send, {"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _send(send: Send, message: Message) -> None:
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await send(message)


async def _leave(receive: Receive) -> None:
    """Wait until the page is left."""
    while (await receive())["type"] != "http.disconnect":
        pass
