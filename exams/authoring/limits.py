"""The limits that a package sets, and those it gets where it sets none.

Source: ICPC/Kattis package format, "Limits". A limit that Sarap cannot honour keeps the task from being published.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exams.authoring.fields import Fields
from exams.authoring.finding import Findings
from exams.authoring.tree import Tree

CPU_TIME_DEFAULT_MS: Final = 2_000
"""Where a package says nothing. The format would derive it from the reference solutions' times on the judging machine; an
exam wants a limit that is written down, so a package for Sarap gives `limits.time_limit`."""

CPU_TIME_MAX_MS: Final = 30_000
"""A submission of twenty cases at this limit already holds a judging slot for ten minutes."""

MEMORY_DEFAULT_MIB: Final = 512
"""Enough for every runtime in the catalogue with a large input; two slots of it fit a small machine."""

MEMORY_MAX_MIB: Final = 2_048
"""The format's typical default, and the most that one slot can promise."""

OUTPUT_DEFAULT_MIB: Final = 8
"""The format's typical default."""

OUTPUT_MAX_MIB: Final = 64
"""Outputs are held in memory while they are compared."""

DOMJUDGE_TIME_LIMIT: Final = re.compile(r"^[ \t]*timelimit[ \t]*=[ \t]*'?\"?([0-9.]+)", re.MULTILINE)
BESIDE_MAX_BYTES: Final = 4 * 1024
"""Of a file that holds a time limit and little else; the rest is not looked at."""


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """What a package asks for; None where it leaves the choice to us. `cpu_time_ms` in ms, the others in MiB."""

    cpu_time_ms: int | None = None
    memory_mib: int | None = None
    output_mib: int | None = None
    ac_to_time_limit: float = 2.0
    validation_passes: int | None = None


def read_limits(fields: Fields, *, legacy: bool) -> PackageLimits:
    """The keys below `limits`."""
    limits = fields.mapping("limits")
    if limits is None:
        return PackageLimits()
    time_limit, ac_to_time_limit, validation_passes = None, None, None
    if legacy:
        limits.number("time_multiplier", above=0)
        limits.number("time_safety_margin", above=0)
    else:
        time_limit = limits.number("time_limit", above=0)
        limits.number("time_resolution", above=0)
        validation_passes = limits.integer("validation_passes", least=2)
        multipliers = limits.mapping("time_multipliers")
        if multipliers:
            ac_to_time_limit = multipliers.number("ac_to_time_limit", least=1)
            multipliers.number("time_limit_to_tle", least=1)
            multipliers.finish()
    memory = limits.integer("memory", least=1)
    output = limits.integer("output", least=1)
    for key in ("code", "compilation_time", "compilation_memory", "validation_time", "validation_memory", "validation_output"):
        if limits.integer(key, least=1) is not None:
            fields.findings.info(fields.path, "limit-is-ours", f"'limits.{key}' is the same for every task here")
    limits.finish()
    cpu_time_ms = None if time_limit is None else round(time_limit * 1000)
    return PackageLimits(cpu_time_ms, memory, output, ac_to_time_limit or 2.0, validation_passes)


def honoured(limits: PackageLimits, tree: Tree, findings: Findings) -> tuple[int, int, int]:
    """CPU time in ms, memory in MiB and output in KiB of every run of this package."""
    cpu_time_ms = limits.cpu_time_ms or time_limit_beside(tree)
    if cpu_time_ms is None:
        cpu_time_ms = CPU_TIME_DEFAULT_MS
        findings.info("problem.yaml", "time-limit-default", f"no time limit is given: {CPU_TIME_DEFAULT_MS} ms are taken")
    memory_mib = limits.memory_mib or MEMORY_DEFAULT_MIB
    output_mib = limits.output_mib or OUTPUT_DEFAULT_MIB
    for name, value, most in (
        ("time_limit", cpu_time_ms, CPU_TIME_MAX_MS),
        ("memory", memory_mib, MEMORY_MAX_MIB),
        ("output", output_mib, OUTPUT_MAX_MIB),
    ):
        if value > most:
            findings.obstacle("problem.yaml", "limit-too-high", f"'limits.{name}' is {value}; we can promise {most} at most")
    return min(cpu_time_ms, CPU_TIME_MAX_MS), min(memory_mib, MEMORY_MAX_MIB), min(output_mib, OUTPUT_MAX_MIB) * 1024


def time_limit_beside(tree: Tree) -> int | None:
    """The time limit in ms of legacy packages, outside `problem.yaml`: Kattis in `.timelimit`, DOMjudge in its own file."""
    hidden = tree.root / ".timelimit"
    text = head_of(hidden).strip() if hidden.is_file() and not hidden.is_symlink() else ""
    if not re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,3})?", text) and "domjudge-problem.ini" in tree:
        found = DOMJUDGE_TIME_LIMIT.search(head_of(tree.files["domjudge-problem.ini"]))
        text = found[1] if found else ""
    if not re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,3})?", text):
        return None
    return round(float(text) * 1000) or None


def head_of(file: Path) -> str:
    """The first `BESIDE_MAX_BYTES` of a file."""
    with file.open("rb") as source:
        return source.read(BESIDE_MAX_BYTES).decode("utf-8", "replace")
