"""The documents name what there is: every code of an error, every file that they point to, every word once."""

import re
from pathlib import Path

import pytest

from app.auth.errors import AuthError
from app.jobs.judge_submission import JUDGE_BROKEN, WORKERS_DIED
from app.problem_texts import PROBLEMS
from certificates.errors import CertificateError
from exams.errors import ExamError
from exams.judging.judge import CHECKER_BROKEN
from sandbox.errors import SandboxError

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
HEADING = re.compile(r"^### `([^`]+)`$", re.MULTILINE)
PATH = re.compile(r"`((?:app|bench|certificates|docs|examples|exams|migrations|sandbox|tests)/[\w./-]*\w/?)`")
TERM = re.compile(r"\*\*([^*]+)\*\*: ")


def codes(base: type[Exception]) -> set[str]:
    """The codes of a room's errors, as its `errors.py` draws them."""
    below = [kind for kind in base.__subclasses__() if kind.__module__ == base.__module__]
    own: str = vars(base).get("code", "")
    return {own, *(code for kind in below for code in codes(kind))} - {""}


def test_every_code_of_an_error_has_a_heading_and_every_heading_a_code() -> None:
    headings = HEADING.findall((ROOT / "docs/errors.md").read_text("utf-8"))
    known = set(PROBLEMS) | {"internal"}
    for base in (ExamError, AuthError, SandboxError, CertificateError):
        known |= codes(base)
    assert sorted(headings) == sorted(known)


def test_no_class_has_a_code_that_the_documents_do_not_have() -> None:
    headings = HEADING.findall((ROOT / "docs/errors.md").read_text("utf-8"))
    sources = [path for room in ("app", "certificates", "exams", "sandbox") for path in (ROOT / room).rglob("*.py")]
    written = {
        code for path in sources for code in re.findall(r'^    code = "([^"]+)"$', path.read_text("utf-8"), re.MULTILINE)
    }
    assert len(written) > 50, "most have one"
    assert sorted(written - set(headings)) == []


def test_every_code_of_what_cannot_be_judged_is_in_its_table() -> None:
    told = set(re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs/errors.md").read_text("utf-8"), re.MULTILINE))
    assert {WORKERS_DIED, JUDGE_BROKEN, CHECKER_BROKEN, "checker-unavailable", "no-test-cases", "unknown-language"} == told


def test_the_status_of_an_error_is_the_one_that_a_visitor_gets() -> None:
    """Where a heading's text begins with a status, or names one code with another status, it is that of the table."""
    text = (ROOT / "docs/errors.md").read_text("utf-8")
    told = dict(re.findall(r"^### `([^`]+)`\n\n(?:[^#]*?\b)??([45]\d\d)\b", text, re.MULTILINE))
    assert {code: int(told.get(code, 0)) for code in PROBLEMS} == {code: problem.status for code, problem in PROBLEMS.items()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []


def test_every_word_of_the_glossary_has_one_meaning() -> None:
    terms = [word for term in TERM.findall((ROOT / "docs/glossary.md").read_text("utf-8")) for word in term.split(", ")]
    assert len(terms) == len(set(terms))
    assert {"session", "submission", "verdict", "judgement", "incident", "review", "result", "decision", "checkpoint"} <= set(
        terms
    )


def test_a_decision_record_says_why_and_what_it_costs() -> None:
    records = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text("utf-8")
        for heading in ("## Situation", "## Decision", "## Consequences"):
            assert heading in text, record.name
