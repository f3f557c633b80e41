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

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended. `stdout` is whole unless the output limit ended the run; `stderr` is its first 64 KiB."""

    ending: Ending
    usage: Usage
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """The compiler, or the language's syntax check, refused the program. `log` is what it said, for the candidate to read."""

    log: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a program ran, kept with every judgement: `{"engine": "docker", "image": "sha256:…", "compiler": "g++ 14.2.0"}`."""

    engine: str
    image: str
    compiler: str


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

    async def run(self, stdin: bytes, limits: Limits) -> Outcome:
        """Run once on `stdin`. Raises `SandboxUnavailable` or `SandboxBroken`, never a verdict, for faults of ours."""
        ...


class Runner(Protocol):
    """An engine. Safe for concurrent use; `load` waits for a free slot."""

    def load(self, program: Program, limits: Limits) -> AbstractAsyncContextManager[Loaded | Rejected]:
        """Compile `program`, in the sandbox. `limits.memory_mib` is the memory that every run of it may use.

        Raises `ProgramTooLarge`, `SandboxUnavailable`, `SandboxBroken`.
        """
        ...

    async def close(self) -> None:
        """End every container that this runner started, and nothing else."""
        ...
