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
PLAIN_NAME: Final = re.compile(r"^%%\s*plainproblemname:\s*(.+?)\s*$", re.MULTILINE)
TEX_NAME: Final = re.compile(r"\\problemname\{((?:[^{}]|\{[^{}]*\})*)\}")
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
            if text is not None:
                statements[language] = Statement(match["format"], with_constants(text, metadata.constants))
    for path in images:
        findings.warning(path, "image-not-shown", "pictures of statements are not shown to candidates yet")
    if not statements:
        findings.error(f"{folder}/", "statement-missing", "there is no statement")
    return statements


def names_of(metadata: Metadata, statements: dict[str, Statement], short_name: str, findings: Findings) -> dict[str, str]:
    """The task's name in each language of its statements; the two sets of languages must be the same."""
    if metadata.format.is_legacy:
        return {
            language: tex_name(statement) or metadata.names.get("", short_name) for language, statement in statements.items()
        }
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
