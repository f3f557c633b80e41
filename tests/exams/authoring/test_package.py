"""Reading packages: what is right is read, and each fault has its finding with its path."""

from decimal import Decimal
from pathlib import Path

import pytest

from exams.authoring.finding import prevents_publishing
from exams.authoring.metadata import LICENCES
from exams.authoring.package import read_package
from exams.tasks.dataset import Aggregation, CheckerOptions, JudgingKind
from tests.fixtures.packages import CERTIFICATION, LEGACY, PROBLEM, SUM, Changes, a_package, codes, write_package

SCORING = PROBLEM + "type: scoring\n"
NO_CASES: Changes = {f"data/secret/{name}": None for name in ("1.in", "1.ans", "2.in", "2.ans")}
GROUPS: dict[str, str | None] = {
    "problem.yaml": SCORING,
    **dict.fromkeys(NO_CASES),
    "data/secret/a/test_group.yaml": "max_score: 40\n",
    "data/secret/a/1.in": "1 1\n",
    "data/secret/a/1.ans": "2\n",
    "data/secret/b/test_group.yaml": "max_score: 60\nscore_aggregation: sum\n",
    "data/secret/b/1.in": "1 2\n",
    "data/secret/b/1.ans": "3\n",
    "data/secret/b/2.in": "1 3\n",
    "data/secret/b/2.ans": "4\n",
}
VALIDATOR: dict[str, str | None] = {"output_validator/check.py": "raise SystemExit(42)\n"}


def test_a_right_package_has_nothing_to_find(tmp_path: Path) -> None:
    package = a_package(tmp_path)
    assert package.findings == ()
    assert package.short_name == "sum"
    assert package.names == {"en": "Sum", "ru": "Сумма", "kk": "Қосынды"}
    assert package.content_area == "arithmetic"
    assert package.dataset.cpu_time_ms == 1000
    assert package.dataset.memory_mib == 256
    assert [case.name for case in package.dataset.samples] == ["sample/1"]
    assert [case.name for case in package.dataset.secret.all_cases()] == ["secret/1", "secret/2"]
    assert [(one.path, one.program.language.code) for one in package.solutions] == [
        ("accepted/sum.py", "python3"),
        ("wrong_answer/difference.py", "python3"),
    ]


# ERROR: the package breaks the format.
ERRORS: list[tuple[str, Changes, str, str]] = [
    ("no problem.yaml", {"problem.yaml": None}, "problem.yaml", "file-missing"),
    ("unknown key", {"problem.yaml": PROBLEM + "colour: red\n"}, "problem.yaml", "unknown-key"),
    ("unknown key in limits", {"problem.yaml": PROBLEM.replace("memory:", "memori:")}, "problem.yaml", "unknown-key"),
    ("unknown format", {"problem.yaml": PROBLEM.replace("2025-09", "2031-01")}, "problem.yaml", "unknown-format"),
    ("not YAML", {"problem.yaml": "name: [\n"}, "problem.yaml", "not-yaml"),
    ("a list", {"problem.yaml": "- a\n"}, "problem.yaml", "not-a-mapping"),
    ("a key twice", {"problem.yaml": PROBLEM + "license: cc0\n"}, "problem.yaml", "not-yaml"),
    ("an alias", {"problem.yaml": PROBLEM + "keywords: [&a x, *a]\n"}, "problem.yaml", "not-yaml"),
    ("deep nesting", {"problem.yaml": PROBLEM + "keywords: " + "[" * 5000 + "]" * 5000 + "\n"}, "problem.yaml", "not-yaml"),
    ("a Python object", {"problem.yaml": "name: !!python/object/apply:os.getcwd []\n"}, "problem.yaml", "not-yaml"),
    ("no uuid", {"problem.yaml": PROBLEM.replace("uuid", "version")}, "problem.yaml", "key-missing"),
    ("bad uuid", {"problem.yaml": PROBLEM.replace("0000-4000", "x")}, "problem.yaml", "bad-value"),
    ("no name", {"problem.yaml": PROBLEM.replace("name:", "source:")}, "problem.yaml", "key-missing"),
    ("unknown licence", {"problem.yaml": PROBLEM.replace("cc0", "mit")}, "problem.yaml", "bad-value"),
    ("no owner", {"problem.yaml": PROBLEM.replace("rights_owner: Sarap\n", "")}, "problem.yaml", "owner-missing"),
    (
        "an owner of the public domain",
        {"problem.yaml": PROBLEM.replace("cc0", "public domain")},
        "problem.yaml",
        "owner-of-public-domain",
    ),
    ("unknown type", {"problem.yaml": PROBLEM + "type: quiz\n"}, "problem.yaml", "bad-value"),
    (
        "types that exclude each other",
        {"problem.yaml": PROBLEM + "type: [pass-fail, scoring]\n"},
        "problem.yaml",
        "types-exclude-each-other",
    ),
    ("a negative limit", {"problem.yaml": PROBLEM.replace("time_limit: 1", "time_limit: -1")}, "problem.yaml", "bad-value"),
    ("an infinite limit", {"problem.yaml": PROBLEM.replace("time_limit: 1", "time_limit: .inf")}, "problem.yaml", "bad-value"),
    ("a limit in words", {"problem.yaml": PROBLEM.replace("memory: 256", "memory: much")}, "problem.yaml", "bad-value"),
    ("a bad constant", {"problem.yaml": PROBLEM + "constants: {1x: 3}\n"}, "problem.yaml", "bad-value"),
    ("no statement", {f"statement/problem.{code}.md": None for code in ("en", "ru", "kk")}, "statement/", "statement-missing"),
    ("a name without statement", {"statement/problem.kk.md": None}, "problem.yaml", "name-without-statement"),
    ("a statement without name", {"statement/problem.sv.md": "Summa.\n"}, "problem.yaml", "statement-without-name"),
    ("a statement twice", {"statement/problem.en.tex": "Sum.\n"}, "statement/problem.en.tex", "statement-twice"),
    ("a statement of no language", {"statement/problem.md": "Sum.\n"}, "statement/problem.md", "statement-language"),
    (
        "a statement of a strange name",
        {"statement/problem.english.md": "Sum.\n"},
        "statement/problem.english.md",
        "statement-name",
    ),
    ("not UTF-8", {"statement/problem.en.md": b"\xff\n"}, "statement/problem.en.md", "not-utf-8"),
    (
        "a byte-order mark",
        {"statement/problem.en.md": "\N{ZERO WIDTH NO-BREAK SPACE}Sum.\n"},
        "statement/problem.en.md",
        "byte-order-mark",
    ),
    ("a NUL in a statement", {"statement/problem.en.md": "Su\0m.\n"}, "statement/problem.en.md", "nul-byte"),
    ("a huge statement", {"statement/problem.en.md": "x" * 1024 * 1024 + "\n"}, "statement/problem.en.md", "text-too-large"),
    ("no secret data", NO_CASES, "data/secret/", "secret-missing"),
    ("no answer", {"data/secret/1.ans": None}, "data/secret/1.in", "answer-missing"),
    ("no input", {"data/secret/1.in": None}, "data/secret/1.ans", "input-missing"),
    ("a huge case", {"data/secret/1.in": b"1" * (16 * 1024 * 1024 + 1)}, "data/secret/1.in", "case-too-large"),
    (
        "cases beside groups",
        {"data/secret/a/3.in": "1 7\n", "data/secret/a/3.ans": "8\n"},
        "data/secret/",
        "cases-beside-groups",
    ),
    ("samples in groups", {"data/sample/a/3.in": "1 7\n", "data/sample/a/3.ans": "8\n"}, "data/sample/", "sample-groups"),
    (
        "groups in groups",
        {**NO_CASES, "data/secret/a/b/3.in": "1 7\n", "data/secret/a/b/3.ans": "8\n"},
        "data/secret/a/",
        "nested-groups",
    ),
    ("an empty group", {**NO_CASES, "data/secret/a/test_group.yaml": "args: []\n"}, "data/secret/a/", "group-empty"),
    (
        "scores in a pass-fail task",
        {"data/secret/test_group.yaml": "max_score: 5\n"},
        "data/secret/test_group.yaml",
        "score-not-allowed",
    ),
    (
        "scores for samples",
        {"problem.yaml": SCORING, "data/sample/test_group.yaml": "max_score: 5\n"},
        "data/sample/test_group.yaml",
        "score-not-allowed",
    ),
    (
        "an unknown key of a group",
        {"data/secret/test_group.yaml": "max_scor: 5\n"},
        "data/secret/test_group.yaml",
        "unknown-key",
    ),
    ("an unknown key of a case", {"data/secret/1.yaml": "hints: no\n"}, "data/secret/1.yaml", "unknown-key"),
    ("a group without a bound", {**GROUPS, "data/secret/a/test_group.yaml": None}, "data/secret/a/", "score-unbounded"),
    (
        "groups that exceed the whole",
        {**GROUPS, "data/secret/a/test_group.yaml": "max_score: 41\n"},
        "data/secret/",
        "scores-do-not-add-up",
    ),
    (
        "an unknown argument",
        {"data/secret/test_group.yaml": "output_validator_args: [kind]\n"},
        "data/secret/1.in",
        "bad-checker-argument",
    ),
    (
        "a tolerance without number",
        {"data/secret/test_group.yaml": "output_validator_args: [float_tolerance]\n"},
        "data/secret/1.in",
        "bad-checker-argument",
    ),
    (
        "a tolerance twice",
        {"data/secret/test_group.yaml": 'output_validator_args: ["float_tolerance 1e-6 float_tolerance 1e-6"]\n'},
        "data/secret/1.in",
        "bad-checker-argument",
    ),
    (
        "tolerances that exclude each other",
        {"data/secret/test_group.yaml": 'output_validator_args: [float_tolerance, "1e-6", float_absolute_tolerance, "1e-3"]\n'},
        "data/secret/1.in",
        "bad-checker-argument",
    ),
    ("an unknown folder of solutions", {"submissions/slow/a.py": SUM}, "submissions/slow/", "unknown-folder"),
    (
        "mixed languages",
        {"submissions/accepted/two/a.py": SUM, "submissions/accepted/two/b.js": ""},
        "submissions/accepted/two",
        "languages-mixed",
    ),
    ("folders in a program", {"submissions/accepted/two/x/a.py": SUM}, "submissions/accepted/two/x/a.py", "program-folders"),
    (
        "a huge program",
        {"submissions/accepted/big.py": "#" * 300_000 + "\n"},
        "submissions/accepted/big.py",
        "program-too-large",
    ),
    (
        "an unknown verdict",
        {"submissions/submissions.yaml": "accepted/*: {permitted: [OK]}\n"},
        "submissions/submissions.yaml",
        "bad-value",
    ),
    (
        "an unknown rule",
        {"submissions/submissions.yaml": "accepted/*: {must: [AC]}\n"},
        "submissions/submissions.yaml",
        "unknown-key",
    ),
    (
        "an impossible rule",
        {"submissions/submissions.yaml": "accepted/*: {permitted: [AC], required: [WA]}\n"},
        "submissions/submissions.yaml",
        "rule-impossible",
    ),
    ("another schema", {"certification.yaml": CERTIFICATION.replace("1", "2")}, "certification.yaml", "bad-value"),
    ("an unknown language", {"certification.yaml": CERTIFICATION + "languages: [cobol]\n"}, "certification.yaml", "bad-value"),
    (
        "a strange content area",
        {"certification.yaml": "schema: 1\ncontent_area: Data Science\n"},
        "certification.yaml",
        "bad-value",
    ),
    ("no content area", {"certification.yaml": "schema: 1\n"}, "certification.yaml", "key-missing"),
    ("an unknown key of ours", {"certification.yaml": CERTIFICATION + "colour: red\n"}, "certification.yaml", "unknown-key"),
]


@pytest.mark.parametrize(("changes", "path", "code"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS])
def test_a_package_that_breaks_the_format_is_refused(tmp_path: Path, changes: Changes, path: str, code: str) -> None:
    package = a_package(tmp_path, changes)
    assert package.refused
    assert (path, code) in [(finding.path, finding.code) for finding in package.findings if finding.severity == "error"]


# OBSTACLE: the package is read, but cannot be published.
OBSTACLES: list[tuple[str, Changes, str]] = [
    ("no accepted solution", {"submissions/accepted/sum.py": None}, "accepted-missing"),
    ("no input validator", {"input_validators/validate.py": None}, "validator-missing"),
    ("no certification.yaml", {"certification.yaml": None}, "certification-missing"),
    (
        "no statement in a language asked for",
        {"certification.yaml": CERTIFICATION + "ui_languages: [kk, ru, en, de]\n"},
        "statement-language-missing",
    ),
    ("no language left", {"problem.yaml": PROBLEM + "languages: [cobol]\n"}, "no-language"),
    ("an unknown licence", {"problem.yaml": PROBLEM.replace("cc0", "unknown")}, "licence-unknown"),
    ("too much time", {"problem.yaml": PROBLEM.replace("time_limit: 1", "time_limit: 300")}, "limit-too-high"),
    ("too much memory", {"problem.yaml": PROBLEM.replace("256", "65536")}, "limit-too-high"),
    ("writing files", {"problem.yaml": PROBLEM + "allow_file_writing: true\n"}, "file-writing-unsupported"),
    ("a validator in COBOL", {"output_validator/check.cob": "STOP RUN.\n"}, "validator-language"),
    ("two validators", {"output_validator/a/a.py": "a = 1\n", "output_validator/b/b.py": "b = 1\n"}, "validators-several"),
    ("interactive", {"problem.yaml": PROBLEM + "type: interactive\n"}, "output-validator-missing"),
    ("multi-pass", {"problem.yaml": PROBLEM + "type: [pass-fail, multi-pass]\n"}, "output-validator-missing"),
    (
        "too many passes",
        {
            "problem.yaml": PROBLEM.replace("memory: 256", "memory: 256, validation_passes: 21") + "type: multi-pass\n",
            "output_validator/check.py": "raise SystemExit(42)\n",
        },
        "limit-too-high",
    ),
    ("submit-answer", {"problem.yaml": PROBLEM + "type: submit-answer\n"}, "kind-unsupported"),
    ("included files", {"include/python3/a.py": "a = 1\n"}, "include-unsupported"),
    ("a static validator", {"static_validator/a.py": "a = 1\n"}, "static-validator-unsupported"),
    ("arguments", {"data/secret/1.yaml": "args: [x]\n"}, "args-unsupported"),
    ("files of a case", {"data/secret/1.files/a.txt": "x\n"}, "files-unsupported"),
    (
        "an unbounded group that a validator scores",
        {**GROUPS, **VALIDATOR, "data/secret/a/test_group.yaml": "score_aggregation: sum\n"},
        "score-unbounded",
    ),
    ("different checkers", {"data/secret/1.yaml": "output_validator_args: [case_sensitive]\n"}, "checker-options-differ"),
    ("a PDF", {"statement/problem.sv.pdf": b"%PDF"}, "statement-pdf"),
]


@pytest.mark.parametrize(("changes", "code"), [case[1:] for case in OBSTACLES], ids=[case[0] for case in OBSTACLES])
def test_what_cannot_be_published_yet_loads_with_an_obstacle(tmp_path: Path, changes: Changes, code: str) -> None:
    package = a_package(tmp_path, changes)
    assert not package.refused
    assert prevents_publishing(package.findings)
    assert code in codes(package)


# WARNING and INFO: nothing is in the way.
WARNINGS: list[tuple[str, Changes, str]] = [
    ("CR LF", {"statement/problem.en.md": "Sum.\r\n"}, "carriage-return"),
    ("no final newline", {"statement/problem.en.md": "Sum."}, "no-final-newline"),
    ("a strange name", {"data/secret/3 copy.in": "1\n"}, "ignored-name"),
    ("a misspelt folder", {"submision/accepted/a.py": SUM}, "unknown-folder"),
    ("a stray file", {"data/secret/7.out": "1\n"}, "stray-test-file"),
    ("an unknown test file", {"data/secret/7.txt": "1\n"}, "unknown-test-file"),
    ("the same input", {"data/secret/3.in": "4 5\n", "data/secret/3.ans": "9\n"}, "same-input"),
    ("another answer", {"data/secret/3.in": "4 5\n", "data/secret/3.ans": "8\n"}, "answers-differ"),
    ("a picture", {"statement/plot.png": b"\x89PNG"}, "image-not-shown"),
    ("a validator in C++", {"input_validators/v.cpp": "int main(){}\n"}, "validator-not-run"),
    ("a solution in an unknown language", {"submissions/accepted/a.cob": "STOP RUN.\n"}, "language-unknown"),
    ("a stray solution", {"submissions/a.py": SUM}, "stray-file"),
    (
        "a rule for a part",
        {"submissions/submissions.yaml": "accepted/sum.py: {secret/1: {permitted: [AC]}}\n"},
        "rule-not-checked",
    ),
    ("a long sample", {"data/sample/1.in": "1 " * 5000 + "\n"}, "sample-cut"),
    ("no time limit", {"problem.yaml": PROBLEM.replace("time_limit: 1, ", "")}, "time-limit-default"),
    ("a limit of our own", {"problem.yaml": PROBLEM.replace("time_limit: 1", "time_limit: 1, code: 64")}, "limit-is-ours"),
]


@pytest.mark.parametrize(("changes", "code"), [case[1:] for case in WARNINGS], ids=[case[0] for case in WARNINGS])
def test_what_is_only_worth_mending_prevents_nothing(tmp_path: Path, changes: Changes, code: str) -> None:
    package = a_package(tmp_path, changes)
    assert code in codes(package)
    assert not prevents_publishing(package.findings)


def test_all_findings_come_at_once_the_worst_first(tmp_path: Path) -> None:
    package = a_package(
        tmp_path,
        {
            "problem.yaml": PROBLEM + "colour: red\n",
            "data/secret/1.ans": None,
            "submissions/accepted/sum.py": None,
            "statement/problem.en.md": "Sum.",
        },
    )
    severities = [finding.severity for finding in package.findings]
    assert {"unknown-key", "answer-missing", "accepted-missing", "no-final-newline"} <= set(codes(package))
    assert severities == sorted(severities, key=["error", "obstacle", "warning", "info"].index)


def test_a_finding_reads_as_one_line(tmp_path: Path) -> None:
    package = a_package(tmp_path, {"data/secret/1.ans": None})
    assert "error: data/secret/1.in: there is no 1.ans beside it [answer-missing]" in [str(one) for one in package.findings]


def test_a_folder_that_is_not_named_like_a_task_is_refused(tmp_path: Path) -> None:
    assert "package-name" in codes(a_package(tmp_path, name="My-Task"))


def test_a_link_out_of_the_package_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not yours\n")
    folder = write_package(tmp_path)
    (folder / "data/secret/3.in").symlink_to(secret)
    (folder / "data/secret/3.ans").symlink_to(secret)
    package = read_package(folder)
    assert [finding.path for finding in package.findings if finding.code == "link-outside"] == [
        "data/secret/3.ans",
        "data/secret/3.in",
    ]
    assert all(b"not yours" not in case.input for case in package.dataset.secret.all_cases())


def test_a_link_inside_the_package_is_followed(tmp_path: Path) -> None:
    folder = write_package(tmp_path, {"data/secret/1.in": None})
    (folder / "data/secret/1.in").symlink_to("../sample/1.in")
    package = read_package(folder)
    assert not package.refused
    assert next(package.dataset.secret.all_cases()).input == b"1 2\n"


def test_a_link_around_in_a_circle_ends(tmp_path: Path) -> None:
    folder = write_package(tmp_path)
    (folder / "data/secret/loop").symlink_to("..")
    assert "too-deep" in codes(read_package(folder))


def test_a_dangling_link_is_refused(tmp_path: Path) -> None:
    folder = write_package(tmp_path)
    (folder / "data/secret/3.in").symlink_to("nowhere")
    assert "not-a-file" in codes(read_package(folder))


def test_dot_files_are_ignored_silently(tmp_path: Path) -> None:
    package = a_package(tmp_path, {".git/config": "x", ".gitignore": "x"})
    assert package.findings == ()


def test_the_digest_depends_on_every_byte_and_not_on_the_place(tmp_path: Path) -> None:
    here, there = a_package(tmp_path / "a"), a_package(tmp_path / "b")
    other = a_package(tmp_path / "c", {"data/secret/1.ans": "10\n"})
    assert here.sha256 == there.sha256 != other.sha256


def test_a_pass_fail_task_is_all_or_nothing(tmp_path: Path) -> None:
    secret = a_package(tmp_path).dataset.secret
    assert (secret.aggregation, secret.max_score, secret.stop_at_failure) == (Aggregation.PASS_FAIL, Decimal(1), True)


def test_groups_are_scored_as_their_settings_say(tmp_path: Path) -> None:
    package = a_package(tmp_path, GROUPS)
    assert package.findings == ()
    secret = package.dataset.secret
    assert (secret.aggregation, secret.max_score, secret.stop_at_failure) == (Aggregation.SUM, Decimal(100), False)
    first, second = secret.groups
    assert (first.name, first.aggregation, first.max_score) == ("secret/a", Aggregation.PASS_FAIL, Decimal(40))
    assert (second.aggregation, second.max_score, second.case_score) == (Aggregation.SUM, Decimal(60), Decimal(30))


def test_a_scoring_task_without_groups_shares_a_hundred_points_among_its_cases(tmp_path: Path) -> None:
    secret = a_package(tmp_path, {"problem.yaml": SCORING}).dataset.secret
    assert (secret.aggregation, secret.max_score, secret.case_score) == (Aggregation.SUM, Decimal(100), Decimal(50))


def test_a_scoring_task_may_be_all_or_nothing_and_then_its_samples_do_not_count(tmp_path: Path) -> None:
    changes = {"problem.yaml": SCORING, "data/secret/test_group.yaml": "score_aggregation: pass-fail\n"}
    secret = a_package(tmp_path, changes).dataset.secret
    assert (secret.aggregation, secret.max_score, secret.case_score) == (Aggregation.MIN, Decimal(100), Decimal(100))


def test_checker_arguments_become_options(tmp_path: Path) -> None:
    arguments = 'output_validator_args: [case_sensitive, "float_relative_tolerance 1e-9", float_absolute_tolerance, "0.5"]\n'
    changes = {"data/sample/test_group.yaml": arguments, "data/secret/test_group.yaml": arguments}
    package = a_package(tmp_path, changes)
    assert package.findings == ()
    assert package.dataset.checker == CheckerOptions(
        case_sensitive=True, float_absolute_tolerance=0.5, float_relative_tolerance=1e-9
    )


def test_constants_are_put_in_place(tmp_path: Path) -> None:
    changes = {
        "problem.yaml": PROBLEM + "constants: {max_n: 1000, word: total}\n",
        "statement/problem.en.md": "Print the {{word}}, at most {{max_n}}; {{unknown}} stays.\n",
        "submissions/accepted/sum.py": "LIMIT = {{max_n}}\n" + SUM,
    }
    package = a_package(tmp_path, changes)
    assert package.statements["en"].text == "Print the total, at most 1000; {{unknown}} stays.\n"
    assert package.solutions[0].program.files[0].content.startswith(b"LIMIT = 1000\n")


def test_a_shown_sample_may_differ_from_the_one_that_is_judged(tmp_path: Path) -> None:
    changes = {"data/sample/1.in.statement": "1 2 (a sum)\n", "data/sample/1.out": "3!\n"}
    package = a_package(tmp_path, changes)
    assert [(one.input, one.answer) for one in package.samples] == [("1 2 (a sum)\n", "3!\n")]
    assert package.dataset.samples[0].answer == b"3\n"


def test_the_first_file_of_a_program_is_its_entry_point(tmp_path: Path) -> None:
    changes = {"submissions/accepted/two/helper.py": "x = 1\n", "submissions/accepted/two/main.py": SUM}
    package = a_package(tmp_path, changes)
    program = next(one.program for one in package.solutions if one.path == "accepted/two")
    assert [file.name for file in program.files] == ["main.py", "helper.py"]


def test_a_language_given_in_words_beats_the_ending(tmp_path: Path) -> None:
    changes = {"submissions/accepted/sum.txt": SUM, "submissions/submissions.yaml": "accepted/sum.txt: {language: python3}\n"}
    package = a_package(tmp_path, changes)
    assert next(one for one in package.solutions if one.path == "accepted/sum.txt").program.language.code == "python3"


class TestLegacy:
    """What only legacy packages have."""

    def test_the_name_is_in_the_statement(self, tmp_path: Path) -> None:
        package = a_package(tmp_path, LEGACY)
        assert not package.refused
        assert package.names == {"en": "The Sum"}

    def test_a_plain_name_beats_the_one_in_latex(self, tmp_path: Path) -> None:
        text = "\\problemname{$x+y$}\n%% plainproblemname: x + y\nSum.\n"
        package = a_package(tmp_path, LEGACY | {"problem_statement/problem.en.tex": text})
        assert package.names == {"en": "x + y"}

    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            ("validation: default", JudgingKind.DEFAULT),
            ("validation: custom", JudgingKind.CUSTOM),
            ("validation: custom interactive", JudgingKind.INTERACTIVE),
        ],
    )
    def test_validation_names_the_kind(self, tmp_path: Path, line: str, kind: JudgingKind) -> None:
        package = a_package(tmp_path, LEGACY | {"problem.yaml": f"source: Sarap\nlicense: cc0\n{line}\n"})
        assert package.dataset.kind is kind

    def test_validator_flags_are_checker_options(self, tmp_path: Path) -> None:
        package = a_package(
            tmp_path, LEGACY | {"problem.yaml": "source: S\nlicense: cc0\nvalidator_flags: float_tolerance 1e-6\n"}
        )
        assert package.dataset.checker == CheckerOptions(float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)

    @pytest.mark.parametrize(
        ("file", "text"), [(".timelimit", "3\n"), ("domjudge-problem.ini", "short-name = sum\ntimelimit='3'\n")]
    )
    def test_the_time_limit_lies_beside(self, tmp_path: Path, file: str, text: str) -> None:
        assert a_package(tmp_path, LEGACY | {file: text}).dataset.cpu_time_ms == 3000

    def test_groups_inherit_the_settings_above_them(self, tmp_path: Path) -> None:
        changes: dict[str, str | bytes | None] = {
            **LEGACY,
            **NO_CASES,
            "problem.yaml": "source: S\nlicense: cc0\ntype: scoring\n",
            "data/testdata.yaml": "on_reject: continue\nrange: 0 100\ngrader_flags: ignore_sample\n",
            "data/secret/testdata.yaml": "on_reject: break\naccept_score: 25\ngrader_flags: min\n",
            "data/secret/a/1.in": "1 1\n",
            "data/secret/a/1.ans": "2\n",
        }
        package = a_package(tmp_path, changes)
        assert not package.refused, package.findings
        (group,) = package.dataset.secret.groups
        assert (group.aggregation, group.max_score, group.case_score, group.stop_at_failure) == (
            Aggregation.MIN,
            Decimal(25),
            Decimal(25),
            True,
        )

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("on_reject: maybe\n", "bad-value"),
            ("range: 5\n", "bad-value"),
            ("range: 5 1\n", "bad-value"),
            ("grader_flags: best\n", "bad-value"),
            ("grader_flags: avg\n", "grader-unsupported"),
            ("grading: custom\n", "grader-unsupported"),
            ("range: -5 5\n", "negative-score"),
            ("reject_score: 1\n", "reject-score-unsupported"),
            ("colour: red\n", "unknown-key"),
        ],
    )
    def test_faults_of_test_data_settings_are_told(self, tmp_path: Path, text: str, code: str) -> None:
        changes = LEGACY | {"problem.yaml": "source: S\nlicense: cc0\ntype: scoring\n", "data/secret/testdata.yaml": text}
        assert code in codes(a_package(tmp_path, changes))

    def test_a_minimising_task_cannot_be_published(self, tmp_path: Path) -> None:
        changes = LEGACY | {"problem.yaml": "source: S\nlicense: cc0\ntype: scoring\ngrading: {objective: min}\n"}
        assert "objective-unsupported" in codes(a_package(tmp_path, changes))

    def test_the_icpc_subset_has_no_scores(self, tmp_path: Path) -> None:
        changes = LEGACY | {"problem.yaml": "problem_format_version: legacy-icpc\nsource: S\nlicense: cc0\ntype: scoring\n"}
        assert "unknown-key" in codes(a_package(tmp_path, changes))


def test_every_licence_of_the_list_is_known(tmp_path: Path) -> None:
    for number, licence in enumerate(LICENCES):
        text = PROBLEM.replace("cc0", licence)
        text = text.replace("rights_owner: Sarap\n", "") if licence == "public domain" else text
        assert not a_package(tmp_path / str(number), {"problem.yaml": text}).refused
