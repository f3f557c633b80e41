"""Every language of the catalogue that claims to be exercised does what a candidate expects of it.

The programs are in `languages/<code>.toml`, the same set for each language; a language without its file fails. `threads` may be
left out, by a language that has none, with `without_threads` saying why.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox import languages
from sandbox.docker_runner import DockerRunner
from sandbox.languages import Language
from sandbox.limits import Limits
from sandbox.runner import Exited, MemoryExceeded, Outcome, Program, Rejected, Signalled, SourceFile
from tests.sandbox.programs import accepted

pytestmark = [pytest.mark.docker, pytest.mark.parametrize("code", languages.exercised())]

PROGRAMS: Final = Path(__file__).parent / "languages"
LIMITS: Final = Limits(cpu_time_ms=10_000, memory_mib=256)
NUMBERS: Final = 1_000_000
DEPTH: Final = 100_000
OUR_PATHS: Final = ("/box", "/usr/", "/tmp/", "/var/")
LARGE_INPUT_US: Final = 3_000_000
"""CPU time for a million numbers; Elixir, the slowest, needs 1.3 s when nothing else runs."""


def language_of(code: str) -> Language:
    language = languages.get(code)
    assert language is not None
    return language


def programs_of(code: str) -> dict[str, Any]:
    return tomllib.loads((PROGRAMS / f"{code}.toml").read_text("utf-8"))


def program(code: str, which: str) -> Program:
    language = language_of(code)
    return Program(language, (SourceFile(language.entry, programs_of(code)[which].lstrip("\n").encode()),))


async def run(runner: DockerRunner, asked: Program, stdin: str = "", limits: Limits = LIMITS) -> Outcome:
    async with runner.load(asked, limits) as loaded:
        return await accepted(loaded).run(stdin.encode(), limits)


async def shown(runner: DockerRunner, asked: Program, stdin: str = "") -> str:
    outcome = await run(runner, asked, stdin)
    assert outcome.ending == Exited(0), (outcome.ending, outcome.stderr.decode(errors="replace"))
    return outcome.stdout.decode()


async def test_its_template_compiles_and_runs(docker_runner: DockerRunner, code: str) -> None:
    language = language_of(code)
    asked = Program(language, (SourceFile(language.entry, language.template.encode()),))
    async with docker_runner.load(asked, LIMITS) as loaded:
        assert accepted(loaded).compile_log == ""
        for words in ("", "one\n", "one two\nthree\n\n"):
            outcome = await accepted(loaded).run(words.encode(), LIMITS)
            assert outcome.ending == Exited(0), outcome.stderr
            assert outcome.stdout.decode() == f"{len(words.split())}\n"


async def test_its_empty_program_fits_into_the_headroom(docker_runner: DockerRunner, code: str) -> None:
    language = language_of(code)
    asked = Program(language, (SourceFile(language.entry, language.empty.encode()),))
    outcome = await run(docker_runner, asked)
    assert outcome.ending == Exited(0), outcome.stderr
    assert outcome.stdout == b""
    assert outcome.stderr == b""
    assert outcome.usage.memory_kib <= language.memory_headroom_mib * 1024


async def test_it_says_which_compiler_it_is(docker_runner: DockerRunner, code: str) -> None:
    language = language_of(code)
    asked = Program(language, (SourceFile(language.entry, language.empty.encode()),))
    async with docker_runner.load(asked, LIMITS) as loaded:
        compiler = accepted(loaded).evidence.compiler
    version = re.search(r"\d+(\.\d+)*(?=\)?$)", language.version)
    assert version is not None
    assert version[0] in compiler


async def test_it_adds(docker_runner: DockerRunner, code: str) -> None:
    async with docker_runner.load(program(code, "adder"), LIMITS) as loaded:
        for first, second in ((1, 2), (30, 12), (-5, 5)):
            outcome = await accepted(loaded).run(f"{first} {second}\n".encode(), LIMITS)
            assert outcome.ending == Exited(0), outcome.stderr
            assert outcome.stdout.decode() == f"{first + second}\n"


async def test_it_reads_a_million_numbers_quickly(docker_runner: DockerRunner, code: str) -> None:
    numbers = [n * 7919 % 1_000_003 for n in range(NUMBERS)]
    outcome = await run(docker_runner, program(code, "total"), " ".join(map(str, numbers)) + "\n")
    assert outcome.ending == Exited(0), outcome.stderr
    assert outcome.stdout.decode() == f"{NUMBERS} {sum(numbers)}\n"
    assert outcome.usage.cpu_time_us < LARGE_INPUT_US


async def test_a_compile_error_names_the_line_and_no_path_of_ours(docker_runner: DockerRunner, code: str) -> None:
    entry = re.escape(language_of(code).entry)
    async with docker_runner.load(program(code, "broken"), LIMITS) as loaded:
        assert isinstance(loaded, Rejected)
        assert re.search(rf'{entry}(?::3\b|\(3,|", line 3\b)|:3: |on line 3\b', loaded.log), loaded.log
        assert "\x1b" not in loaded.log
        assert not [path for path in OUR_PATHS if path in loaded.log], loaded.log


async def test_a_run_time_error_is_one(docker_runner: DockerRunner, code: str) -> None:
    outcome = await run(docker_runner, program(code, "failing"))
    match outcome.ending:
        case Exited(code=status):
            assert status != 0
            assert outcome.stderr
        case Signalled():
            pass
        case _:
            pytest.fail(f"{outcome.ending}")


async def test_memory_that_runs_out_is_said_honestly(docker_runner: DockerRunner, code: str) -> None:
    outcome = await run(docker_runner, program(code, "hungry"), limits=Limits(cpu_time_ms=10_000, memory_mib=96))
    if isinstance(outcome.ending, MemoryExceeded):
        return
    assert isinstance(outcome.ending, Exited | Signalled), outcome.ending
    assert outcome.ending != Exited(0)
    assert any(words in outcome.stderr.decode(errors="replace") for words in programs_of(code)["memory_words"]), outcome


async def test_recursion_may_be_deep(docker_runner: DockerRunner, code: str) -> None:
    assert await shown(docker_runner, program(code, "deep"), f"{DEPTH}\n") == f"{DEPTH}\n"


async def test_threads_work(docker_runner: DockerRunner, code: str) -> None:
    if reason := programs_of(code).get("without_threads"):
        pytest.skip(reason)
    assert await shown(docker_runner, program(code, "threads")) == f"{45 + 190 + 435 + 780}\n"


async def test_kazakh_text_is_read_counted_and_written(docker_runner: DockerRunner, code: str) -> None:
    assert await shown(docker_runner, program(code, "greeting"), "Әлемүңғқұһі\n") == "Сәлем, Әлемүңғқұһі! 11\n"


async def test_a_program_may_have_several_files(docker_runner: DockerRunner, code: str) -> None:
    files = programs_of(code)["several"]
    asked = Program(language_of(code), tuple(SourceFile(name, text.lstrip("\n").encode()) for name, text in files.items()))
    assert await shown(docker_runner, asked, "21\n") == "42\n"
