"""From measurement to ending: each rule, and which one comes first."""

import errno
import signal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.endings import ending_of
from sandbox.errors import SandboxBroken, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.protocol import Flag, RunReport
from sandbox.runner import (
    CpuTimeExceeded,
    Ending,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    OutputExceeded,
    Signalled,
    WallTimeExceeded,
)

LIMITS: Final = Limits(cpu_time_ms=1000, memory_mib=64)
HEADROOM_MIB: Final = 8
ARGV: Final = ("/box/program",)
NO_FLAG: Final = Flag(0)


def report(
    *,
    status: int = 0,
    flags: Flag = NO_FLAG,
    exec_error: int = 0,
    oom_kills: int = 0,
    cpu_us: int = 1000,
    peak_kib: int = 4096,
    stderr: bytes = b"",
) -> RunReport:
    return RunReport(status, flags, exec_error, oom_kills, cpu_us, cpu_us, peak_kib, b"", stderr)


def ending(measured: RunReport, argv: tuple[str, ...] = ARGV) -> Ending:
    return ending_of(measured, LIMITS, HEADROOM_MIB, argv)


def test_an_exit_code_is_kept() -> None:
    assert ending(report()) == Exited(0)
    assert ending(report(status=3 << 8)) == Exited(3)


def test_a_signal_is_kept() -> None:
    assert ending(report(status=signal.SIGSEGV)) == Signalled(signal.SIGSEGV)


def test_cpu_time_is_judged_exactly_even_if_the_program_ended_by_itself() -> None:
    assert ending(report(cpu_us=1_000_000)) == Exited(0)
    assert ending(report(cpu_us=1_000_001)) == CpuTimeExceeded()


def test_memory_is_judged_exactly_with_the_headroom_of_the_language() -> None:
    assert ending(report(peak_kib=72 * 1024)) == Exited(0)
    assert ending(report(peak_kib=72 * 1024 + 1)) == MemoryExceeded(MemoryEvidence.PEAK)


def test_a_kill_for_memory_comes_before_the_time_that_thrashing_took() -> None:
    measured = report(status=signal.SIGKILL, flags=Flag.KILLED_CPU, oom_kills=1, cpu_us=5_000_000)
    assert ending(measured) == MemoryExceeded(MemoryEvidence.CGROUP)


def test_a_wall_time_kill_is_told_apart_from_a_cpu_time_kill() -> None:
    assert ending(report(status=signal.SIGKILL, flags=Flag.KILLED_WALL)) == WallTimeExceeded()
    assert ending(report(status=signal.SIGKILL, flags=Flag.KILLED_CPU)) == CpuTimeExceeded()
    assert ending(report(status=signal.SIGKILL, flags=Flag.KILLED_WALL, cpu_us=1_500_000)) == CpuTimeExceeded()


def test_a_program_that_got_no_cpu_gets_no_ending() -> None:
    with pytest.raises(SandboxUnavailable):
        ending(report(status=signal.SIGKILL, flags=Flag.STARVED))


def test_a_program_that_died_because_the_machine_had_no_memory_gets_no_ending() -> None:
    with pytest.raises(SandboxUnavailable):
        ending(report(status=signal.SIGKILL, flags=Flag.MACHINE_FULL, oom_kills=1))


def test_too_much_output_is_told_before_the_time_it_took() -> None:
    assert ending(report(status=signal.SIGKILL, flags=Flag.KILLED_OUTPUT, cpu_us=2_000_000)) == OutputExceeded()


def test_the_cpu_backstop_is_a_time_limit() -> None:
    assert ending(report(status=signal.SIGXCPU, cpu_us=LIMITS.cpu_time_ms * 1000 + 1)) == CpuTimeExceeded()
    assert ending(report(status=signal.SIGXCPU)) == Signalled(signal.SIGXCPU)


@pytest.mark.parametrize(
    "stderr",
    [
        b'Traceback (most recent call last):\n  File "main.py"\nMemoryError\n',
        b"MemoryError",
        b"terminate called after throwing an instance of 'std::bad_alloc'\n",
        b"FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
        b'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat Main.main(Main.java:8)\n',
        b"fatal error: runtime: out of memory\n\nruntime stack:\n",
        b"runtime: out of memory: cannot allocate 4194304-byte block\nfatal error: runtime: cannot allocate memory\n",
        b"memory allocation of 1048576 bytes failed\n",
        b"main.rb:1:in 'Integer#times': failed to allocate memory (NoMemoryError)\n",
        b"PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)\n",
        b'eheap_alloc: Cannot allocate 1234 bytes of memory (of type "heap").\n',
    ],
)
def test_a_runtime_that_says_so_ran_out_of_memory(stderr: bytes) -> None:
    assert ending(report(status=1 << 8, stderr=stderr)) == MemoryExceeded(MemoryEvidence.RUNTIME)
    assert ending(report(status=0, stderr=stderr)) == Exited(0)  # it caught the error and went on


def test_a_word_inside_a_line_is_not_a_memory_error() -> None:
    assert ending(report(status=1 << 8, stderr=b"my MemoryError handling is wrong")) == Exited(1)


def test_a_binary_that_cannot_start_is_the_programs_fault_and_a_runtime_ours() -> None:
    assert ending(report(exec_error=errno.ENOEXEC)) == Exited(126)
    assert ending(report(exec_error=errno.ENOMEM)) == MemoryExceeded(MemoryEvidence.RUNTIME)
    with pytest.raises(SandboxBroken):
        ending(report(exec_error=errno.ENOENT), ("/usr/bin/python3", "/box/main.py"))


@given(
    status=st.integers(0, 0xFFFF).filter(lambda status: status & 0x7F != 0x7F),
    flags=st.integers(0, 31).map(Flag),
    oom_kills=st.integers(0, 3),
    cpu_us=st.integers(0, 10_000_000),
    peak_kib=st.integers(0, 2**20),
    stderr=st.binary(max_size=50),
)
def test_only_a_run_within_every_limit_exits(
    status: int, flags: Flag, oom_kills: int, cpu_us: int, peak_kib: int, stderr: bytes
) -> None:
    measured = report(status=status, flags=flags, oom_kills=oom_kills, cpu_us=cpu_us, peak_kib=peak_kib, stderr=stderr)
    if isinstance(ending(measured), Exited):
        assert not flags & (Flag.KILLED_CPU | Flag.KILLED_OUTPUT | Flag.KILLED_WALL)
        assert oom_kills == 0
        assert cpu_us <= LIMITS.cpu_time_ms * 1000
        assert peak_kib <= (LIMITS.memory_mib + HEADROOM_MIB) * 1024
