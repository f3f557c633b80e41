"""Every command answers `--help`, and the documents name only commands that there are."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import typer
from typer.testing import CliRunner

from app.__main__ import sarap

ROOT: Final = Path(__file__).parents[2]


def commands(group: typer.Typer, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command and group, e.g. `("worker", "judging")`."""
    yield path
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield (*path, name)
    for subgroup in group.registered_groups:
        assert subgroup.typer_instance is not None
        yield from commands(subgroup.typer_instance, *path, str(subgroup.name))


COMMANDS: Final = list(commands(sarap))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_command_tells_what_it_is_for(path: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(sarap, [*path, "--help"])
    assert answer.exit_code == 0, answer.output
    assert len(answer.output.splitlines()) > 3


def test_the_doors_that_others_rely_on_are_there() -> None:
    expected = {
        ("serve",),
        ("worker", "judging"),
        ("worker", "registry"),
        ("migrate",),
        ("check",),
        ("demo",),
        ("task", "verify"),
        ("task", "judge"),
        ("certificate", "verify"),
    }
    assert expected <= set(COMMANDS)


def test_documents_name_only_commands_that_there_are() -> None:
    known = {" ".join(path) for path in COMMANDS}
    wrong: list[str] = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for words in re.findall(r"`sarap ([a-z][a-z -]*)", document.read_text("utf-8")):
            first, *others = words.split()
            if first not in known or (
                others and any(path.startswith(f"{first} ") for path in known) and f"{first} {others[0]}" not in known
            ):
                wrong.append(f"{document.name}: sarap {words}")
    assert not wrong
