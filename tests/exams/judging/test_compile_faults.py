"""Faults are found in what the compilers of the catalogue really wrote (`compiler_outputs.json`), and in nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.judging.compile_faults import FAULTS_MAX, TEXT_MAX_CHARACTERS, compile_faults
from sandbox import languages
from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.runner import Program, Rejected, SourceFile

OUTPUTS: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "compiler_outputs.json").read_text("utf-8"))
"""By language and case: the words of the compilers in our images, with two files of which both are wrong, and others."""

PLACES = {
    "python3/several": ["helper.py:2"],
    "javascript/several": [],
    "typescript/several": ["helper.ts:2:14", "main.ts:2:7", "main.ts:3:16"],
    "go/several": ["main.go:3:15", "helper.go:3:32"],
    "java/several": ["Helper.java:2"],
    "cpp/several": ["main.cpp:3:16", "main.cpp:4:13", "tree.cpp:2:18"],
    "c/several": ["main.c:2:16", "main.c:6", "tree.c:2:13", "tree.c:3"],
    "rust/several": ["main.rs:4:20", "helper.rs:2:5"],
    "swift/several": ["main.swift:1:14", "main.swift:2:7", "helper.swift:2:12"],
    "ruby/several": ["helper.rb:2", "main.rb:3"],
    "php/several": ["main.php:4", "helper.php:3"],
    "elixir/several": ["helper.ex:2:17", "helper.ex:2:9?"],
    "cpp/other": [],
    "rust/other": ["main.rs:2:9?"],
    "elixir/other": ["main.exs:1:1?"],
    "swift/other": ["main.swift:1:23?"],
    "javascript/other": ["main.js:1"],
    "ruby/other": ["main.rb:3"],
    "php/other": ["main.php:3"],
    "python3/other": ["main.py:3"],
    "java/other": ["Main.java:1"],
    "elixir2/other": ["main.exs:3:4"],
    "go/other": ["main.go:7:1"],
    "c/other": ["main.c:1:25"],
    "typescript/other": ["main.ts:1:8"],
    "linkcpp/other": [],
}
"""What is to be found in each. A question mark stands for a warning."""

NAMES = {place.partition(":")[0] for places in PLACES.values() for place in places}


def places(log: str, names: set[str]) -> list[str]:
    return [
        f"{one.file}:{one.line}{'' if one.column is None else f':{one.column}'}{'?' if one.kind == 'warning' else ''}"
        for one in compile_faults(log, names)
    ]


@pytest.mark.parametrize("case", OUTPUTS)
def test_real_outputs_are_taken_apart(case: str) -> None:
    assert places(OUTPUTS[case]["log"], NAMES) == PLACES[case]


def test_the_words_are_those_of_the_compiler() -> None:
    words = {case: [one.text for one in compile_faults(output["log"], NAMES)] for case, output in OUTPUTS.items()}
    assert words["rust/several"] == ["cannot find value `numbr` in this scope", "mismatched types"]
    assert words["python3/several"] == ["SyntaxError: invalid syntax"]
    assert words["javascript/other"] == ["SyntaxError: Unexpected token '='"]
    assert words["php/other"] == ["Unclosed '(' does not match ']'"]
    assert words["typescript/other"] == ["TS1110: Type expected."]
    assert words["elixir2/other"] == ["missing terminator: )"]


def test_every_language_that_we_exercise_is_among_them() -> None:
    assert {case.partition("/")[0] for case in OUTPUTS} >= set(languages.exercised())


def test_kotlin_and_c_sharp_write_in_the_same_ways() -> None:
    assert places("main.kt:3:5: error: unresolved reference 'x'.", {"main.kt"}) == ["main.kt:3:5"]
    assert places("main.cs(3,5): error CS0103: The name 'x' does not exist", {"main.cs"}) == ["main.cs:3:5"]


def test_a_file_that_is_not_the_candidates_is_not_named() -> None:
    assert places("/usr/include/stdio.h:3:1: error: no\nstdio.h:3:1: error: no", {"main.c"}) == []


def test_there_is_an_end_to_faults_and_to_their_words() -> None:
    log = "\n".join(f"main.c:{line}:1: error: {'x' * 1000}" for line in range(1, 200))
    found = compile_faults(log, {"main.c"})
    assert len(found) == FAULTS_MAX
    assert all(len(one.text) == TEXT_MAX_CHARACTERS for one in found)


@given(st.text(max_size=400))
def test_no_text_whatsoever_is_stumbled_over(log: str) -> None:
    for fault in compile_faults(log, {"a.c"}):
        assert fault.line >= 0


@pytest.mark.docker
@pytest.mark.parametrize("code", languages.exercised())
async def test_the_compiler_of_today_is_understood(docker_runner: DockerRunner, code: str) -> None:
    language = languages.catalogue()[code]
    source = "\n\n(((]]]\n"
    program = Program(language, (SourceFile(language.entry, (f"<?php{source}" if code == "php" else source).encode()),))
    async with docker_runner.load(program, Limits(2000)) as loaded:
        assert isinstance(loaded, Rejected)
        found = compile_faults(loaded.log, {language.entry})
        assert found, loaded.log
        assert found[0].line in {3, 4}, loaded.log
