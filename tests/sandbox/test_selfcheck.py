"""`sandbox/selfcheck.py`: a good sandbox passes, and each fault is told by the probe that looks for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from sandbox import languages, selfcheck
from sandbox.docker_runner import DockerRunner
from sandbox.errors import EngineAway, SandboxBroken
from sandbox.judge0_runner import Judge0Runner
from sandbox.limits import Limits
from sandbox.runner import (
    CpuTimeExceeded,
    Evidence,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    Outcome,
    OutputExceeded,
    Program,
    SourceFile,
    Usage,
    WallTimeExceeded,
)
from sandbox.scripted_runner import ScriptedLoaded, ScriptedRunner, ended, exited
from sandbox.selfcheck import PROBES, check
from tests.sandbox.judge0 import Json, detail, judge0
from tests.sandbox.programs import accepted

PYTHON: Final = languages.catalogue()[selfcheck.LANGUAGE]
SOURCES: Final = {probe.source: probe.name for probe in PROBES}

GOOD: Final[dict[str, Callable[[bytes], Outcome]]] = {
    "right-answer": lambda stdin: exited(b"%d\n" % sum(map(int, stdin.split()))),
    "exit-code": lambda _: exited(code=3),
    "cpu-limit": lambda _: ended(CpuTimeExceeded()),
    "wall-limit": lambda _: ended(WallTimeExceeded()),
    "memory-limit": lambda _: ended(MemoryExceeded(MemoryEvidence.CGROUP)),
    "output-limit": lambda _: ended(OutputExceeded()),
    "fork-bomb": lambda stdin: exited(b"15\n" if stdin == b"attack\n" else b"well\n"),
    "network": lambda _: exited(b"nobody\n"),
    "canary": lambda stdin: exited(b"/tmp/x\n" if stdin.startswith(b"plant") else b"nowhere\n"),
    "supervisor": lambda stdin: exited(b"none\n" if stdin == b"attack\n" else b"well\n"),
    "clock": lambda _: replace(exited(b"9000 9500\n"), usage=Usage(10_000, 11_000, 8192)),
}


def good(program: Program, stdin: bytes, _limits: Limits) -> Outcome:
    """What a sandbox that holds says of each probe."""
    return GOOD[SOURCES[program.files[0].content]](stdin)


def but(name: str, outcome: Outcome, only: bytes = b"") -> ScriptedRunner:
    """A sandbox that holds but for one probe (on the inputs that begin so)."""

    def script(program: Program, stdin: bytes, limits: Limits) -> Outcome:
        fails = SOURCES[program.files[0].content] == name and stdin.startswith(only)
        return outcome if fails else good(program, stdin, limits)

    return ScriptedRunner(script)


async def test_a_sandbox_that_holds_passes() -> None:
    proof = await check(ScriptedRunner(good), PYTHON)
    assert (proof.failures, proof.unchecked) == ((), ())


@pytest.mark.parametrize(
    ("name", "runner"),
    [
        ("right-answer", but("right-answer", exited(b"8\n"))),
        ("exit-code", but("exit-code", exited(code=0))),
        ("cpu-limit", but("cpu-limit", ended(WallTimeExceeded()))),
        ("wall-limit", but("wall-limit", exited())),
        ("memory-limit", but("memory-limit", exited(code=1))),
        ("output-limit", but("output-limit", exited(b"x" * 100))),
        ("fork-bomb", but("fork-bomb", exited(b"500\n"), b"attack")),
        ("fork-bomb", but("fork-bomb", ended(WallTimeExceeded()), b"behave")),
        ("network", but("network", exited(b"udp 192.0.2.1\n"))),
        ("canary", but("canary", exited(b"/tmp/sarap\n"), b"hunt")),
        ("canary", but("canary", exited(b"nowhere\n"), b"plant")),
        ("supervisor", but("supervisor", exited(b"ptrace\n"), b"attack")),
        ("clock", but("clock", replace(exited(b"900000 900000\n"), usage=Usage(10_000, 11_000, 8192)))),
        ("clock", but("clock", replace(exited(b"9000 9500\n"), usage=Usage(10_000, 9_000_000, 8192)))),
    ],
)
async def test_each_fault_is_told_by_the_probe_that_looks_for_it(name: str, runner: ScriptedRunner) -> None:
    proof = await check(runner, PYTHON)
    assert [failure.split(":")[0] for failure in proof.failures] == [name]


async def test_a_sandbox_that_breaks_has_failed_and_an_engine_that_is_away_has_not() -> None:
    def broken(program: Program, stdin: bytes, limits: Limits) -> Outcome:
        if SOURCES[program.files[0].content] == "supervisor":
            raise SandboxBroken("the supervisor is gone")
        return good(program, stdin, limits)

    assert (await check(ScriptedRunner(broken), PYTHON)).failures == ("supervisor: the supervisor is gone",)

    def away(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
        raise EngineAway("no engine answers")

    with pytest.raises(EngineAway):
        await check(ScriptedRunner(away), PYTHON)


async def test_what_an_engine_cannot_tell_is_not_asked_and_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Judge0: it tells neither that memory ran out nor that too much was written."""
    weak = Evidence(engine="judge0", image="", compiler="", weaknesses=("no-memory-evidence", "no-output-evidence"))
    monkeypatch.setattr(ScriptedLoaded, "evidence", weak)
    proof = await check(but("memory-limit", exited(code=1)), PYTHON)
    assert proof.failures == ()
    assert proof.unchecked == ("memory-limit", "output-limit")


JUDGE0: Final[dict[str, Callable[[Json], Json]]] = {
    "right-answer": lambda asked: detail(3, stdout=f"{sum(map(int, asked['stdin'].split()))}\n"),
    "exit-code": lambda _: detail(11, message="Exited with error status 3"),
    "cpu-limit": lambda _: detail(5, time="1.1"),
    "wall-limit": lambda _: detail(5, time="0.02"),
    "memory-limit": lambda _: detail(12, message="Exited with error status 137"),
    "output-limit": lambda _: detail(3, stdout="x"),
    "fork-bomb": lambda asked: detail(3, stdout="15\n" if asked["stdin"] == "attack\n" else "well\n"),
    "network": lambda _: detail(3, stdout="nobody\n"),
    "canary": lambda asked: detail(3, stdout="/tmp/x\n" if asked["stdin"].startswith("plant") else "nowhere\n"),
    "supervisor": lambda asked: detail(3, stdout="none\n" if asked["stdin"] == "attack\n" else "well\n"),
    "clock": lambda _: detail(3, stdout="9000 9500\n", time="0.014"),
}
"""What a Judge0 that holds answers: a program out of memory is one that was killed, a flood is cut and accepted."""


async def test_judge0_proves_what_it_can_and_says_what_it_cannot() -> None:
    def answer(asked: Json) -> tuple[int, Json]:
        return 200, JUDGE0[SOURCES[asked["source_code"].encode()]](asked)

    with judge0(answer) as (url, received):
        runner = Judge0Runner(url, slots=2)
        proof = await check(runner, PYTHON)
        await runner.close()
    assert proof.failures == ()
    assert proof.unchecked == ("memory-limit", "output-limit")
    assert not any("expected_output" in asked for asked in received)


@pytest.fixture(params=["users_runner", "namespaces_runner", "gvisor_runner"])
def sandbox(request: pytest.FixtureRequest) -> DockerRunner:
    found: DockerRunner = request.getfixturevalue(request.param)
    return found


@pytest.mark.docker
async def test_our_own_sandbox_proves_itself_within_seconds(sandbox: DockerRunner) -> None:
    proof = await check(sandbox, PYTHON, at_once=2)
    assert proof.failures == ()
    assert proof.unchecked == ()
    assert proof.took_ms < 60_000  # three seconds alone, more beside other tests


@pytest.mark.docker
async def test_the_canary_finds_what_there_is_to_find(docker_runner: DockerRunner) -> None:
    """A search that finds nothing proves something only if it finds what is there."""
    (canary,) = (probe for probe in PROBES if probe.name == "canary")
    program = Program(PYTHON, (SourceFile(PYTHON.entry, canary.source),))
    async with docker_runner.load(program, canary.limits) as loaded:
        outcome = await accepted(loaded).run(b"plant " + b"0" * 32, canary.limits)
        assert outcome.ending == Exited(0)
        found = outcome.stdout.decode().split()
        assert any(place.startswith("/tmp/") for place in found), found
        assert any("cmdline" in place for place in found), found
