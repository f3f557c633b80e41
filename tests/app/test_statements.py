"""Statements as HTML: what an author may write, and what may not get through."""

import pytest

from app.statements import render_statement, with_plain_formulas
from exams.tasks.task import Statement


def html(text: str, form: str = "md") -> str:
    """A statement rendered in Kazakh."""
    return render_statement(Statement(form, text), "kk")


def test_markdown_with_tables_and_code_is_rendered_in_its_language() -> None:
    shown = html("# Кіріс\n\n- `a`\n\n| Топ | Ұпай |\n|---|---|\n| 1 | 30 |\n\n    1 2\n")
    assert shown.startswith('<div class="statement-text" lang="kk">')
    assert all(part in shown for part in ("<h2>Кіріс</h2>", "<li><code>a</code></li>", "<td>30</td>", "<pre><code>1 2"))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![](http://elsewhere/x.png)",
        "[a](javascript:alert(1))",
        "<style>*{}</style>",
        "<iframe src=//elsewhere></iframe>",
        "[a](data:text/html,x)",
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_active_gets_through(text: str) -> None:
    for form in ("md", "tex"):
        shown = html(text, form)
        assert not any(
            part in shown for part in ("<script", "<img", "<style", "<iframe", "<svg", 'href="javascript', 'href="data')
        )


def test_tex_is_shown_as_it_was_written() -> None:
    assert "<pre>\\problemname{A} &lt; $n$" in html("\\problemname{A} < $n$", "tex")


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("$n$", "*n*"),
        (r"$1 \le n \le 10^5$", "1 ≤ *n* ≤ 10⁵"),
        (r"$0 \leq a_1 < 2^{31}$", "0 ≤ *a*₁ < 2³¹"),
        (r"$$a \times b$$", "*a* × *b*"),
        (r"$10^{-6}$", "10⁻⁶"),
        (r"$\frac{a}{b}$", r"$\frac{a}{b}$"),
        (r"$a_{i+1}$", r"$a_{i+1}$"),
        ("5 $ and 6 $ or 5$ and 6$", "5 $ and 6 $ or 5$ and 6$"),
        ("`$n$` and ``a `$n$` b``", "`$n$` and ``a `$n$` b``"),
        ("```\necho $n$ $m$\n```\n$k$", "```\necho $n$ $m$\n```\n*k*"),
        ("    echo $n$\n\n$k$", "    echo $n$\n\n*k*"),
    ],
)
def test_plain_formulas_are_written_with_their_signs(formula: str, plain: str) -> None:
    assert with_plain_formulas(formula) == plain


def test_marks_for_samples_are_not_shown() -> None:
    assert "nextsample" not in html("A\n\n{{nextsample}}\n\n{{remainingsamples}}\n")
