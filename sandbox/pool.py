"""Warm containers, by image: taken for one program, emptied, given back, replaced in the background.

No container is started in the path of a run, and starting them ahead (`prewarm`) keeps it out of the path of a program. One
that has seen `PROGRAMS_PER_CELL` programs, or anything irregular, is thrown away and a fresh one is started meanwhile.
"""

import asyncio
import contextlib
import logging
import os
import uuid
from collections.abc import Coroutine, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from sandbox import images, languages
from sandbox.cell import Cell
from sandbox.channel import Door
from sandbox.docker_engine import DockerEngine
from sandbox.errors import SandboxBroken, SandboxError, SandboxUnavailable
from sandbox.quiet import Yardstick

LABEL: Final = "org.sarap.runner"
"""Every container carries it; its value is the pool's own id, so that a runner ends only what it started."""
PROGRAMS_PER_CELL: Final = 50
"""A container serves so many programs, then a fresh one: a bound on whatever we did not think of."""
CLOSE_WAIT_S: Final = 10
"""How long `close` waits for the engine; whatever is left ends by itself, because its standard input is closed."""
SLACK_MIB: Final = 16
"""Above a program's own memory: the supervisor, pipes, the compiled program in /box. What is exact is judged by `endings`."""
YARD_SAMPLES: Final = 3
"""Of the fixed piece of work, when a container starts and after a run that was too slow."""

logger = logging.getLogger("sarap.sandbox")


class Isolation(StrEnum):
    """What keeps one run from the next, beyond a user of its own, an emptied folder and a filter of system calls."""

    AUTO = "auto"
    """namespaces where the machine allows them, else users; the evidence says which"""
    NAMESPACES = "namespaces"
    """fresh user, PID, IPC and mount namespaces for each run; refuses to work without"""
    USERS = "users"
    """nothing more"""


class Pool:
    """The containers of one runner: at most `idle_max` idle ones for each image."""

    def __init__(
        self, idle_max: int, engine: DockerEngine | None = None, *, runtime: str = "", isolation: Isolation = Isolation.AUTO
    ) -> None:
        self.pool_id = uuid.uuid4().hex
        self.yardstick = Yardstick()
        self._idle_max = idle_max
        self._engine = engine
        self._own_engine = engine is None
        self._runtime = runtime
        self._isolation = isolation
        # gVisor is a kernel of its own for each container, and its namespaces are not the host's: users are enough inside it.
        self._namespaces = isolation is Isolation.NAMESPACES or (
            isolation is Isolation.AUTO and not runtime.startswith("runsc")
        )
        self._connecting = asyncio.Lock()
        self._pinned: dict[str, str] = {}
        self._idle: dict[str, list[Cell]] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._doors = Door.useful()
        self._closed = False
        self._toolchains: dict[str, str] = {}

    @property
    def namespaces(self) -> bool:
        """Whether runs get namespaces of their own; known for sure once a container has started."""
        return self._namespaces

    @property
    def toolchains(self) -> Mapping[str, str]:
        """What compilers and interpreters call themselves, by language: of those images that a container was started from."""
        return self._toolchains

    @property
    def runtime(self) -> str:
        """The engine's runtime under the containers."""
        return self._runtime or "runc"

    def pin(self, pinned: Mapping[str, str]) -> None:
        """Start containers from these very images, by folder of `sandbox/images`, and not from the present ones.

        For a replay of a judging record, in the image that it names: `{"python3": "sha256:…"}`.
        """
        self._pinned |= pinned

    async def prewarm(self, codes: Iterable[str]) -> None:
        """Start one container for each language ahead of the first program. Raises `SandboxUnavailable`."""
        wanted = {language.image for code in codes if (language := languages.get(code))}
        for image in sorted(wanted):
            if not self._idle.get(image):
                self._keep(image, await self._start(image))

    async def read_through(self, codes: Iterable[str]) -> None:
        """Have every file of these languages' images in the machine's cache, one image after the other.

        Which pages of a large file are cached is otherwise something that one run can write and a later one can read. Raises
        `SandboxUnavailable`.
        """
        engine = await self.engine()
        for image in sorted({language.image for code in codes if (language := languages.get(code))}):
            if (image_id := await engine.image_id(images.tag(image))) is not None:
                await engine.read_through(image_id)

    async def take(self, image: str) -> Cell:
        """A container of this image for one program. Raises `SandboxUnavailable`, `SandboxBroken`."""
        idle = self._idle.get(image, [])
        while idle:
            cell = idle.pop()
            if cell.alive:
                return cell
            self.discard(cell)
        return await self._start(image)

    async def give_back(self, image: str, cell: Cell) -> None:
        """The program is over: empty its container and keep it, or throw it away."""
        cell.programs += 1
        if cell.alive and not self._closed and cell.programs < PROGRAMS_PER_CELL:
            try:
                await cell.reset()
            except SandboxBroken as error:
                logger.warning("a container could not be emptied: %s", error)
            except BaseException:
                self.discard(cell)
                raise
            else:
                self._keep(image, cell)
                return
        self.discard(cell)
        if not self._closed:
            self._spawn(self._replace(image))

    def discard(self, cell: Cell) -> None:
        """Throw a container away."""
        cell.close()
        if self._engine is not None:
            self._spawn(self._remove(self._engine, cell.container_id))

    async def engine(self) -> DockerEngine:
        """The engine, connected when it is first needed. Raises `EngineAway`, and `SandboxUnavailable` once closed."""
        if self._closed:
            raise SandboxUnavailable("the runner is closed")
        async with self._connecting:
            if self._engine is None:
                self._engine = await DockerEngine.connect()
        return self._engine

    async def close(self) -> None:
        """End every container of this pool, and nothing else."""
        self._closed = True
        for cell in [cell for cells in self._idle.values() for cell in cells]:
            cell.close()
        self._idle.clear()
        if self._background:
            await asyncio.gather(*self._background, return_exceptions=True)
        if self._engine is not None:
            with contextlib.suppress(SandboxError, TimeoutError):
                async with asyncio.timeout(CLOSE_WAIT_S):
                    while left := await self._engine.labelled(f"{LABEL}={self.pool_id}"):
                        await asyncio.gather(*(self._engine.remove(each) for each in left))
            if self._own_engine:
                await self._engine.close()
                self._engine = None

    def _keep(self, image: str, cell: Cell) -> None:
        idle = self._idle.setdefault(image, [])
        if self._closed or len(idle) >= self._idle_max:
            self.discard(cell)
        else:
            idle.append(cell)

    async def _replace(self, image: str) -> None:
        try:
            self._keep(image, await self._start(image))
        except SandboxError as error:
            logger.warning("no container to replace one: %s", error)

    async def _remove(self, engine: DockerEngine, container_id: str) -> None:
        try:
            await engine.remove(container_id)
        except SandboxUnavailable as error:
            logger.warning("a container could not be removed: %s", error)

    async def _start(self, image: str) -> Cell:
        engine = await self.engine()
        image_id = self._pinned.get(image)
        if image_id is None:  # asked each time: an image may be removed, and made anew, while a worker runs
            tag = images.tag(image)
            image_id = await engine.image_id(tag)
            if image_id is None:
                raise SandboxUnavailable(f"the image {tag} is missing: run `make images`")
        cell = await self._start_isolated(engine, image, image_id)
        self._toolchains[languages.of_image(image).code] = cell.hello.toolchain
        self.yardstick.slowdown_percent([await cell.yard_ns() for _ in range(YARD_SAMPLES)])
        return cell

    async def _start_isolated(self, engine: DockerEngine, image: str, image_id: str) -> Cell:
        cell = await self._start_through_a_door(engine, image, image_id)
        if not self._namespaces or cell.hello.can_isolate:
            return cell
        self.discard(cell)
        why = os.strerror(cell.hello.isolate_error)
        if self._isolation is Isolation.NAMESPACES:
            message = f"this machine lets no container make namespaces ({why}): choose SARAP_SANDBOX_ISOLATION=users"
            raise SandboxUnavailable(message)
        logger.warning("runs share the namespaces of their container: this machine allows no others (%s)", why)
        self._namespaces = False
        return await self._start_through_a_door(engine, image, image_id)

    async def _start_through_a_door(self, engine: DockerEngine, image: str, image_id: str) -> Cell:
        memory_mib = languages.of_image(image).compile_memory_mib + SLACK_MIB
        door = await Door.open() if self._doors and engine.local else None
        try:
            cell = await self._open(engine, image_id, memory_mib, door)
            self._doors = cell.direct  # where one does not work, no other will
        except SandboxError:
            if door is None:
                raise
            self._doors = False
            cell = await self._open(engine, image_id, memory_mib, None)
        finally:
            if door is not None:
                door.close()
        return cell

    async def _open(self, engine: DockerEngine, image_id: str, memory_mib: int, door: Door | None) -> Cell:
        container = await engine.start(
            image_id,
            {LABEL: self.pool_id},
            memory_mib,
            door.folder if door else None,
            runtime=self._runtime,
            namespaces=self._namespaces,
        )
        try:
            return await Cell.open(container, memory_mib, door)
        except BaseException:
            container.stream.close()  # if nobody has taken it over
            self._spawn(self._remove(engine, container.container_id))
            raise

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
