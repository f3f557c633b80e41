"""The catalogue: complete, and its commands name what the images hold."""

import re
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path

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
    assert languages.of_image(language.image) == language
    dockerfile = (images.HERE / "images" / language.image / "Dockerfile").read_text()
    assert "FROM debian:trixie-slim AS language\n" in dockerfile
    assert dockerfile.startswith("FROM" if language.exercised else "# NOT EXERCISED")
    assert language.template.strip()
    assert not language.template.startswith("\n")
    assert language.end_of_life_source


def test_every_extension_is_of_one_language() -> None:
    extensions = [extension for language in languages.catalogue().values() for extension in language.extensions]
    assert len(extensions) == len(set(extensions))


def test_the_editor_has_a_mode_for_every_language() -> None:
    editor = Path("app/frontend/exam/codemirror.ts").read_text("utf-8")
    modes = set(re.findall(r"^  (\w+): async \(\) =>", editor, re.MULTILINE))
    assert modes == {language.editor for language in languages.catalogue().values()}


def test_the_last_day_of_a_language_is_in_and_the_next_is_out() -> None:
    python = languages.catalogue()["python3"]
    almaty = timezone(timedelta(hours=5))
    last = datetime.combine(python.end_of_life, time(23, 59, 59), UTC)
    assert languages.maintained(["cpp", "python3", "cobol"], last.astimezone(almaty)) == ("cpp", "python3")
    assert languages.maintained(["cpp", "python3"], last + timedelta(seconds=1)) == ("cpp",)


def test_what_is_not_exercised_is_in_the_catalogue_and_not_among_the_exercised() -> None:
    assert {"kotlin", "csharp"} == set(languages.catalogue()) - set(languages.exercised())


def test_every_folder_of_an_image_is_of_a_language() -> None:
    folders = {path.name for path in (images.HERE / "images").iterdir() if path.is_dir()} - {images.SUPERVISOR}
    assert folders == {language.image for language in languages.catalogue().values()}


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
