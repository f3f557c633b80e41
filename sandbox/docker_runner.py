"""The engine that Sarap uses: warm Docker containers, each with the supervisor as process 1.

A slot is a program being judged; there should be as many as physical cores. A program gets a container of its language's image
from the pool for as long as it is loaded: its files are put, compiled and run there, case after case, and then the container is
emptied and used again, or thrown away after `PROGRAMS_PER_CELL` programs or the first irregularity. No container is started in
the path of a run, and starting one ahead (`prewarm`) keeps it out of the path of a program.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

from sandbox import images, languages
from sandbox.cell import Cell
from sandbox.channel import CellDied, Door
from sandbox.docker_engine import DockerEngine
from sandbox.endings import ending_of
from sandbox.errors import SandboxBroken, SandboxError, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.program import require_acceptable
from sandbox.protocol import RunReport, RunRequest
from sandbox.runner import (
    CpuTimeExceeded,
    Evidence,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    Outcome,
    OutputExceeded,
    Program,
    Rejected,
    Usage,
    WallTimeExceeded,
)

LABEL: Final = "org.sarap.runner"
"""Every container carries it; its value is the runner's own id, so that a runner ends only what it started."""
PROGRAMS_PER_CELL: Final = 50
"""A container serves so many programs, then a fresh one: a bound on whatever we did not think of."""
SLOT_WAIT_S: Final = 300
"""How long `load` waits for a free slot before it says that the sandbox is unavailable."""
CLOSE_WAIT_S: Final = 10
"""How long `close` waits for the engine; whatever is left ends by itself, because its standard input is closed."""
SLACK_MIB: Final = 16
"""Above a program's own memory: the supervisor, pipes, the compiled program in /box. What is exact is judged by `endings`."""
COMPILE_LIMITS: Final = Limits(cpu_time_ms=30_000, memory_mib=1024, output_kib=64, processes=64)
"""DOMjudge's default for compilations is 30 s as well."""
COMPILE_WALL_MS: Final = 60_000
LOG_MAX_CHARS: Final = 16 * 1024
"""What a candidate reads of a compiler; the first error is what matters."""

logger = logging.getLogger("sarap.sandbox")


class DockerRunner:
    """`Runner` over Docker. `slots` programs are loaded at once, others wait. Close it with `close()`."""

    def __init__(self, slots: int, *, engine: DockerEngine | None = None) -> None:
        self.runner_id = uuid.uuid4().hex
        self._slots_count = slots
        self._slots = asyncio.Semaphore(slots)
        self._engine = engine
        self._own_engine = engine is None
        self._connecting = asyncio.Lock()
        self._images: dict[str, tuple[str, str]] = {}
        self._idle: dict[str, list[Cell]] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._doors = Door.useful()
        self._closed = False

    async def prewarm(self, codes: Iterable[str]) -> None:
        """Start one container for each language ahead of the first program. Raises `SandboxUnavailable`."""
        wanted = {language.image for code in codes if (language := languages.get(code))}
        for image in sorted(wanted):
            if not self._idle.get(image):
                self._keep(image, await self._start(image))

    @asynccontextmanager
    async def load(self, program: Program, limits: Limits) -> AsyncGenerator["DockerLoaded | Rejected"]:
        """See `Runner.load`."""
        require_acceptable(program)
        try:
            async with asyncio.timeout(SLOT_WAIT_S):
                await self._slots.acquire()
        except TimeoutError as error:
            raise SandboxUnavailable(f"no slot became free within {SLOT_WAIT_S} s") from error
        try:
            cell, loaded = await self._prepare(program, limits)
            try:
                yield loaded
            finally:
                await self._give_back(program.language.image, cell)
        finally:
            self._slots.release()

    async def close(self) -> None:
        """End every container that this runner started, and nothing else."""
        self._closed = True
        for cell in [cell for cells in self._idle.values() for cell in cells]:
            cell.close()
        self._idle.clear()
        if self._background:
            await asyncio.gather(*self._background, return_exceptions=True)
        if self._engine is not None:
            with contextlib.suppress(SandboxError, TimeoutError):
                async with asyncio.timeout(CLOSE_WAIT_S):
                    while left := await self._engine.labelled(f"{LABEL}={self.runner_id}"):
                        await asyncio.gather(*(self._engine.remove(each) for each in left))
            if self._own_engine:
                await self._engine.close()
                self._engine = None

    # 1. a warm container  2. its memory for compiling  3. the files  4. compile  5. its memory for running
    async def _prepare(self, program: Program, limits: Limits) -> "tuple[Cell, DockerLoaded | Rejected]":
        engine = await self._connected()
        image = program.language.image
        cell = await self._take(image)
        try:
            run_mib = limits.memory_mib + program.language.memory_headroom_mib + SLACK_MIB + limits.output_kib // 1024
            compile_mib = program.language.compile_memory_mib + SLACK_MIB
            await self._set_memory(engine, cell, max(run_mib, compile_mib))
            for file in program.files:
                await cell.put(file.name, file.content)
            names = tuple(file.name for file in program.files)
            argv = languages.argv(program.language.compile, program.language, names, limits.memory_mib)
            request = RunRequest(
                argv=argv,
                cpu_kill_ms=COMPILE_LIMITS.cpu_time_ms,
                wall_ms=COMPILE_WALL_MS,
                processes=COMPILE_LIMITS.processes,
                output_max_bytes=COMPILE_LIMITS.output_kib * 1024,
                builder=True,
            )
            rejected, log = compilation(await cell.execute(request, b""), argv)
            if rejected:
                return cell, Rejected(log)
            await self._set_memory(engine, cell, run_mib)
            evidence = Evidence(engine=engine.facts.name, image=self._images[image][1], compiler=cell.toolchain)
            return cell, DockerLoaded(engine, cell, program, evidence=evidence, compile_log=log, memory_mib=limits.memory_mib)
        except BaseException:
            self._discard(cell)
            raise

    async def _take(self, image: str) -> Cell:
        idle = self._idle.get(image, [])
        while idle:
            cell = idle.pop()
            if cell.alive:
                return cell
            self._discard(cell)
        return await self._start(image)

    async def _give_back(self, image: str, cell: Cell) -> None:
        cell.programs += 1
        if cell.alive and not self._closed and cell.programs < PROGRAMS_PER_CELL:
            try:
                await cell.reset()
            except SandboxBroken as error:
                logger.warning("a container could not be emptied: %s", error)
            except BaseException:
                self._discard(cell)
                raise
            else:
                self._keep(image, cell)
                return
        self._discard(cell)
        if not self._closed:
            self._spawn(self._replace(image))

    def _keep(self, image: str, cell: Cell) -> None:
        idle = self._idle.setdefault(image, [])
        if self._closed or len(idle) >= self._slots_count:
            self._discard(cell)
        else:
            idle.append(cell)

    async def _replace(self, image: str) -> None:
        try:
            self._keep(image, await self._start(image))
        except SandboxError as error:
            logger.warning("no container to replace one: %s", error)

    def _discard(self, cell: Cell) -> None:
        cell.close()
        if self._engine is not None:
            self._spawn(self._remove(self._engine, cell.container_id))

    async def _remove(self, engine: DockerEngine, container_id: str) -> None:
        try:
            await engine.remove(container_id)
        except SandboxUnavailable as error:
            logger.warning("a container could not be removed: %s", error)

    async def _start(self, image: str) -> Cell:
        engine = await self._connected()
        if image not in self._images:
            tag = images.tag(image)
            image_id = await engine.image_id(tag)
            if image_id is None:
                raise SandboxUnavailable(f"the image {tag} is missing: run `make images`")
            self._images[image] = tag, image_id
        language = next(each for each in languages.catalogue().values() if each.image == image)
        door = await Door.open() if self._doors and engine.local else None
        try:
            cell = await self._open(engine, self._images[image][1], language.compile_memory_mib + SLACK_MIB, door)
            self._doors = cell.direct  # where one does not work, no other will
        except SandboxError:
            if door is None:
                raise
            self._doors = False
            cell = await self._open(engine, self._images[image][1], language.compile_memory_mib + SLACK_MIB, None)
        finally:
            if door is not None:
                door.close()
        return cell

    async def _open(self, engine: DockerEngine, image_id: str, memory_mib: int, door: Door | None) -> Cell:
        container = await engine.start(image_id, {LABEL: self.runner_id}, memory_mib, door.folder if door else None)
        try:
            return await Cell.open(container, memory_mib, door)
        except BaseException:
            self._spawn(self._remove(engine, container.container_id))
            raise

    async def _connected(self) -> DockerEngine:
        if self._closed:
            raise SandboxUnavailable("the runner is closed")
        async with self._connecting:
            if self._engine is None:
                self._engine = await DockerEngine.connect()
        return self._engine

    async def _set_memory(self, engine: DockerEngine, cell: Cell, memory_mib: int) -> None:
        if cell.memory_mib != memory_mib:
            await engine.set_memory(cell.container_id, memory_mib)
            cell.memory_mib = memory_mib

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class DockerLoaded:
    """A compiled program in its container."""

    def __init__(
        self, engine: DockerEngine, cell: Cell, program: Program, *, evidence: Evidence, compile_log: str, memory_mib: int
    ) -> None:
        self._engine = engine
        self._cell = cell
        self._language = program.language
        self._names = tuple(file.name for file in program.files)
        self._memory_mib = memory_mib
        self.evidence = evidence
        self.compile_log = compile_log

    async def run(self, stdin: bytes, limits: Limits) -> Outcome:
        """See `Loaded.run`."""
        argv = languages.argv(self._language.run, self._language, self._names, self._memory_mib)
        headroom_mib = self._language.memory_headroom_mib
        # The input lies in the container's memory too: it must not be taken from the program's.
        needed_mib = self._memory_mib + headroom_mib + SLACK_MIB + limits.output_kib // 1024 + len(stdin) // 2**20
        if needed_mib > self._cell.memory_mib + SLACK_MIB // 2:
            await self._engine.set_memory(self._cell.container_id, needed_mib)
            self._cell.memory_mib = needed_mib
        request = RunRequest(
            argv=argv,
            cpu_kill_ms=limits.cpu_kill_ms,
            wall_ms=limits.wall_time_ms,
            processes=limits.processes,
            output_max_bytes=limits.output_kib * 1024,
        )
        started, started_at = time.monotonic(), time.time()
        try:
            report = await self._cell.execute(request, stdin)
        except CellDied:
            # A program that makes the kernel choose the supervisor has still run out of memory.
            if await self._engine.ran_out_of_memory(self._cell.container_id, started_at):
                wall_us = int((time.monotonic() - started) * 1_000_000)
                usage = Usage(cpu_time_us=0, wall_time_us=wall_us, memory_kib=self._memory_mib * 1024)
                return Outcome(MemoryExceeded(MemoryEvidence.CGROUP), usage, b"", b"")
            raise
        return Outcome(
            ending=ending_of(report, limits, headroom_mib, argv),
            usage=Usage(report.cpu_us, report.wall_us, report.peak_kib),
            stdout=report.stdout,
            stderr=report.stderr,
        )


def compilation(report: RunReport, argv: tuple[str, ...]) -> tuple[bool, str]:
    """Whether a compilation was refused, and what the candidate reads of it.

    A wall-clock timeout of a compiler that did not use its CPU time is a fault of ours: raises `SandboxUnavailable`.
    """
    log = (report.stderr + report.stdout).decode("utf-8", "replace")[:LOG_MAX_CHARS].replace("/box/", "")
    match ending_of(report, COMPILE_LIMITS, SLACK_MIB, argv):
        case Exited(0):
            return False, log
        case CpuTimeExceeded():
            return True, f"the compiler used more than {COMPILE_LIMITS.cpu_time_ms // 1000} s of CPU time\n{log}"
        case MemoryExceeded():
            return True, f"the compiler ran out of memory\n{log}"
        case WallTimeExceeded():
            raise SandboxUnavailable(f"a compilation took more than {COMPILE_WALL_MS // 1000} s without using the CPU")
        case OutputExceeded():
            return True, f"the compiler wrote more than {COMPILE_LIMITS.output_kib} KiB\n{log}"
        case _:
            return True, log
