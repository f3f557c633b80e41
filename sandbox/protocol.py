r"""The frames between a runner and the supervisor: `supervisor/protocol.h` in Python, pure.

A frame is the payload's size (u32, little-endian), a letter, the payload. Example, the request to run /bin/true:
`2a 00 00 00 'X'`, eight u32 of `RunRequest`, `"/bin/true\0"`, no standard input.
"""

import struct
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Final

from sandbox.errors import SandboxBroken

VERSION: Final = 4
HEAD_SIZE: Final = 5
_HEAD: Final = struct.Struct("<Ic")
_HELLO: Final = struct.Struct("<4I")
_RUN: Final = struct.Struct("<8I")
_REPORT: Final = struct.Struct("<4I8Q4I")
_FILE: Final = struct.Struct("<BBI")

STARVED_FACTOR: Final = 10
"""A program that waits for a CPU gets up to so many times its wall time before the supervisor gives up."""
STDERR_MAX_BYTES: Final = 64 * 1024
"""Head of standard error that the supervisor keeps: enough for any honest traceback."""
INPUT_MAX_BYTES: Final = 60 * 1024
"""Of one frame of a conversation's input: it fits into the supervisor's buffer."""

PUT: Final = b"P"
FILE: Final = b"F"
EXECUTE: Final = b"X"
GATHER: Final = b"G"
YARD: Final = b"Y"
RESET: Final = b"R"
INPUT: Final = b"I"
CLOSE: Final = b"C"
HELLO: Final = b"H"
DONE: Final = b"K"
OUTPUT: Final = b"O"
ENDED: Final = b"D"
ARCHIVE: Final = b"A"
TIME: Final = b"T"
ERROR: Final = b"E"


class Flag(IntFlag):
    """Why the supervisor ended a run, and what it could not do."""

    KILLED_CPU = 1
    KILLED_WALL = 2
    KILLED_OUTPUT = 4
    CPU_BY_RUSAGE = 8
    NOT_CLEAN = 16
    STARVED = 32
    NOT_SET_UP = 64
    MACHINE_FULL = 128


class RunFlag(IntFlag):
    """How a run is started."""

    CONVERSE = 1
    KEEP_TMP = 2
    ISOLATE = 4


PLAIN: Final = RunFlag(0)


@dataclass(frozen=True, slots=True)
class Hello:
    """What a supervisor says first. `startup_us` is the CPU time of an empty program, measured when the image was built.

    `can_isolate` says whether a run can have namespaces of its own here; if not, `isolate_error` is the errno that says why.
    """

    version: int
    can_isolate: bool
    startup_us: int
    isolate_error: int
    toolchain: str


@dataclass(frozen=True, slots=True)
class BoxFile:
    """A plain file of /box: what the compiler made."""

    name: str
    content: bytes = field(repr=False)
    executable: bool = False


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One compilation (`builder`) or one run of a candidate's program. Times in ms, output in bytes."""

    argv: tuple[str, ...]
    cpu_kill_ms: int
    wall_ms: int
    processes: int
    output_max_bytes: int
    builder: bool = False
    flags: RunFlag = PLAIN
    collect: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What the supervisor says of a run. `status` is as wait(2) gives it; `exec_error` an errno, 0 if the program started.

    `run_delay_us` and `stolen_us` are the noise of `runner.Noise`. `kernel_us` is the kernel's part of `cpu_us` (0 for short
    runs), `page_faults` how often it gave the program a page of memory, `disk_read_kib` what it fetched for it from the disk.
    `ended_at_us` is the machine's monotonic clock.
    """

    status: int
    flags: Flag
    exec_error: int
    oom_kills: int
    cpu_us: int
    wall_us: int
    peak_kib: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    run_delay_us: int = 0
    stolen_us: int = 0
    kernel_us: int = 0
    page_faults: int = 0
    disk_read_kib: int = 0
    ended_at_us: int = 0
    files: tuple[BoxFile, ...] = ()


def head(kind: bytes, size: int) -> bytes:
    """The five bytes before a payload."""
    return _HEAD.pack(size, kind)


def read_head(data: bytes) -> tuple[bytes, int]:
    """Kind and payload size of a frame."""
    size, kind = _HEAD.unpack(data)
    return kind, size


def put(name: str, content: bytes, *, executable: bool = False) -> bytes:
    """The request that creates a file in /box."""
    return _file(PUT, name, content, executable=executable)


def lay(name: str, content: bytes) -> bytes:
    """The request that creates a file in /tmp for the next run."""
    return _file(FILE, name, content, executable=False)


def _file(kind: bytes, name: str, content: bytes, *, executable: bool) -> bytes:
    encoded = name.encode()
    return b"".join((head(kind, 2 + len(encoded) + len(content)), bytes((executable, len(encoded))), encoded, content))


def execute(request: RunRequest, stdin: bytes) -> bytes:
    """The request that runs something."""
    argv = b"".join(word.encode() + b"\0" for word in request.argv)
    collect = request.collect.encode()
    fixed = _RUN.pack(
        ord("b") if request.builder else ord("c"),
        request.cpu_kill_ms,
        request.wall_ms,
        request.processes,
        request.output_max_bytes,
        len(argv),
        request.flags,
        len(collect),
    )
    return b"".join((head(EXECUTE, len(fixed) + len(argv) + len(collect) + len(stdin)), fixed, argv, collect, stdin))


def say(data: bytes, credit_us: int) -> bytes:
    """Input for a program in a conversation; `credit_us` is what its wall time grows by, since it waited for the other side."""
    return b"".join((head(INPUT, 4 + len(data)), struct.pack("<I", min(credit_us, 2**32 - 1)), data))


def hello(payload: bytes) -> Hello:
    """Read the payload of a `HELLO`. Raises `SandboxBroken` if it is too short."""
    if len(payload) < _HELLO.size:
        return Hello(int.from_bytes(payload[:4], "little"), can_isolate=False, startup_us=0, isolate_error=0, toolchain="")
    version, can_isolate, startup_us, isolate_error = _HELLO.unpack_from(payload)
    toolchain = payload[_HELLO.size :].decode("utf-8", "replace").strip()
    return Hello(version, bool(can_isolate), startup_us, isolate_error, toolchain)


def report(payload: bytes) -> RunReport:
    """Read the payload of an `ENDED`. Raises `SandboxBroken` if its sizes do not add up."""
    if len(payload) < _REPORT.size:
        raise SandboxBroken("a report is too short")
    status, flags, exec_error, oom_kills, cpu, wall, peak, delay, stolen, kernel, faults, ended, out, err, files, disk = (
        _REPORT.unpack_from(payload)
    )
    at_out, at_err = _REPORT.size, _REPORT.size + out
    if len(payload) != at_err + err + files:
        raise SandboxBroken("a report's sizes do not add up")
    return RunReport(
        status=status,
        flags=Flag(flags),
        exec_error=exec_error,
        oom_kills=oom_kills,
        cpu_us=cpu,
        wall_us=wall,
        peak_kib=peak,
        stdout=payload[at_out:at_err],
        stderr=payload[at_err : at_err + err],
        run_delay_us=delay,
        stolen_us=stolen,
        kernel_us=kernel,
        page_faults=faults,
        disk_read_kib=disk,
        ended_at_us=ended,
        files=archive(payload[at_err + err :]) if files else (),
    )


def archive(payload: bytes) -> tuple[BoxFile, ...]:
    """Read the payload of an `ARCHIVE`. Raises `SandboxBroken` if its sizes do not add up."""
    found: list[BoxFile] = []
    at = 0
    while at < len(payload):
        if len(payload) - at < _FILE.size:
            raise SandboxBroken("an archive is too short")
        executable, name_size, size = _FILE.unpack_from(payload, at)
        at += _FILE.size
        name, content = payload[at : at + name_size], payload[at + name_size : at + name_size + size]
        at += name_size + size
        if at > len(payload):
            raise SandboxBroken("an archive's sizes do not add up")
        found.append(BoxFile(name.decode("utf-8", "surrogateescape"), content, bool(executable)))
    return tuple(found)
