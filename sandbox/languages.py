"""Which programming languages there are: `languages.toml`, read once and frozen."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the catalogue.

    `code` is the code of the ICPC/Kattis package format (`python3`, `javascript`, `cpp`); `image` the folder under
    `sandbox/images/`; `entry` the name that a single pasted source gets; `compile` and `run` are argv: `{entry}` is
    replaced by the first file's name, `{stem}` by that without its extension, `{memory_mib}` by the run's memory limit, and
    an argument `{sources}` by the paths of all files with one of the `extensions`, which also find the language of a file.
    A program of several files has the main one as `entry`, and others whose names end with one of `further_extensions`: the
    endings that the compiler or the running program finds, headers among them. None means that a program is one file.
    `memory_headroom_mib` is what the runtime itself needs, added to every memory limit; `compile_memory_mib` is the memory
    limit of a compilation.

    `end_of_life` is the last day on which the toolchain is mended, in UTC, and `end_of_life_source` who says so: from the day
    after, no new session is offered the language. `editor` is the editor's mode; `template` is what a candidate starts from;
    `empty` is the smallest program, by which start-up is measured. `exercised` says that its image was built and its tests
    were run; the others are built and offered only where somebody asks for them by name.
    """

    code: str
    name: str
    version: str
    image: str
    entry: str
    extensions: tuple[str, ...]
    further_extensions: tuple[str, ...]
    compile: tuple[str, ...]
    run: tuple[str, ...]
    memory_headroom_mib: int
    compile_memory_mib: int
    end_of_life: date
    end_of_life_source: str
    editor: str
    empty: str
    template: str
    exercised: bool = True

    def is_maintained(self, on: date) -> bool:
        """Whether its makers still mend it on that day, so that a session which opens then may offer it."""
        return on <= self.end_of_life


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


def exercised() -> tuple[str, ...]:
    """The codes of the languages whose images are built and tested, in the catalogue's order."""
    return tuple(code for code, language in catalogue().items() if language.exercised)


def maintained(codes: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Those of the codes that a session may offer which opens at `now`, in their order; an unknown code is none of them."""
    on = now.astimezone(UTC).date()
    return tuple(code for code in codes if (language := get(code)) is not None and language.is_maintained(on))


def of_image(image: str) -> Language:
    """The language whose image this is. Raises `LookupError`."""
    found = next((language for language in catalogue().values() if language.image == image), None)
    if found is None:
        raise LookupError(image)
    return found


def of_file(name: str) -> Language | None:
    """The language that a file's extension names, or None."""
    return next((language for language in catalogue().values() if name.endswith(language.extensions)), None)


def argv(command: tuple[str, ...], language: Language, names: tuple[str, ...], memory_mib: int) -> tuple[str, ...]:
    """A command of the catalogue with its places filled in.

    Example: `("g++-14", "{sources}")` with the files `main.cpp`, `tree.h`, `tree.cpp` becomes
    `("g++-14", "/box/main.cpp", "/box/tree.cpp")`.
    """
    sources = tuple(f"/box/{name}" for name in names if name.endswith(language.extensions))
    stem = names[0].rpartition(".")[0]
    filled: list[str] = []
    for word in command:
        if word == "{sources}":
            filled.extend(sources)
        else:
            filled.append(word.replace("{entry}", names[0]).replace("{stem}", stem).replace("{memory_mib}", str(memory_mib)))
    return tuple(filled)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return value.removeprefix("\n") if isinstance(value, str) else value
