"""Live pages: a change in the database reaches every open page that shows it.

A transaction that changes something calls `notify(db, "session:<uuid>")`; PostgreSQL delivers it when, and only if, the
transaction commits. Each web process holds one listening connection and fans out to the pages that subscribed. What travels is
the topic alone: the page asks for the facts anew, with its own rights. After the connection was lost, every subscriber is told
once that its topics may have changed, so nothing is missed for good; pages work by reloading too.

Topics: `session:<session_id>` · `board` (proctors) · `task:<task_id>` · `result:<result_id>`.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from typing import Final, LiteralString

import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent

from app.database import Connection, connect, is_unavailable

CHANNEL: Final = "sarap_live"

PROBE_INTERVAL_S: Final = 10
"""How often the listening connection is asked whether it still lives: a connection can die without a word."""

PROBE_TIMEOUT_S: Final = 5
"""A healthy server answers `SELECT 1` within milliseconds."""

RECONNECT_DELAYS_S: Final = (0.2, 0.5, 1, 2, 5)
"""The last one repeats."""

MAX_SUBSCRIBERS: Final = 5_000
"""For one process, at about 50 KB each; more than a national sitting has candidates on one machine."""

MAX_OF_ONE_PERSON: Final = 20
"""A candidate has one exam page open, a proctor the board and some sessions. Nobody takes the places of others."""

STREAM_LIFETIME_S: Final = 600
"""A stream ends by itself and the browser comes again, so that a sign-out or a lost role ends it within ten minutes."""

RETRY_MS: Final = 2_000
"""How long a browser waits before it comes again."""

PING_INTERVAL_S: Final = 15
"""Keeps proxies from closing a quiet stream; their usual limit is 60 s."""

log = structlog.get_logger(__name__)


NOTIFY: Final[LiteralString] = "SELECT pg_notify($1, $2)"


async def notify(db: Connection, topic: str) -> None:
    """Tell every open page about `topic` when the caller's transaction commits."""
    await db.execute(NOTIFY, CHANNEL, topic)


class TooManySubscribers(Exception):
    """This process serves `MAX_SUBSCRIBERS` streams, or this person `MAX_OF_ONE_PERSON`; the page falls back to asking."""


class Subscriber:
    """One open page: whose, which topics it wants and which changed since it last looked. Repeats collapse."""

    def __init__(self, topics: Iterable[str], person: object = None) -> None:
        self.topics = frozenset(topics)
        self.person = person
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._closed = False

    def changed(self, topics: Iterable[str]) -> None:
        """Note a change."""
        wanted = self.topics.intersection(topics)
        if wanted:
            self._changed |= wanted
            self._wake.set()

    def close(self) -> None:
        """End the subscription."""
        self._closed = True
        self._wake.set()

    async def next_until(self, end: float) -> frozenset[str] | None:
        """Wait for changes; `None` once closed or at `end`, a time of the event loop."""
        try:
            async with asyncio.timeout_at(end):
                await self._wake.wait()
        except TimeoutError:
            return None
        self._wake.clear()
        if self._closed:
            return None
        changed, self._changed = frozenset(self._changed), set()
        return changed


class Live:
    """The listening connection and the subscribers of one process."""

    def __init__(self, database_url: str, role: str) -> None:
        self._database_url = database_url
        self._role = role
        self._subscribers: set[Subscriber] = set()
        self._lost = asyncio.Event()
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def subscriber_count(self) -> int:
        """How many pages are open."""
        return len(self._subscribers)

    @property
    def is_listening(self) -> bool:
        """Whether changes arrive at this moment."""
        return self._listening.is_set()

    async def start(self) -> None:
        """Begin to listen, in the background: a database that is away is waited for."""
        self._task = asyncio.create_task(self._keep_listening())

    async def listening(self, timeout_s: float) -> bool:
        """Wait until the connection listens; `False` if it does not in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), timeout_s)
        return self._listening.is_set()

    async def stop(self) -> None:
        """End every subscription and the connection."""
        for subscriber in self._subscribers:
            subscriber.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def subscribe(
        self, topics: Iterable[str], lifetime_s: float = STREAM_LIFETIME_S, person: object = None
    ) -> AsyncGenerator[str]:
        """Yield each of `topics` whenever it may have changed, until the lifetime is over or the process stops."""
        self._make_room(person)
        subscriber = Subscriber(topics, person)
        end = asyncio.get_running_loop().time() + lifetime_s
        self._subscribers.add(subscriber)
        try:
            while (changed := await subscriber.next_until(end)) is not None:
                for topic in changed:
                    yield topic
        finally:
            self._subscribers.discard(subscriber)

    def stream(self, topics: Iterable[str], person: object) -> EventSourceResponse:
        """Answer `person` with server-sent events: `event: open` at once, then `event: changed` with the topic as data."""
        self._make_room(person)
        return EventSourceResponse(self._events(frozenset(topics), person), ping=PING_INTERVAL_S)

    async def _events(self, topics: frozenset[str], person: object) -> AsyncGenerator[ServerSentEvent]:
        yield ServerSentEvent(event="open", data="", retry=RETRY_MS)
        with suppress(TooManySubscribers):  # others came between the answer and its first byte: it ends, and the page asks
            async for topic in self.subscribe(topics, person=person):
                yield ServerSentEvent(event="changed", data=topic)

    def _make_room(self, person: object) -> None:
        own = 0 if person is None else sum(one.person == person for one in self._subscribers)
        if len(self._subscribers) >= MAX_SUBSCRIBERS or own >= MAX_OF_ONE_PERSON:
            raise TooManySubscribers

    async def _keep_listening(self) -> None:
        attempt = 0
        while True:
            try:
                await self._listen()
            except Exception as error:
                if not is_unavailable(error):
                    log.exception("live.fault")
            attempt = 0 if self._listening.is_set() else attempt + 1
            self._listening.clear()
            delay_s = RECONNECT_DELAYS_S[min(attempt, len(RECONNECT_DELAYS_S) - 1)]
            log.warning("live.lost", retry_in_s=delay_s)
            await asyncio.sleep(delay_s)

    async def _listen(self) -> None:
        """Listen until the connection is lost."""
        connection = await connect(self._database_url, self._role)
        self._lost.clear()
        connection.add_termination_listener(self._on_loss)
        try:
            await connection.add_listener(CHANNEL, self._on_notification)
            self._listening.set()
            self._tell_everybody()
            while not self._lost.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._lost.wait(), PROBE_INTERVAL_S)
                if not self._lost.is_set():
                    await connection.execute("SELECT 1", timeout=PROBE_TIMEOUT_S)
        finally:
            connection.terminate()

    def _on_loss(self, _connection: object) -> None:
        self._lost.set()

    def _on_notification(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        topic = str(payload)
        for subscriber in self._subscribers:
            subscriber.changed((topic,))

    def _tell_everybody(self) -> None:
        for subscriber in self._subscribers:
            subscriber.changed(subscriber.topics)
