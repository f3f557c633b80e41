"""Judge0 as an engine, against a small HTTP server that answers as Judge0 1.13.1 was recorded to answer."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.errors import ProgramTooLarge, SandboxBroken, SandboxUnavailable
from sandbox.judge0_runner import Judge0Runner
from sandbox.limits import PROGRAM_MAX_BYTES, Limits
from sandbox.runner import (
    CpuTimeExceeded,
    Ending,
    Exited,
    MemoryEvidence,
    MemoryExceeded,
    Outcome,
    OutputExceeded,
    Rejected,
    Signalled,
    SourceFile,
    WallTimeExceeded,
)
from tests.sandbox.judge0 import Json, detail, judge0
from tests.sandbox.programs import accepted, program

TRANSCRIPTS: Final = Path("../shared/data/judge0/transcripts.json")
LIMITS: Final = Limits(cpu_time_ms=500, memory_mib=64, output_kib=1)


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Judge0Runner]:
    runner = Judge0Runner(url, slots=1)
    try:
        yield runner
    finally:
        await runner.close()


async def outcome_of(answer: Json) -> Outcome:
    """The outcome of a program that compiled and then ended with `answer`."""
    calls = iter([detail(3), answer])
    with judge0(lambda _asked: (200, next(calls))) as (url, _):
        async with opened(url) as runner, runner.load(program("python3", "pass\n"), LIMITS) as loaded:
            return await accepted(loaded).run(b"in", LIMITS)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (detail(3, stdout="hi\n"), Exited(0)),
        (detail(4, stdout="hi\n"), Exited(0)),
        (detail(3, time="0.501"), CpuTimeExceeded()),
        (detail(5, time="0.966", message="Time limit exceeded"), CpuTimeExceeded()),
        (detail(5, time="0.010", message="Time limit exceeded (wall clock)"), WallTimeExceeded()),
        (detail(7, message="Caught fatal signal 11"), Signalled(11)),
        (detail(8), OutputExceeded()),
        (detail(9), Signalled(8)),
        (detail(10), Signalled(6)),
        (detail(10, stderr="terminate called after throwing 'std::bad_alloc'"), MemoryExceeded(MemoryEvidence.RUNTIME)),
        (detail(11, message="Exited with error status 3"), Exited(3)),
        (detail(11, stderr="Traceback\nMemoryError\n"), MemoryExceeded(MemoryEvidence.RUNTIME)),
        (detail(12, message="Caught fatal signal 9"), Signalled(9)),
        (detail(14), Exited(126)),
        (detail(3, stdout="x" * 1025), OutputExceeded()),
    ],
)
async def test_a_status_becomes_an_ending(answer: Json, ending: Ending) -> None:
    assert (await outcome_of(answer)).ending == ending


async def test_figures_and_texts_are_taken_over() -> None:
    outcome = await outcome_of(detail(3, stdout="сәлем\n", stderr="warning"))
    assert outcome.stdout == "сәлем\n".encode()
    assert outcome.stderr == b"warning"
    assert outcome.usage.cpu_time_us == 14_000
    assert outcome.usage.memory_kib == 8220


async def test_limits_are_sent_and_an_expected_output_never() -> None:
    with judge0(lambda _asked: (200, detail(3))) as (url, received):
        async with (
            opened(url) as runner,
            runner.load(program("cpp", "int main() {}\n", SourceFile("a.h", b"")), LIMITS) as loaded,
        ):
            await accepted(loaded).run(b"3 4\n", LIMITS)
    sent = received[-1]
    assert sent["language_id"] == 54
    assert sent["stdin"] == "3 4\n"
    assert sent["cpu_time_limit"] == 0.5
    assert sent["cpu_extra_time"] == 1.0
    assert sent["wall_time_limit"] == 2.0
    assert sent["memory_limit"] == 64 * 1024
    assert sent["enable_network"] is False
    assert "additional_files" in sent
    assert "expected_output" not in sent


async def test_a_compile_error_is_a_rejection() -> None:
    with judge0(lambda _asked: (200, detail(6, compile_output="main.c:1:10: error"))) as (url, _):
        async with opened(url) as runner, runner.load(program("cpp", "int main({"), LIMITS) as loaded:
            assert isinstance(loaded, Rejected)
            assert loaded.log == "main.c:1:10: error"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, detail(13, message="isolate failed")), SandboxUnavailable),
        ((500, ""), SandboxUnavailable),
        ((200, {"nonsense": True}), SandboxBroken),
        ((200, detail(99)), SandboxBroken),
    ],
)
async def test_a_fault_of_judge0_is_never_a_verdict(answer: tuple[int, Any], error: type[Exception]) -> None:
    with judge0(lambda _asked: answer) as (url, _):
        async with opened(url) as runner:
            with pytest.raises(error):
                async with runner.load(program("python3", ""), LIMITS):
                    pass


async def test_a_refused_submission_is_never_a_verdict() -> None:
    refusal = (422, {"cpu_time_limit": ["must be less than or equal to 15.0"]})
    with judge0(lambda _asked: (200, detail(3)), created=refusal) as (url, _):
        async with opened(url) as runner:
            with pytest.raises(SandboxUnavailable, match=r"15\.0"):
                async with runner.load(program("python3", ""), LIMITS):
                    pass


async def test_an_absent_judge0_is_unavailable() -> None:
    async with opened("http://127.0.0.1:1") as runner:
        with pytest.raises(SandboxUnavailable):
            async with runner.load(program("python3", ""), LIMITS):
                pass


async def test_what_every_engine_refuses_is_refused() -> None:
    async with opened("http://127.0.0.1:1") as runner:
        with pytest.raises(ProgramTooLarge):
            async with runner.load(program("python3", b"#" * (PROGRAM_MAX_BYTES + 1)), LIMITS):
                pass


@pytest.mark.skipif(not TRANSCRIPTS.exists(), reason="the recorded answers of a real Judge0 are not here")
async def test_recorded_answers_are_understood() -> None:
    recorded: dict[str, Any] = {entry["name"]: entry for entry in json.loads(TRANSCRIPTS.read_text())}
    waiting, finished = recorded["get_immediately"]["body"], recorded["get_b64"]["body"]
    calls = iter([waiting, finished, waiting, finished])
    created = (recorded["create"]["status"], recorded["create"]["body"])
    with judge0(lambda _asked: (200, next(calls)), created=created) as (url, _):
        async with opened(url) as runner, runner.load(program("python3", "print(input())"), LIMITS) as loaded:
            outcome = await accepted(loaded).run(b"hi", LIMITS)
            assert accepted(loaded).evidence.engine == "judge0 1.13.1"
    assert outcome.ending == Exited(0)
    assert outcome.stdout == b"hi\n"
    for name, ending in (("wait_tle", CpuTimeExceeded()), ("wait_rte", Exited(1)), ("wait_segv", Exited(139))):
        body = recorded[name]["body"]
        texts = {key: body[key] for key in ("stdout", "stderr", "compile_output", "message")}
        assert (await outcome_of(detail(body["status"]["id"], time=body["time"], **texts))).ending == ending
