"""What only the real engine can show: limits, evidence, faults of ours, and that nothing is left behind."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import textwrap
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from sandbox import images, pool
from sandbox.channel import Door
from sandbox.compile_cache import CompileCache
from sandbox.docker_engine import DockerEngine
from sandbox.docker_runner import DockerRunner
from sandbox.errors import EngineAway, SandboxBroken, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.pool import LABEL, Isolation
from sandbox.runner import (
    CpuTimeExceeded,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    Rejected,
    Signalled,
    SourceFile,
    WallTimeExceeded,
)
from tests.sandbox.programs import ADDERS, accepted, program

pytestmark = pytest.mark.docker

LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=128)


@pytest.fixture(scope="module")
async def engine(docker_runner: DockerRunner) -> AsyncGenerator[DockerEngine]:
    connected = await DockerEngine.connect()
    yield connected
    await connected.close()


@pytest.fixture
async def own_runner(docker_runner: DockerRunner) -> AsyncGenerator[DockerRunner]:
    """A runner for one test, on images that the session's runner has seen to."""
    runner = DockerRunner(1)
    yield runner
    await runner.close()


async def test_cpu_time_is_that_of_the_program_and_not_of_the_wall(docker_runner: DockerRunner) -> None:
    source = "import time\ntime.sleep(0.5)\n"
    async with docker_runner.load(program("python3", source), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.ending == Exited(0)
    assert outcome.usage.wall_time_us > 500_000
    assert outcome.usage.cpu_time_us < 300_000


async def test_a_program_that_ends_in_the_overshoot_is_still_too_slow(docker_runner: DockerRunner) -> None:
    source = "import time\nwhile time.process_time() < 0.6: pass\nprint('late')\n"
    limits = Limits(cpu_time_ms=300)
    async with docker_runner.load(program("python3", source), limits) as loaded:
        outcome = await accepted(loaded).run(b"", limits)
    assert outcome.ending == CpuTimeExceeded()
    assert outcome.stdout == b"late\n"


async def test_a_busy_machine_is_not_the_programs_fault(docker_runner: DockerRunner) -> None:
    limits = Limits(cpu_time_ms=100)
    busy = [await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass") for _ in range(12)]
    try:
        async with docker_runner.load(program("python3", "while True: pass\n"), limits) as loaded:
            outcome = await accepted(loaded).run(b"", limits)
    finally:
        for process in busy:
            process.kill()
            await process.wait()
    assert outcome.ending == CpuTimeExceeded()
    assert outcome.usage.cpu_time_us > limits.cpu_time_ms * 1000


async def test_a_sleeper_is_told_apart_from_a_slow_program(docker_runner: DockerRunner) -> None:
    limits = Limits(cpu_time_ms=200)
    async with docker_runner.load(program("python3", "import time\ntime.sleep(30)\n"), limits) as loaded:
        outcome = await accepted(loaded).run(b"", limits)
    assert outcome.ending == WallTimeExceeded()
    assert 1_400_000 <= outcome.usage.wall_time_us < 3_000_000


@pytest.mark.parametrize(
    ("code", "source", "evidence"),
    [
        ("python3", "held = []\nwhile True: held.append(bytearray(1 << 20))\n", {MemoryEvidence.CGROUP}),
        ("python3", "held = [0] * (1 << 50)\n", {MemoryEvidence.RUNTIME}),
        ("javascript", "const held = [];\nfor (;;) held.push(new Array(1000).fill(1.5));\n", set(MemoryEvidence)),
        ("javascript", "const held = [];\nfor (;;) held.push(Buffer.alloc(1 << 20, 1));\n", set(MemoryEvidence)),
        (
            "cpp",
            "#include <vector>\nint main() { std::vector<std::vector<char>> v; for (;;) v.emplace_back(1 << 20, 1); }\n",
            {MemoryEvidence.CGROUP, MemoryEvidence.PEAK},
        ),
        ("cpp", "#include <vector>\nint main() { std::vector<char> v(1ull << 46); }\n", {MemoryEvidence.RUNTIME}),
    ],
)
async def test_memory_that_runs_out_is_recognised(
    docker_runner: DockerRunner, code: str, source: str, evidence: set[MemoryEvidence]
) -> None:
    limits = replace(LIMITS, cpu_time_ms=10_000)  # memory that nobody used before may cost a machine a second
    async with docker_runner.load(program(code, source), limits) as loaded:
        outcome = await accepted(loaded).run(b"", limits)
    assert isinstance(outcome.ending, MemoryExceeded), (outcome, outcome.stderr[-500:])
    assert outcome.ending.evidence in evidence


@pytest.mark.parametrize(("mib", "fits"), [(100, True), (150, False)])
async def test_the_memory_limit_is_for_the_candidates_data(docker_runner: DockerRunner, mib: int, fits: bool) -> None:
    source = f"held = bytearray(b'x') * ({mib} << 20)\nprint(len(held))\n"
    async with docker_runner.load(program("python3", source), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert (outcome.ending == Exited(0)) is fits, outcome


GROUPS: Final = Path("/sys/fs/cgroup/memory")
"""Where cgroup v1 has its groups of memory."""


@pytest.fixture
async def small_machine(docker_runner: DockerRunner) -> AsyncGenerator[DockerRunner]:
    """A runner whose containers have less memory together than one of them may use, as on a machine that is full."""
    group = GROUPS / f"sarap-test-{uuid4().hex[:8]}"
    try:
        group.mkdir()
    except OSError:
        pytest.skip("needs the right to make a group in cgroup v1")
    (group / "memory.limit_in_bytes").write_text(str(96 * 2**20))
    (group / "memory.memsw.limit_in_bytes").write_text(str(96 * 2**20))
    engine = await other_engine(lambda config: config.update(CgroupParent=f"/{group.name}"))
    runner = DockerRunner(1, engine=engine)
    yield runner
    await runner.close()
    await engine.close()
    for _ in range(50):
        with contextlib.suppress(OSError):
            group.rmdir()
            break
        await asyncio.sleep(0.1)


async def other_engine(change: Callable[[dict[str, Any]], None]) -> DockerEngine:
    """The engine, with containers that are set up in another way."""

    class OtherEngine(DockerEngine):
        def _host_config(self, memory_mib: int, door: Path | None, *, runtime: str, namespaces: bool) -> Any:
            config = super()._host_config(memory_mib, door, runtime=runtime, namespaces=namespaces)
            change(config)
            return config

    return await OtherEngine.connect()


async def test_a_kill_for_memory_that_the_machine_has_not_is_no_verdict(small_machine: DockerRunner) -> None:
    source = "held = []\nwhile True: held.append(bytearray(1 << 20))\n"
    enough, little = Limits(cpu_time_ms=10_000, memory_mib=256), Limits(cpu_time_ms=10_000, memory_mib=24)
    async with small_machine.load(program("python3", source), enough) as loaded:
        with pytest.raises(SandboxUnavailable, match="no memory left"):
            await accepted(loaded).run(b"", enough)
    async with small_machine.load(program("python3", source), little) as loaded:
        outcome = await accepted(loaded).run(b"", little)
    assert outcome.ending == MemoryExceeded(MemoryEvidence.CGROUP)


async def test_a_run_that_cannot_be_set_up_is_our_fault_and_no_crash_of_the_program(
    docker_runner: DockerRunner, tmp_path: Path
) -> None:
    def keep_privileges(config: dict[str, Any]) -> None:
        profile = json.loads(config["SecurityOpt"][1].removeprefix("seccomp="))
        profile["syscalls"][0]["names"].remove("prctl")
        others = {"index": 0, "value": 38, "op": "SCMP_CMP_NE"}  # 38: PR_SET_NO_NEW_PRIVS
        profile["syscalls"].append({"names": ["prctl"], "action": "SCMP_ACT_ALLOW", "args": [others]})
        config["SecurityOpt"][1] = f"seccomp={json.dumps(profile)}"

    engine = await other_engine(keep_privileges)
    cache = CompileCache(tmp_path)  # nothing can be compiled in such a container
    sound, broken = DockerRunner(1, cache=cache), DockerRunner(1, engine=engine, cache=cache, isolation=Isolation.USERS)
    try:
        async with sound.load(program("cpp", ADDERS["cpp"]), LIMITS) as loaded:
            assert (await accepted(loaded).run(b"1 2\n", LIMITS)).stdout == b"3\n"
        async with broken.load(program("cpp", ADDERS["cpp"]), LIMITS) as loaded:
            with pytest.raises(SandboxBroken):
                await accepted(loaded).run(b"1 2\n", LIMITS)
    finally:
        await sound.close()
        await broken.close()
        await engine.close()


async def test_where_a_user_namespace_cannot_be_filled_the_supervisor_says_so_at_once(docker_runner: DockerRunner) -> None:
    engine = await other_engine(lambda config: config.update(CapAdd=["SETGID", "KILL"]))
    runner = DockerRunner(1, engine=engine)
    try:
        async with asyncio.timeout(20):
            await runner.prewarm(["python3"])
        assert not runner.pool.namespaces
    finally:
        await runner.close()
        await engine.close()


async def test_a_crash_is_a_signal(docker_runner: DockerRunner) -> None:
    source = "int main() { volatile int *nowhere = nullptr; return *nowhere; }\n"
    async with docker_runner.load(program("cpp", source), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.ending == Signalled(signal.SIGSEGV)


async def test_deep_recursion_is_bounded_by_memory_and_not_by_the_stack(docker_runner: DockerRunner) -> None:
    source = (
        "#include <cstdio>\nint down(int n) { volatile char here[64]; here[0] = 1; return n ? down(n - 1) + here[0] : 0; }\n"
        'int main() { std::printf("%d\\n", down(400000)); }\n'
    )
    async with docker_runner.load(program("cpp", source), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.ending == Exited(0), outcome
    assert outcome.stdout == b"400000\n"


async def test_a_program_may_have_several_files(docker_runner: DockerRunner) -> None:
    helper = SourceFile("helper.py", b"def double(n): return 2 * n\n")
    async with docker_runner.load(program("python3", "import helper\nprint(helper.double(21))\n", helper), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.stdout == b"42\n", outcome.stderr


async def test_a_header_is_found_and_a_second_source_is_linked(docker_runner: DockerRunner) -> None:
    files = (
        SourceFile("tree.h", b"int leaves();\n"),
        SourceFile("tree.cc", b'#include "tree.h"\nint leaves() { return 7; }\n'),
    )
    source = '#include "tree.h"\n#include <cstdio>\nint main() { std::printf("%d", leaves()); }\n'
    async with docker_runner.load(program("cpp", source, *files), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.stdout == b"7"


async def test_input_and_output_of_many_megabytes_are_whole(docker_runner: DockerRunner) -> None:
    size = 48 * 2**20
    source = (
        "import sys, hashlib\ndata = sys.stdin.buffer.read()\n"
        "sys.stdout.buffer.write(hashlib.sha256(data).hexdigest().encode() + data[: 7 << 20])\n"
    )
    data = os.urandom(2**20) * (size // 2**20)
    async with docker_runner.load(program("python3", source), LIMITS) as loaded:
        outcome = await accepted(loaded).run(data, LIMITS)
        again = await accepted(loaded).run(b"", LIMITS)
    assert outcome.ending == Exited(0), outcome
    assert outcome.stdout[64:] == data[: 7 << 20]
    assert again.ending == Exited(0)


async def test_warnings_of_a_compilation_that_succeeds_are_kept(docker_runner: DockerRunner) -> None:
    async with docker_runner.load(program("cpp", '#warning "look here"\nint main() {}\n'), LIMITS) as loaded:
        assert "look here" in accepted(loaded).compile_log


async def test_a_warning_of_the_check_of_a_python_source_is_kept(docker_runner: DockerRunner) -> None:
    async with docker_runner.load(program("python3", 'print("\\d")\n'), LIMITS) as loaded:
        assert "SyntaxWarning" in accepted(loaded).compile_log


async def test_a_compile_log_names_the_file_as_the_candidate_does(docker_runner: DockerRunner) -> None:
    async with docker_runner.load(program("cpp", "int main({\n"), LIMITS) as loaded:
        assert isinstance(loaded, Rejected)
        assert loaded.log.startswith("main.cpp:1:")


async def test_evidence_names_engine_image_and_compiler(docker_runner: DockerRunner, engine: DockerEngine) -> None:
    async with docker_runner.load(program("cpp", "int main() {}\n"), LIMITS) as loaded:
        evidence = accepted(loaded).evidence
    assert evidence.engine == engine.facts.name
    assert evidence.image == await engine.image_id(images.tag("cpp"))
    assert evidence.compiler.startswith("g++-14")


async def test_an_image_that_is_made_anew_is_used_and_named_from_then_on(
    own_runner: DockerRunner, engine: DockerEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    original, tag = images.tag("python3"), f"sarap/test-{uuid4().hex[:8]}:1"
    monkeypatch.setattr(images, "tag", lambda _image: tag)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    try:
        for number in (1, 2):
            (tmp_path / "Dockerfile").write_text(f"FROM {original}\nLABEL made={number}\n")
            await engine.build(tmp_path, tag, lambda _line: None)
            cell = await own_runner.pool.take("python3")
            assert cell.image == await engine.image_id(tag)
            own_runner.pool.discard(cell)
    finally:
        await (await asyncio.create_subprocess_exec("docker", "rmi", "--force", tag, stdout=asyncio.subprocess.DEVNULL)).wait()


async def test_each_run_is_another_user_in_an_empty_folder(docker_runner: DockerRunner) -> None:
    source = "import os\nprint(os.getuid(), os.getgroups(), os.listdir('/tmp'))\nopen('/tmp/mine', 'w').close()\n"
    async with docker_runner.load(program("python3", source), LIMITS) as loaded:
        seen = {(await accepted(loaded).run(b"", LIMITS)).stdout for _ in range(5)}
    assert len(seen) > 1
    assert all(line.endswith(b" []\n") and int(line.split()[0]) >= 20000 for line in seen)


async def test_nothing_of_a_program_is_there_for_the_next_one(own_runner: DockerRunner) -> None:
    async with own_runner.load(program("python3", "pass\n", SourceFile("secret.py", b"answer = 42\n")), LIMITS):
        pass
    async with own_runner.load(program("python3", "import os\nprint(os.listdir('/box'))\n"), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.stdout == b"['main.py']\n"


async def test_a_killed_container_is_our_fault_and_the_next_program_works(
    own_runner: DockerRunner, engine: DockerEngine
) -> None:
    async with own_runner.load(program("python3", "import time\ntime.sleep(30)\n"), LIMITS) as loaded:
        running = asyncio.create_task(accepted(loaded).run(b"", LIMITS))
        await asyncio.sleep(0.2)
        for container in await engine.labelled(f"{LABEL}={own_runner.pool.pool_id}"):
            await engine.remove(container)
        with pytest.raises(SandboxBroken):
            await running
    async with own_runner.load(program("python3", ADDERS["python3"]), LIMITS) as loaded:
        assert (await accepted(loaded).run(b"1 2\n", LIMITS)).stdout == b"3\n"


async def test_a_program_whose_container_died_runs_its_next_case_in_another(
    own_runner: DockerRunner, engine: DockerEngine
) -> None:
    """A case may make the kernel kill the supervisor; what the other cases earn must not hang on it."""
    async with own_runner.load(program("cpp", ADDERS["cpp"]), LIMITS) as loaded:
        for first in (1, 2):
            assert (await accepted(loaded).run(b"%d 2\n" % first, LIMITS)).stdout == b"%d\n" % (first + 2)
            for container in await engine.labelled(f"{LABEL}={own_runner.pool.pool_id}"):
                await engine.remove(container)
            await asyncio.sleep(0.1)
        assert (await accepted(loaded).run(b"3 2\n", LIMITS)).stdout == b"5\n"


async def test_the_engine_remembers_a_kill_for_memory(own_runner: DockerRunner, engine: DockerEngine) -> None:
    source = "input()\nheld = []\nwhile True: held.append(bytearray(1 << 20))\n"
    started = time.time()
    async with own_runner.load(program("python3", source), LIMITS) as loaded:
        (container,) = await engine.labelled(f"{LABEL}={own_runner.pool.pool_id}")
        assert (await accepted(loaded).run(b"", LIMITS)).ending == Exited(1)
        assert not await engine.ran_out_of_memory(container, started)
        assert isinstance((await accepted(loaded).run(b"go\n", LIMITS)).ending, MemoryExceeded)
        assert await engine.ran_out_of_memory(container, started)


async def test_a_warm_container_that_died_is_noticed(own_runner: DockerRunner, engine: DockerEngine) -> None:
    await own_runner.prewarm(["python3"])
    for container in await engine.labelled(f"{LABEL}={own_runner.pool.pool_id}"):
        await engine.remove(container)
    await asyncio.sleep(0.1)
    async with own_runner.load(program("python3", ADDERS["python3"]), LIMITS) as loaded:
        assert (await accepted(loaded).run(b"1 2\n", LIMITS)).stdout == b"3\n"


async def test_a_cancelled_run_gives_its_slot_back(own_runner: DockerRunner) -> None:
    async def sleep() -> None:
        async with own_runner.load(program("python3", "import time\ntime.sleep(30)\n"), LIMITS) as loaded:
            await accepted(loaded).run(b"", LIMITS)

    task = asyncio.create_task(sleep())
    await asyncio.sleep(0.6)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10), own_runner.load(program("python3", ADDERS["python3"]), LIMITS) as loaded:
        assert (await accepted(loaded).run(b"1 2\n", LIMITS)).stdout == b"3\n"


async def test_a_container_is_replaced_after_its_share_of_programs(
    own_runner: DockerRunner, engine: DockerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PROGRAMS_PER_CELL", 2)
    seen: set[str] = set()
    for _ in range(4):
        async with own_runner.load(program("python3", "pass\n"), LIMITS):
            seen.update(await engine.labelled(f"{LABEL}={own_runner.pool.pool_id}"))
    assert len(seen) >= 2


async def test_close_ends_its_own_containers_and_no_others(docker_runner: DockerRunner, engine: DockerEngine) -> None:
    await docker_runner.prewarm(["python3"])
    others = await engine.labelled(f"{LABEL}={docker_runner.pool.pool_id}")
    runner = DockerRunner(1)
    await runner.prewarm(["python3", "cpp"])
    assert len(await engine.labelled(f"{LABEL}={runner.pool.pool_id}")) == 2
    await runner.close()
    assert await engine.labelled(f"{LABEL}={runner.pool.pool_id}") == []
    assert set(others) <= set(await engine.labelled(f"{LABEL}={docker_runner.pool.pool_id}"))


async def test_a_worker_that_is_killed_leaves_no_container(docker_runner: DockerRunner, engine: DockerEngine) -> None:
    code = """
        import asyncio
        from sandbox.docker_runner import DockerRunner

        async def main():
            runner = DockerRunner(1)
            await runner.prewarm(["python3"])
            print(runner.pool.pool_id, flush=True)
            await asyncio.sleep(60)

        asyncio.run(main())
    """
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(code), stdout=asyncio.subprocess.PIPE, cwd=images.HERE.parent
    )
    assert worker.stdout is not None
    label = f"{LABEL}={(await worker.stdout.readline()).decode().strip()}"
    assert len(await engine.labelled(label)) == 1
    worker.kill()
    await worker.communicate()
    for _ in range(50):
        if not await engine.labelled(label):
            break
        await asyncio.sleep(0.1)
    assert await engine.labelled(label) == []


async def test_a_missing_engine_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    runner = DockerRunner(1)
    with pytest.raises(EngineAway, match="no Docker engine answers"):
        await runner.prewarm(["python3"])
    await runner.close()


async def test_images_that_are_there_are_not_built_again(docker_runner: DockerRunner) -> None:
    said: list[str] = []
    found = await images.ensure(["python3", "javascript", "cpp"], said.append)
    assert said == []
    assert found["cpp"] == images.tag("cpp")


async def test_an_unknown_language_has_no_image(docker_runner: DockerRunner) -> None:
    with pytest.raises(SandboxUnavailable, match="no such language"):
        await images.ensure(["cobol"], lambda _line: None)


async def test_the_container_is_as_closed_as_it_gets(own_runner: DockerRunner, engine: DockerEngine) -> None:
    await own_runner.prewarm(["python3"])
    (container,) = await engine.labelled(f"{LABEL}={own_runner.pool.pool_id}")
    process = await asyncio.create_subprocess_exec("docker", "inspect", container, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    host = json.loads(said)[0]["HostConfig"]
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert sorted(host["CapAdd"]) == ["KILL", "SETGID", "SETUID"]
    assert host["Privileged"] is False
    assert "no-new-privileges" in host["SecurityOpt"]
    assert any(option.startswith("seccomp=") for option in host["SecurityOpt"])
    assert host["IpcMode"] == "none"
    assert host["Memory"] == host["MemorySwap"] > 0
    assert host["PidsLimit"] > 0
    assert host["NanoCpus"] == 10**9
    assert host["Binds"] is None
    mounts: list[dict[str, str]] = host.get("Mounts") or []
    assert [(mount["Target"], mount["ReadOnly"]) for mount in mounts] in ([], [("/run/sarap", True)])


async def test_without_a_door_the_attached_streams_do(docker_runner: DockerRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Door, "useful", staticmethod(lambda: False))
    runner = DockerRunner(1)
    try:
        async with runner.load(program("python3", "import sys\nprint(sys.stdin.read() * 2)\n"), LIMITS) as loaded:
            data = b"x" * 3_000_000
            outcome = await accepted(loaded).run(data, LIMITS)
            assert outcome.stdout == data * 2 + b"\n"
    finally:
        await runner.close()


async def test_a_door_that_cannot_be_mounted_is_done_without(
    docker_runner: DockerRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def nowhere() -> Door:
        return Door(tmp_path / "nowhere")

    monkeypatch.setattr(Door, "open", nowhere)
    runner = DockerRunner(1)
    try:
        async with runner.load(program("python3", ADDERS["python3"]), LIMITS) as loaded:
            assert (await accepted(loaded).run(b"1 2\n", LIMITS)).stdout == b"3\n"
    finally:
        await runner.close()
