r"""The frames between a runner and the supervisor: `supervisor/protocol.h` in Python, pure.

A frame is the payload's size (u32, little-endian), a letter, the payload. Example, the request to run /bin/true:
`22 00 00 00 'X'`, six u32 of `RunRequest`, `"/bin/true\0"`, no standard input.
"""

import struct
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Final

from sandbox.errors import SandboxBroken

VERSION: Final = 1
HEAD_SIZE: Final = 5
_HEAD: Final = struct.Struct("<Ic")
_RUN: Final = struct.Struct("<6I")
_REPORT: Final = struct.Struct("<4I3Q2I")

STARVED_FACTOR: Final = 10
"""A program that waits for a CPU gets up to so many times its wall time before the supervisor gives up."""
STDERR_MAX_BYTES: Final = 64 * 1024
"""Head of standard error that the supervisor keeps: enough for any honest traceback."""

PUT: Final = b"P"
EXECUTE: Final = b"X"
RESET: Final = b"R"
HELLO: Final = b"H"
DONE: Final = b"K"
ENDED: Final = b"D"
ERROR: Final = b"E"


class Flag(IntFlag):
    """Why the supervisor ended a run, and what it could not do."""

    KILLED_CPU = 1
    KILLED_WALL = 2
    KILLED_OUTPUT = 4
    CPU_BY_RUSAGE = 8
    NOT_CLEAN = 16
    STARVED = 32


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One compilation (`builder`) or one run of a candidate's program. Times in ms, output in bytes."""

    argv: tuple[str, ...]
    cpu_kill_ms: int
    wall_ms: int
    processes: int
    output_max_bytes: int
    builder: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """What the supervisor says of a run. `status` is as wait(2) gives it; `exec_error` an errno, 0 if the program started."""

    status: int
    flags: Flag
    exec_error: int
    oom_kills: int
    cpu_us: int
    wall_us: int
    peak_kib: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


def head(kind: bytes, size: int) -> bytes:
    """The five bytes before a payload of `size` bytes."""
    return _HEAD.pack(size, kind)


def read_head(data: bytes) -> tuple[bytes, int]:
    """Kind and payload size of a frame."""
    size, kind = _HEAD.unpack(data)
    return kind, size


def put(name: str, content: bytes) -> bytes:
    """The whole frame that creates one file in /box."""
    encoded = name.encode()
    return b"".join((head(PUT, 1 + len(encoded) + len(content)), bytes((len(encoded),)), encoded, content))


def execute(request: RunRequest, stdin: bytes) -> bytes:
    """The whole frame that runs something on `stdin`."""
    argv = b"".join(word.encode() + b"\0" for word in request.argv)
    who = ord("b" if request.builder else "c")
    fixed = _RUN.pack(who, request.cpu_kill_ms, request.wall_ms, request.processes, request.output_max_bytes, len(argv))
    return b"".join((head(EXECUTE, _RUN.size + len(argv) + len(stdin)), fixed, argv, stdin))


def report(payload: bytes) -> RunReport:
    """The payload of an `ENDED` frame. Raises `SandboxBroken` if its sizes do not add up."""
    if len(payload) < _REPORT.size:
        message = f"a report of {len(payload)} bytes"
        raise SandboxBroken(message)
    status, flags, exec_error, oom_kills, cpu_us, wall_us, peak_kib, out_size, err_size = _REPORT.unpack_from(payload)
    if len(payload) != _REPORT.size + out_size + err_size:
        message = f"a report of {len(payload)} bytes for {out_size} + {err_size} of output"
        raise SandboxBroken(message)
    split = _REPORT.size + out_size
    return RunReport(
        status=status,
        flags=Flag(flags),
        exec_error=exec_error,
        oom_kills=oom_kills,
        cpu_us=cpu_us,
        wall_us=wall_us,
        peak_kib=peak_kib,
        stdout=payload[_REPORT.size : split],
        stderr=payload[split:],
    )
