"""The same source is compiled once for each image, and nothing but the same source."""

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.compile_cache import CompileCache, Compiled, key_of
from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.protocol import BoxFile
from sandbox.runner import Exited, Loaded, Rejected, SourceFile
from tests.sandbox.programs import ADDERS, accepted, program

LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=128)
ENTRY: Final = Compiled.of((BoxFile("program", b"\x7fELF", executable=True),), "a warning")

FILES = st.lists(st.builds(SourceFile, st.text("ab", max_size=3), st.binary(max_size=3)), max_size=3)
WORDS = st.lists(st.text("ab", max_size=3), max_size=3)


@given(st.tuples(st.text("ab", max_size=2), WORDS, FILES), st.tuples(st.text("ab", max_size=2), WORDS, FILES))
def test_two_compilations_have_one_key_only_if_they_are_the_same(
    one: tuple[str, list[str], list[SourceFile]], other: tuple[str, list[str], list[SourceFile]]
) -> None:
    assert (key_of(one[0], tuple(one[1]), one[2]) == key_of(other[0], tuple(other[1]), other[2])) == (one == other)


def test_an_entry_is_found_again_by_another_worker(tmp_path: Path) -> None:
    CompileCache(tmp_path).keep("a" * 64, ENTRY)
    assert CompileCache(tmp_path).get("a" * 64) == ENTRY
    assert CompileCache(tmp_path).get("b" * 64) is None


@pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
def test_a_damaged_entry_is_as_good_as_absent(tmp_path: Path, damage: str) -> None:
    cache = CompileCache(tmp_path)
    cache.keep("a" * 64, ENTRY)
    (path,) = tmp_path.glob("??/*")
    data = path.read_bytes()
    path.write_bytes({"cut": data[:-1], "changed": data[:-1] + b"x", "empty": b""}[damage])
    assert cache.get("a" * 64) is None


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = CompileCache(tmp_path, kept_max_bytes=250)
    for at, key in enumerate(("a" * 64, "b" * 64, "c" * 64)):
        cache.keep(key, Compiled.of((BoxFile("program", b"x" * 50),), ""))
        os.utime(next(tmp_path.glob(f"{key[:2]}/*")), (at, at))
    assert cache.get("a" * 64) is not None  # which marks it as used now
    cache.sweep()
    assert [cache.get(key * 64) is not None for key in "abc"] == [True, False, True]


@pytest.fixture
async def cached_runner(docker_runner: DockerRunner, tmp_path: Path) -> DockerRunner:
    return DockerRunner(1, cache=CompileCache(tmp_path))


@pytest.mark.docker
async def test_an_identical_source_is_not_compiled_again_and_the_evidence_says_so(cached_runner: DockerRunner) -> None:
    async def answer(source: str) -> tuple[bytes, bool]:
        async with cached_runner.load(program("cpp", source), LIMITS) as loaded:
            outcome = await accepted(loaded).run(b"20 22\n", LIMITS)
            assert outcome.ending == Exited(0)
            return outcome.stdout, accepted(loaded).evidence.from_cache

    try:
        assert await answer(ADDERS["cpp"]) == (b"42\n", False)
        assert await answer(ADDERS["cpp"]) == (b"42\n", True)
        assert await answer(ADDERS["cpp"] + "\n") == (b"42\n", False)
        assert await answer(ADDERS["cpp"].replace("a + b", "a - b")) == (b"-2\n", False)
    finally:
        await cached_runner.close()


@pytest.mark.docker
async def test_a_refusal_is_not_kept(cached_runner: DockerRunner) -> None:
    async def refused() -> Loaded | Rejected:
        async with cached_runner.load(program("cpp", "int main({"), LIMITS) as loaded:
            return loaded

    try:
        for _ in range(2):
            loaded = await refused()
            assert isinstance(loaded, Rejected)
            assert "rror" in loaded.log
            assert loaded.evidence is not None
            assert not loaded.evidence.from_cache
    finally:
        await cached_runner.close()


ODD: Final = {
    "a hidden name": 'File.write!("/box/.hidden", "x")',
    "a name that is no text": 'File.write!(<<"/box/", 255>>, "x")',
    "files full of holes": """
        for number <- 1..12 do
          {:ok, file} = :file.open("/box/holes#{number}", [:write, :raw])
          {:ok, _} = :file.position(file, 63 * 1_048_576)
          :ok = :file.truncate(file)
        end
    """,
}
"""What code that runs while it is compiled may leave beside the program."""


@pytest.mark.docker
@pytest.mark.parametrize("left", ODD)
async def test_what_cannot_be_put_back_is_not_kept_and_the_program_runs_each_time(
    cached_runner: DockerRunner, left: str
) -> None:
    source = f'defmodule Early do\n{ODD[left]}\nend\nIO.puts("well")\n'
    limits = Limits(cpu_time_ms=10_000, memory_mib=128)
    try:
        for _ in range(2):
            async with cached_runner.load(program("elixir", source), limits) as loaded:
                outcome = await accepted(loaded).run(b"", limits)
                assert (outcome.ending, outcome.stdout) == (Exited(0), b"well\n"), outcome.stderr
                assert not accepted(loaded).evidence.from_cache
    finally:
        await cached_runner.close()
