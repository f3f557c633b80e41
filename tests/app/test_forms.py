"""What is sent to us: read with a limit, checked against a shape, refused with the field's name."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.requests import Request
from starlette.types import Message

from app import forms
from app.forms import FORM_MAX_FIELDS, read_body, read_form, read_json, read_upload
from exams.errors import InvalidInput


class Colour(StrEnum):
    """A closed vocabulary."""

    TEAL = "teal"


class Shape(msgspec.Struct):
    """A form with a field of each kind."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=5)]
    count: int = 0
    id: UUID | None = None
    colour: Colour = Colour.TEAL
    tags: Annotated[list[str], msgspec.Meta(max_length=2)] = []


def _request(body: bytes, media_type: str, chunk: int = 7) -> Request:
    pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)] or [b""]

    async def receive() -> Message:
        piece = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    headers = [(b"content-type", media_type.encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


async def _fault(awaitable: Awaitable[object]) -> tuple[str, str, int | None]:
    with pytest.raises(InvalidInput) as caught:
        await awaitable
    return caught.value.field, caught.value.reason, caught.value.limit


FORM = "application/x-www-form-urlencoded"


async def test_texts_become_the_fields_types() -> None:
    found = uuid4()
    body = f"name=%D2%9B&count=3&id={found}&colour=teal&tags=a&tags=b".encode()
    assert await read_form(_request(body, FORM), Shape) == Shape("қ", 3, found, Colour.TEAL, ["a", "b"])


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", ("name", "missing", None)),
        (b"name=", ("name", "missing", None)),
        (b"name=toolong", ("name", "too-long", 5)),
        (b"name=a&count=many", ("count", "malformed", None)),
        (b"name=a&id=7", ("id", "malformed", None)),
        (b"name=a&colour=red", ("colour", "malformed", None)),
    ],
)
async def test_a_fault_names_its_field(body: bytes, fault: tuple[str, str, int | None]) -> None:
    assert await _fault(read_form(_request(body, FORM), Shape)) == fault


@pytest.mark.parametrize("read", [read_form, read_json])
async def test_a_body_over_the_limit_is_refused_while_it_arrives(read: Callable[..., Awaitable[Shape]]) -> None:
    media_type = FORM if read is read_form else "application/json"
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"a" * 1000, "more_body": True}

    request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", media_type.encode())]}, receive)
    assert await _fault(read(request, Shape, max_bytes=3000)) == ("body", "too-large", 3000)
    assert taken == 4, "nothing is read beyond the limit"


async def test_a_form_of_too_many_fields_is_refused() -> None:
    body = b"&".join(b"a=1" for _ in range(FORM_MAX_FIELDS + 1))
    assert await _fault(read_form(_request(body, FORM, 1000), Shape)) == ("body", "malformed", None)


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/xml"])
async def test_another_media_type_is_refused(media_type: str) -> None:
    assert await _fault(read_form(_request(b"name=a", media_type), Shape)) == ("body", "wrong-type", None)
    assert await _fault(read_json(_request(b"{}", media_type), Shape)) == ("body", "wrong-type", None)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", ("body", "malformed", None)),
        (b"[]", ("body", "malformed", None)),
        (b"{}", ("name", "missing", None)),
        (b'{"name": 5}', ("name", "malformed", None)),
        (b'{"name": "a", "count": "3"}', ("count", "malformed", None)),
        (b'{"name": "a", "tags": ["1", "2", "3"]}', ("tags", "too-many", 2)),
        (b'{"name": "a", "tags": [1]}', ("tags[0]", "malformed", None)),
        (b"[" * 5000, ("body", "malformed", None)),
        (b'{"name": "\xff"}', ("body", "malformed", None)),
    ],
)
async def test_json_is_not_coerced(body: bytes, fault: tuple[str, str, int | None]) -> None:
    assert await _fault(read_json(_request(body, "application/json; charset=utf-8"), Shape)) == fault


@given(body=some.binary(max_size=300))
async def test_no_body_breaks_the_readers(body: bytes) -> None:
    for media_type in (FORM, "application/json", "multipart/form-data; boundary=x"):
        reader = read_json if media_type == "application/json" else read_form
        with suppress(InvalidInput):
            await reader(_request(body, media_type), Shape)


MULTIPART = "multipart/form-data; boundary=x"


def _part(disposition: str, content: bytes) -> bytes:
    return b"--x\r\nContent-Disposition: form-data; " + disposition.encode() + b"\r\n\r\n" + content + b"\r\n"


async def test_a_file_comes_with_its_form() -> None:
    body = _part('name="name"', b"a") + _part('name="package"; filename="../t.zip"', b"PK\x00") + b"--x--\r\n"
    form, upload = await read_upload(_request(body, MULTIPART), "package", Shape, max_bytes=10_000)
    assert form == Shape("a")
    assert upload is not None
    assert (upload.name, upload.content) == ("../t.zip", b"PK\x00")


async def test_no_file_chosen_is_none() -> None:
    body = _part('name="name"', b"a") + _part('name="package"; filename=""', b"") + b"--x--\r\n"
    _, upload = await read_upload(_request(body, MULTIPART), "package", Shape, max_bytes=10_000)
    assert upload is None


@pytest.mark.parametrize(
    "body",
    [
        b"no boundary at all",
        _part('name="package"; filename="a"', b"1") + _part('name="other"; filename="b"', b"2") + b"--x--\r\n",
        b"--x\r\nNonsense\r\n\r\n",
    ],
)
async def test_a_broken_upload_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        await read_upload(_request(body, MULTIPART), "package", Shape, max_bytes=10_000)


async def test_an_upload_over_the_limit_is_refused() -> None:
    body = _part('name="name"', b"a") + _part('name="package"; filename="t"', b"0" * 5000) + b"--x--\r\n"
    assert await _fault(read_upload(_request(body, MULTIPART, 500), "package", Shape, max_bytes=3000)) == (
        "body",
        "too-large",
        3000,
    )


async def test_a_raw_body_names_the_field_that_it_is() -> None:
    assert await read_body(_request(b"\xff\xd8", "image/jpeg"), max_bytes=10) == b"\xff\xd8"
    assert await _fault(read_body(_request(b"0" * 11, "image/jpeg"), max_bytes=10, field="image")) == ("image", "too-large", 10)


@pytest.mark.parametrize(("written", "reason"), [("\\ud800", "not-unicode"), ("a\\0b", "nul-byte")])
@pytest.mark.parametrize("part", ['name="name"\r\n\r\n{}', 'name="file"; filename="{}"\r\n\r\nx'])
async def test_a_text_that_no_database_keeps_is_refused_whatever_encoding_the_form_names(
    written: str, reason: str, part: str
) -> None:
    body = f"--b\r\nContent-Disposition: form-data; {part.format(written)}\r\n--b--\r\n".encode()
    request = _request(body, "multipart/form-data; charset=unicode_escape; boundary=b", 1000)
    field = "name" if 'name="name"' in part else "file"
    assert await _fault(read_upload(request, "file", Shape, max_bytes=10_000)) == (field, reason, None)


async def test_a_nul_byte_in_a_form_is_refused() -> None:
    assert await _fault(read_form(_request(b"name=a%00", FORM), Shape)) == ("name", "nul-byte", None)


@pytest.mark.parametrize("read", [read_form, read_json])
async def test_a_body_that_trickles_in_is_given_up(
    read: Callable[..., Awaitable[Shape]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "BODY_TIMEOUT_S", 0.05)
    media_type = FORM if read is read_form else "application/json"

    async def receive() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a", "more_body": True}

    request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", media_type.encode())]}, receive)
    assert (await _fault(read(request, Shape, max_bytes=100)))[:2] == ("body", "too-slow")
