"""One warm container and the supervisor in it: put files, execute, reset. What crosses here is bytes; meaning comes later."""

import asyncio
from collections.abc import Iterable
from typing import Final, Self

from sandbox import protocol
from sandbox.channel import CellDied, Door, Stream
from sandbox.docker_engine import Container
from sandbox.errors import SandboxBroken
from sandbox.protocol import BoxFile, Hello, RunReport, RunRequest

START_S: Final = 30
"""From the start of a container to the supervisor's hello; 0.2 s on an idle machine."""
REPLY_S: Final = 30
"""Grace beyond what a request may take by itself: the supervisor kills in time, so more than this is a fault of ours."""
REPLY_MAX_BYTES: Final = 512 * 2**20
"""Far above any output limit; a larger frame is nonsense."""


class Cell:
    """A container with its supervisor. One request at a time; after any error only `close` is allowed."""

    def __init__(self, container: Container, attached: Stream, stream: Stream, memory_mib: int) -> None:
        self.container_id = container.container_id
        self.image = container.image
        self.hello = Hello(protocol.VERSION, can_isolate=False, startup_us=0, isolate_error=0, toolchain="")
        self.memory_mib = memory_mib
        self.programs = 0
        self.sound = True
        self._attached = attached
        self._stream = stream

    @classmethod
    async def open(cls, container: Container, memory_mib: int, door: Door | None) -> Self:
        """Wait for the supervisor's hello, through the door if it comes that way. Raises `SandboxBroken`."""
        attached = await _attach(container)
        try:
            async with asyncio.timeout(START_S):
                stream = await _first_to_speak(attached, door)
            cell = cls(container, attached, stream, memory_mib)
            cell.hello = protocol.hello(await cell._reply(protocol.HELLO, START_S))
        except BaseException as error:
            attached.close()
            if isinstance(error, TimeoutError):
                raise SandboxBroken(f"the supervisor did not start within {START_S} s") from error
            raise
        if cell.hello.version != protocol.VERSION:
            cell.close()
            raise SandboxBroken("the image's supervisor speaks another version of the protocol")
        return cell

    @property
    def direct(self) -> bool:
        """Whether the supervisor came through the door."""
        return self._stream is not self._attached

    @property
    def alive(self) -> bool:
        """False once the container's stream has ended."""
        return self.sound and not self._stream.ended

    def close(self) -> None:
        """Close the stream: the supervisor exits, the engine removes the container."""
        self.sound = False
        self._stream.close()
        self._attached.close()

    async def put(self, files: Iterable[BoxFile]) -> None:
        """Create files in /box."""
        await self._send_files([protocol.put(file.name, file.content, executable=file.executable) for file in files])

    async def lay(self, files: Iterable[BoxFile]) -> None:
        """Create files in the working folder of the next run; it must be started with `RunFlag.KEEP_TMP`."""
        await self._send_files([protocol.lay(file.name, file.content) for file in files])

    async def execute(self, request: RunRequest, stdin: bytes) -> RunReport:
        """Run something and wait for its end."""
        self._stream.write(protocol.execute(request, stdin))
        payload = await self._reply(protocol.ENDED, request.wall_ms / 1000 * protocol.STARVED_FACTOR + REPLY_S)
        return self._reported(payload)

    async def gather(self) -> tuple[BoxFile, ...]:
        """Every plain file of /box; none, not even the sources, if they are too large to be sent."""
        self._stream.write(protocol.head(protocol.GATHER, 0))
        return protocol.archive(await self._reply(protocol.ARCHIVE, REPLY_S))

    async def yard_ns(self) -> int:
        """CPU time of the supervisor's fixed piece of work, here and now."""
        self._stream.write(protocol.head(protocol.YARD, 0))
        return int.from_bytes(await self._reply(protocol.TIME, REPLY_S), "little")

    async def reset(self) -> None:
        """Empty /box."""
        self._stream.write(protocol.head(protocol.RESET, 0))
        await self._reply(protocol.DONE, REPLY_S)

    # A conversation: `begin`, then `hear` until it returns a report; `say` and `close_input` in between.

    def begin(self, request: RunRequest) -> None:
        """Start a run with `RunFlag.CONVERSE`."""
        self._stream.write(protocol.execute(request, b""))

    async def hear(self, timeout_s: float) -> bytes | RunReport:
        """What the program writes next, or how it ended. Raises `SandboxBroken` if nothing comes in time."""
        kind, payload = await self._frame((protocol.ENDED, protocol.OUTPUT), timeout_s)
        return self._reported(payload) if kind == protocol.ENDED else payload

    def say(self, data: bytes, credit_us: int) -> None:
        """Give the program input; its wall time grows by `credit_us`."""
        for at in range(0, len(data), protocol.INPUT_MAX_BYTES):
            self._stream.write(protocol.say(data[at : at + protocol.INPUT_MAX_BYTES], credit_us))
            credit_us = 0

    def close_input(self) -> None:
        """Tell the program that no more input comes."""
        self._stream.write(protocol.head(protocol.CLOSE, 0))

    def _reported(self, payload: bytes) -> RunReport:
        report = protocol.report(payload)
        if protocol.Flag.NOT_CLEAN in report.flags:
            self.sound = False
        if protocol.Flag.NOT_SET_UP in report.flags:
            self.sound = False
            raise SandboxBroken("the supervisor could not make what a run needs")
        return report

    async def _send_files(self, frames: list[bytes]) -> None:
        self._stream.write(b"".join(frames))
        for _ in frames:
            await self._reply(protocol.DONE, REPLY_S)

    async def _reply(self, wanted: bytes, timeout_s: float) -> bytes:
        return (await self._frame((wanted,), timeout_s))[1]

    async def _frame(self, wanted: tuple[bytes, ...], timeout_s: float) -> tuple[bytes, bytes]:
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
        except CellDied as error:
            raise CellDied(f"{error}: {self._attached.diagnostics or 'it said nothing'}") from error
        if kind == protocol.ERROR:
            raise SandboxBroken(f"the supervisor: {payload.decode('utf-8', 'replace')}")
        if kind not in wanted:
            raise SandboxBroken(f"the supervisor answered {kind!r} where {wanted!r} was due")
        self.sound = was_sound
        return kind, payload


async def _attach(container: Container) -> Stream:
    loop = asyncio.get_running_loop()
    connect = loop.create_unix_connection if container.stream.family.name == "AF_UNIX" else loop.create_connection
    _, stream = await connect(lambda: Stream(framed=True), sock=container.stream)
    return stream


async def _first_to_speak(attached: Stream, door: Door | None) -> Stream:
    """The stream on which the supervisor says hello: it tries the door first and speaks on one of them only."""
    if door is None:
        return attached
    spoken = asyncio.ensure_future(attached.arrived())
    try:
        await asyncio.wait((spoken, door.connected), return_when=asyncio.FIRST_COMPLETED)
    finally:
        spoken.cancel()
    return door.connected.result() if door.connected.done() else attached
