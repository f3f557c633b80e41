"""Where a compiler found fault: its words taken apart into places that an editor can mark.

    main.cpp:3:16: error: ‘nope’ was not declared in this scope  →  CompileFault("main.cpp", 3, 16, "error", "‘nope’ was not …")

Every compiler of the catalogue writes in one of seven ways. What is not understood is left to be read in the whole text, which
is always shown as well: a fault that is missed costs nothing. Only files of the program itself are named, so that no line of a
library is taken for the candidate's.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

FAULTS_MAX: Final = 50
"""The first ones are those that help."""

TEXT_MAX_CHARACTERS: Final = 300

_NAME: Final = r"(?:\./)?(?P<file>[A-Za-z_][A-Za-z0-9_.-]{0,63})"
_KIND: Final = r"(?:fatal )?(?P<kind>error|warning|note)"

GNU: Final = re.compile(rf"{_NAME}:(?P<line>\d{{1,7}})(?::(?P<column>\d{{1,7}}))?: (?:{_KIND}: )?(?P<text>.+)")
"""gcc, g++, Go, javac, Swift, Kotlin, Ruby: `tree.cpp:2:18: error: …`; Go and Ruby have no word for the kind."""

PARENTHESES: Final = re.compile(
    rf"{_NAME}\((?P<line>\d{{1,7}}),(?P<column>\d{{1,7}})(?:,\d+,\d+)?\): {_KIND} (?P<text>[A-Z]+\d+: .+)"
)
"""TypeScript and C#: `main.ts(2,7): error TS2322: …`."""

PHP: Final = re.compile(rf"(?:PHP )?(?:Parse|Fatal) error: +(?P<text>.+) in {_NAME} on line (?P<line>\d{{1,7}})")
"""`Parse error: syntax error, unexpected … in main.php on line 4`."""

PYTHON: Final = re.compile(rf'  File "{_NAME}", line (?P<line>\d{{1,7}})')
"""`  File "helper.py", line 2`; what is wrong stands below, `SyntaxError: …`."""

NODE: Final = re.compile(rf"{_NAME}:(?P<line>\d{{1,7}})")
"""A line of its own, `main.js:1`; then the source, a line of `^`, and `SyntaxError: …`."""

NAMED: Final = re.compile(r"(?P<text>(?:[A-Z][A-Za-z]*)?(?:Error|Warning|Exception): .+)")

HEADLINE: Final = re.compile(rf"\s*{_KIND}(?:\[[A-Z]\d+\])?: (?P<text>.+)")
"""Rust and Elixir say what is wrong first: `error[E0308]: mismatched types`."""

POINTER: Final = re.compile(rf"\s*(?:-->|└─) {_NAME}:(?P<line>\d{{1,7}})(?::(?P<column>\d{{1,7}}))?")
"""… and then where: ` --> helper.rs:2:5`, `    └─ helper.ex:2:17: Helper.f/1`."""


@dataclass(frozen=True, slots=True)
class CompileFault:
    """One fault. Lines and columns count from 1; the column is None where the compiler names none. `kind`: error or warning."""

    file: str
    line: int
    column: int | None
    kind: str
    text: str


def compile_faults(log: str, names: Collection[str]) -> tuple[CompileFault, ...]:
    """The faults that a compiler's words name in the files `names`, in their order, each once."""
    found: dict[CompileFault, None] = {}
    for fault in _read(log.splitlines()):
        if fault.file in names:
            found[fault] = None
        if len(found) == FAULTS_MAX:
            break
    return tuple(found)


def _read(lines: list[str]) -> Iterator[CompileFault]:
    headline: re.Match[str] | None = None
    place: re.Match[str] | None = None
    for line in lines:
        if found := GNU.match(line) or PARENTHESES.match(line) or PHP.match(line):
            headline = place = None
            if fault := _fault(found, found):
                yield fault
        elif found := POINTER.match(line):
            if headline and (fault := _fault(found, headline)):
                yield fault
            headline = None
        elif found := HEADLINE.match(line):
            headline = found
        elif found := PYTHON.match(line) or NODE.fullmatch(line):
            place = found
        elif place and (found := NAMED.match(line)):
            if fault := _fault(place, found):
                yield fault
            place = None


def _fault(place: re.Match[str], words: re.Match[str]) -> CompileFault | None:
    where, said = place.groupdict(), words.groupdict()
    kind = said.get("kind") or "error"
    if kind == "note":
        return None
    column = where.get("column")
    return CompileFault(
        where["file"],
        int(where["line"]),
        int(column) if column else None,
        kind,
        said["text"].strip()[:TEXT_MAX_CHARACTERS],
    )
