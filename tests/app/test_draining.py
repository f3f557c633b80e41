"""A server that is asked to stop: live channels end at once and in order, what runs is answered, then it is gone."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Final

import httpx2

from app.auth import websession
from tests.fixtures.candidates import Sitting, start_exam
from tests.fixtures.web import BROWSER, Person, Site

CHANNELS: Final = 12
DRAINED_WITHIN_S: Final = 5
"""What is promised of a stop with live channels open."""


@asynccontextmanager
async def web_process(site: Site, folder: Path) -> AsyncGenerator[tuple[asyncio.subprocess.Process, str]]:
    """A real web process on the site's database, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": site.database.url, "PORT": str(port), "SARAP_DATA_DIR": str(folder)}
    web = await asyncio.create_subprocess_exec(sys.executable, "-m", "app", "serve", "--web-only", env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx2.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{url}/readyz")).status_code == 200:
                        break
                except httpx2.TransportError:
                    assert web.returncode is None, "it did not start"
                await asyncio.sleep(0.1)
        yield web, url
    finally:
        if web.returncode is None:
            web.kill()
            await web.wait()


async def listen(url: str, sitting: Sitting, opened: asyncio.Queue[None]) -> list[str]:
    """Hold a channel open until the server ends it; its lines. A channel that breaks off raises."""
    lines: list[str] = []
    cookies = {websession.COOKIE: sitting.candidate.token}
    async with (
        httpx2.AsyncClient(cookies=cookies, headers=BROWSER, timeout=60) as client,
        client.stream("GET", f"{url}/sessions/{sitting.session_id}/events") as answer,
    ):
        async for line in answer.aiter_lines():
            lines.append(line)
            if line == "event: open":
                opened.put_nowait(None)
    return lines


async def test_a_stop_ends_live_channels_answers_what_runs_and_takes_seconds(site: Site, tmp_path: Path) -> None:
    sitting = await start_exam(site)
    async with web_process(site, tmp_path) as (web, url):
        opened: asyncio.Queue[None] = asyncio.Queue()
        channels = [asyncio.create_task(listen(url, sitting, opened)) for _ in range(CHANNELS)]
        for _ in channels:
            await asyncio.wait_for(opened.get(), 30)
        async with (
            site.database.admin.acquire() as db,
            Person(base_url=url, headers=BROWSER, cookies={websession.COOKIE: sitting.candidate.token}, timeout=30) as tab,
        ):
            holding = db.transaction()
            await holding.start()
            await db.execute("SELECT FROM session WHERE session_id = $1 FOR UPDATE", sitting.session_id)
            call = {"tab": sitting.tab, "device": "a test"}
            asked = asyncio.create_task(tab.post(f"/api/sessions/{sitting.session_id}/lease", json=call))
            while not await site.database.admin.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.02)
            began = monotonic()
            web.send_signal(signal.SIGTERM)
            ended = await asyncio.gather(*channels)
            assert not asked.done(), "the request waits for the database, not the channels for the request"
            await holding.rollback()
            assert (await asked).status_code == 200, "what was under way is answered"
        assert await asyncio.wait_for(web.wait(), DRAINED_WITHIN_S) is not None
        assert monotonic() - began < DRAINED_WITHIN_S
    returns = {lines[-2] for lines in ended}
    assert all(line.startswith("retry: ") for line in returns), ended[0]
    assert len(returns) > 1, "they return at different times"


async def test_complaint_2_a_save_needs_no_live_channel(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "print(1)\n")
    await site.live.stop()
    refused = await sitting.candidate.get(f"/sessions/{sitting.session_id}/events", headers={"accept": "application/json"})
    assert refused.status_code == 503, "there is no live channel to be had"
    assert not site.live.is_listening
    said = await sitting.save(1, "python3", "print(12)\n")
    assert said["revision"] == 2
    assert said["receipt"]
    assert (await sitting.hand_in(1, "python3", "print(12)\n")).status_code == 201
