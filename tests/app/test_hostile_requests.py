"""Requests that no browser sends: they are refused or answered in order, and nothing of ours breaks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from limits import RateLimitItemPerMinute

from app import connection
from app.asking_limits import ARCHIVE_PLACES, FILE_PLACES, AskedTooOften, AskingLimits, Places
from app.auth.account import Role
from app.connection import HEAD_MAX_BYTES
from app.views import bulk_verifier
from tests.fixtures.postgres import Database
from tests.fixtures.web import Site, running_site

ZERO = "00000000-0000-4000-8000-000000000000"


async def say(site: Site, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """Send bytes, whatever they are, and return what comes back before the connection is closed."""
    address = urlsplit(site.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def get(path: bytes, *headers: bytes) -> bytes:
    """A request that closes its connection."""
    return b"\r\n".join([b"GET " + path + b" HTTP/1.1", b"Connection: close", *(headers or (b"Host: x",)), b"", b""])


@pytest.mark.parametrize(
    "path", [b"/exams/", b"/static", b"/certificates/x%0d%0aSet-Cookie:a=b/", b"http://evil.example/exams/"]
)
async def test_no_answer_sends_a_browser_to_the_host_that_the_caller_named(module_site: Site, path: bytes) -> None:
    answer = await say(module_site, get(path, b"Host: evil.example"))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"\r\nlocation:" not in answer.lower()


@pytest.mark.parametrize("host", [b"[", b"", b"evil.example/api/x?", b"a b", b"evil.example:99999999", b"\xff"])
async def test_a_host_that_is_none_changes_nothing(module_site: Site, host: bytes) -> None:
    answer = await say(module_site, get(b"/exams", b"Host: " + host, b"Accept: text/html"))
    assert b"location: /sign-in?next=/exams\r\n" in answer


@pytest.mark.parametrize(
    "path",
    [
        f"/api/sessions/{ZERO}/items/{'9' * 5000}/journal".encode(),
        f"/api/sessions/{ZERO}/items/-1/journal".encode(),
        b"/static/%00",
        b"/static/..%2f..%2fsettings.py",
        b"/static/%2e%2e/settings.py",
        b"/static/" + b"a" * 5000,
        b"/certificates/%00",
        b"/certificates/..%2f..%2fkeys%2fkey-2026-1.pem.json",
        b"/status/%ff",
    ],
)
async def test_an_address_that_leads_nowhere_is_not_found(module_site: Site, path: bytes) -> None:
    assert (await say(module_site, get(path))).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "head",
    [
        [get(b"/", b"Host: x", b"X: " + b"y" * HEAD_MAX_BYTES)],
        [get(b"/" + b"a" * HEAD_MAX_BYTES)],
        [get(b"/", *(f"X{number}: y".encode() for number in range(20_000)))],
        [b"GET / HTTP/1.1\r\nX: ", *[b"y" * 8192] * 8],
    ],
    ids=["one header", "the address", "many headers", "without an end"],
)
async def test_a_head_that_is_too_large_is_refused(module_site: Site, head: list[bytes]) -> None:
    answer = await say(module_site, *head, pause_s=0.01)
    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b"", "refused, or cut off while it was still being sent"
    assert (await say(module_site, get(b"/healthz"))).startswith(b"HTTP/1.1 200 ")


async def test_a_head_that_does_not_come_is_not_waited_for(module_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_TIMEOUT_S", 0.2)
    for pieces in (
        [],
        [b"GET / HT"],
        [b"GET / HTTP/1.1\r\nHost: x\r\n"],
        [get(b"/healthz")[:-2].replace(b"close", b"keep-alive")],
    ):
        assert await say(module_site, *pieces) == b""


async def test_an_answer_that_takes_longer_than_a_head_may_is_not_cut(
    module_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_TIMEOUT_S", 0.2)
    proctor = await module_site.person(Role.PROCTOR)
    async with asyncio.timeout(10), proctor.stream("GET", "/board/events") as stream:
        lines = stream.aiter_lines()
        assert "open" in await anext(lines)
        await asyncio.sleep(0.5)
        await module_site.database.admin.execute("SELECT pg_notify('sarap_live', 'board')")
        async for line in lines:
            if "changed" in line:
                break


@asynccontextmanager
async def slow_senders(site: Site, path: bytes, count: int) -> AsyncGenerator[None]:
    """Requests whose bodies begin and do not go on, for as long as the block lasts."""
    address = urlsplit(site.url)
    writers: list[asyncio.StreamWriter] = []
    try:
        for _ in range(count):
            _reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writers.append(writer)
            kind = b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n"
            writer.write(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + kind)
            await writer.drain()
        yield
    finally:
        for writer in writers:
            writer.close()


@pytest.mark.parametrize(
    ("path", "places", "field"),
    [("/verify/many", ARCHIVE_PLACES, "archive"), ("/verify", FILE_PLACES, "certificate"), ("/api/verify", FILE_PLACES, "x")],
)
async def test_who_sends_slowly_holds_a_few_places_and_those_of_nobody_else(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, places: Places, field: str
) -> None:
    monkeypatch.setattr(bulk_verifier, "BULK_CHECKS", RateLimitItemPerMinute(1000))
    async with running_site(database, tmp_path, SARAP_TRUSTED_PROXIES="127.0.0.1") as site:

        async def status(address: str) -> int:
            visitor = await site.visitor(**{"x-forwarded-for": address})
            return (await visitor.post(path, files={field: ("a", b"x")})).status_code

        async def until(refused: bool) -> None:
            async with asyncio.timeout(10):
                while (await status("127.0.0.1") == 429) is not refused:
                    await asyncio.sleep(0.05)

        async with slow_senders(site, path.encode(), places.of_one):
            await until(refused=True)
            assert await status("203.0.113.9") in {200, 422}
        await until(refused=False)


def test_all_callers_together_have_only_so_many_places() -> None:
    asking = AskingLimits()
    with ExitStack() as held:
        for number in range(ARCHIVE_PLACES.of_all):
            held.enter_context(asking.place(ARCHIVE_PLACES, f"203.0.113.{number}"))
        with pytest.raises(AskedTooOften), asking.place(ARCHIVE_PLACES, "198.51.100.1"):
            pass
        with asking.place(FILE_PLACES, "198.51.100.1"):
            pass
    with asking.place(ARCHIVE_PLACES, "198.51.100.1"):
        pass


@pytest.mark.parametrize(
    "field", [{"login": "can\0didate", "password": "x"}, {"login": "candidate", "password": "x\0"}], ids=["login", "password"]
)
async def test_a_nul_byte_in_the_sign_in_is_said_to_be_one(module_site: Site, field: dict[str, str]) -> None:
    visitor = await module_site.visitor()
    answer = await visitor.post("/sign-in", data=field, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (422, "nul-byte")


async def test_an_upload_with_an_impossible_file_name_is_refused(module_site: Site) -> None:
    examiner = await module_site.person(Role.EXAMINER)
    body = b'--b\r\nContent-Disposition: form-data; name="package"; filename="\\ud800.zip"\r\n\r\nx\r\n--b--\r\n'
    kind = {"content-type": "multipart/form-data; charset=unicode_escape; boundary=b"}
    assert (await examiner.post("/tasks", content=body, headers=kind)).status_code == 422


async def test_a_log_line_cannot_be_written_by_a_visitor(module_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    mark = uuid4().hex
    with caplog.at_level("INFO"):
        await say(module_site, get(f"/{mark}%1b%5b31mred%0d%0aforged".encode()))
    lines = [record.getMessage() for record in caplog.records if mark in record.getMessage()]
    assert all("\x1b" not in line and "\n" not in line for line in lines)
