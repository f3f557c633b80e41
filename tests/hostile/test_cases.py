"""Nothing of one case can be read by the next, a sample looks like a secret case, and the answer is nowhere to be found."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from exams.judging.judge import judge
from exams.judging.judgement import Judged
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, CheckerOptions, Dataset, JudgingKind, TestCase, TestGroup
from sandbox import images, languages
from sandbox.docker_runner import DockerLoaded, DockerRunner
from sandbox.limits import Limits
from sandbox.runner import EMPTY_WORKSPACE, Exited, Loaded, Outcome, Program, Rejected, Runner, SourceFile, Workspace

pytestmark = pytest.mark.docker

CASES: Final = Path(__file__).parent / "cases"
LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=64, output_kib=1024, processes=32)
OPEN_BETWEEN_USERS: Final = {
    "pid",
    "session",
    "last pid",
    "number of a file",
    "process 1 is older than this case",
    "time of process 1 is large",
    "control group's memory",
    "control group's memory, v2",
    "control group's processes",
    "control group's time",
    "control group's time, v2",
    "control group's throttling",
}
"""What a case can learn of the one before where they share namespaces: the kernel's counters. So they do not by default."""


@pytest.fixture(scope="module", autouse=True)
async def built() -> None:
    await images.ensure(("c", "python3"), print)


@pytest.fixture(params=["users_slot", "namespaces_slot"])
def any_slot(request: pytest.FixtureRequest) -> DockerRunner:
    """Both ways of keeping one case from the next."""
    found: DockerRunner = request.getfixturevalue(request.param)
    return found


def program(code: str, name: str) -> Program:
    language = languages.get(code)
    assert language is not None
    return Program(language, (SourceFile(language.entry, (CASES / name).read_bytes()),))


async def said(loaded: Loaded, line: str) -> list[str]:
    """What the watcher says, line by line."""
    outcome = await loaded.run(line.encode() + b"\n", LIMITS)
    assert outcome.ending == Exited(0), (outcome, outcome.stderr)
    return outcome.stdout.decode().splitlines()


async def looks_in_turn(slot: DockerRunner) -> list[list[str]]:
    """The watcher's looks: before anything was told, after each of two things was told, and as another candidate's program."""
    looks: list[list[str]] = []
    for numbers in ((7, 500), (1203,)):
        async with slot.load(program("c", "watcher.c"), LIMITS) as loaded:
            assert not isinstance(loaded, Rejected), loaded.log
            looks.append(await said(loaded, "look"))
            for number in numbers:
                assert await said(loaded, f"tell {number}") == []
                await asyncio.sleep(0.5)
                looks.append(await said(loaded, "look"))
    return looks


async def test_a_case_learns_nothing_of_the_one_before(namespaces_slot: DockerRunner) -> None:
    first, *others = await looks_in_turn(namespaces_slot)
    assert len(first) > 80
    for look in others:
        assert look == first


async def test_between_users_a_case_learns_only_the_counters_of_the_kernel(users_slot: DockerRunner) -> None:
    first, *others = [
        [line for line in look if line.split(": ")[0] not in OPEN_BETWEEN_USERS] for look in await looks_in_turn(users_slot)
    ]
    assert len(first) > 70
    for look in others:
        assert look == first


async def test_when_something_was_last_read_tells_nothing_of_the_case_before(any_slot: DockerRunner) -> None:
    watcher = program("python3", "times.py")
    unread = SourceFile("unread.py", b"pass\n")
    async with any_slot.load(Program(watcher.language, (*watcher.files, unread)), LIMITS) as loaded:
        assert isinstance(loaded, DockerLoaded)
        cell = loaded.cell
        before = await said(loaded, "look")
        assert await said(loaded, "read") == []
        after = await said(loaded, "look")
        assert loaded.cell is cell
    assert len(before) > 15
    assert after == before


class _Recorded:
    """A loaded program, whose outcomes are kept."""

    def __init__(self, inner: Loaded, outcomes: list[Outcome]) -> None:
        self._inner = inner
        self._outcomes = outcomes
        self.evidence = inner.evidence
        self.compile_log = inner.compile_log

    async def run(
        self, stdin: bytes, limits: Limits, workspace: Workspace = EMPTY_WORKSPACE, *, quiet: bool = False
    ) -> Outcome:
        outcome = await self._inner.run(stdin, limits, workspace, quiet=quiet)
        self._outcomes.append(outcome)
        return outcome


class _Recorder:
    """A runner that keeps what programs said; the judge keeps only what it needs for its verdict."""

    def __init__(self, inner: Runner) -> None:
        self.outcomes: list[Outcome] = []
        self._inner = inner
        self.converse = inner.converse
        self.close = inner.close

    @asynccontextmanager
    async def load(
        self, program: Program, limits: Limits, *, beside: Loaded | None = None
    ) -> AsyncGenerator[Loaded | Rejected]:
        async with self._inner.load(program, limits, beside=beside) as loaded:
            yield loaded if isinstance(loaded, Rejected) else _Recorded(loaded, self.outcomes)


def dataset(sample: TestCase, *secrets: TestCase) -> Dataset:
    group = TestGroup("secret", Aggregation.PASS_FAIL, Decimal(1), Decimal(0), stop_at_failure=False, cases=secrets, groups=())
    return Dataset(JudgingKind.DEFAULT, CheckerOptions(), 4000, 64, 1024, (sample,), group)


async def test_a_sample_cannot_be_told_from_a_secret_case(namespaces_slot: DockerRunner) -> None:
    recorder = _Recorder(namespaces_slot)
    data = dataset(
        TestCase("sample/1", b"look\n", b"any"), TestCase("secret/1", b"look\n", b"other"), TestCase("secret/2", b"look\n", b"")
    )
    judged = await judge(recorder, data, program("c", "watcher.c"), thorough=True)
    assert isinstance(judged, Judged)
    sample, *secrets = recorder.outcomes
    assert len(secrets) == 2
    assert sample.ending == Exited(0)
    assert len(sample.stdout.splitlines()) > 80
    for secret in secrets:
        assert secret.stdout == sample.stdout


async def test_the_answer_is_nowhere_to_be_found(any_slot: DockerRunner) -> None:
    recorder = _Recorder(any_slot)
    data = dataset(
        TestCase("sample/1", b"1\n", f"the-answer-is-{uuid.uuid4().hex}".encode()),
        TestCase("secret/1", b"2\n", f"the-answer-is-{uuid.uuid4().hex}".encode()),
    )
    judged = await judge(recorder, data, program("python3", "hunter.py"), thorough=True)
    assert isinstance(judged, Judged)
    assert judged.verdict is Verdict.WA
    assert [outcome.stdout for outcome in recorder.outcomes] == [b"[]\n", b"[]\n"], recorder.outcomes


async def test_the_hunter_finds_what_is_there(namespaces_slot: DockerRunner) -> None:
    hunter = program("python3", "hunter.py")
    answer = SourceFile("answer.txt", f"the-answer-is-{uuid.uuid4().hex}".encode())
    async with namespaces_slot.load(Program(hunter.language, (*hunter.files, answer)), LIMITS) as loaded:
        assert not isinstance(loaded, Rejected), loaded.log
        outcome = await loaded.run(b"", LIMITS)
    assert outcome.stdout == b"['/box/answer.txt']\n", outcome.stderr
