"""The hostile programs: `programs/<language>/<name>.<extension>`, one fault each, named for it.

A program's first comment says what it tries and what must become of it:

    // Forks until it may not.
    // expect: Exited 0
    // says: 31 children, then EAGAIN

`expect`   how it must end: `Exited 0`, `Signalled 9`, the name of another ending, or `Rejected` by the compiler. Where the
           machine decides which of two limits is reached first, both: `CpuTimeExceeded or WallTimeExceeded`.
`says`     a line of what it must have written to standard output, all of them being the whole of it. A program that is killed
           may say anything if it has no such line. For `Rejected`: words that must be in the compiler's log.
`limits`   other limits than `LIMITS`: `memory_mib=256 cpu_time_ms=500`.

A folder in place of a file is a program of several files, of which the language's entry has the comment.
"""

import ast
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from sandbox import languages
from sandbox.limits import Limits
from sandbox.runner import Ending, Exited, Program, Signalled, SourceFile

HERE: Final = Path(__file__).parent
PROGRAMS: Final = HERE / "programs"
LIMITS: Final = Limits(cpu_time_ms=500, memory_mib=64, output_kib=256, processes=32)
"""Tight, so that a bomb goes off quickly: it is killed after 1.5 s of CPU time or 2 s in all."""
PRELUDES: Final = {"c": "hostile.h", "cpp": "hostile.h", "python3": "hostile.py", "javascript": "hostile.js"}
"""The file that lies beside the programs of a language and answers to `well`."""
HEADER: Final = re.compile(r"^(?:(?:#!|<\?php).*\n)?((?:[ \t]*(?://|#|/\*|\*|--)[^\n]*\n)+)")
FIELD: Final = re.compile(r"^[ \t]*(?://|#|/\*|\*)? ?(expect|says|limits): ?(.*?)(?: \*/)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile program and what must become of it."""

    name: str
    program: Program
    expect: tuple[str, ...]
    says: tuple[str, ...]
    limits: Limits

    def __str__(self) -> str:
        return f"{self.program.language.code}-{self.name}"

    @property
    def is_refused(self) -> bool:
        """Whether it must not even compile."""
        return self.expect == ("Rejected",)

    @property
    def output(self) -> bytes | None:
        """Exactly what it must have written to standard output, or None for anything."""
        if not self.says:
            return b"" if any(word.startswith("Exited") for word in self.expect) else None
        return b"".join(_line(says) for says in self.says)


def attacks(code: str) -> list[Attack]:
    """Every hostile program in this language, by name."""
    return [_read(path, code) for path in sorted((PROGRAMS / code).iterdir())]


def name_of(ending: Ending) -> str:
    """An ending as it stands after `expect`."""
    match ending:
        case Exited(code):
            return f"Exited {code}"
        case Signalled(number):
            return f"Signalled {number}"
        case _:
            return type(ending).__name__


@cache
def prelude(code: str) -> tuple[SourceFile, ...]:
    """The file beside the programs of this language, if it has one."""
    name = PRELUDES.get(code)
    return (SourceFile(name, (HERE / "preludes" / name).read_bytes()),) if name else ()


def _read(path: Path, code: str) -> Attack:
    language = languages.get(code)
    assert language is not None, f"{code} is not in the catalogue"
    parts = sorted(path.iterdir()) if path.is_dir() else [path]
    names = [language.entry if part.stem == path.stem or part.name == language.entry else part.name for part in parts]
    files = dict(zip(names, (part.read_bytes() for part in parts), strict=True))
    main = files.pop(language.entry)
    head = HEADER.match(main.decode("utf-8", "replace"))
    assert head is not None, f"{path.name} does not say what it is"
    fields: dict[str, list[str]] = {}
    for key, value in FIELD.findall(head.group(1)):
        fields.setdefault(key, []).append(value)
    limits = {key: int(value) for key, value in (pair.split("=") for pair in " ".join(fields.get("limits", [])).split())}
    beside = [each for each in prelude(code) if each.name not in files]
    return Attack(
        name=path.stem,
        program=Program(
            language,
            (SourceFile(language.entry, main), *(SourceFile(name, content) for name, content in files.items()), *beside),
        ),
        expect=tuple(fields["expect"][0].split(" or ")),
        says=tuple(fields.get("says", [])),
        limits=replace(LIMITS, **limits),
    )


def _line(says: str) -> bytes:
    if says.startswith('b"'):
        written = ast.literal_eval(says)
        assert isinstance(written, bytes)
        return written
    return says.encode() + b"\n"
