"""A program of a package, as the sandbox takes it: one language, plain file names, the entry point first.

Source: ICPC/Kattis package format 2025-09, "Programs" and "Constants".
"""

from collections.abc import Sequence

from exams.authoring.fields import with_constants
from exams.authoring.finding import Findings
from exams.authoring.metadata import Metadata
from exams.authoring.tree import Tree
from sandbox import languages
from sandbox.languages import Language
from sandbox.limits import PROGRAM_MAX_BYTES, PROGRAM_MAX_FILES
from sandbox.runner import Program, SourceFile


def language_of(where: str, files: Sequence[str], findings: Findings) -> Language | None:
    """The language that the endings of the files name. None, and a finding if they name several."""
    found = {language.code: language for file in files if (language := languages.of_file(file))}
    if len(found) > 1:
        findings.error(where, "languages-mixed", f"the files are of several languages: {', '.join(sorted(found))}")
        return None
    return next(iter(found.values()), None)


def read_files(
    tree: Tree, where: str, files: Sequence[str], language: Language, entry: str | None, metadata: Metadata, findings: Findings
) -> Program | None:
    """The program in `files`, which all lie in the folder `where`, or are it. None, and a finding, if it is none.

    Its entry point is the file called `entry`, or else as the language's, or else the first of the language's own.
    """
    sources: list[SourceFile] = []
    for file in files:
        if file != where and "/" in file.removeprefix(f"{where}/"):
            findings.error(file, "program-folders", "a program has no folders in it")
            return None
        text = tree.text_of(file, findings)
        text = None if text is None else with_constants(text, metadata.constants, file, findings)
        if text is None:
            return None
        sources.append(SourceFile(file.rpartition("/")[2], text.encode()))
    if len(sources) > PROGRAM_MAX_FILES or sum(len(source.content) for source in sources) > PROGRAM_MAX_BYTES:
        findings.error(where, "program-too-large", f"over {PROGRAM_MAX_BYTES} bytes or {PROGRAM_MAX_FILES} files")
        return None
    chosen, endings = entry or language.entry, language.extensions
    sources.sort(key=lambda source: (source.name != chosen, not source.name.endswith(endings), source.name))
    return Program(language, tuple(sources))
