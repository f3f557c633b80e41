"""Packages that would take hours, memory or the database: each is refused, with a finding. Some of them never ended before."""

import io
import zipfile
from pathlib import Path

import pytest

from app.task_import import read_upload
from exams.authoring.fields import with_constants
from exams.authoring.finding import Findings
from exams.authoring.tree import FILES_MAX, SETTINGS_MAX_BYTES, TEXT_MAX_BYTES
from exams.errors import PackageRefused
from tests.fixtures.packages import LEGACY, PROBLEM, Changes, a_package, codes

NAME = "name: {en: Sum, ru: Сумма, kk: Қосынды}"
SCORING = PROBLEM + "type: scoring\n"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"problem.yaml": PROBLEM.replace("time_limit: 1", "time_limit: 1.0e+308")}, "bad-value"),
        ({"problem.yaml": PROBLEM.replace("memory: 256", "memory: 1" + "0" * 400)}, "bad-value"),
        ({"problem.yaml": PROBLEM.replace("en: Sum", 'en: "Su\\0m"')}, "not-yaml"),
        ({"problem.yaml": PROBLEM.replace("en: Sum", 'en: "Su\\uD800m"')}, "not-yaml"),
        ({"problem.yaml": PROBLEM.replace("en: Sum", 'en: "Su\\x1b[31mm"')}, "not-yaml"),
        ({"problem.yaml": PROBLEM.replace("en: Sum", 'en: "Su\\u202Em"')}, "bad-name"),
        ({"problem.yaml": PROBLEM.replace("en: Sum", "en: " + "m" * 5000)}, "bad-name"),
        ({"problem.yaml": PROBLEM.replace(NAME, 'name: {"e\\0n": Sum}')}, "not-yaml"),
        ({"problem.yaml": SCORING, "data/secret/test_group.yaml": "max_score: 1" + "0" * 12 + "\n"}, "bad-value"),
        ({"statement/problem.en.md": "a" * 70_000}, "statement-too-large"),
        ({"submissions/submissions.yaml": '"a*b*c*d*e": {permitted: [AC]}\n'}, "bad-value"),
        ({"submissions/submissions.yaml": "accepted: {score: .nan}\n"}, "bad-value"),
        (LEGACY | {"problem_statement/problem.en.tex": "\\problemname{a\u202e}"}, "bad-name"),
    ],
)
def test_what_no_page_and_no_database_can_hold_is_refused(tmp_path: Path, changes: Changes, code: str) -> None:
    package = a_package(tmp_path, changes)
    assert code in codes(package)
    assert package.refused


def test_constants_in_constants_do_not_multiply(tmp_path: Path) -> None:
    levels = "".join(
        f"  {name}: '{'{{' + chr(ord(name) + 1) + '}}'}{'{{' + chr(ord(name) + 1) + '}}'}'\n" for name in "abcdefghijkl"
    )
    package = a_package(
        tmp_path, {"problem.yaml": f"{PROBLEM}constants:\n{levels}  m: x\n", "statement/problem.en.md": "{{a}}\n"}
    )
    assert package.statements["en"].text == "{{b}}{{b}}\n"


def test_a_text_does_not_grow_beyond_its_limit_by_constants() -> None:
    findings = Findings()
    text = "{{a}}" * (TEXT_MAX_BYTES // 5)
    assert with_constants(text, {"a": "x" * TEXT_MAX_BYTES}, "problem.yaml", findings) is None
    assert [finding.code for finding in findings.sorted()] == ["text-too-large"]
    assert with_constants("{{a}} {{b}} {a}", {"a": "{{a}}"}, "", Findings()) == "{{a}} {{b}} {a}"


def test_settings_in_many_files_are_counted_together(tmp_path: Path) -> None:
    changes = {f"data/secret/{number}.yaml": "#" * 1000 for number in range(SETTINGS_MAX_BYTES // 1000 + 1)}
    package = a_package(tmp_path, changes)
    assert "settings-too-large" in codes(package)
    assert package.refused


@pytest.mark.parametrize(
    "changes",
    [
        LEGACY | {"problem_statement/problem.en.tex": "%%plainproblemname:a" + " " * 60_000 + "b\n"},
        LEGACY | {"problem_statement/problem.en.tex": "%%" + "\n" * 60_000},
        LEGACY | {"domjudge-problem.ini": "\n" * 1_000_000},
        LEGACY | {".timelimit": "1" * 1_000_000},
        {"submissions/submissions.yaml": '"a*a*": {permitted: [AC]}\n', f"submissions/accepted/{'a' * 240}.py": "1\n"},
    ],
    ids=["spaces in a name", "empty lines in a statement", "empty lines in settings", "digits", "a pattern"],
)
def test_no_text_is_searched_longer_than_it_is_long(tmp_path: Path, changes: Changes) -> None:
    assert a_package(tmp_path, changes).short_name == "sum"


def test_an_archive_of_too_many_entries_is_refused_before_they_are_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(FILES_MAX + 1):
            archive.writestr(f"sum/{number}", b"")
    with pytest.raises(PackageRefused) as refused:
        read_upload("sum.zip", packed.getvalue())
    assert [finding.rpartition("[")[2] for finding in refused.value.findings] == ["archive-too-many]"]


def test_a_refusal_does_not_tell_where_we_unpack() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sum/" + "a" * 5000, b"")
    with pytest.raises(PackageRefused) as refused:
        read_upload("sum.zip", packed.getvalue())
    assert "/tmp" not in str(refused.value.findings)
    assert "too long" in str(refused.value.findings)
