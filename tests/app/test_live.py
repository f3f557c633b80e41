"""Live pages: changes arrive, a database that goes away and comes back is survived, a stop is quick."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from app import live as live_module
from app.auth import websession
from app.auth.account import Role
from app.database import transaction
from app.live import Live, TooManySubscribers, notify
from tests.fixtures.postgres import Database
from tests.fixtures.web import Person, Site, running_site

SOON_S = 5


@asynccontextmanager
async def _listening(url: str) -> AsyncGenerator[Live]:
    live = Live(url, "sarap_web")
    await live.start()
    async with asyncio.timeout(SOON_S):
        while not live.is_listening:
            await asyncio.sleep(0.01)
    try:
        yield live
    finally:
        await live.stop()


class Wire:
    """A TCP door to the database's socket that can be cut."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._path = parts.path
        self._user = parts.username or "postgres"
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = True
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Open the door and return the database's address through it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"postgresql://{self._user}@127.0.0.1:{port}{self._path}"

    def cut(self) -> None:
        """End what passes and let nobody through."""
        self._open = False
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Let people through again."""
        self._open = True

    async def stop(self) -> None:
        """Close the door."""
        assert self._server is not None
        self.cut()
        self._server.close()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        behind_reader, behind_writer = await asyncio.open_unix_connection(self._socket)
        ends = {writer, behind_writer}
        self._writers |= ends
        await asyncio.gather(self._pass_on(reader, behind_writer), self._pass_on(behind_reader, writer))
        self._writers -= ends

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@pytest.fixture
async def wire(database: Database) -> AsyncGenerator[tuple[Wire, str]]:
    if "host=" not in database.url:
        pytest.skip("needs the socket of the embedded server")
    made = Wire(database.url)
    yield made, await made.start()
    await made.stop()


async def _changes(live: Live, *topics: str) -> AsyncGenerator[str]:
    """Each of `topics` whenever it may have changed."""
    with live.admitted(topics) as subscriber:
        while changed := await subscriber.next_until(asyncio.get_running_loop().time() + 2 * SOON_S):
            for topic in changed:
                yield topic


async def _next(changes: AsyncGenerator[str]) -> str:
    return await asyncio.wait_for(anext(changes), SOON_S)


async def test_a_committed_change_reaches_its_subscribers_and_nobody_else(database: Database) -> None:
    async with _listening(database.url) as live:
        mine, other = _changes(live, "session:1", "board"), _changes(live, "session:2")
        first, second = asyncio.ensure_future(_next(mine)), asyncio.ensure_future(_next(other))
        await asyncio.sleep(0)
        async with transaction(database.web) as db:
            await notify(db, "session:1")
            await asyncio.sleep(0.05)
            assert not first.done(), "nothing is told before the commit"
        assert await first == "session:1"
        assert not second.done()
        second.cancel()


async def test_nothing_is_told_of_what_was_rolled_back(database: Database) -> None:
    async with _listening(database.url) as live:
        waiting = asyncio.ensure_future(_next(_changes(live, "session:1")))
        async with database.web.acquire() as db:
            change = db.transaction()
            await change.start()
            await notify(db, "session:1")
            await change.rollback()
        await asyncio.sleep(0.1)
        assert not waiting.done()
        waiting.cancel()


async def test_changes_of_one_topic_collapse_while_nobody_looks(database: Database) -> None:
    async with _listening(database.url) as live:
        changes = _changes(live, "board")
        waiting = asyncio.ensure_future(_next(changes))
        await asyncio.sleep(0)
        for _ in range(3):
            async with transaction(database.web) as db:
                await notify(db, "board")
        assert await waiting == "board"
        await asyncio.sleep(0.1)
        await _next(changes)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(changes), 0.1)


async def test_a_lost_connection_is_replaced_and_everybody_looks_again(wire: tuple[Wire, str]) -> None:
    door, url = wire
    async with _listening(url) as live:
        changes = _changes(live, "session:1")
        waiting = asyncio.ensure_future(_next(changes))
        await asyncio.sleep(0)
        door.cut()
        await asyncio.sleep(0.3)
        assert not live.is_listening
        door.mend()
        assert await waiting == "session:1", "something may have changed meanwhile"
        assert live.is_listening


async def test_a_connection_that_died_without_a_word_is_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "PROBE_INTERVAL_S", 0.1)
    async with _listening(database.url) as live:
        changes = _changes(live, "session:1")
        waiting = asyncio.ensure_future(_next(changes))
        await asyncio.sleep(0)
        await database.admin.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sarap_web listening'"
        )
        assert await waiting == "session:1"


async def test_there_is_a_limit_of_open_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MAX_SUBSCRIBERS", 1)
    async with _listening(database.url) as live:
        waiting = asyncio.ensure_future(_next(_changes(live, "a")))
        await asyncio.sleep(0.05)
        with pytest.raises(TooManySubscribers):
            live.stream({"a"}, "somebody")
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        assert live.subscriber_count == 0


async def test_one_person_takes_only_their_own_places_and_keeps_the_newest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "MAX_OF_ONE_PERSON", 2)
    async with _listening(database.url) as live:
        with (
            live.admitted({"a"}, "somebody else") as other,
            live.admitted({"a"}, "eager") as first,
            live.admitted({"a"}, "eager") as second,
            live.admitted({"a"}, "eager") as third,
        ):
            assert first.is_closed
            assert first.is_displaced
            assert not any(one.is_closed for one in (other, second, third))
        assert live.subscriber_count == 0


async def test_a_crowded_topic_is_told_at_once_and_then_once_an_interval(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "CROWDED_INTERVAL_S", 0.2)
    async with _listening(database.url) as live:
        with live.admitted({"board"}) as board, live.admitted({"session:last"}) as last:
            told = 0
            end = asyncio.get_running_loop().time() + SOON_S
            async with transaction(database.web) as db:
                await notify(db, "board")
            assert await board.next_until(end) == {"board"}
            for number in range(20):
                async with transaction(database.web) as db:
                    await notify(db, "board")
                    await notify(db, "session:last" if number == 19 else "session:other")
            assert await last.next_until(end), "every one of them has arrived"
            while await board.next_until(asyncio.get_running_loop().time() + 0.5):
                told += 1
            assert 1 <= told < 20


async def test_what_ends_together_is_told_to_return_at_different_times(site: Site) -> None:
    people = [await site.person(Role.PROCTOR) for _ in range(8)]
    returns: set[str] = set()

    async def listen(person: Person) -> None:
        async with person.stream("GET", "/board/events") as answer:
            lines = answer.aiter_lines()
            opened = False
            async for line in lines:
                if line.startswith("retry: ") and opened:
                    returns.add(line)
                opened = opened or line == ""

    listening = [asyncio.create_task(listen(person)) for person in people]
    async with asyncio.timeout(SOON_S):
        while site.live.subscriber_count < len(people):
            await asyncio.sleep(0.01)
        site.live.end_streams()
        await asyncio.gather(*listening)
    assert len(returns) > 1


async def test_whoever_waits_for_changes_waits_no_longer_than_until_the_end_of_the_stream(database: Database) -> None:
    async with _listening(database.url) as live:
        with live.admitted({"a"}) as subscriber:
            assert await subscriber.next_until(asyncio.get_running_loop().time() + 0.05) == frozenset()


async def test_a_page_says_that_the_database_is_away_and_works_when_it_is_back(
    wire: tuple[Wire, str], database: Database, tmp_path: Path
) -> None:
    door, url = wire
    async with running_site(replace(database, url=url), tmp_path) as site:
        person = await site.person()
        assert "Aigerim Test" in (await person.get("/")).text
        door.cut()
        away = await person.get("/")
        assert away.status_code == 503
        assert away.headers["retry-after"] == "5"
        assert "Nothing that you saved is lost" in away.text
        program = await person.get("/", headers={"accept": "application/json"})
        assert program.json()["code"] == "database-unavailable"
        ready = await person.get("/readyz")
        assert ready.status_code == 503
        assert (await (await site.visitor()).get("/healthz")).status_code == 200
        door.mend()
        assert "Aigerim Test" in (await person.get("/")).text


async def test_a_stop_takes_seconds_with_live_pages_open(site: Site, tmp_path: Path) -> None:
    proctor = await site.person(Role.PROCTOR)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": site.database.url, "PORT": str(port), "SARAP_DATA_DIR": str(tmp_path)}
    web = await asyncio.create_subprocess_exec(sys.executable, "-m", "app", "serve", "--web-only", env=environment)
    opened = asyncio.Event()

    async def listen() -> None:
        cookies = {websession.COOKIE: proctor.token}
        with suppress(httpx2.HTTPError):
            async with (
                httpx2.AsyncClient(cookies=cookies, timeout=30) as client,
                client.stream("GET", f"http://127.0.0.1:{port}/board/events") as answer,
            ):
                async for line in answer.aiter_lines():
                    if line == "event: open":
                        opened.set()

    try:
        listening = asyncio.create_task(listen())
        while not opened.is_set():
            if listening.done():  # the process is still starting
                listening = asyncio.create_task(listen())
            await asyncio.sleep(0.1)
        began = monotonic()
        web.send_signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.gather(listening, web.wait()), SOON_S)
        assert monotonic() - began < SOON_S
    finally:
        if web.returncode is None:
            web.kill()
            await web.wait()
