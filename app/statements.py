"""A task's statement as HTML: Markdown (CommonMark and tables) rendered, then cleaned by an allow-list.

Examiners write statements and import them from elsewhere, so nothing in them is trusted: no raw HTML, no script, no style, no
address of another host is loaded. TeX is shown as its author wrote it.
"""

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

_markdown: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


def render_statement(statement: Statement, language: str) -> Markup:
    """The statement as a `<div class="statement-text" lang="…">`. Its headings begin at the second level."""
    if statement.format == "md":
        tokens = _markdown.parse(statement.text)
        for token in tokens:
            if token.type in {"heading_open", "heading_close"}:
                token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        inner = _markdown.renderer.render(tokens, _markdown.options, {})
    else:
        inner = Markup("<pre>{}</pre>").format(statement.text)
    clean = nh3.clean(inner, tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, link_rel="noopener noreferrer")
    return Markup('<div class="statement-text" lang="{}">{}</div>').format(language, Markup(clean))  # noqa: S704 - cleaned above
