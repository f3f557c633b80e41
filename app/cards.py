"""Reference cards: what of a programming language one looks up in an exam, shipped with Sarap and needing no other place.

One file for each language, `app/documentation/<code>.md`: six topics, each of which is a program that runs, in the form

    # strings
    ```main.py
    print("a".upper())
    ```
    ```out
    A
    ```

A block is named by its file; `in` is what the program reads and `out` what it writes. A test runs every program of every card
in the sandbox that judges, so that no card says what is not so. The programs are ours, not those of a language's makers.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from sandbox import languages

BLOCK: Final = re.compile(r"^```(?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Topic(StrEnum):
    """What a part of a card is about."""

    INPUT = "input"
    COLLECTIONS = "collections"
    STRINGS = "strings"
    SORTING = "sorting"
    NUMBERS = "numbers"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Part:
    """One topic: the program's files by name, the main one first, what it reads and what it writes."""

    topic: Topic
    files: dict[str, str]
    given: str
    written: str


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one language."""

    code: str
    name: str
    version: str
    parts: tuple[Part, ...]


@cache
def cards() -> dict[str, Card]:
    """Every card by its language's code, in the catalogue's order. Only languages that we exercise have one."""
    folder = files("app").joinpath("documentation")
    return {
        code: Card(code, language.name, language.version, _parts(folder.joinpath(f"{code}.md").read_text("utf-8")))
        for code, language in languages.catalogue().items()
        if language.exercised
    }


def _parts(text: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for chapter in re.split(r"^# (?=[a-z]+\n```)", text, flags=re.MULTILINE)[1:]:
        topic, _, body = chapter.partition("\n")
        blocks = {block["name"]: block["text"] for block in BLOCK.finditer(body)}
        given, written = blocks.pop("in", ""), blocks.pop("out")
        found.append(Part(Topic(topic), blocks, given, written))
    return tuple(found)
