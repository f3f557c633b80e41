"""Which programming languages there are: `languages.toml`, read once and frozen."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the catalogue.

    `code` is the code of the ICPC/Kattis package format (`python3`, `javascript`, `cpp`); `image` the folder under
    `sandbox/images/`; `entry` the name that a single pasted source gets; `compile` and `run` are argv: `{entry}` is
    replaced by the first file's name, `{memory_mib}` by the run's memory limit, and an argument `{sources}` by the paths of
    all files with one of the `extensions`, which also find the language of a file. `memory_headroom_mib` is what the
    runtime itself needs, added to every memory limit; `compile_memory_mib` is the memory limit of a compilation.
    `end_of_life` is the last day on which the toolchain's makers mend it; `editor` is the editor's mode; `template` is what
    a candidate starts from.
    """

    code: str
    name: str
    version: str
    image: str
    entry: str
    extensions: tuple[str, ...]
    compile: tuple[str, ...]
    run: tuple[str, ...]
    memory_headroom_mib: int
    compile_memory_mib: int
    end_of_life: date
    editor: str
    template: str


@cache
def catalogue() -> dict[str, Language]:
    """Every language by its code, in the catalogue's order."""
    table: dict[str, dict[str, Any]] = tomllib.loads(files("sandbox").joinpath("languages.toml").read_text("utf-8"))
    return {
        code: Language(
            code=code,
            **{key: _frozen(value) for key, value in entry.items()},
        )
        for code, entry in table.items()
    }


def get(code: str) -> Language | None:
    """The language with this code, or None."""
    return catalogue().get(code)


def of_file(name: str) -> Language | None:
    """The language that a file's extension names, or None."""
    return next((language for language in catalogue().values() if name.endswith(language.extensions)), None)


def argv(command: tuple[str, ...], language: Language, names: tuple[str, ...], memory_mib: int) -> tuple[str, ...]:
    """A command of the catalogue with its places filled in.

    Example: `("g++-14", "{sources}")` with the files `main.cpp`, `tree.h`, `tree.cpp` becomes
    `("g++-14", "/box/main.cpp", "/box/tree.cpp")`.
    """
    sources = tuple(f"/box/{name}" for name in names if name.endswith(language.extensions))
    filled: list[str] = []
    for word in command:
        if word == "{sources}":
            filled.extend(sources)
        else:
            filled.append(word.replace("{entry}", names[0]).replace("{memory_mib}", str(memory_mib)))
    return tuple(filled)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return value.removeprefix("\n") if isinstance(value, str) else value
