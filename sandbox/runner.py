r"""The contract between the judge and an engine that runs programs.

A caller loads a program once (which compiles it) and runs it as often as it has inputs:

    async with runner.load(program, limits) as loaded:
        match loaded:
            case Rejected(log):          # the compiler said no: the candidate's compile error
                ...
            case _:
                outcome = await loaded.run(b"3 4\n", limits)

Expected answers are never handed to a runner: comparing happens outside. Nothing tells a runner whether an input is a sample
or secret. Every engine passes the same tests, `tests/sandbox/test_runner_contract.py`.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from sandbox.languages import Language
from sandbox.limits import Limits


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a program. `name` has no folder in it: `^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$`."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Program:
    """What is run: a language and its files; the first file holds the entry point.

    Example: `Program(languages.get("python3"), (SourceFile("main.py", b"print(42)"),))`.
    """

    language: Language
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True)
class Exited:
    """The program ended by itself. 0 is success, anything else a run-time error."""

    code: int


@dataclass(frozen=True, slots=True)
class Signalled:
    """The kernel ended the program (11 is a segmentation fault)."""

    signal: int


@dataclass(frozen=True, slots=True)
class CpuTimeExceeded:
    """The process tree used more CPU time than `Limits.cpu_time_ms` (killed, or ended by itself in the overshoot)."""


@dataclass(frozen=True, slots=True)
class WallTimeExceeded:
    """The program slept or waited past `Limits.wall_time_ms`."""


class MemoryEvidence(StrEnum):
    """How we know that memory ran out."""

    CGROUP = "cgroup"
    """The kernel's out-of-memory counter of the sandbox went up."""
    PEAK = "peak"
    """One process was larger than the limit; judged exactly, while the kernel's own limit leaves room for input and output."""
    RUNTIME = "runtime"
    """The runtime said so itself (`MemoryError`, `std::bad_alloc`, V8's heap limit)."""


@dataclass(frozen=True, slots=True)
class MemoryExceeded:
    """The process tree needed more than `Limits.memory_mib`."""

    evidence: MemoryEvidence


@dataclass(frozen=True, slots=True)
class OutputExceeded:
    """The program wrote more than `Limits.output_kib`."""


Ending = Exited | Signalled | CpuTimeExceeded | WallTimeExceeded | MemoryExceeded | OutputExceeded
"""The closed set of endings; match it with `assert_never`."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run took: CPU time of the whole process tree and wall time in microseconds, peak resident memory in KiB."""

    cpu_time_us: int
    wall_time_us: int
    memory_kib: int


DISTURBED_PERCENT: Final = 5
"""Stolen time above this share of a run's wall time: the machine had a part in how long it took."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What else the machine did during a run.

    `stolen_us` the hypervisor gave to others (all processors together), `run_delay_us` the program waited for a processor,
    `slowdown_percent` by how much a fixed piece of work in the same sandbox took longer than on the quiet machine (measured
    only after a run that was too slow). None of it is the program's fault. `page_fault_us` is the most of its CPU time that
    the kernel may have taken to give it memory, which some machines hand out many times slower when nobody has used it before.
    `disk_read_kib` of its files were not in the machine's memory: it waited for the disk.
    """

    stolen_us: int = 0
    run_delay_us: int = 0
    slowdown_percent: int = 0
    page_fault_us: int = 0
    disk_read_kib: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    r"""How one run ended. `stdout` is whole unless the output limit ended the run; `stderr` is its first 64 KiB.

    `is_disturbed` says that the noise may be the reason why the run was too slow: no verdict about its time may follow from it.
    `files` are what the run left in `Workspace.collect`, by name, e.g. `{"score.txt": b"12\n"}`.
    """

    ending: Ending
    usage: Usage
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    noise: Noise = Noise()
    is_disturbed: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where and how a program was compiled and run; it is kept with every judgement.

    `engine` and its version (`docker 20.10.24`), `runtime` under it (`runc`, `runsc`), `isolation` of one case from the next
    (`users`, `namespaces`), `image` by digest (`sha256:…`), `compiler` in its own words (`g++-14 (Debian 14.2.0-19) 14.2.0`),
    the `compile_argv` and `run_argv`, `supervisor` by the digest of its source, and the `host`, e.g.
    `{"kernel": "6.18.44", "cpu": "Intel Xeon", "cores": "2", "cgroup": "1"}`. `startup_us` is the CPU time that an empty
    program of the language took when the image was built. `from_cache` says that the compiler's work was taken from the
    compile cache. `weaknesses` names what this engine cannot tell: `no-memory-evidence`, `no-output-evidence`.
    """

    engine: str
    image: str
    compiler: str
    runtime: str = ""
    isolation: str = ""
    compile_argv: tuple[str, ...] = ()
    run_argv: tuple[str, ...] = ()
    supervisor: str = ""
    host: Mapping[str, str] = field(default_factory=dict[str, str])
    startup_us: int = 0
    from_cache: bool = False
    weaknesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The compiler, or the language's syntax check, refused the program. `log` is what it said, for the candidate to read."""

    log: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """What one run finds besides its program, and what is brought back; an output validator needs it.

    `arguments` follow the language's own command. `files` are laid into the run's working folder, which it may write to and
    which is emptied afterwards; a name may have one folder: `feedback/nextpass.in`. `collect` is such a folder: the plain files
    directly in it come back in `Outcome.files`. It is made if no file made it.

    Example: `Workspace(("in", "ans", "feedback/"), (SourceFile("in", b"3 4"), SourceFile("ans", b"7")), "feedback")`.
    """

    arguments: tuple[str, ...] = ()
    files: tuple[SourceFile, ...] = ()
    collect: str | None = None


EMPTY_WORKSPACE: Final = Workspace()


@dataclass(frozen=True, slots=True)
class Conversation:
    """How an interactive run went: both sides, and who ended first.

    `program.stdout` is what the program wrote to the validator, `validator.stdout` what the validator wrote to the program.
    """

    program: Outcome
    validator: Outcome
    validator_ended_first: bool


class Loaded(Protocol):
    """A compiled program in a sandbox of its own, ready to run."""

    @property
    def evidence(self) -> Evidence:
        """Where it runs."""
        ...

    @property
    def compile_log(self) -> str:
        """Warnings of a compilation that succeeded."""
        ...

    async def run(
        self, stdin: bytes, limits: Limits, workspace: Workspace = EMPTY_WORKSPACE, *, quiet: bool = False
    ) -> Outcome:
        """Run once on `stdin`. Raises `SandboxUnavailable` or `SandboxBroken`, never a verdict, for faults of ours.

        `quiet` runs it while this runner runs nothing else, and again if the machine disturbed even that; raises
        `SandboxDisturbed` if it always did.
        """
        ...


class Runner(Protocol):
    """An engine. Safe for concurrent use; `load` waits for a free slot."""

    def load(
        self, program: Program, limits: Limits, *, beside: Loaded | None = None
    ) -> AbstractAsyncContextManager[Loaded | Rejected]:
        """Compile `program`, in the sandbox. `limits.memory_mib` is the memory that every run of it may use.

        A program that is loaded `beside` another one shares its slot and gets a sandbox of its own: an output validator beside
        the program that it judges. The two take turns.

        Raises `ProgramTooLarge`, `SandboxUnavailable`, `SandboxBroken`.
        """
        ...

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
        """Run both at once, each one's standard output being the other's standard input; `workspace` is the validator's.

        Neither side sees the other's end before the order of the two ends is on record. Time in which the program waits for
        the validator is not the program's. `quiet` is as in `Loaded.run`. Raises `SandboxUnavailable`, `SandboxBroken`.
        """
        ...

    async def close(self) -> None:
        """End every container that this runner started, and nothing else."""
        ...
