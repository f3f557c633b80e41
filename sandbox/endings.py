"""From what the supervisor measured to how the run ended: a pure function, so each rule can be tested without an engine."""

import errno
import os
from typing import Final

from sandbox.errors import SandboxBroken, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.protocol import Flag, RunReport
from sandbox.runner import (
    DISTURBED_PERCENT,
    CpuTimeExceeded,
    Ending,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    OutputExceeded,
    Signalled,
    WallTimeExceeded,
)

RUNTIME_MEMORY_WORDS: Final = (
    b"\nMemoryError",  # Python: the last line of the traceback
    b"std::bad_alloc",  # C++: libstdc++'s terminate handler
    b"std::bad_array_new_length",
    b"JavaScript heap out of memory",  # V8
    b"Array buffer allocation failed",
    b"Invalid array buffer length",
    b"java.lang.OutOfMemoryError",
    b"fatal error: runtime: out of memory",  # Go
    b"fatal error: runtime: cannot allocate memory",
    b"\nmemory allocation of ",  # Rust: its allocator's last words
    b"(NoMemoryError)",  # Ruby
    b"Fatal error:  Allowed memory size of ",  # PHP
    b"Fatal error:  Out of memory",
    b"_alloc: Cannot allocate ",  # Erlang's emulator: the allocator's name stands before
    b"_alloc: Cannot reallocate ",
)
"""What a runtime writes to standard error when it cannot get memory."""

MEMORY_ERRORS: Final = (errno.ENOMEM,)
"""execve(2) with this: the program's static data does not fit."""

SHELL_CANNOT_RUN: Final = 126
"""The exit code of a shell for a file that is there but cannot be started."""


COLD_PAGE_MAX_US: Final = 40
"""CPU time for one page (4 KiB) of memory that the machine has but its host must find first. A page that was in use before
took 2.3 us in the same virtual machine, one that was not 8 us, and more than 20 us beside busy neighbours."""


def ending_of(report: RunReport, limits: Limits, headroom_mib: int, argv: tuple[str, ...]) -> Ending:
    """How a run ended, judged exactly against `limits`; the first rule that fits decides.

    1. memory   the kernel killed for it, or one process was larger than `limits.memory_mib` and the runtime's headroom
    2. output   one byte too many
    3. CPU      more than `limits.cpu_time_ms`, even if it ended by itself
    4. wall     killed by the wall clock without having used its CPU time
    5. memory   the runtime said so and then failed
    6. signal, exit code

    Raises `SandboxBroken` if a runtime of the image could not be started, and `SandboxUnavailable` if the machine had no CPU
    or no memory for the program: neither says anything about it.
    """
    if Flag.MACHINE_FULL in report.flags:
        raise SandboxUnavailable("the machine has no memory left: the kernel killed a program that was within its limit")
    if report.oom_kills > 0:
        return MemoryExceeded(MemoryEvidence.CGROUP)
    if report.exec_error:
        return _not_started(report.exec_error, argv)
    if report.peak_kib > (limits.memory_mib + headroom_mib) * 1024:
        return MemoryExceeded(MemoryEvidence.PEAK)
    if Flag.KILLED_OUTPUT in report.flags:
        return OutputExceeded()
    if Flag.KILLED_CPU in report.flags or report.cpu_us > limits.cpu_time_ms * 1000:
        return CpuTimeExceeded()
    if Flag.STARVED in report.flags:
        raise SandboxUnavailable(f"the machine is overloaded: {report.cpu_us} us of CPU time in {report.wall_us} us")
    if Flag.KILLED_WALL in report.flags:
        return WallTimeExceeded()
    if report.status and any(word in b"\n" + report.stderr for word in RUNTIME_MEMORY_WORDS):
        return MemoryExceeded(MemoryEvidence.RUNTIME)
    if os.WIFSIGNALED(report.status):
        number = os.WTERMSIG(report.status)
        return Signalled(number)
    return Exited(os.WEXITSTATUS(report.status))


def page_fault_us(report: RunReport) -> int:
    """`Noise.page_fault_us` of a run: no more than the kernel used, and no more than its pages can explain."""
    return min(report.kernel_us, report.page_faults * COLD_PAGE_MAX_US)


def is_disturbed(report: RunReport, ending: Ending, limits: Limits, slowdown_percent: int) -> bool:
    """Whether what else the machine did may be why a run was too slow, so that no verdict about time follows from it.

    CPU time grows where neighbours take caches, cores' shared parts and, under some hypervisors, stolen time: the run is taken
    to have needed what remains without them. A run that was killed far above its limit is too slow all the same.
    """
    match ending:
        case CpuTimeExceeded():
            needed_us = report.cpu_us * 100 // (100 + slowdown_percent) - report.stolen_us
            return needed_us <= limits.cpu_time_ms * 1000
        case WallTimeExceeded():
            return report.stolen_us * 100 > report.wall_us * DISTURBED_PERCENT
        case _:
            return False


def _not_started(error: int, argv: tuple[str, ...]) -> Ending:
    if error in MEMORY_ERRORS:
        return MemoryExceeded(MemoryEvidence.RUNTIME)
    if argv[0].startswith("/box/"):  # the candidate's own binary: an odd ELF file is the program's fault
        return Exited(SHELL_CANNOT_RUN)
    message = f"{argv[0]} did not start: {os.strerror(error)}"
    raise SandboxBroken(message)
