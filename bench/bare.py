"""The baseline: programs spawned bare, from the very root file system that the sandbox uses.

An image's file system is exported and a small process is put into it (chroot). It spawns a program, reads its output to the end
and waits for it. Needs root and Docker.
"""

import contextlib
import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}  # noqa: S108

READ_BYTES: Final = 128 * 1024
"""At once, as `cat` does: how a file is read decides how it lies in the cache."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is spawned, inside the root: `Command(("/usr/bin/python3", "/main.py"), "/case-1.in")`."""

    argv: tuple[str, ...]
    stdin: str = os.devnull


class Bare:
    """The process inside the root. Make it before the event loop and its threads."""

    def __init__(self, root: Path, commands: Sequence[Command]) -> None:
        self._ask_read, self._ask = os.pipe()
        self._answer, self._answer_write = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._ask)
            os.close(self._answer)
            self._serve(root, commands)
        os.close(self._ask_read)
        os.close(self._answer_write)

    def run_ms(self, command: int) -> float:
        """One run of a command, in ms; not a number if it failed."""
        os.write(self._ask, bytes((command,)))
        return float(struct.unpack("<d", os.read(self._answer, 8))[0])

    def close(self) -> None:
        """End the process."""
        os.close(self._ask)
        os.waitpid(self._child, 0)
        os.close(self._answer)

    def _serve(self, root: Path, commands: Sequence[Command]) -> None:
        null = os.open(os.devnull, os.O_RDONLY)
        os.chroot(root)
        os.chdir("/")
        inputs = [null if command.stdin == os.devnull else os.open(command.stdin, os.O_RDONLY) for command in commands]
        while asked := os.read(self._ask_read, 1):
            command, stdin = commands[asked[0]], inputs[asked[0]]
            if stdin != null:
                os.lseek(stdin, 0, os.SEEK_SET)
            started = time.perf_counter()
            out, out_write = os.pipe()
            pid = os.posix_spawn(
                command.argv[0],
                command.argv,
                ENVIRONMENT,
                file_actions=[(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, out_write, 1)],
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
    """The root file system of an image, in a folder that is removed afterwards.

    It is read anew, as a worker reads its images: what `tar` has just written lies in the cache in small pieces, decision 0039.
    """
    container = subprocess.run(["docker", "create", tag], check=True, capture_output=True, text=True).stdout.strip()
    try:
        with tempfile.TemporaryDirectory(prefix="sarap-bench-") as folder:
            with subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE) as export:
                subprocess.run(["tar", "--extract", "--directory", folder], stdin=export.stdout, check=True)
            subprocess.run(["sync", "--file-system", folder], check=True)  # what is not on the disk yet is not forgotten
            _read_anew(Path(folder))
            yield Path(folder)
    finally:
        subprocess.run(["docker", "rm", container], check=True, capture_output=True)


def _read_anew(root: Path) -> None:
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb", buffering=0) as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                while file.read(READ_BYTES):
                    pass
