"""How much a warm sandbox adds to a program: /bin/true and a Python hello, against the same binaries spawned bare.

Every side starts the very same program from the same libraries (`bare.py`); they alternate, and the medians are compared. Both
ways of isolating one run from the next are measured, and gVisor where the engine has it as the runtime `runsc`.

    python -m bench.sandbox [ROUNDS]
"""

import asyncio
import contextlib
import dataclasses
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import uvloop

from bench.bare import Bare, Command, exported
from bench.machine import described
from bench.rows import Row, middle, p95, printed
from sandbox import images, languages
from sandbox.docker_engine import DockerEngine
from sandbox.docker_runner import DockerRunner
from sandbox.errors import SandboxError
from sandbox.limits import Limits
from sandbox.pool import Isolation
from sandbox.runner import Exited, Loaded, Program, Rejected, SourceFile

ROUNDS: Final = 300
WARM_UP: Final = 20
GVISOR_ROUNDS: Final = 30
HELLO: Final = b"print('hello')\n"
COMMANDS: Final = {"/bin/true": Command(("/bin/true",)), "Python hello": Command(("/usr/bin/python3", "/main.py"))}
ADDED_MS: Final = {Isolation.USERS: 0.3, Isolation.NAMESPACES: 0.8}
"""Aims for /bin/true: what user, wipe and filter add, and what fresh namespaces on top of them do."""
PYTHON_RATIO: Final = 1.1
LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=128)


@dataclass(frozen=True, slots=True)
class Side:
    """One command under one isolation, ready to run, with the times that it took in ms."""

    command: str
    isolation: str
    loaded: Loaded
    times_ms: list[float] = dataclasses.field(default_factory=list[float])

    async def run(self) -> float:
        """One run, in ms."""
        started = time.perf_counter()
        outcome = await self.loaded.run(b"", LIMITS)
        taken = (time.perf_counter() - started) * 1000
        if outcome.ending != Exited(0):
            raise SystemExit(f"{self.command}: {outcome}")
        return taken


async def measure(bare: Bare, sides: Sequence[Side], rounds: int) -> dict[str, list[float]]:
    """One command after the other: its bare run and every side of it in turn, in ms."""
    baseline: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for name, times in baseline.items():
        for turn in range(WARM_UP + rounds):
            taken = bare.run_ms(list(COMMANDS).index(name))
            if turn >= WARM_UP:
                times.append(taken)
            of_command = [side for side in sides if side.command == name]
            for at in range(len(of_command)):
                side = of_command[(turn + at) % len(of_command)]  # none is always the one that runs first
                taken = await side.run()
                if turn >= WARM_UP:
                    side.times_ms.append(taken)
    return baseline


async def load(runner: DockerRunner, name: str, stack: contextlib.AsyncExitStack) -> Loaded:
    """A program of which running it means running the command."""
    python = languages.catalogue()["python3"]
    language = python if name != "/bin/true" else dataclasses.replace(python, run=COMMANDS[name].argv)
    loaded = await stack.enter_async_context(runner.load(Program(language, (SourceFile("main.py", HELLO),)), LIMITS))
    if isinstance(loaded, Rejected):
        raise SystemExit(loaded.log)
    return loaded


def row_of(side: Side, baseline: list[float]) -> Row:
    """One side against its bare runs."""
    mine, theirs = middle(side.times_ms), middle(baseline)
    if side.command == "/bin/true":
        aim, met = f"≤ bare + {ADDED_MS[Isolation(side.isolation)]} ms", mine - theirs <= ADDED_MS[Isolation(side.isolation)]
    else:
        aim, met = f"≤ {PYTHON_RATIO} × bare", mine <= PYTHON_RATIO * theirs
    shown = f"one {side.command} case, isolated by {side.isolation}"
    return Row(shown, mine, p95(side.times_ms), theirs, p95(baseline), "ms", aim, met)


async def gvisor(bare: Bare) -> Row | None:
    """A Python hello under gVisor, where the engine has it."""
    engine = await DockerEngine.connect()
    has_it = "runsc" in engine.facts.runtimes
    await engine.close()
    if not has_it:
        print("gVisor: this engine has no runtime `runsc`")
        return None
    runner = DockerRunner(1, runtime="runsc")
    try:
        async with contextlib.AsyncExitStack() as stack:
            side = Side("Python hello", "gVisor", await load(runner, "Python hello", stack))
            baseline: list[float] = []
            for _ in range(GVISOR_ROUNDS):
                baseline.append(bare.run_ms(1))
                side.times_ms.append(await side.run())
    except SandboxError as error:
        print(f"gVisor: {error}")
        return None
    finally:
        await runner.close()
    mine, theirs = middle(side.times_ms), middle(baseline)
    return Row(
        "one Python hello case under gVisor", mine, p95(side.times_ms), theirs, p95(baseline), "ms", "reported", met=None
    )


async def main(bare: Bare, rounds: int) -> None:
    runners = {isolation: DockerRunner(len(COMMANDS), isolation=isolation) for isolation in ADDED_MS}
    try:
        await runners[Isolation.NAMESPACES].pool.read_through(["python3"])  # as a worker does when it starts
        async with contextlib.AsyncExitStack() as stack:
            sides = [
                Side(name, isolation, await load(runner, name, stack))
                for isolation, runner in runners.items()
                for name in COMMANDS
            ]
            baseline = await measure(bare, sides, rounds)
    finally:
        for runner in runners.values():
            await runner.close()
    rows = [row_of(side, baseline[side.command]) for side in sides]
    if (row := await gvisor(bare)) is not None:
        rows.append(row)
    print(described())
    print(printed(rows))
    print(json.dumps({"rows": [row.as_json() for row in rows]}))


if __name__ == "__main__":
    asyncio.run(images.ensure(["python3"], lambda line: print(line, file=sys.stderr)))
    with exported(images.tag("python3")) as root:
        (root / "main.py").write_bytes(HELLO)
        process = Bare(root, list(COMMANDS.values()))  # before the event loop and its threads
        try:
            uvloop.run(main(process, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
        finally:
            process.close()
