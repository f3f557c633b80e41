"""Sources that attack the compiler: each is refused in time, with a log, and the container compiles the next one."""

import time
from typing import Final

import pytest

from sandbox import languages
from sandbox.docker_runner import LOG_MAX_CHARS, DockerRunner
from sandbox.limits import Limits
from sandbox.runner import Exited, Program, Rejected, SourceFile

pytestmark = pytest.mark.docker

LIMITS: Final = Limits(cpu_time_ms=1000, memory_mib=64)
DEADLINE_S: Final = 120
"""Above the compiler's 30 s of CPU time, for a machine with other work."""

CPP: Final = {
    "includes_a_random_device": b"#include </dev/random>\nint main() {}\n",
    "includes_an_endless_device": b'#include "/dev/zero"\nint main() {}\n',
    "includes_itself": b'#include "main.cpp"\n',
    "recursive_templates": (
        b"template <int N, int M> struct S { static const int v = S<N - 1, M>::v + S<N, M - 1>::v; };\n"
        b"int main() { return S<800, 800>::v; }\n"
    ),
    "endless_constexpr": (
        b"constexpr int f(int n) { int s = 0; for (int i = 0; i < n; ++i) s += i % 7; return s; }\n"
        b"constexpr int value = f(2000000000);\nint main() { return value; }\n"
    ),
    "binary_larger_than_the_box": b"char large[200 << 20] = {1};\nint main() { return large[5]; }\n",
    "reads_a_file_of_root": b'asm(".incbin \\"/etc/shadow\\"");\nint main() {}\n',
    "reads_process_1": b'#include "/proc/1/environ"\nint main() {}\n',
    "macro_bomb": b"#define A x x x x x x x x\n"
    + b"".join(b"#define %c %c %c %c %c %c %c %c %c\n" % ((c + 1, *[c] * 8)) for c in range(ord("A"), ord("L")))
    + b"int main() { L }\n",
}


def program(code: str, source: bytes) -> Program:
    language = languages.get(code)
    assert language is not None
    return Program(language, (SourceFile(language.entry, source),))


@pytest.mark.parametrize("name", CPP)
async def test_a_hostile_source_is_refused_in_time(docker_runner: DockerRunner, name: str) -> None:
    started = time.monotonic()
    async with docker_runner.load(program("cpp", CPP[name]), LIMITS) as loaded:
        assert isinstance(loaded, Rejected)
        assert loaded.log.strip()
        assert len(loaded.log) <= LOG_MAX_CHARS + 100
    assert time.monotonic() - started < DEADLINE_S
    async with docker_runner.load(program("cpp", b"int main() {}\n"), LIMITS) as loaded:
        assert not isinstance(loaded, Rejected), loaded.log
        outcome = await loaded.run(b"", LIMITS)
        assert outcome.ending == Exited(0)


async def test_a_python_source_with_nul_bytes_is_a_compile_error(docker_runner: DockerRunner) -> None:
    async with docker_runner.load(program("python3", b"print(1)\0\n"), LIMITS) as loaded:
        assert isinstance(loaded, Rejected)
        assert "null bytes" in loaded.log


async def test_a_deeply_nested_python_source_is_a_compile_error(docker_runner: DockerRunner) -> None:
    async with docker_runner.load(program("python3", b"(" * 100_000 + b")" * 100_000), LIMITS) as loaded:
        assert isinstance(loaded, Rejected)
        assert loaded.log.strip()


async def test_checking_the_syntax_executes_nothing(docker_runner: DockerRunner) -> None:
    source = b"import os, time\ntime.sleep(100)\nos.abort()\n"
    started = time.monotonic()
    async with docker_runner.load(program("python3", source), LIMITS) as loaded:
        assert not isinstance(loaded, Rejected), loaded.log
        assert time.monotonic() - started < 60
