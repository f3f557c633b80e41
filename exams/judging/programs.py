"""What the sandbox runs of an answer: its main source under the catalogue's name, then its further files by name.

The order matters: the first file is the main one, and the compile cache and the judging record cover all of them as they are.
"""

from collections.abc import Iterable, Mapping

from exams.errors import InvalidInput
from sandbox import languages
from sandbox.languages import Language
from sandbox.runner import Program, SourceFile


def program_of(language: Language, source: str, files: Mapping[str, str]) -> Program:
    """The answer as a program, e.g. `main.cpp`, `tree.cpp`, `tree.h`."""
    further = (SourceFile(name, text.encode()) for name, text in sorted(files.items()))
    return Program(language, (SourceFile(language.entry, source.encode()), *further))


def check_names(code: str, names: Iterable[str]) -> None:
    """Raise `InvalidInput` for the field `files` if a further file cannot be called so in this language.

    `file-ending`: nothing of the language would look for it; so no file can take the place of what a compilation writes
    either (`program`, `main.js` of a `main.ts`, `program.args`). `same-file-name`: it is the main file's, whatever the size of
    its letters. `further_files.check_files` has the rules of every language.
    """
    language = languages.get(code)
    if language is None:
        raise InvalidInput("language", "unknown-language")
    for name in names:
        if name.lower() == language.entry.lower():
            raise InvalidInput("files", "same-file-name")
        if not name.endswith(language.further_extensions):
            raise InvalidInput("files", "file-ending")
