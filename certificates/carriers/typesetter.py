"""The typesetter as a process of its own: `python -m certificates.carriers.typesetter`, which whoever holds keys talks to.

Typst is a large program that reads a template, fonts and pictures. None of them is a stranger's, but a name and a description
are what people typed. So it runs where there is no key, no database and no network address of ours in the environment, with
little memory and a time limit; the worst that a fault in it can do is to end a process that is started again.

Both ways go frames, each with its length in front (4 bytes, big-endian): the certificate file and the printing in, and back a
frame with the PDF behind a zero byte, or with a sentence behind another byte.
"""

import asyncio
import os
import resource
import struct
import sys
from typing import BinaryIO, Final

from certificates.carriers.pdf import PDF_MAX_BYTES
from certificates.carriers.printed import Print, read_print, write_print
from certificates.carriers.typesetting import render
from certificates.errors import TypesettingFailed

TIMEOUT_S: Final = 20
"""Seconds for one certificate. It takes a fiftieth of one, and a second in a process that has just been started."""

MEMORY_MAX_BYTES: Final = 1024 * 1024 * 1024
"""Bytes of address space, of which the program with its fonts takes a quarter."""

_FILES_MAX: Final = 64
_LENGTH: Final = struct.Struct(">I")
_DONE, _FAILED = b"\0", b"\1"
ENVIRONMENT: Final = {"RAYON_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
"""One thread: certificates are many, and each is small."""


class Typesetter:
    """One process, started when it is first needed and again when it has ended; one certificate after the other."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def typeset(self, bundle: bytes, what: Print) -> bytes:
        """Typeset a certificate file. Raises `TypesettingFailed`; then the next one gets a new process."""
        async with self._turn:
            process = self._process = await self._running()
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    answer = await _ask(process, bundle, write_print(what))
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                await self._end()
                msg = f"the typesetter gave no answer: {error!r}"
                raise TypesettingFailed(msg) from error
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for that of the next question
                raise
        if answer[:1] != _DONE:
            raise TypesettingFailed(answer[1:].decode(errors="replace"))
        return answer[1:]

    async def close(self) -> None:
        """End the process. It also ends when we do, because its input does."""
        async with self._turn:
            await self._end()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            __spec__.name,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=ENVIRONMENT,
            start_new_session=True,  # a Ctrl-C on the terminal is for us
        )

    def kill(self) -> None:
        """Kill the process at once; whoever waits for it is told."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _end(self) -> None:
        self.kill()
        process, self._process = self._process, None
        if process is not None:
            await process.wait()


async def _ask(process: asyncio.subprocess.Process, *questions: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    for question in questions:
        process.stdin.write(_LENGTH.pack(len(question)) + question)
    await process.stdin.drain()
    (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    if not 0 < length <= PDF_MAX_BYTES:
        msg = f"an answer of {length} bytes"
        raise OSError(msg)
    return await process.stdout.readexactly(length)


def main() -> None:
    """Answer until the input ends."""
    _confine()
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints does not get between the answers
    while (bundle := _read(questions)) is not None:
        what = _read(questions)
        assert what is not None
        try:
            answer = _DONE + render(bundle, read_print(what))
        except Exception as error:  # noqa: BLE001 - whoever asked is told, and decides
            answer = _FAILED + f"{type(error).__name__}: {error}"[:500].encode()
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES_MAX, _FILES_MAX))


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    return stream.read(length)


if __name__ == "__main__":
    main()
