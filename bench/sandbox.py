"""How much a warm sandbox adds to a program: /bin/true and a Python hello, against the same binaries spawned bare.

Both sides start the very same program from the same libraries (`bare.py`); they alternate, and the medians are compared.

    python -m bench.sandbox [ROUNDS]
"""

import asyncio
import contextlib
import dataclasses
import json
import statistics
import sys
import time
from typing import Final

import uvloop

from bench.bare import Bare, Command, exported
from bench.machine import described
from sandbox import images, languages
from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.runner import Exited, Loaded, Program, Rejected, SourceFile

ROUNDS: Final = 300
WARM_UP: Final = 20
AIM_MS: Final = 0.5
HELLO: Final = b"print('hello')\n"
COMMANDS: Final = {"/bin/true": Command(("/bin/true",)), "python hello": Command(("/usr/bin/python3", "/main.py"))}
LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=128)


async def measure(bare: Bare, sandboxed: dict[str, Loaded], rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Both sides of every command in turn: (ours, bare), in ms."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in COMMANDS}
    for turn in range(WARM_UP + rounds):
        for name, loaded in sandboxed.items():
            baseline = bare.run_ms(list(COMMANDS).index(name)) if turn % 2 else None  # neither side is always the second
            started = time.perf_counter()
            outcome = await loaded.run(b"", LIMITS)
            ours = (time.perf_counter() - started) * 1000
            if outcome.ending != Exited(0):
                raise SystemExit(f"{name}: {outcome}")
            if baseline is None:
                baseline = bare.run_ms(list(COMMANDS).index(name))
            if turn >= WARM_UP:
                times[name][0].append(ours)
                times[name][1].append(baseline)
    return times


async def load(runner: DockerRunner, name: str, stack: contextlib.AsyncExitStack) -> Loaded:
    """A program of which running it means running the command."""
    python = languages.catalogue()["python3"]
    language = python if name != "/bin/true" else dataclasses.replace(python, run=COMMANDS[name].argv)
    loaded = await stack.enter_async_context(runner.load(Program(language, (SourceFile("main.py", HELLO),)), LIMITS))
    if isinstance(loaded, Rejected):
        raise SystemExit(loaded.log)
    return loaded


async def main(bare: Bare, rounds: int) -> None:
    runner = DockerRunner(len(COMMANDS))
    try:
        async with contextlib.AsyncExitStack() as stack:
            sandboxed = {name: await load(runner, name, stack) for name in COMMANDS}
            times = await measure(bare, sandboxed, rounds)
    finally:
        await runner.close()
    rows: list[dict[str, object]] = []
    print(described())
    print(f"{'':14}{'sandbox ms':>12}{'bare ms':>10}{'added ms':>10}{'ratio':>8}")
    for name, (ours, baseline) in times.items():
        mine, theirs = statistics.median(ours), statistics.median(baseline)
        print(f"{name:14}{mine:12.2f}{theirs:10.2f}{mine - theirs:10.2f}{mine / theirs:8.2f}")
        rows.append(
            {
                "row": f"warm sandbox: {name}",
                "ours": round(mine, 3),
                "baseline": round(theirs, 3),
                "unit": "ms",
                "ratio": round(mine / theirs, 3),
                "aim": f"at most {AIM_MS} ms above bare",
                "met": mine - theirs <= AIM_MS,
            }
        )
    print(json.dumps({"rows": rows}))


if __name__ == "__main__":
    asyncio.run(images.ensure(["python3"], lambda line: print(line, file=sys.stderr)))
    with exported(images.tag("python3")) as root:
        (root / "main.py").write_bytes(HELLO)
        process = Bare(root, list(COMMANDS.values()))  # before the event loop and its threads
        try:
            uvloop.run(main(process, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
        finally:
            process.close()
