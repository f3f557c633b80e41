"""How much a warm sandbox adds to a program: /bin/true and a Python hello, against the same binaries spawned bare.

The image's root file system is exported and a small process is put into it (chroot), so that both sides start the very same
program from the same libraries; the two sides alternate, and the medians are compared. Needs root and Docker.

    python -m bench.sandbox [ROUNDS]
"""

import asyncio
import contextlib
import dataclasses
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

import uvloop

from sandbox import images, languages
from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.runner import Exited, Loaded, Program, Rejected, SourceFile

ROUNDS: Final = 300
WARM_UP: Final = 20
AIM_MS: Final = 0.5
HELLO: Final = b"print('hello')\n"
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}  # noqa: S108
COMMANDS: Final = {"/bin/true": ("/bin/true",), "python hello": ("/usr/bin/python3", "/main.py")}
LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=128)


class Bare:
    """A process inside the exported root file system that spawns a program, reads its output to the end and waits for it."""

    def __init__(self, root: Path) -> None:
        self._ask_read, self._ask = os.pipe()
        self._answer, self._answer_write = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._ask)
            os.close(self._answer)
            self._serve(root)

        os.close(self._ask_read)
        os.close(self._answer_write)

    def run_ms(self, name: str) -> float:
        """One run of a command, in ms."""
        os.write(self._ask, bytes((list(COMMANDS).index(name),)))
        return float(struct.unpack("<d", os.read(self._answer, 8))[0])

    def close(self) -> None:
        """End the process."""
        os.close(self._ask)
        os.waitpid(self._child, 0)
        os.close(self._answer)

    def _serve(self, root: Path) -> None:
        null = os.open(os.devnull, os.O_RDONLY)
        os.chroot(root)
        os.chdir("/")
        commands = list(COMMANDS.values())
        while asked := os.read(self._ask_read, 1):
            argv = commands[asked[0]]
            started = time.perf_counter()
            out, out_write = os.pipe()
            pid = os.posix_spawn(
                argv[0],
                argv,
                ENVIRONMENT,
                file_actions=[(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, out_write, 1)],
            )
            os.close(out_write)
            while os.read(out, 65536):
                pass
            _, status = os.waitpid(pid, 0)
            os.close(out)
            taken = (time.perf_counter() - started) * 1000
            os.write(self._answer_write, struct.pack("<d", taken if status == 0 else float("nan")))
        os._exit(0)


@contextlib.contextmanager
def exported(tag: str) -> Generator[Path]:
    """The root file system of an image, in a folder that is removed afterwards."""
    container = subprocess.run(["docker", "create", tag], check=True, capture_output=True, text=True).stdout.strip()
    try:
        with tempfile.TemporaryDirectory(prefix="sarap-bench-") as folder:
            with subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE) as export:
                subprocess.run(["tar", "--extract", "--directory", folder], stdin=export.stdout, check=True)
            root = Path(folder)
            (root / "main.py").write_bytes(HELLO)
            yield root
    finally:
        subprocess.run(["docker", "rm", container], check=True, capture_output=True)


async def measure(bare: Bare, sandboxed: dict[str, Loaded], rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Both sides of every command in turn: (ours, bare), in ms."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in COMMANDS}
    for turn in range(WARM_UP + rounds):
        for name, loaded in sandboxed.items():
            started = time.perf_counter()
            outcome = await loaded.run(b"", LIMITS)
            ours = (time.perf_counter() - started) * 1000
            if outcome.ending != Exited(0):
                raise SystemExit(f"{name}: {outcome}")
            baseline = bare.run_ms(name)
            if turn >= WARM_UP:
                times[name][0].append(ours)
                times[name][1].append(baseline)
    return times


async def load(runner: DockerRunner, name: str, stack: contextlib.AsyncExitStack) -> Loaded:
    """A program of which running it means running the command."""
    python = languages.catalogue()["python3"]
    language = python if name != "/bin/true" else dataclasses.replace(python, run=COMMANDS[name])
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
        process = Bare(root)  # before the event loop and its threads
        try:
            uvloop.run(main(process, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
        finally:
            process.close()
