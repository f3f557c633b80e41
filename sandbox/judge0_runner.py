"""Runs programs on a Judge0 that a site already has. The only file that imports `judge0_client`.

One submission for each run, and one more at `load` to learn whether the program compiles (Judge0 knows no compiling alone).
Expected output is never sent. Its evidence is weaker than that of our own sandbox, and the record says so: CPU time in ms, no
memory evidence but the runtime's own words, text only (NUL bytes are lost), a fresh compilation for every run.
"""

import asyncio
import contextlib
import re
import signal
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import httpx2
from judge0_client import Judge0Client, Judge0Error, SingleFileSubmission, SubmissionDetail, SubmissionStatusId

from sandbox.endings import RUNTIME_MEMORY_WORDS, SHELL_CANNOT_RUN
from sandbox.errors import SandboxBroken, SandboxDisturbed, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.program import require_acceptable
from sandbox.protocol import STDERR_MAX_BYTES
from sandbox.runner import (
    EMPTY_WORKSPACE,
    Conversation,
    CpuTimeExceeded,
    Ending,
    Evidence,
    Exited,
    Loaded,
    MemoryEvidence,
    MemoryExceeded,
    Outcome,
    OutputExceeded,
    Program,
    Rejected,
    Signalled,
    Usage,
    WallTimeExceeded,
    Workspace,
)

QUEUE_WAIT_S: Final = 120
"""How long a submission may wait in Judge0's queue, beyond its own wall time."""
POLL_FIRST_S: Final = 0.05
POLL_MAX_S: Final = 0.5

LANGUAGE_IDS: Final = {"python3": 71, "javascript": 63, "cpp": 54}
"""Judge0 1.13.1: Python 3.8.1, Node.js 12.14.0, GCC 9.2.0. A site with its own images gives its own ids."""

FINDS_FILES: Final = frozenset({"python3", "javascript", "ruby", "php"})
"""Languages in which the running program looks for its other files: Judge0 lays `additional_files` beside the first."""

WEAKNESSES: Final = (
    "no-memory-evidence",
    "no-output-evidence",
    "no-noise-evidence",
    "compiled-for-each-run",
    "cpu-time-in-ms",
    "image-unknown",
)
"""What a record of Judge0's says less than ours: whether memory or output ran out is told from the runtime's own words and from
how long the output is, and nobody knows what else its machine did."""

WAITING: Final = (SubmissionStatusId.IN_QUEUE, SubmissionStatusId.PROCESSING)
SIGNALS: Final = {
    SubmissionStatusId.RUNTIME_ERROR_SIGSEGV: signal.SIGSEGV,
    SubmissionStatusId.RUNTIME_ERROR_SIGFPE: signal.SIGFPE,
    SubmissionStatusId.RUNTIME_ERROR_SIGABRT: signal.SIGABRT,
}


class Judge0Runner:
    """`Runner` over Judge0's HTTP interface at `base_url`. `language_ids` says which of its languages ours are."""

    def __init__(
        self, base_url: str, *, slots: int, language_ids: Mapping[str, int] = LANGUAGE_IDS, auth_token: str | None = None
    ) -> None:
        self._client = Judge0Client(base_url, auth_token=auth_token)
        self._client.open()
        self._slots = asyncio.Semaphore(slots)
        self._language_ids = language_ids

    @asynccontextmanager
    async def load(
        self, program: Program, limits: Limits, *, beside: Loaded | None = None
    ) -> AsyncGenerator["Judge0Loaded | Rejected"]:
        """See `Runner.load`."""
        require_acceptable(program)
        language_id = self._language_ids.get(program.language.code)
        if language_id is None:
            raise SandboxUnavailable(f"this Judge0 has no language for {program.language.code}")
        if needs_several_units(program):
            raise SandboxUnavailable(
                "Judge0 compiles the first file alone: this program has others that would have to be compiled"
            )
        async with self._slots if beside is None else contextlib.nullcontext():
            try:
                source = program.files[0].content.decode("utf-8")
            except UnicodeDecodeError:
                yield Rejected("the source is not UTF-8 text")
                return
            version = await self._version()
            evidence = Evidence(
                engine=f"judge0 {version}",
                image="unknown",
                compiler=f"judge0 language {language_id}",
                isolation="unknown",
                weaknesses=WEAKNESSES,
            )
            others = {file.name: file.content for file in program.files[1:]}
            loaded = Judge0Loaded(self._client, language_id, source, others, evidence)
            detail = await loaded.submit(b"", limits)
            if detail.status.id is SubmissionStatusId.COMPILATION_ERROR:
                yield Rejected(detail.compile_output or detail.message or "", evidence)
            else:
                loaded.compile_log = detail.compile_output or ""
                yield loaded

    async def converse(
        self,
        program: Loaded,
        validator: Loaded,
        limits: Limits,
        validator_limits: Limits,
        workspace: Workspace,
        *,
        quiet: bool = False,
    ) -> Conversation:
        """Judge0 cannot connect two programs: raises `SandboxUnavailable`."""
        del program, validator, limits, validator_limits, workspace, quiet
        raise SandboxUnavailable("Judge0 cannot judge interactive tasks")

    async def close(self) -> None:
        """Close the connections; Judge0 itself is not ours."""
        await self._client.aclose()

    async def _version(self) -> str:
        try:
            return str((await self._client.get_about()).version)
        except (Judge0Error, httpx2.HTTPError, ValueError) as error:
            raise SandboxUnavailable(f"Judge0: {error}") from error


def needs_several_units(program: Program) -> bool:
    """Whether files besides the first would have to be given to the compiler, which Judge0 does for none.

    A program that finds its other files when it runs, or a header that is included, is no such case. Refusing is ours to bear:
    compiled without its other half the program would be called the candidate's error.
    """
    return program.language.code not in FINDS_FILES and any(
        file.name.endswith(program.language.extensions) for file in program.files[1:]
    )


class Judge0Loaded:
    """A program that Judge0 compiled once and compiles again for every run."""

    def __init__(
        self, client: Judge0Client, language_id: int, source: str, others: Mapping[str, bytes], evidence: Evidence
    ) -> None:
        self._client = client
        self._language_id = language_id
        self._source = source
        self._others = others
        self.evidence = evidence
        self.compile_log = ""

    async def run(
        self, stdin: bytes, limits: Limits, workspace: Workspace = EMPTY_WORKSPACE, *, quiet: bool = False
    ) -> Outcome:
        """See `Loaded.run`. Raises `SandboxUnavailable` for input that is not UTF-8: Judge0 takes text."""
        if quiet:
            raise SandboxDisturbed("nobody knows what else the machines behind a Judge0 do")
        if workspace != EMPTY_WORKSPACE:
            raise SandboxUnavailable("Judge0 cannot run output validators")
        started = time.monotonic()
        detail = await self.submit(stdin, limits)
        wall_us = int((time.monotonic() - started) * 1_000_000)
        cpu_us = int((detail.time or 0) * 1_000_000)
        stdout = (detail.stdout or "").encode()
        return Outcome(
            ending=ending_of(detail, limits),
            usage=Usage(cpu_us, max(cpu_us, min(wall_us, limits.wall_time_ms * 1000)), detail.memory or 0),
            stdout=stdout[: limits.output_kib * 1024],
            stderr=(detail.stderr or "").encode()[:STDERR_MAX_BYTES],
        )

    async def submit(self, stdin: bytes, limits: Limits) -> SubmissionDetail:
        """One submission, waited for. Raises `SandboxUnavailable`, `SandboxBroken`."""
        try:
            request = SingleFileSubmission(
                source_code=self._source,
                language_id=self._language_id,
                additional_files=self._others or None,
                stdin=stdin.decode("utf-8"),
                cpu_time_limit=limits.cpu_time_ms / 1000,
                cpu_extra_time=(limits.cpu_kill_ms - limits.cpu_time_ms) / 1000,
                wall_time_limit=limits.wall_time_ms / 1000,
                memory_limit=limits.memory_mib * 1024,
                max_processes_and_or_threads=limits.processes,
                max_file_size=limits.output_kib,
                enable_network=False,
            )
            token = (await self._client.create_submission(request)).token
            deadline = time.monotonic() + limits.wall_time_ms / 1000 + QUEUE_WAIT_S
            pause = POLL_FIRST_S
            while (detail := await self._client.get_submission(token)).status.id in WAITING:
                if time.monotonic() > deadline:
                    raise SandboxUnavailable("Judge0 did not finish a submission in time")
                await asyncio.sleep(pause)
                pause = min(2 * pause, POLL_MAX_S)
        except UnicodeDecodeError as error:
            raise SandboxUnavailable("Judge0 takes only text as input") from error
        except (Judge0Error, httpx2.HTTPError) as error:
            raise SandboxUnavailable(f"Judge0: {error}") from error
        except (ValueError, KeyError) as error:  # not JSON, or not of the documented form
            raise SandboxBroken(f"Judge0 answered nonsense: {error}") from error
        if detail.status.id is SubmissionStatusId.INTERNAL_ERROR:
            raise SandboxUnavailable(f"Judge0 failed: {detail.message}")
        return detail


def ending_of(detail: SubmissionDetail, limits: Limits) -> Ending:
    """What a finished submission of Judge0 says of how the program ended."""
    status = detail.status.id
    stderr = (detail.stderr or "").encode()
    if status > SubmissionStatusId.COMPILATION_ERROR and any(word in b"\n" + stderr for word in RUNTIME_MEMORY_WORDS):
        return MemoryExceeded(MemoryEvidence.RUNTIME)
    if len((detail.stdout or "").encode()) > limits.output_kib * 1024:
        return OutputExceeded()
    used_ms = (detail.time or 0) * 1000
    match status:
        case SubmissionStatusId.ACCEPTED | SubmissionStatusId.WRONG_ANSWER:
            return CpuTimeExceeded() if used_ms > limits.cpu_time_ms else Exited(0)
        case SubmissionStatusId.TIME_LIMIT_EXCEEDED:
            return CpuTimeExceeded() if used_ms >= limits.cpu_time_ms else WallTimeExceeded()
        case SubmissionStatusId.RUNTIME_ERROR_SIGXFSZ:  # its files are bounded by `max_file_size`, standard output among them
            return OutputExceeded()
        case SubmissionStatusId.EXEC_FORMAT_ERROR:
            return Exited(SHELL_CANNOT_RUN)
        case SubmissionStatusId.RUNTIME_ERROR_NZEC:
            return Exited(_number(detail.message, r"status (\d+)") or 1)
        case SubmissionStatusId.RUNTIME_ERROR_OTHER:
            return Signalled(_number(detail.message, r"signal (\d+)") or signal.SIGKILL)
        case _ if status in SIGNALS:
            return Signalled(SIGNALS[status])
        case _:
            raise SandboxBroken(f"Judge0 ended a run that compiled before with status {status}")


def _number(text: str | None, pattern: str) -> int | None:
    found = re.search(pattern, text or "")
    return int(found[1]) if found else None
