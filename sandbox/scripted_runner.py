r"""The test twin of an engine: endings come from a script, and nothing runs. It ships with the package, for everybody's tests.

    def script(program: Program, stdin: bytes, limits: Limits) -> Outcome:
        return exited(b"7\n") if stdin == b"3 4\n" else exited(b"", code=1)

    runner = ScriptedRunner(script)
    rejecting = ScriptedRunner(script, rejects=lambda program: "main.cpp:1: error")

A script may raise `SandboxUnavailable` or `SandboxBroken`, to see what becomes of our own faults. `runs` keeps what was asked.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox.errors import SandboxUnavailable
from sandbox.limits import Limits
from sandbox.program import require_acceptable
from sandbox.runner import (
    EMPTY_WORKSPACE,
    Conversation,
    Ending,
    Evidence,
    Exited,
    Loaded,
    Outcome,
    Program,
    Rejected,
    Usage,
    Workspace,
)

Script = Callable[[Program, bytes, Limits], Outcome]
"""What would happen to this program on this input."""

Rejects = Callable[[Program], str | None]
"""The compiler's log if it refuses this program, else None."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run that was asked for."""

    program: Program
    stdin: bytes
    limits: Limits
    workspace: Workspace = EMPTY_WORKSPACE
    quiet: bool = False


def ended(ending: Ending, stdout: bytes = b"", stderr: bytes = b"", *, cpu_ms: int = 10, memory_kib: int = 8192) -> Outcome:
    """An outcome with plain figures; its wall time is its CPU time."""
    return Outcome(ending, Usage(cpu_ms * 1000, cpu_ms * 1000, memory_kib), stdout, stderr)


def exited(stdout: bytes = b"", *, code: int = 0, cpu_ms: int = 10) -> Outcome:
    """The outcome of a program that wrote `stdout` and ended with `code`."""
    return ended(Exited(code), stdout, cpu_ms=cpu_ms)


class ScriptedRunner:
    """`Runner` whose outcomes a test writes."""

    def __init__(
        self,
        script: Script,
        *,
        rejects: Rejects = lambda _program: None,
        validator_ends_first: Callable[[Outcome], bool] = lambda _spoken: False,
    ) -> None:
        self._validator_ends_first = validator_ends_first
        self.runs: list[Ran] = []
        self.closed = False
        self._script = script
        self._rejects = rejects

    @asynccontextmanager
    async def load(
        self, program: Program, limits: Limits, *, beside: Loaded | None = None
    ) -> AsyncGenerator["ScriptedLoaded | Rejected"]:
        """See `Runner.load`."""
        del limits, beside
        require_acceptable(program)
        if self.closed:
            raise SandboxUnavailable("the runner is closed")
        log = self._rejects(program)
        yield ScriptedLoaded(self.runs, self._script, program) if log is None else Rejected(log)

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
        """See `Runner.converse`: both sides come from the script, the program's with what the validator wrote."""
        spoken = await validator.run(b"", validator_limits, workspace)
        answered = await program.run(spoken.stdout, limits, quiet=quiet)
        return Conversation(answered, spoken, validator_ended_first=self._validator_ends_first(spoken))

    async def close(self) -> None:
        """Nothing was started; later loads are refused, as with a real engine."""
        self.closed = True


class ScriptedLoaded:
    """A program of which the script is known."""

    evidence = Evidence(engine="scripted", image="none", compiler="none")
    compile_log = ""

    def __init__(self, runs: list[Ran], script: Script, program: Program) -> None:
        self._runs = runs
        self._script = script
        self._program = program

    async def run(
        self, stdin: bytes, limits: Limits, workspace: Workspace = EMPTY_WORKSPACE, *, quiet: bool = False
    ) -> Outcome:
        """See `Loaded.run`."""
        self._runs.append(Ran(self._program, stdin, limits, workspace, quiet))
        return self._script(self._program, stdin, limits)
