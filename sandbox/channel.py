"""The two ways to a supervisor, as byte streams: the container's attached standard streams, and a socket of our own.

Attaching always works, but each message passes through the engine's processes (0.4 ms there and back). Where the engine runs on
this machine and we are root, the container also gets a folder with one Unix socket, which only root may enter; the supervisor
prefers it at its start (0.1 ms). The socket takes one connection and then has no name any more.
"""

import asyncio
import contextlib
import os
import shutil
import struct
import tempfile
from pathlib import Path
from typing import Final, Self, cast

from sandbox.errors import SandboxBroken

DIAGNOSTICS_MAX_BYTES: Final = 4096
"""What a dying supervisor says, for the log."""
SOCKET_NAME: Final = "supervisor"
_ENGINE_HEAD: Final = struct.Struct(">B3xI")
_STDOUT: Final = 1


class CellDied(SandboxBroken):
    """The container ended, or its stream broke, while something was asked of it."""


class Stream(asyncio.Protocol):
    """What a supervisor writes. One reader at a time.

    A `framed` stream comes through the engine, which puts eight bytes before each part: stream 1 or 2, three zeros, a
    big-endian length. They have nothing to do with the supervisor's own frames, so they are taken off as they arrive.
    """

    def __init__(self, *, framed: bool) -> None:
        self.ended = False
        self.transport: asyncio.Transport | None = None
        self._framed = framed
        self._raw = bytearray()
        self._ready = bytearray()
        self._diagnostics = bytearray()
        self._wanted = 0
        self._waiter: asyncio.Future[None] | None = None

    @property
    def diagnostics(self) -> str:
        """The head of the container's standard error."""
        return self._diagnostics.decode("utf-8", "replace").strip()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (`asyncio.Protocol`)."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Unwrap what came (`asyncio.Protocol`)."""
        if self._framed:
            self._raw += data
            self._unwrap()
        else:
            self._ready += data
        if len(self._ready) >= self._wanted:
            self._wake()

    def eof_received(self) -> bool:
        """Close with the other side (`asyncio.Protocol`)."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the name is the base class's
        """Tell whoever reads (`asyncio.Protocol`)."""
        self.ended = True
        self._wake()

    def write(self, data: bytes) -> None:
        """Send; on a stream that has ended it does nothing, and reading tells."""
        if self.transport is not None:
            self.transport.write(data)

    def close(self) -> None:
        """End the connection at once."""
        if self.transport is not None:
            self.transport.abort()

    async def arrived(self, size: int = 1) -> None:
        """Wait until `size` bytes are there. Raises `CellDied` if the stream ends before."""
        while len(self._ready) < size:
            if self.ended:
                raise CellDied("the container ended")
            self._wanted = size
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    async def exactly(self, size: int) -> bytes:
        """The next `size` bytes. Raises `CellDied` if the stream ends before."""
        await self.arrived(size)
        part = bytes(memoryview(self._ready)[:size])
        del self._ready[:size]
        return part

    def _unwrap(self) -> None:
        at = 0
        while len(self._raw) - at >= _ENGINE_HEAD.size:
            source, size = _ENGINE_HEAD.unpack_from(self._raw, at)
            end = at + _ENGINE_HEAD.size + size
            if end > len(self._raw):
                break
            part = self._raw[at + _ENGINE_HEAD.size : end]
            if source == _STDOUT:
                self._ready += part
            else:
                self._diagnostics += part
            at = end
        del self._raw[:at]
        del self._diagnostics[DIAGNOSTICS_MAX_BYTES:]

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Door:
    """A folder with a socket, to be mounted into one container; `connected` is the stream of whoever came in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connected: asyncio.Future[Stream] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None

    @classmethod
    async def open(cls) -> Self:
        """Listen. The folder is closed to everybody but us, and so to candidates' users in the container."""
        door = cls(Path(tempfile.mkdtemp(prefix="sarap-cell-")))
        door._server = await asyncio.get_running_loop().create_unix_server(door._enter, str(door.folder / SOCKET_NAME))
        return door

    @staticmethod
    def useful() -> bool:
        """Only root's folder can be entered by the supervisor, which is root without the right to override permissions."""
        return os.geteuid() == 0

    def close(self) -> None:
        """Take the name away; a connection that was made stays."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if not self.connected.done():
            self.connected.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _enter(self) -> "Stream":
        return _Guest(self.connected)


class _Guest(Stream):
    """The first to come in is the supervisor, which does so before it starts any program; anybody else is sent away."""

    def __init__(self, connected: asyncio.Future[Stream]) -> None:
        super().__init__(framed=False)
        self._connected = connected

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._connected.done():
            self.close()
        else:
            with contextlib.suppress(asyncio.InvalidStateError):
                self._connected.set_result(self)
