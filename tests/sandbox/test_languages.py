"""The catalogue: complete, and its commands name what the images hold."""

import pytest

from sandbox import images, languages
from sandbox.errors import BadFileName, ProgramTooLarge
from sandbox.limits import PROGRAM_MAX_BYTES, PROGRAM_MAX_FILES
from sandbox.program import require_acceptable
from sandbox.runner import Program, SourceFile


@pytest.mark.parametrize("code", languages.catalogue())
def test_a_language_is_found_by_its_entry_and_has_an_image(code: str) -> None:
    language = languages.get(code)
    assert language is not None
    assert languages.of_file(language.entry) == language
    assert (images.HERE / "images" / language.image / "Dockerfile").read_text().startswith("FROM debian:trixie-slim")
    assert language.template.strip()
    assert not language.template.startswith("\n")


def test_an_unknown_language_is_none() -> None:
    assert languages.get("cobol") is None
    assert languages.of_file("main.cob") is None


def test_sources_are_all_files_of_the_language_and_headers_are_not() -> None:
    language = languages.get("cpp")
    assert language is not None
    argv = languages.argv(("cc", "{sources}", "-o", "{entry}.out"), language, ("main.cpp", "tree.h", "tree.cc"), 64)
    assert argv == ("cc", "/box/main.cpp", "/box/tree.cc", "-o", "main.cpp.out")


def test_a_memory_limit_reaches_the_runtime() -> None:
    language = languages.get("javascript")
    assert language is not None
    assert "--max-old-space-size=64" in languages.argv(language.run, language, ("main.js",), 64)


def program(*files: SourceFile) -> Program:
    language = languages.get("python3")
    assert language is not None
    return Program(language, files)


def test_a_program_at_the_limit_is_accepted_and_one_byte_more_is_not() -> None:
    require_acceptable(program(SourceFile("main.py", b"x" * PROGRAM_MAX_BYTES)))
    with pytest.raises(ProgramTooLarge):
        require_acceptable(program(SourceFile("main.py", b"x" * PROGRAM_MAX_BYTES), SourceFile("a.py", b"y")))


def test_too_many_files_and_none_are_refused() -> None:
    with pytest.raises(ProgramTooLarge):
        require_acceptable(program())
    with pytest.raises(ProgramTooLarge):
        require_acceptable(program(*(SourceFile(f"f{n}.py", b"") for n in range(PROGRAM_MAX_FILES + 1))))


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../main.py", "a/b.py", "-o", ".hidden", "main.py\n", "a b.py", "ж.py", "x" * 256]
)
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(BadFileName):
        require_acceptable(program(SourceFile(name, b"")))


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(BadFileName):
        require_acceptable(program(SourceFile("a.py", b""), SourceFile("a.py", b"")))


def test_a_tag_is_stable_and_of_its_image() -> None:
    assert images.tag("python3") == images.tag("python3")
    assert images.tag("python3").startswith("sarap/python3:")
    assert images.tag("python3") != images.tag("cpp")
