r"""Statements: `statement/problem.LANG.{md,tex}` (legacy: `problem_statement/`), one for each language.

Source: ICPC/Kattis package format, "Problem statements". PDF cannot be shown beside an editor and is not taken. Legacy packages
keep the task's name in the text: `\problemname{A Different Problem}`.
"""

import re
from typing import Final

from exams.authoring.fields import with_constants
from exams.authoring.finding import Findings
from exams.authoring.metadata import Format, Metadata
from exams.authoring.tree import Tree
from exams.tasks.task import Statement

STATEMENT: Final = re.compile(r"problem(?:\.(?P<language>[a-z]{2,3}(?:-[A-Z]{2})?))?\.(?P<format>md|tex|pdf)")
PLAIN_NAME: Final = re.compile(r"^%%[ \t]*plainproblemname:(.+)$", re.MULTILINE)
TEX_NAME: Final = re.compile(r"\\problemname\{((?:[^{}]|\{[^{}]*\})*)\}")
STATEMENT_MAX_BYTES: Final = 64 * 1024
"""Of a statement in one language. Ours have 2 KiB; rendering one of this size takes up to a second."""

NAME_MAX_CHARS: Final = 200
"""Of a task's name: a heading and a row of a table."""

IMAGES: Final = (".png", ".jpg", ".jpeg", ".svg", ".pdf")


def read_statements(tree: Tree, metadata: Metadata, findings: Findings) -> dict[str, Statement]:
    """Every statement by language. Reports languages that have none, or two."""
    folder = "problem_statement" if metadata.format.is_legacy else "statement"
    statements: dict[str, Statement] = {}
    images: list[str] = []
    for path in tree.under(folder):
        name = path.removeprefix(f"{folder}/")
        match = STATEMENT.fullmatch(name)
        if not match:
            if name.startswith("problem."):
                findings.error(path, "statement-name", "a statement is called problem.LANG.md or problem.LANG.tex")
            elif name.lower().endswith(IMAGES):
                images.append(path)
            continue
        language = match["language"] or ("en" if metadata.format.is_legacy else "")
        if not language:
            findings.error(path, "statement-language", "the name must tell the language: problem.en.md")
        elif match["format"] == "pdf":
            findings.obstacle(path, "statement-pdf", "a PDF cannot be shown beside an editor or read by a screen reader")
        elif language in statements:
            findings.error(path, "statement-twice", f"there is another statement in '{language}'")
        else:
            text = tree.text_of(path, findings)
            text = None if text is None else with_constants(text, metadata.constants, path, findings)
            if text is not None and len(text.encode()) > STATEMENT_MAX_BYTES:
                findings.error(path, "statement-too-large", f"the statement is over {STATEMENT_MAX_BYTES} bytes")
            elif text is not None:
                statements[language] = Statement(match["format"], text)
    for path in images:
        findings.warning(path, "image-not-shown", "pictures of statements are not shown to candidates yet")
    if not statements:
        findings.error(f"{folder}/", "statement-missing", "there is no statement")
    return statements


def names_of(metadata: Metadata, statements: dict[str, Statement], short_name: str, findings: Findings) -> dict[str, str]:
    """The task's name in each language of its statements; the two sets of languages must be the same."""
    names = metadata.names
    if metadata.format.is_legacy:
        names = {
            language: tex_name(statement) or metadata.names.get("", short_name) for language, statement in statements.items()
        }
    for language, name in names.items():
        # What is not printable would break a heading, or turn its direction.
        if len(name) > NAME_MAX_CHARS or not name.isprintable():
            rule = f"one printable line of at most {NAME_MAX_CHARS} characters"
            findings.error("problem.yaml", "bad-name", f"the name in '{language[:20]}' must be {rule}")
    if metadata.format.is_legacy:
        return names
    report = findings.error if metadata.format is Format.CURRENT else findings.warning
    for language in sorted(metadata.names.keys() - statements.keys()):
        report("problem.yaml", "name-without-statement", f"'name' has '{language}', the statements have not")
    for language in sorted(statements.keys() - metadata.names.keys()):
        report("problem.yaml", "statement-without-name", f"there is a statement in '{language}', but 'name' has none")
    return metadata.names


def tex_name(statement: Statement) -> str | None:
    """The name that a LaTeX statement gives itself."""
    if statement.format != "tex":
        return None
    match = PLAIN_NAME.search(statement.text) or TEX_NAME.search(statement.text)
    return match[1].strip() or None if match else None
