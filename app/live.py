"""Live pages: a change in the database reaches every open page that shows it.

A transaction that changes something calls `notify(db, "session:<uuid>")`; PostgreSQL delivers it when, and only if, the
transaction commits. Each web process holds one listening connection and fans out to the pages that subscribed. What travels is
the topic alone: the page asks for the facts anew, with its own rights. After the connection was lost, every subscriber is told
once that its topics may have changed, so nothing is missed for good; pages work by reloading too.

Topics: `session:<session_id>` (what happens until its end) · `outcome:<session_id>` (what comes of it: a candidate hears of
that only after the embargo, for even that something happens would tell) · `board` (proctors) · `task:<task_id>` ·
`result:<result_id>` · `rejudging:<rejudge_set_id>`.
"""

import asyncio
import secrets
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Final, LiteralString

import structlog

from app.database import Connection, connect, is_unavailable
from app.event_stream import EventStream

CHANNEL: Final = "sarap_live"

PROBE_INTERVAL_S: Final = 10
"""How often the listening connection is asked whether it still lives: a connection can die without a word."""

PROBE_TIMEOUT_S: Final = 5
"""A healthy server answers `SELECT 1` within milliseconds."""

RECONNECT_DELAYS_S: Final = (0.2, 0.5, 1, 2, 5)
"""The last one repeats."""

MAX_SUBSCRIBERS: Final = 5_000
"""For one process, at about 20 KB each; more than a national sitting has candidates on one machine."""

MAX_OF_ONE_PERSON: Final = 20
"""A candidate has one exam page open, a proctor the board and some sessions. Whoever opens more ends their own oldest and takes
nobody else's place. The oldest may well be dead, left by a line that broke; the newest is the one that is looked at."""

STREAM_LIFETIME_S: Final = 600
"""A stream ends by itself and the browser comes again, so that a sign-out or a lost role ends it within ten minutes."""

CROWDED: Final = frozenset({"board"})
"""Topics that everything touches: each start, save and seal of a sitting changes the board."""

CROWDED_INTERVAL_S: Final = 1.0
"""Between two tellings of a crowded topic. A thousand starts in ten seconds redraw a board ten times, not a thousand."""

TELLINGS_PER_S: Final = 400
"""After the listening connection was lost everybody looks anew, and a database that has just come back is not met by all at
once: 2,000 pages look within five seconds."""

log = structlog.get_logger(__name__)


NOTIFY: Final[LiteralString] = "SELECT pg_notify($1, topic) FROM unnest($2::text[]) AS topic"


async def notify(db: Connection, *topics: str) -> None:
    """Tell every open page about `topics` when the caller's transaction commits."""
    await db.execute(NOTIFY, CHANNEL, topics)


class TooManySubscribers(Exception):
    """This process serves `MAX_SUBSCRIBERS` streams, or is about to stop; the page falls back to asking."""


class Subscriber:
    """One open page: whose, which topics it wants and which changed since it last looked. Repeats collapse."""

    __slots__ = ("_changed", "_wake", "is_closed", "is_displaced", "person", "topics")

    def __init__(self, topics: Iterable[str], person: object = None) -> None:
        self.topics = frozenset(topics)
        self.person = person
        self.is_closed = False
        self.is_displaced = False
        self._changed: set[str] = set()
        self._wake = asyncio.Event()

    def changed(self, topics: Collection[str]) -> None:
        """Note that these of its topics changed."""
        self._changed.update(topics)
        self._wake.set()

    def close(self, *, displaced: bool = False) -> None:
        """End the subscription; `displaced` if a newer one of the same person took its place."""
        self.is_closed = True
        self.is_displaced = displaced
        self._wake.set()

    async def next_until(self, end: float) -> frozenset[str]:
        """Wait for changes; none once closed or at `end`, a time of the event loop."""
        try:
            async with asyncio.timeout_at(end):
                await self._wake.wait()
        except TimeoutError:
            return frozenset()
        self._wake.clear()
        changed, self._changed = frozenset(self._changed), set()
        return changed


class Live:
    """The listening connection and the subscribers of one process."""

    def __init__(self, database_url: str, role: str) -> None:
        self._database_url = database_url
        self._role = role
        self._of_topic: dict[str, set[Subscriber]] = {}
        self._of_person: dict[object, dict[Subscriber, None]] = {}
        self._count = 0
        self._ending = False
        self._held_back: dict[str, bool] = {}
        self._lost = asyncio.Event()
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def subscriber_count(self) -> int:
        """How many pages are open."""
        return self._count

    @property
    def is_listening(self) -> bool:
        """Whether changes arrive at this moment."""
        return self._listening.is_set()

    async def start(self) -> None:
        """Begin to listen, in the background: a database that is away is waited for."""
        self._task = asyncio.create_task(self._keep_listening())

    def end_streams(self) -> None:
        """End every subscription and admit no other: the process stops, and its pages come back to the next one."""
        self._ending = True
        for subscriber in self._subscribers():
            subscriber.close()

    async def stop(self) -> None:
        """End every subscription and the connection."""
        self.end_streams()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._listening.clear()

    @contextmanager
    def admitted(self, topics: Iterable[str], person: object = None) -> Generator[Subscriber]:
        """A subscription while the block lasts. Raises `TooManySubscribers`."""
        self._make_room()
        subscriber = Subscriber(topics, person)
        own = self._of_person.setdefault(person, {})
        if person is not None and len(own) >= MAX_OF_ONE_PERSON:
            oldest = next((one for one in own if not one.is_closed), None)
            if oldest is not None:
                oldest.close(displaced=True)
        own[subscriber] = None
        for topic in subscriber.topics:
            self._of_topic.setdefault(topic, set()).add(subscriber)
        self._count += 1
        try:
            yield subscriber
        finally:
            self._count -= 1
            for topic in subscriber.topics:
                of_topic = self._of_topic[topic]
                of_topic.discard(subscriber)
                if not of_topic:
                    del self._of_topic[topic]
            del own[subscriber]
            if not own:
                self._of_person.pop(person, None)

    def stream(self, topics: Iterable[str], person: object) -> EventStream:
        """Answer `person` with server-sent events: `event: open` at once, then `event: changed` with the topic as data."""
        self._make_room()
        return EventStream(self, frozenset(topics), person, STREAM_LIFETIME_S)

    def _make_room(self) -> None:
        if self._count >= MAX_SUBSCRIBERS or self._ending:
            raise TooManySubscribers

    def _subscribers(self) -> list[Subscriber]:
        return [subscriber for own in self._of_person.values() for subscriber in own]

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
        if topic not in CROWDED:
            self._tell(topic)
        elif topic in self._held_back:
            self._held_back[topic] = True
        else:
            self._tell_crowded(topic)

    def _tell(self, topic: str) -> None:
        for subscriber in self._of_topic.get(topic, ()):
            subscriber.changed((topic,))

    def _tell_crowded(self, topic: str) -> None:
        """Tell, and hold back what comes until the interval is over; then tell once more if anything came."""
        self._tell(topic)
        self._held_back[topic] = False
        asyncio.get_running_loop().call_later(CROWDED_INTERVAL_S, self._let_go, topic)

    def _let_go(self, topic: str) -> None:
        if self._held_back.pop(topic):
            self._tell_crowded(topic)

    def _tell_everybody(self) -> None:
        loop = asyncio.get_running_loop()
        subscribers = self._subscribers()
        secrets.SystemRandom().shuffle(subscribers)
        for place, subscriber in enumerate(subscribers):
            loop.call_later(place / TELLINGS_PER_S, subscriber.changed, subscriber.topics)
