r"""A task's statement as HTML: Markdown (CommonMark and tables) rendered, then cleaned by an allow-list.

Examiners write statements and import them from elsewhere, so nothing in them is trusted: no raw HTML, no script, no style, no
address of another host is loaded. TeX is shown as its author wrote it; of the formulas in Markdown the plain ones, such as
`$1 \le n \le 10^5$`, are written with the signs that they stand for.
"""

import functools
import re
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from exams.tasks.task import Statement

ALLOWED_TAGS: Final = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td", "a", "div",
}  # fmt: skip
"""What CommonMark and tables make, without pictures: those need a place of their own first."""

ALLOWED_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}, "div": {"class", "lang"}, "code": {"class"}}

SAMPLE_MARKS: Final = re.compile(r"\{\{(?:nextsample|remainingsamples)\}\}")
"""Where the format lets an author place the samples. The exam shows them in their own place."""

FORMULA: Final = re.compile(
    r"(`{1,3})[^`].{0,20000}?\1|^(?: {4}|\t)[^\n]*$|\$\$?(?P<formula>(?! )[^$`\n]{1,400}(?<! ))\$\$?(?![0-9])",
    re.MULTILINE | re.DOTALL,
)
"""A formula, or code, in which a dollar is a dollar. No space stands inside a formula's dollars: "5 $ and 6 $" is none."""

SIGNS: Final = {
    r"\leq": "≤", r"\le": "≤", r"\geq": "≥", r"\ge": "≥", r"\neq": "≠", r"\ne": "≠", r"\times": "×", r"\cdot": "·",
    r"\ldots": "…", r"\dots": "…", r"\pm": "±", r"\rightarrow": "→", r"\to": "→",
    r"\infty": "∞", r"\in": "∈", r"\,": "\N{NO-BREAK SPACE}", r"\ ": " ",
}  # fmt: skip
"""Commands of plain formulas. A formula with any other command stays as its author wrote it."""

SUPERSCRIPTS: Final = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")

STATEMENTS_KEPT: Final = 200
"""Some tens of tasks in three languages. Rendering a long one takes longer than everything else on the exam's page."""

_markdown: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


@functools.lru_cache(STATEMENTS_KEPT)
def render_statement(statement: Statement, language: str) -> Markup:
    """The statement as a `<div class="statement-text" lang="…">`. Its headings begin at the second level."""
    if statement.format == "md":
        tokens = _markdown.parse(with_plain_formulas(SAMPLE_MARKS.sub("", statement.text)))
        for token in tokens:
            if token.type in {"heading_open", "heading_close"}:
                token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        inner = _markdown.renderer.render(tokens, _markdown.options, {})
    else:
        inner = Markup("<pre>{}</pre>").format(statement.text)
    clean = nh3.clean(inner, tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, link_rel="noopener noreferrer")
    return Markup('<div class="statement-text" lang="{}">{}</div>').format(language, Markup(clean))  # noqa: S704 - cleaned above


def with_plain_formulas(markdown: str) -> str:
    r"""Write `$n \le 10^5$` as `*n* ≤ 10⁵`. What is more than letters, numbers and the signs we know is left as it is."""
    return FORMULA.sub(lambda match: (match["formula"] and _plain(match["formula"])) or match[0], markdown)


def _plain(formula: str) -> str | None:
    for command, sign in SIGNS.items():
        formula = re.sub(re.escape(command) + r"(?![A-Za-z])", sign, formula)
    formula = re.sub(r"\^\{?([0-9+-]+|n)\}?", lambda match: match[1].translate(SUPERSCRIPTS), formula)
    formula = re.sub(r"(?<=[A-Za-z])_\{?([0-9])\}?", lambda match: chr(ord("₀") + int(match[1])), formula)
    if re.search(r"[\\{}^_*]", formula):
        return None
    return re.sub(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", r"*\g<0>*", formula.strip())
