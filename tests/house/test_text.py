"""What no file of the repository may contain, and what the documents may only promise if it is there."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]

REGISTRIES: Final = re.compile(r"registry\.npmjs|registry-1\.docker|docker\.io/|ghcr\.io|quay\.io|pypi\.org|pythonhosted")
PATHS_OF_A_MACHINE: Final = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
MARKS: Final = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")

LOCKS: Final = {"uv.lock"}
"""Written by a tool, and they must name where each file comes from."""

SELF: Final = str(Path(__file__).relative_to(ROOT))


def repository_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git clone")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str], *, ignoring: set[str]) -> list[str]:
    found: list[str] = []
    for name in repository_files():
        if name in ignoring | {SELF}:
            continue
        try:
            text = (ROOT / name).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number}: {line.strip()}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)
        ]
    return found


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert not lines_with(REGISTRIES, ignoring=LOCKS)


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert not lines_with(PATHS_OF_A_MACHINE, ignoring=set())


def test_nothing_is_left_for_later() -> None:
    assert not lines_with(MARKS, ignoring=set())


def test_every_make_command_that_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        (name, target)
        for name in repository_files()
        if name.endswith(".md")
        for target in re.findall(r"(?:^|`|\s)make ([a-z-]+)(?=`|\s{2,}|$)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    }
    assert {target for _, target in named}, "the README names some"
    assert not {f"{name}: make {target}" for name, target in named if target not in targets}
