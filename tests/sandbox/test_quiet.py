"""Noise is measured, and a run that was too slow because of it is no verdict."""

import asyncio
import itertools
import os
import subprocess
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.docker_runner import DockerLoaded, DockerRunner
from sandbox.endings import COLD_PAGE_MAX_US, is_disturbed, page_fault_us
from sandbox.errors import SandboxDisturbed
from sandbox.limits import Limits
from sandbox.protocol import Flag, RunReport
from sandbox.quiet import QuietLock, Yardstick
from sandbox.runner import CpuTimeExceeded, Ending, Exited, WallTimeExceeded
from tests.sandbox.programs import ADDERS, accepted, program

LIMITS: Final = Limits(cpu_time_ms=1000, memory_mib=64)
DEADLINE_S: Final = 60
"""Far above the seconds that a compilation takes; what matters is that it ends."""


def report(*, cpu_ms: int = 0, wall_ms: int = 0, stolen_ms: int = 0) -> RunReport:
    return RunReport(
        0, Flag(0), 0, 0, cpu_ms * 1000, wall_ms * 1000, peak_kib=0, stdout=b"", stderr=b"", stolen_us=stolen_ms * 1000
    )


@pytest.mark.parametrize(
    ("ran", "ending", "slowdown_percent", "disturbed"),
    [
        (report(cpu_ms=1050, wall_ms=1100), CpuTimeExceeded(), 0, False),
        (report(cpu_ms=1050, wall_ms=1100), CpuTimeExceeded(), 10, True),
        (report(cpu_ms=1050, wall_ms=1100, stolen_ms=60), CpuTimeExceeded(), 0, True),
        (report(cpu_ms=2000, wall_ms=2100, stolen_ms=60), CpuTimeExceeded(), 30, False),
        (report(cpu_ms=2000, wall_ms=2100), CpuTimeExceeded(), 100, True),
        (report(wall_ms=3000, stolen_ms=200), WallTimeExceeded(), 0, True),
        (report(wall_ms=3000, stolen_ms=20), WallTimeExceeded(), 0, False),
        (report(cpu_ms=900, wall_ms=3000, stolen_ms=900), Exited(0), 90, False),
    ],
)
def test_a_run_is_disturbed_where_the_noise_could_have_made_it_too_slow(
    ran: RunReport, ending: Ending, slowdown_percent: int, disturbed: bool
) -> None:
    assert is_disturbed(ran, ending, LIMITS, slowdown_percent) == disturbed


@pytest.mark.parametrize(
    ("kernel_us", "page_faults", "most_us"),
    [(300_000, 100_000, 300_000), (300_000, 1000, 1000 * COLD_PAGE_MAX_US), (0, 100_000, 0)],
)
def test_memory_explains_no_more_than_the_kernel_used_and_no_more_than_its_pages_may_cost(
    kernel_us: int, page_faults: int, most_us: int
) -> None:
    assert page_fault_us(replace(report(), kernel_us=kernel_us, page_faults=page_faults)) == most_us


@given(st.integers(1001, 5000), st.integers(0, 300), st.integers(0, 300))
def test_more_noise_never_makes_a_run_less_disturbed(cpu_ms: int, slowdown_percent: int, more: int) -> None:
    ran = report(cpu_ms=cpu_ms)
    before = is_disturbed(ran, CpuTimeExceeded(), LIMITS, slowdown_percent)
    assert not before or is_disturbed(ran, CpuTimeExceeded(), LIMITS, slowdown_percent + more)


def test_the_slowdown_is_told_from_the_best_time_known() -> None:
    yardstick = Yardstick()
    assert yardstick.slowdown_percent([1000, 1100, 1000]) == 0
    assert yardstick.slowdown_percent([1500, 1500, 1400]) == 50
    assert yardstick.slowdown_percent([800, 800, 800]) == 0
    assert yardstick.slowdown_percent([1000, 1000, 1000]) == 25


def test_one_time_that_is_too_good_to_be_true_makes_no_machine_slow_for_ever() -> None:
    yardstick = Yardstick()
    assert yardstick.slowdown_percent([1000, 1000, 1000]) == 0
    assert yardstick.slowdown_percent([1000, 200, 1000]) == 0
    assert yardstick.slowdown_percent([1000, 1000, 1000]) == 0


async def test_whoever_wants_to_be_alone_is_alone() -> None:
    lock, running, most = QuietLock(), 0, 0
    seen_by_alone: list[int] = []

    async def together() -> None:
        nonlocal running, most
        async with lock.together():
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    async def alone() -> None:
        async with lock.alone():
            seen_by_alone.append(running)
            await asyncio.sleep(0.001)
            seen_by_alone.append(running)

    turns = itertools.chain.from_iterable((together(), together(), alone()) for _ in range(20))
    async with asyncio.timeout(10):
        await asyncio.gather(*turns)
    assert set(seen_by_alone) == {0}
    assert most > 1


@pytest.mark.docker
async def test_a_quiet_run_waits_for_the_others_to_end(docker_runner: DockerRunner) -> None:
    sleeper = program("python3", "import time\ntime.sleep(0.5)\nprint(time.monotonic())\n")
    stamp = program("python3", "import time\nprint(time.monotonic())\n")
    async with docker_runner.load(sleeper, LIMITS) as one, docker_runner.load(stamp, LIMITS) as two:
        slow = asyncio.create_task(accepted(one).run(b"", LIMITS))
        await asyncio.sleep(0.1)
        quiet = await accepted(two).run(b"", LIMITS, quiet=True)
        assert float((await slow).stdout) < float(quiet.stdout)


@pytest.mark.docker
async def test_a_run_that_is_disturbed_even_alone_is_nobodys_verdict(
    docker_runner: DockerRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.docker_runner.QUIET_PAUSE_S", 0)
    monkeypatch.setattr("sandbox.docker_runner.is_disturbed", lambda *_: True)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    async with docker_runner.load(program("python3", "pass\n"), LIMITS) as loaded:
        assert isinstance(loaded, DockerLoaded)
        with pytest.raises(SandboxDisturbed):
            await loaded.run(b"", LIMITS, quiet=True)


@pytest.mark.docker
async def test_a_run_of_some_length_tells_how_long_it_waited_for_a_processor(docker_runner: DockerRunner) -> None:
    busy = program("python3", "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n")
    async with docker_runner.load(busy, LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.ending == Exited(0)
    idle_us = outcome.usage.wall_time_us - outcome.usage.cpu_time_us
    assert 0 <= outcome.noise.run_delay_us <= idle_us + 50_000


@pytest.mark.docker
async def test_a_run_tells_what_the_kernel_took_to_give_it_memory(docker_runner: DockerRunner) -> None:
    limits = Limits(cpu_time_ms=10_000, memory_mib=256)
    large = program("python3", "held = bytearray(200 << 20)\nprint(len(held))\n")
    reader = program("python3", "import os\nfor _ in range(300_000):\n    os.stat('/')\n")
    async with docker_runner.load(large, limits) as loaded:
        of_memory = await accepted(loaded).run(b"", limits)
    async with docker_runner.load(reader, limits) as loaded:
        of_calls = await accepted(loaded).run(b"", limits)
    assert of_memory.ending == of_calls.ending == Exited(0)
    assert 10_000 <= of_memory.noise.page_fault_us <= of_memory.usage.cpu_time_us
    assert of_calls.noise.page_fault_us < of_calls.usage.cpu_time_us // 2


@pytest.fixture
async def without_cache(docker_runner: DockerRunner) -> AsyncGenerator[DockerRunner]:
    """A runner that compiles everything, on images that the session's runner has seen to."""
    runner = DockerRunner(2)
    yield runner
    await runner.close()


@pytest.mark.docker
async def test_a_program_whose_container_died_is_compiled_anew_before_it_runs_alone(without_cache: DockerRunner) -> None:
    async with without_cache.load(program("cpp", ADDERS["cpp"]), LIMITS) as loaded:
        assert isinstance(loaded, DockerLoaded)
        loaded.cell.close()
        async with asyncio.timeout(DEADLINE_S):
            assert (await loaded.run(b"1 2\n", LIMITS, quiet=True)).stdout == b"3\n"


@pytest.mark.docker
async def test_a_program_is_compiled_anew_also_while_another_waits_for_quiet(without_cache: DockerRunner) -> None:
    stamp = program("python3", "print('alone')\n")
    async with (
        without_cache.load(program("cpp", ADDERS["cpp"]), LIMITS) as loaded,
        without_cache.load(stamp, LIMITS) as other,
    ):
        assert isinstance(loaded, DockerLoaded)
        loaded.cell.close()
        anew = asyncio.create_task(loaded.run(b"1 2\n", LIMITS))
        await asyncio.sleep(0.05)  # it has asked for another container
        async with asyncio.timeout(DEADLINE_S):
            assert (await accepted(other).run(b"", LIMITS, quiet=True)).stdout == b"alone\n"
            assert (await anew).stdout == b"3\n"


def forget(container_id: str, path: str) -> int:
    """Let the machine forget a file of a container, as if it had never been read; returns its size in KiB."""
    inspect = ("docker", "inspect", "--format={{.State.Pid}}", container_id)
    pid = subprocess.run(inspect, check=True, capture_output=True, text=True).stdout.strip()
    with Path(f"/proc/{pid}/root{path}").open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return os.fstat(file.fileno()).st_size // 1024


@pytest.mark.docker
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make the machine forget a file of a container")
async def test_a_run_tells_what_it_had_to_fetch_from_the_disk(docker_runner: DockerRunner) -> None:
    source = """
        import pathlib
        largest = max(pathlib.Path("/usr/lib").glob("python3.*/**/*.py"), key=lambda file: file.stat().st_size)
        largest.read_bytes()
        print(largest)
    """
    async with docker_runner.load(program("python3", dedent(source)), LIMITS) as loaded:
        assert isinstance(loaded, DockerLoaded)
        largest = (await loaded.run(b"", LIMITS)).stdout.decode().strip()
        size_kib = await asyncio.to_thread(forget, loaded.cell.container_id, largest)
        outcome = await loaded.run(b"", LIMITS)
    assert outcome.ending == Exited(0), outcome.stderr
    assert size_kib > 100
    assert outcome.noise.disk_read_kib >= size_kib
