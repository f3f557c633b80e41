"""`certification.yaml` beside `problem.yaml`: what an exam must know of a task and the package format has no key for.

    schema: 1
    content_area: data-processing        # the blueprint's row that the task can fill: [a-z0-9-]+
    languages: [python3, javascript, cpp]  # of the catalogue; all that are exercised if left out
    ui_languages: [kk, ru, en]           # statements that must exist; these three if left out

The file is Sarap's own; other tools ignore it.
"""

import re
from dataclasses import dataclass
from typing import Final

from exams.authoring.fields import read_fields
from exams.authoring.finding import Findings
from exams.authoring.metadata import Metadata
from exams.authoring.tree import Tree
from sandbox import languages

PATH: Final = "certification.yaml"
CONTENT_AREA: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
UI_LANGUAGES: Final = ("kk", "ru", "en")
"""Every exam can be taken in Kazakh, Russian and English, so every task is written in them."""

UNPLACED: Final = "unplaced"
"""The content area of a task that names none; no blueprint asks for it."""


@dataclass(frozen=True, slots=True)
class Certification:
    """The settings that apply: the content area, and the codes of the programming languages allowed."""

    content_area: str
    languages: tuple[str, ...]


def read_certification(tree: Tree, metadata: Metadata, statements: set[str], findings: Findings) -> Certification:
    """Read `certification.yaml` and set it against the package. Without the file a task loads but cannot be published."""
    catalogue = tuple(languages.catalogue())
    allowed = languages.exercised()
    if metadata.languages is not None:
        allowed = tuple(code for code in catalogue if code in metadata.languages)
    content_area = UNPLACED
    required: tuple[str, ...] = UI_LANGUAGES
    fields = read_fields(tree, PATH, findings) if PATH in tree else None
    if fields is None:
        findings.obstacle(PATH, "certification-missing", "without it the task has no content area, and no exam can ask for it")
    else:
        if fields.integer("schema", least=1) != 1:
            fields.wrong("schema", "1")
        area = fields.text("content_area", required=True)
        if area is not None and not CONTENT_AREA.fullmatch(area):
            fields.wrong("content_area", "of small letters, digits and single dashes")
        elif area is not None:
            content_area = area
        chosen = fields.texts("languages")
        if chosen is not None:
            for code in chosen:
                if code not in catalogue:
                    fields.wrong("languages", f"of the catalogue ({', '.join(catalogue)}), which has no '{code}'")
            allowed = tuple(code for code in allowed if code in chosen)
        required = fields.texts("ui_languages") or UI_LANGUAGES
        fields.finish()
    if not allowed:
        findings.obstacle(PATH, "no-language", "no programming language is left that a candidate could use")
    for language in required:
        if language not in statements:
            findings.obstacle(PATH, "statement-language-missing", f"there is no statement in '{language}'")
    return Certification(content_area, allowed)
