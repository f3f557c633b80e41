"""What four busy neighbours do to the CPU time of one fixed program, and whether any verdict hangs on them.

The program runs on the idle machine and beside four endless loops on two cores. Its CPU time is corrected by the supervisor's
yard, measured right after each run. Then programs near their limit are judged beside the loops by the same `judge()` as
candidates' programs: those within the limit must all be accepted, those above it all be too slow.

    python -m bench.neighbours [ROUNDS]
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Generator
from decimal import Decimal
from typing import Final

import uvloop

from bench.machine import described
from bench.rows import Row, middle, p95, printed
from exams.judging.judge import judge
from exams.judging.judgement import Judged
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, CheckerOptions, Dataset, JudgingKind, TestCase, TestGroup
from sandbox import images, languages
from sandbox.docker_runner import DockerLoaded, DockerRunner
from sandbox.errors import SandboxDisturbed
from sandbox.limits import Limits
from sandbox.runner import Program, Rejected, SourceFile

ROUNDS: Final = 40
NEIGHBOURS: Final = 4
JUDGED: Final = 200
BAND_PERCENT: Final = 5
WITHIN: Final = 1.25
ABOVE: Final = 0.6
"""Time limits of the judged runs by the program's CPU time on the idle machine: one that it keeps, one that it does not."""
PATIENCE: Final = 5
"""So often a judging that was put off for noise is asked for again, as its job would."""

SOURCE: Final = b"""\
#include <cstdint>
#include <cstdio>
#include <vector>
int main() {
    std::vector<uint32_t> words(1 << 16);
    uint32_t state = 1;
    for (int at = 0; at < 30'000'000; ++at) {
        state = state * 1664525u + 1013904223u;
        uint32_t& word = words[state >> 16];
        if (state & 0x100u) word += state; else word ^= state >> 3;
    }
    std::printf("%u\\n", words[7]);
}
"""


@contextlib.contextmanager
def neighbours() -> Generator[None]:
    """Endless loops that want every processor, as other work of the machine does."""
    loops = [subprocess.Popen(["/bin/sh", "-c", "while :; do :; done"]) for _ in range(NEIGHBOURS)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


async def cpu_times_ms(loaded: DockerLoaded, rounds: int) -> tuple[list[float], list[float]]:
    """CPU time of each run in ms, and the yard right after it in ns."""
    limits = Limits(cpu_time_ms=10_000, memory_mib=64)
    times: list[float] = []
    yards: list[float] = []
    for _ in range(rounds):
        times.append((await loaded.run(b"", limits)).usage.cpu_time_us / 1000)
        yards.append(float(sorted([await loaded.cell.yard_ns() for _ in range(5)])[2]))
    return times, yards


def dataset(cpu_time_ms: int, answer: bytes) -> Dataset:
    """One secret case under this time limit."""
    case = TestCase("secret/1", b"", answer)
    group = TestGroup("secret", Aggregation.PASS_FAIL, Decimal(1), Decimal(1), stop_at_failure=True, cases=(case,), groups=())
    return Dataset(JudgingKind.DEFAULT, CheckerOptions(), cpu_time_ms, 64, 1024, (), group)


async def verdict(runner: DockerRunner, program: Program, judged_by: Dataset) -> Verdict | None:
    """What the judge says; None if the machine stayed too noisy to say anything."""
    for _ in range(PATIENCE):
        try:
            judgement = await judge(runner, judged_by, program)
        except SandboxDisturbed:
            continue
        return judgement.verdict if isinstance(judgement, Judged) else None
    return None


async def main(rounds: int) -> None:
    """Measure, judge, and print the table."""
    await images.ensure(["cpp"], lambda line: print(line, file=sys.stderr))
    program = Program(languages.catalogue()["cpp"], (SourceFile("main.cpp", SOURCE),))
    runner = DockerRunner(2)
    try:
        async with runner.load(program, Limits(cpu_time_ms=10_000, memory_mib=64)) as loaded:
            if isinstance(loaded, Rejected):
                raise SystemExit(loaded.log)
            answer = (await loaded.run(b"", Limits(cpu_time_ms=10_000, memory_mib=64))).stdout
            idle, idle_yards = await cpu_times_ms(loaded, rounds)
            with neighbours():
                busy, busy_yards = await cpu_times_ms(loaded, rounds)
        usual_yard = middle(idle_yards)
        corrected = [time * usual_yard / yard for time, yard in zip(busy, busy_yards, strict=True)]
        idle_ms = middle(idle)
        with neighbours():
            within, above = dataset(round(idle_ms * WITHIN), answer), dataset(round(idle_ms * ABOVE), answer)
            wrong = [
                found
                for turn in range(JUDGED)
                if (found := await verdict(runner, program, above if turn % 2 else within))
                is not (Verdict.TLE if turn % 2 else Verdict.AC)
            ]
    finally:
        await runner.close()
    off = abs(middle(corrected) - idle_ms) * 100 / idle_ms
    rows = [
        Row("CPU time beside four busy neighbours", middle(busy), p95(busy), idle_ms, p95(idle), "ms", "reported", met=None),
        Row(
            "the same, corrected by the yard",
            middle(corrected),
            p95(corrected),
            idle_ms,
            p95(idle),
            "ms",
            f"within {BAND_PERCENT} %",
            off <= BAND_PERCENT,
        ),
        Row(f"verdicts that changed in {JUDGED} judgings", float(len(wrong)), 0.0, 0.0, 0.0, "", "none", not wrong),
    ]
    print(described())
    print(printed(rows))
    if wrong:
        print(f"unexpected: {wrong}")
    print(json.dumps({"rows": [row.as_json() for row in rows]}))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
