"""How much a program may use. Every limit has a unit in its name and a reason beside it."""

from dataclasses import dataclass
from typing import Final

PROGRAM_MAX_BYTES: Final = 256 * 1024
"""All files of one program. Hand-written solutions are under 20 KiB; DOMjudge's default limit is 256 KiB."""

PROGRAM_MAX_FILES: Final = 20
"""Enough for a small project; more is an archive, not an answer."""

CPU_OVERSHOOT_MIN_MS: Final = 1000
CPU_OVERSHOOT_PERCENT: Final = 10
"""A run is judged exactly against its limit but killed later, by 1 s or 10 %, the larger (DOMjudge `timelimit_overshoot`)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one run.

    `cpu_time_ms`   CPU time of the whole process tree, in ms; judged exactly, killed at `cpu_kill_ms`.
    `memory_mib`    resident memory of the whole process tree, MiB.
    `output_kib`    bytes that the program may write to standard output, KiB; one byte more ends it.
    `processes`     processes and threads alive at once.

    Example: `Limits(cpu_time_ms=2000, memory_mib=256)`.
    """

    cpu_time_ms: int
    memory_mib: int = 512
    output_kib: int = 8 * 1024
    processes: int = 64

    @property
    def cpu_kill_ms(self) -> int:
        """CPU time at which the run is killed."""
        return self.cpu_time_ms + max(CPU_OVERSHOOT_MIN_MS, self.cpu_time_ms * CPU_OVERSHOOT_PERCENT // 100)

    @property
    def wall_time_ms(self) -> int:
        """Wall time at which the run is killed: twice the CPU limit and a second, so that sleepers end.

        Time in which it wanted a CPU and other work had it does not count: a busy machine is not the program's fault.
        """
        return 2 * self.cpu_time_ms + 1000
