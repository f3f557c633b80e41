"""What browsers and programs send us, read with a limit and checked against a msgspec `Struct`.

    class SignInForm(msgspec.Struct):
        login: Annotated[str, msgspec.Meta(min_length=3, max_length=100)]
        password: str

    form = await read_form(request, SignInForm)

The limit counts bytes as they arrive, whatever `Content-Length` claims. Every fault is an `InvalidInput` that names the field:
`too-large` (bytes), `too-long` (characters) or `too-many` (entries) over a limit, `missing`, `malformed`, `wrong-type` for
another media type, `nul-byte` and `not-unicode` in a form's texts (PostgreSQL's `text` can hold neither), and `too-slow`.
Requests are read nowhere else.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Final, TypeVar

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from exams.errors import InvalidInput

FORM_MAX_BYTES: Final = 64 * 1024
"""Twice the longest text that a form of ours may hold (4,000 letters of Kazakh, percent-encoded: 24 KB)."""

JSON_MAX_BYTES: Final = 64 * 1024
"""For calls that say nothing else; a hand-in names its own."""

FORM_MAX_FIELDS: Final = 100
"""No form of ours has more than twenty."""

BODY_TIMEOUT_S: Final = 20
"""For a small body, whole: a phone on a bad line needs a second or two. Who sends a byte now and then holds nothing of ours."""

BYTES_PER_SECOND_MIN: Final = 32 * 1024
"""What a large upload must reach on the whole, beyond `BODY_TIMEOUT_S`: a slow line of 256 kbit/s."""

_FIELD: Final = re.compile(r"`\$\.?([^`]*)`")

_LENGTH: Final = re.compile(r"Expected `(str|array)` of length <= (\d+)")

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form. `name` is what the browser called it: a text to show, never a path to use."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Spooled:
    """A large file that came with a form and waits on disk. `name` is as in `Upload`."""

    name: str
    file: IO[bytes]


async def read_body(request: Request, *, max_bytes: int, field: str = "body") -> bytes:
    """Return the whole body. Raises `InvalidInput(field, "too-large", max_bytes)` as soon as it is longer."""
    async with _in_time(max_bytes, field):
        return b"".join([chunk async for chunk in _limited(request, max_bytes, field)])


async def read_json(request: Request, shape: type[Shape], *, max_bytes: int = JSON_MAX_BYTES) -> Shape:
    """Read a JSON body of exactly this shape: no coercion, no guesses."""
    if _media_type(request) != "application/json":
        raise InvalidInput("body", "wrong-type")
    body = await read_body(request, max_bytes=max_bytes)
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _fault(error) from error


async def read_form(request: Request, shape: type[Shape], *, max_bytes: int = FORM_MAX_BYTES) -> Shape:
    """Read an HTML form. Texts become the field's type (`int`, `bool`, `UUID`, an enum); a repeated field fills a list."""
    fields, _ = await _read_fields(request, max_bytes)
    return _convert(fields, shape)


async def read_upload(request: Request, file_field: str, shape: type[Shape], *, max_bytes: int) -> tuple[Shape, Upload | None]:
    """Read a multipart form with one file; `None` if no file was chosen. `max_bytes` counts the whole request."""
    fields, uploads = await _read_fields(request, max_bytes)
    return _convert(fields, shape), uploads.get(file_field)


async def keep_upload(request: Request, file_field: str, shape: type[Shape], *, max_bytes: int) -> tuple[Shape, Spooled | None]:
    """Like `read_upload` for a large file, which waits on disk instead of in memory. Whoever gets it closes it."""
    form = await _parse(request, max_bytes)
    kept: UploadFile | None = None
    try:
        fields: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                fields.setdefault(name, []).append(_plain(name, value))
        read = _convert(fields, shape)
        chosen = form.get(file_field)
        if isinstance(chosen, UploadFile) and chosen.filename:
            spooled = Spooled(_plain(file_field, chosen.filename), chosen.file)
            kept = chosen
            return read, spooled
        return read, None
    finally:
        for _name, value in form.multi_items():
            if isinstance(value, UploadFile) and value is not kept:
                await value.close()


async def _limited(request: Request, max_bytes: int, field: str) -> AsyncGenerator[bytes]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > max_bytes:
            raise InvalidInput(field, "too-large", max_bytes)
        yield chunk


@asynccontextmanager
async def _in_time(max_bytes: int, field: str) -> AsyncGenerator[None]:
    timeout_s = BODY_TIMEOUT_S + max_bytes / BYTES_PER_SECOND_MIN
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except TimeoutError as error:
        raise InvalidInput(field, "too-slow", round(timeout_s)) from error


async def _parse(request: Request, max_bytes: int) -> FormData:
    stream = _limited(request, max_bytes, "body")
    match _media_type(request):
        case "application/x-www-form-urlencoded":
            parser = FormParser(request.headers, stream, max_fields=FORM_MAX_FIELDS)
        case "multipart/form-data":
            parser = MultiPartParser(
                request.headers, stream, max_files=1, max_fields=FORM_MAX_FIELDS, max_part_size=min(max_bytes, FORM_MAX_BYTES)
            )
        case _:
            raise InvalidInput("body", "wrong-type")
    try:
        async with _in_time(max_bytes, "body"):
            return await parser.parse()
    except MultiPartException as error:
        raise InvalidInput("body", "malformed") from error


async def _read_fields(request: Request, max_bytes: int) -> tuple[dict[str, list[str]], dict[str, Upload]]:
    form = await _parse(request, max_bytes)
    fields: dict[str, list[str]] = {}
    uploads: dict[str, Upload] = {}
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    uploads[name] = Upload(_plain(name, value.filename), await value.read())
            else:
                fields.setdefault(name, []).append(_plain(name, value))
    finally:
        await form.close()
    return fields, uploads


def _plain(field: str, text: str) -> str:
    """Return `text` if it can be kept and shown. A form may name an encoding in which half a surrogate pair can be written."""
    if not field.isprintable():
        raise InvalidInput("body", "malformed")
    if "\0" in text:
        raise InvalidInput(field, "nul-byte")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidInput(field, "not-unicode") from None
    return text


def _convert(fields: dict[str, list[str]], shape: type[Shape]) -> Shape:
    lists = {
        field.encode_name
        for field in msgspec.structs.fields(shape)  # pyright: ignore[reportArgumentType]  # every shape is a Struct
        if isinstance(msgspec.inspect.type_info(field.type), msgspec.inspect.CollectionType)
    }
    values = {name: found if name in lists else found[-1] for name, found in fields.items()}
    try:
        return msgspec.convert(values, shape, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _fault(error) from error


def _fault(error: Exception) -> InvalidInput:
    """Name the field that msgspec complains about; its texts end in, for example, "- at `$.source`"."""
    text = str(error)
    if "missing required field" in text:
        return InvalidInput(text.split("`")[1], "missing")
    found = _FIELD.search(text)
    field = found.group(1) if found and found.group(1) else "body"
    if over := _LENGTH.search(text):
        return InvalidInput(field, "too-long" if over.group(1) == "str" else "too-many", int(over.group(2)))
    if "Expected `str` of length >=" in text:
        return InvalidInput(field, "missing")
    return InvalidInput(field, "malformed")


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
