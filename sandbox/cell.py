"""One warm container and the supervisor in it: put files, execute, reset. What crosses here is bytes; meaning comes later.

The engine wraps what the container writes into frames of its own (eight bytes: stream 1 or 2, three zeros, a big-endian
length); they say nothing about the supervisor's frames, so both are unwrapped as they arrive.
"""

import asyncio
import struct
from typing import Final, Self

from sandbox import protocol
from sandbox.docker_engine import Container
from sandbox.errors import SandboxBroken
from sandbox.protocol import RunReport, RunRequest

START_S: Final = 30
"""From the start of a container to the supervisor's hello; 0.2 s on an idle machine."""
REPLY_S: Final = 30
"""Grace beyond what a request may take by itself: the supervisor kills in time, so more than this is a fault of ours."""
REPLY_MAX_BYTES: Final = 512 * 2**20
"""Far above any output limit; a larger frame is nonsense."""
DIAGNOSTICS_MAX_BYTES: Final = 4096
_ENGINE_HEAD: Final = struct.Struct(">B3xI")
_STDOUT: Final = 1


class CellDied(SandboxBroken):
    """The container ended, or its stream broke, while something was asked of it."""

    code = "sandbox-cell-died"


class Cell:
    """A container with its supervisor. One request at a time; after any error only `close` is allowed."""

    def __init__(self, container_id: str, stream: "_Stream", transport: asyncio.Transport) -> None:
        self.container_id = container_id
        self.toolchain = ""
        self.memory_mib = 0
        self.programs = 0
        self.sound = True
        self._stream = stream
        self._transport = transport

    @classmethod
    async def open(cls, container: Container, memory_mib: int) -> Self:
        """Wait for the supervisor's hello. Raises `SandboxBroken`."""
        loop = asyncio.get_running_loop()
        kind = container.stream.family.name
        connect = loop.create_unix_connection if kind == "AF_UNIX" else loop.create_connection
        transport, stream = await connect(_Stream, sock=container.stream)
        cell = cls(container.container_id, stream, transport)
        cell.memory_mib = memory_mib
        try:
            hello = await cell._reply(protocol.HELLO, START_S)
        except BaseException:
            cell.close()
            raise
        if int.from_bytes(hello[:4], "little") != protocol.VERSION:
            cell.close()
            raise SandboxBroken("the image's supervisor speaks another version of the protocol")
        cell.toolchain = hello[4:].decode("utf-8", "replace").strip()
        return cell

    @property
    def alive(self) -> bool:
        """False once the container's stream has ended."""
        return self.sound and not self._stream.ended

    def close(self) -> None:
        """Close the stream: the supervisor exits, the engine removes the container."""
        self.sound = False
        self._transport.abort()

    async def put(self, name: str, content: bytes) -> None:
        """Create a file in /box."""
        self._transport.write(protocol.put(name, content))
        await self._reply(protocol.DONE, REPLY_S)

    async def execute(self, request: RunRequest, stdin: bytes) -> RunReport:
        """Run something and wait for its end."""
        self._transport.write(protocol.execute(request, stdin))
        payload = await self._reply(protocol.ENDED, request.wall_ms / 1000 + REPLY_S)
        report = protocol.report(payload)
        if protocol.Flag.NOT_CLEAN in report.flags:
            self.sound = False
        return report

    async def reset(self) -> None:
        """Empty /box."""
        self._transport.write(protocol.head(protocol.RESET, 0))
        await self._reply(protocol.DONE, REPLY_S)

    async def _reply(self, wanted: bytes, timeout_s: float) -> bytes:
        # Until the reply is here, a cancelled or failed caller leaves the stream in an unknown state.
        self.sound, was_sound = False, self.sound
        try:
            async with asyncio.timeout(timeout_s):
                kind, size = protocol.read_head(await self._stream.exactly(protocol.HEAD_SIZE))
                if size > REPLY_MAX_BYTES:
                    raise SandboxBroken(f"the supervisor announced {size} bytes")
                payload = await self._stream.exactly(size)
        except TimeoutError as error:
            raise SandboxBroken(f"the supervisor did not answer within {timeout_s:.0f} s") from error
        if kind == protocol.ERROR:
            raise SandboxBroken(f"the supervisor: {payload.decode('utf-8', 'replace')}")
        if kind != wanted:
            raise SandboxBroken(f"the supervisor answered {kind!r} where {wanted!r} was due")
        self.sound = was_sound
        return payload


class _Stream(asyncio.Protocol):
    """What the container writes, unwrapped from the engine's frames. One reader at a time."""

    def __init__(self) -> None:
        self.ended = False
        self._raw = bytearray()
        self._ready = bytearray()
        self._diagnostics = bytearray()
        self._wanted = 0
        self._waiter: asyncio.Future[None] | None = None

    def data_received(self, data: bytes) -> None:
        self._raw += data
        at = 0
        while len(self._raw) - at >= _ENGINE_HEAD.size:
            channel, size = _ENGINE_HEAD.unpack_from(self._raw, at)
            end = at + _ENGINE_HEAD.size + size
            if end > len(self._raw):
                break
            part = memoryview(self._raw)[at + _ENGINE_HEAD.size : end]
            target = self._ready if channel == _STDOUT else self._diagnostics
            target += part
            part.release()
            at = end
        del self._raw[:at]
        del self._diagnostics[DIAGNOSTICS_MAX_BYTES:]
        if len(self._ready) >= self._wanted:
            self._wake()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the name is the base class's
        self.ended = True
        self._wake()

    async def exactly(self, size: int) -> bytes:
        """The next `size` bytes of the container's standard output. Raises `CellDied`."""
        while len(self._ready) < size:
            if self.ended:
                said = self._diagnostics.decode("utf-8", "replace").strip()
                raise CellDied(f"the container ended{': ' + said if said else ''}")
            self._wanted = size
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        part = bytes(memoryview(self._ready)[:size])
        del self._ready[:size]
        return part

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
