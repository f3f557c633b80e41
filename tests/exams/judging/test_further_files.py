"""Further files: which names are taken, and what names a program."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import InvalidInput
from exams.judging.further_files import FURTHER_FILES_MAX, check_files, draft_sha256
from exams.judging.programs import check_names, program_of
from sandbox import languages

HOSTILE = {
    "way up": "../main.py",
    "two points": "..",
    "absolute": "/etc/passwd.py",
    "folder": "a/b.py",
    "backslash": "a\\b.py",
    "hidden": ".bashrc.py",
    "option": "-o.py",
    "empty": "",
    "space": "a b.py",
    "line end": "a.py\n",
    "nul": "a\0.py",
    "digit first": "1.py",
    "other alphabet": "файл.py",
    "look-alike letter": "mаin2.py",
    "too long": "a" * 62 + ".py",
    "shell": "$(id).py",
}


def refused(files: dict[str, str]) -> tuple[str, str, int | None]:
    with pytest.raises(InvalidInput) as caught:
        check_files(files)
    return caught.value.field, caught.value.reason, caught.value.limit


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_hostile_name_is_refused(fault: str) -> None:
    assert refused({HOSTILE[fault]: "x"}) == ("files", "file-name", None)


def test_plain_names_are_taken_up_to_the_limit() -> None:
    check_files({f"part_{number}.v-1.py": "" for number in range(FURTHER_FILES_MAX)})
    assert refused({f"part{number}.py": "" for number in range(FURTHER_FILES_MAX + 1)}) == (
        "files",
        "too-many",
        FURTHER_FILES_MAX,
    )


def test_names_that_differ_only_in_the_size_of_letters_are_one_name() -> None:
    assert refused({"tree.py": "", "Tree.py": ""}) == ("files", "same-file-name", None)


def test_a_file_with_nul_bytes_is_refused() -> None:
    assert refused({"a.py": "\0"}) == ("files", "nul-byte", None)


@pytest.mark.parametrize("code", languages.catalogue())
def test_a_further_file_is_never_called_like_the_main_one(code: str) -> None:
    language = languages.catalogue()[code]
    for name in (language.entry, language.entry.upper(), language.entry.lower(), language.entry.swapcase()):
        with pytest.raises(InvalidInput) as caught:
            check_names(code, [name])
        assert caught.value.reason == "same-file-name"


@pytest.mark.parametrize("code", languages.catalogue())
@pytest.mark.parametrize(
    "name", ["program", "program.args", "program.jar", "program.dll", "data.txt", "a.sh", "a.so", "main.o"]
)
def test_no_file_takes_the_place_of_what_a_compilation_writes(code: str, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_names(code, [name])
    assert caught.value.reason == "file-ending"


def test_a_typescript_program_has_no_javascript_beside_it() -> None:
    with pytest.raises(InvalidInput):
        check_names("typescript", ["main.js"])


@pytest.mark.parametrize(("code", "name"), [("cpp", "tree.h"), ("cpp", "tree.cpp"), ("c", "tree.h"), ("elixir", "a.ex")])
def test_the_catalogue_says_which_endings_count(code: str, name: str) -> None:
    check_names(code, [name])


def test_a_program_begins_with_its_main_file() -> None:
    language = languages.catalogue()["cpp"]
    program = program_of(language, "int main(){}", {"z.h": "", "a.cpp": "қ"})
    assert [(one.name, one.content) for one in program.files] == [
        ("main.cpp", b"int main(){}"),
        ("a.cpp", "қ".encode()),
        ("z.h", b""),
    ]


def test_without_further_files_the_digest_is_that_of_the_text() -> None:
    assert draft_sha256("қ", {}) == hashlib.sha256("қ".encode()).digest()


def test_with_further_files_it_is_that_of_the_canonical_json() -> None:
    assert (
        draft_sha256('a"', {"b.py": "қ\n", "a.py": ""})
        == hashlib.sha256('{"":"a\\"","a.py":"","b.py":"қ\\n"}'.encode()).digest()
    )


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FILES = st.dictionaries(st.sampled_from(["a.py", "b.py", "c.py"]), TEXTS, max_size=3)


@given(TEXTS, FILES, TEXTS, FILES)
def test_two_programs_have_one_digest_only_if_they_are_equal(
    source: str, files: dict[str, str], other: str, others: dict[str, str]
) -> None:
    assert (draft_sha256(source, files) == draft_sha256(other, others)) == ((source, files) == (other, others))
    assert draft_sha256(source, files) == draft_sha256(source, dict(reversed(files.items())))
