"""The engine that Sarap uses: warm Docker containers, each with the supervisor as process 1.

A slot is a program being judged; there should be as many as physical cores. A program gets a container of its language's image
from the pool for as long as it is loaded: its files are put, compiled and run there, case after case.

    async with DockerRunner(slots=2).load(program, limits) as loaded: ...
"""

import asyncio
import functools
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from sandbox import cgroup, images, languages
from sandbox.cell import Cell
from sandbox.channel import CellDied
from sandbox.compile_cache import CompileCache, Compiled, key_of
from sandbox.conversation import Side, converse
from sandbox.docker_engine import DockerEngine
from sandbox.endings import ending_of, is_disturbed, page_fault_us
from sandbox.errors import SandboxBroken, SandboxDisturbed, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.pool import SLACK_MIB, YARD_SAMPLES, Isolation, Pool
from sandbox.program import FILE_NAME, require_acceptable
from sandbox.protocol import PLAIN, STARVED_FACTOR, BoxFile, Flag, RunFlag, RunReport, RunRequest
from sandbox.quiet import QuietLock
from sandbox.runner import (
    DISTURBED_PERCENT,
    EMPTY_WORKSPACE,
    Conversation,
    CpuTimeExceeded,
    Ending,
    Evidence,
    Exited,
    Loaded,
    MemoryExceeded,
    Noise,
    Outcome,
    OutputExceeded,
    Program,
    Rejected,
    Usage,
    WallTimeExceeded,
    Workspace,
)

Ran = TypeVar("Ran")

SLOT_WAIT_S: Final = 300
"""How long `load` waits for a free slot before it says that the sandbox is unavailable."""
QUIET_TRIES: Final = 3
"""So often a run is repeated alone before we say that the machine is too noisy to tell."""
QUIET_PAUSE_S: Final = 2
"""Between two of these; what disturbs is often over by then."""
COMPILE_PATIENCE: Final = 3
"""So many times its time does a compilation get when it is tried again after one that a busy machine slowed down."""
GVISOR_WEAKNESSES: Final = ("cpu-time-in-10-ms-steps", "no-noise-evidence")
"""Inside gVisor there is no cgroup to read: CPU time is what its kernel counts for processes, in its clock's steps."""
COMPILE_LIMITS: Final = Limits(cpu_time_ms=30_000, memory_mib=1024, output_kib=64, processes=64)
"""DOMjudge's default for compilations is 30 s as well."""
COMPILE_WALL_MS: Final = 35_000
"""Compilers wait for nothing but a disk that is busy."""
LOG_MAX_CHARS: Final = 16 * 1024
"""What a candidate reads of a compiler; the first error is what matters."""


class DockerRunner:
    """`Runner` over Docker. `slots` programs are loaded at once, others wait. Close it with `close()`.

    `runtime` is the engine's runtime under the containers (`runsc` for gVisor; empty for its default); `isolation` what keeps
    one run from the next; `cache` where compiled programs are kept, if anywhere.
    """

    def __init__(
        self,
        slots: int,
        *,
        engine: DockerEngine | None = None,
        runtime: str = "",
        isolation: Isolation = Isolation.AUTO,
        cache: CompileCache | None = None,
    ) -> None:
        self.pool = Pool(slots, engine, runtime=runtime, isolation=isolation)
        self._slots = asyncio.Semaphore(slots)
        self._quiet = QuietLock()
        self._cache = cache

    async def prewarm(self, codes: Iterable[str]) -> None:
        """Start one container for each language ahead of the first program. Raises `SandboxUnavailable`."""
        await self.pool.prewarm(codes)

    @asynccontextmanager
    async def load(
        self, program: Program, limits: Limits, *, beside: Loaded | None = None
    ) -> AsyncGenerator["DockerLoaded | Rejected"]:
        """See `Runner.load`."""
        require_acceptable(program)
        if beside is None:
            async with self._slot(), self._loaded(program, limits) as loaded:
                yield loaded
        else:
            async with self._loaded(program, limits) as loaded:
                yield loaded

    async def converse(
        self,
        program: Loaded,
        validator: Loaded,
        limits: Limits,
        validator_limits: Limits,
        workspace: Workspace,
        *,
        quiet: bool = False,
    ) -> Conversation:
        """See `Runner.converse`."""
        assert isinstance(program, DockerLoaded)
        assert isinstance(validator, DockerLoaded)

        async def talk() -> Conversation:
            await program.be_alive()
            await validator.be_alive()
            async with self._quiet.alone() if quiet else self._quiet.together():
                return await _conversed(self.pool, program, validator, limits, validator_limits, workspace)

        return await _undisturbed(talk, lambda played: played.program) if quiet else await talk()

    async def close(self) -> None:
        """End every container that this runner started, and nothing else."""
        await self.pool.close()

    @asynccontextmanager
    async def _slot(self) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(SLOT_WAIT_S):
                await self._slots.acquire()
        except TimeoutError as error:
            raise SandboxUnavailable(f"no slot became free within {SLOT_WAIT_S} s") from error
        try:
            yield
        finally:
            self._slots.release()

    @asynccontextmanager
    async def _loaded(self, program: Program, limits: Limits) -> AsyncGenerator["DockerLoaded | Rejected"]:
        cell, loaded = await self._prepared(program, limits)
        try:
            yield loaded
        finally:
            await self.pool.give_back(program.language.image, loaded.cell if isinstance(loaded, DockerLoaded) else cell)

    async def _prepared(self, program: Program, limits: Limits) -> "tuple[Cell, DockerLoaded | Rejected]":
        cell = await self.pool.take(program.language.image)
        try:
            return cell, await self._prepare(cell, program, limits)
        except BaseException:
            self.pool.discard(cell)
            raise

    async def _anew(self, program: Program, limits: Limits) -> Cell:
        """Another container with the same program, for one that a run of it has killed."""
        cell, loaded = await self._prepared(program, limits)
        if isinstance(loaded, Rejected):
            await self.pool.give_back(program.language.image, cell)
            raise SandboxBroken("a program compiled and then did not")
        return cell

    # 1. the files  2. what is known of compiling them, or  3. compile, and keep what came of it  4. memory for running
    async def _prepare(self, cell: Cell, program: Program, limits: Limits) -> "DockerLoaded | Rejected":
        language = program.language
        engine = await self.pool.engine()
        names = tuple(file.name for file in program.files)
        argv = languages.argv(language.compile, language, names, limits.memory_mib)
        evidence = Evidence(
            engine=engine.facts.name,
            image=cell.image,
            compiler=cell.hello.toolchain,
            runtime=self.pool.runtime,
            isolation=Isolation.NAMESPACES if self.pool.namespaces else Isolation.USERS,
            compile_argv=argv,
            run_argv=languages.argv(language.run, language, names, limits.memory_mib),
            supervisor=images.supervisor_sha256(),
            host=host_facts(engine),
            startup_us=cell.hello.startup_us,
            weaknesses=GVISOR_WEAKNESSES if self.pool.runtime.startswith("runsc") else (),
        )
        key = key_of(evidence.image, argv, program.files)
        known = self._cache.get(key) if self._cache is not None else None
        await cell.put(BoxFile(file.name, file.content) for file in program.files)
        if known is None:
            rejected, log = await self._compile(engine, cell, program, argv)
            if rejected:
                return Rejected(log, evidence)
            if self._cache is not None:
                found = await cell.gather()
                made = [file for file in found if file.name not in names]
                # Code that runs while it is compiled leaves what it likes; what cannot be put back as it was is not kept.
                if found and all(FILE_NAME.fullmatch(file.name) for file in made):
                    self._cache.keep(key, Compiled.of(made, log))
        else:
            log, evidence = known.log, replace(evidence, from_cache=True)
            await cell.put(known.box_files())
        anew = functools.partial(self._anew, program, limits)
        loaded = DockerLoaded(self.pool, self._quiet, cell, program, evidence, log, limits.memory_mib, anew)
        await loaded.allow(limits, b"")
        return loaded

    async def _compile(self, engine: DockerEngine, cell: Cell, program: Program, argv: tuple[str, ...]) -> tuple[bool, str]:
        await set_memory(engine, cell, program.language.compile_memory_mib + SLACK_MIB)
        request = RunRequest(
            argv=argv,
            cpu_kill_ms=COMPILE_LIMITS.cpu_time_ms,
            wall_ms=COMPILE_WALL_MS,
            processes=COMPILE_LIMITS.processes,
            output_max_bytes=COMPILE_LIMITS.output_kib * 1024,
            builder=True,
            flags=RunFlag.ISOLATE if self.pool.namespaces else PLAIN,
        )
        async with self._quiet.together():
            report = await cell.execute(request, b"")
            if not await self._was_slowed_down(cell, report, argv):
                return compilation(report, argv, COMPILE_LIMITS)
            # A compiler that was slow because of others is no candidate's error. It does not run alone: a source that only
            # waits would keep everybody out.
            cpu_kill_ms, wall_ms = request.cpu_kill_ms * COMPILE_PATIENCE, request.wall_ms * COMPILE_PATIENCE
            report = await cell.execute(replace(request, cpu_kill_ms=cpu_kill_ms, wall_ms=wall_ms), b"")
        return compilation(report, argv, replace(COMPILE_LIMITS, cpu_time_ms=cpu_kill_ms))

    async def _was_slowed_down(self, cell: Cell, report: RunReport, argv: tuple[str, ...]) -> bool:
        """Whether a compilation ran out of its time on a machine that had much else to do."""
        ending = ending_of(report, COMPILE_LIMITS, SLACK_MIB, argv)
        if not isinstance(ending, CpuTimeExceeded | WallTimeExceeded) or not cell.alive:
            return False
        needed_us = report.cpu_us - page_fault_us(report)
        if report.disk_read_kib > 0 or needed_us <= COMPILE_LIMITS.cpu_time_ms * 1000:
            return True
        slowdown = self.pool.yardstick.slowdown_percent([await cell.yard_ns() for _ in range(YARD_SAMPLES)])
        others_us = report.run_delay_us + report.stolen_us
        return slowdown > DISTURBED_PERCENT or others_us * 100 > report.wall_us * DISTURBED_PERCENT


class DockerLoaded:
    """A compiled program in its container."""

    def __init__(
        self,
        pool: Pool,
        quiet: QuietLock,
        cell: Cell,
        program: Program,
        evidence: Evidence,
        compile_log: str,
        memory_mib: int,
        anew: Callable[[], Awaitable[Cell]],
    ) -> None:
        self.cell = cell
        self._anew = anew
        self.evidence = evidence
        self.compile_log = compile_log
        self.headroom_mib = program.language.memory_headroom_mib
        self._pool = pool
        self._quiet = quiet
        self._memory_mib = memory_mib

    async def run(
        self, stdin: bytes, limits: Limits, workspace: Workspace = EMPTY_WORKSPACE, *, quiet: bool = False
    ) -> Outcome:
        """See `Loaded.run`."""

        async def once() -> Outcome:
            await self.be_alive()
            async with self._quiet.alone() if quiet else self._quiet.together():
                return await self._run(stdin, limits, workspace)

        return await _undisturbed(once, lambda outcome: outcome) if quiet else await once()

    async def be_alive(self) -> None:
        """Have a container that lives: a program may have made the kernel kill the last one, and has more cases to run.

        Never while a run is under way or waits for quiet: the program may have to be compiled anew, and that waits for both.
        """
        if not self.cell.alive:
            self._pool.discard(self.cell)
            self.cell = await self._anew()

    async def allow(self, limits: Limits, stdin: bytes) -> None:
        """Give the container the memory of a run. Its input lies there too and must not be taken from the program's."""
        needed_mib = self._memory_mib + self.headroom_mib + SLACK_MIB + limits.output_kib // 1024 + len(stdin) // 2**20
        if not -SLACK_MIB // 2 <= self.cell.memory_mib - needed_mib <= SLACK_MIB // 2:
            await set_memory(await self._pool.engine(), self.cell, needed_mib)

    def request(
        self, limits: Limits, workspace: Workspace, *, wall_ms: int | None = None, converse: bool = False
    ) -> RunRequest:
        """What the supervisor is asked for one run."""
        flags = RunFlag.ISOLATE if self._pool.namespaces else PLAIN
        flags |= RunFlag.CONVERSE if converse else PLAIN
        flags |= RunFlag.KEEP_TMP if workspace.files or workspace.collect else PLAIN
        return RunRequest(
            argv=self.evidence.run_argv + workspace.arguments,
            cpu_kill_ms=limits.cpu_kill_ms,
            wall_ms=wall_ms or limits.wall_time_ms,
            processes=limits.processes,
            output_max_bytes=limits.output_kib * 1024,
            flags=flags,
            collect=workspace.collect or "",
        )

    async def lay(self, workspace: Workspace) -> None:
        """Put the files of a run into its folder."""
        if workspace.files:
            await self.cell.lay(BoxFile(file.name, file.content) for file in workspace.files)

    async def outcome(self, report: RunReport, limits: Limits, argv: tuple[str, ...]) -> Outcome:
        """What a report means, with what the machine did besides."""
        ending = ending_of(report, limits, self.headroom_mib, argv)
        slowdown_percent = await self._slowdown_percent(ending)
        return Outcome(
            ending=ending,
            usage=Usage(report.cpu_us, report.wall_us, report.peak_kib),
            stdout=report.stdout,
            stderr=report.stderr,
            noise=Noise(report.stolen_us, report.run_delay_us, slowdown_percent, page_fault_us(report), report.disk_read_kib),
            is_disturbed=is_disturbed(report, ending, limits, slowdown_percent),
            files={file.name: file.content for file in report.files},
        )

    async def _run(self, stdin: bytes, limits: Limits, workspace: Workspace) -> Outcome:
        await self.allow(limits, stdin)
        await self.lay(workspace)
        request = self.request(limits, workspace)
        started = time.time()
        try:
            report = await self.cell.execute(request, stdin)
        except CellDied as fault:
            report = await self.post_mortem(fault, started)
        return await self.outcome(report, limits, request.argv)

    async def post_mortem(self, fault: CellDied, started: float) -> RunReport:
        """The report of a run since `started` (s since 1970) that took its container along. Raises `fault` if it did not.

        A program that makes the kernel choose the supervisor has still run out of memory.
        """
        engine = await self._pool.engine()
        if not await engine.ran_out_of_memory(self.cell.container_id, started):
            raise fault
        return RunReport(
            status=signal.SIGKILL,
            flags=Flag(0),
            exec_error=0,
            oom_kills=1,
            cpu_us=0,
            wall_us=int((time.time() - started) * 1_000_000),
            peak_kib=self._memory_mib * 1024,
            stdout=b"",
            stderr=b"",
        )

    async def _slowdown_percent(self, ending: Ending) -> int:
        if not isinstance(ending, CpuTimeExceeded) or not self.cell.alive:
            return 0
        return self._pool.yardstick.slowdown_percent([await self.cell.yard_ns() for _ in range(YARD_SAMPLES)])


async def _undisturbed(run: Callable[[], Awaitable[Ran]], outcome: Callable[[Ran], Outcome]) -> Ran:
    """The first of some runs alone that the machine left in peace. In between others get their turn."""
    for tries in range(QUIET_TRIES):
        if tries:
            await asyncio.sleep(QUIET_PAUSE_S)
        ran = await run()
        if not outcome(ran).is_disturbed:
            return ran
    raise SandboxDisturbed(f"{QUIET_TRIES} runs alone were all disturbed")


async def _conversed(
    pool: Pool,
    program: DockerLoaded,
    validator: DockerLoaded,
    limits: Limits,
    validator_limits: Limits,
    workspace: Workspace,
) -> Conversation:
    await program.allow(limits, b"")
    await validator.allow(validator_limits, b"".join(file.content for file in workspace.files))
    await validator.lay(workspace)
    # A validator waits for the program most of the time: it gets the program's longest wall time on top of its own.
    wall_ms = validator_limits.wall_time_ms + STARVED_FACTOR * limits.wall_time_ms
    one = Side(program.cell, program.request(limits, EMPTY_WORKSPACE, converse=True))
    other = Side(validator.cell, validator.request(validator_limits, workspace, wall_ms=wall_ms, converse=True))
    started = time.time()
    validator_ended_first = await converse(one, other, one_clock=not pool.runtime.startswith("runsc"))
    reports: list[RunReport] = []
    for loaded, side in ((program, one), (validator, other)):
        assert side.end is not None
        reports.append(await loaded.post_mortem(side.end, started) if isinstance(side.end, CellDied) else side.end)
    return Conversation(
        await program.outcome(reports[0], limits, one.request.argv),
        await validator.outcome(reports[1], validator_limits, other.request.argv),
        validator_ended_first,
    )


async def set_memory(engine: DockerEngine, cell: Cell, memory_mib: int) -> None:
    """Set a container's memory limit, the quick way if there is one."""
    if cell.memory_mib == memory_mib:
        return
    if not (engine.local and cgroup.set_memory(cell.container_id, memory_mib)):
        await engine.set_memory(cell.container_id, memory_mib)
    cell.memory_mib = memory_mib


def host_facts(engine: DockerEngine) -> dict[str, str]:
    """What is known of the engine's machine: `{"name": "judge-1", "kernel": "6.18.44", "cores": "2", "cgroup": "1", …}`."""
    facts = {
        "name": engine.facts.host,
        "kernel": engine.facts.kernel,
        "cores": str(engine.facts.cpus),
        "cgroup": engine.facts.cgroup,
    }
    if engine.local:
        facts |= local_cpu()
    return facts


def local_cpu() -> dict[str, str]:
    """The processor's name, if this machine tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return {}
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return {"cpu": name} if name else {}


def compilation(report: RunReport, argv: tuple[str, ...], limits: Limits) -> tuple[bool, str]:
    """Whether a compilation under these limits was refused, and what the candidate reads of it.

    A compiler that waited past its wall time waited for something that the source named: time in which it wanted a CPU and had
    none is not counted, and if that was too long `ending_of` raises `SandboxUnavailable`.
    """
    log = (report.stderr + report.stdout).decode("utf-8", "replace")[:LOG_MAX_CHARS].replace("/box/", "")
    match ending_of(report, limits, SLACK_MIB, argv):
        case Exited(0):
            return False, log
        case CpuTimeExceeded():
            return True, f"the compiler used more than {limits.cpu_time_ms // 1000} s of CPU time\n{log}"
        case MemoryExceeded():
            return True, f"the compiler ran out of memory\n{log}"
        case WallTimeExceeded():
            return True, f"the compiler waited for too long\n{log}"
        case OutputExceeded():
            return True, f"the compiler wrote more than {COMPILE_LIMITS.output_kib} KiB\n{log}"
        case _:
            return True, log
