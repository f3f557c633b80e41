"""The package's own output validator: where it lies, what it may be, and how it is proved."""

from collections.abc import Callable
from pathlib import Path

import pytest

from exams.authoring.expectation import as_expected
from exams.authoring.package import Package
from exams.authoring.validation import PROBES, check_shown_answers, check_validator
from exams.judging.judgement import CaseResult, Judged
from exams.judging.verdict import Verdict
from exams.tasks.dataset import JudgingKind, ValidatorScore
from sandbox.limits import Limits
from sandbox.runner import Exited, Outcome, Program, Usage
from sandbox.scripted_runner import ScriptedRunner, exited
from tests.fixtures.packages import LEGACY, PROBLEM, Changes, a_package, codes

CHECK = "raise SystemExit(42)\n"


def names(package: Package) -> list[str]:
    """The validator's files, the entry point first."""
    assert package.dataset.validator is not None
    return [file.name for file in package.dataset.validator.files]


@pytest.mark.parametrize(
    ("changes", "files", "language"),
    [
        ({"output_validator/check.py": CHECK}, ["check.py"], "python3"),
        ({"output_validator/check/check.py": CHECK}, ["check.py"], "python3"),
        ({"output_validator/a.py": CHECK, "output_validator/validate.py": CHECK}, ["validate.py", "a.py"], "python3"),
        ({"output_validator/a.py": CHECK, "output_validator/main.py": CHECK}, ["main.py", "a.py"], "python3"),
        ({"output_validator/v.cpp": "int main(){}\n", "output_validator/v.h": "\n"}, ["v.cpp", "v.h"], "cpp"),
    ],
)
def test_a_validator_lies_in_a_folder_or_a_folder_in_it(
    tmp_path: Path, changes: Changes, files: list[str], language: str
) -> None:
    package = a_package(tmp_path, changes)
    assert package.findings == ()
    assert package.dataset.kind is JudgingKind.CUSTOM
    assert names(package) == files
    assert package.dataset.validator is not None
    assert (package.dataset.validator.language, package.dataset.validator.passes) == (language, 1)


def test_constants_are_put_into_the_validator(tmp_path: Path) -> None:
    changes = {"problem.yaml": PROBLEM + "constants: {most: 7}\n", "output_validator/check.py": "MOST = {{most}}\n"}
    package = a_package(tmp_path, changes)
    assert package.dataset.validator is not None
    assert package.dataset.validator.files[0].content == b"MOST = 7\n"


@pytest.mark.parametrize(
    ("types", "kind", "passes"),
    [
        ("[interactive]", JudgingKind.INTERACTIVE, 1),
        ("[multi-pass]", JudgingKind.MULTI_PASS, 2),
        ("[interactive, multi-pass]", JudgingKind.INTERACTIVE_MULTI_PASS, 2),
    ],
)
def test_the_type_says_how_the_validator_judges(tmp_path: Path, types: str, kind: JudgingKind, passes: int) -> None:
    package = a_package(tmp_path, {"problem.yaml": PROBLEM + f"type: {types}\n", "output_validator/check.py": CHECK})
    assert not package.refused
    assert package.dataset.validator is not None
    assert (package.dataset.kind, package.dataset.validator.passes) == (kind, passes)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"problem.yaml": PROBLEM}, ValidatorScore.NONE),
        ({"problem.yaml": PROBLEM + "type: scoring\n"}, ValidatorScore.BY_CASE),
        ({"problem.yaml": PROBLEM.replace("2025-09", "2023-07-draft") + "type: scoring\n"}, ValidatorScore.BY_GROUP),
    ],
)
def test_who_may_score_is_the_formats(tmp_path: Path, changes: Changes, rule: ValidatorScore) -> None:
    package = a_package(tmp_path, {**changes, "output_validator/check.py": CHECK})
    assert package.dataset.validator is not None
    assert package.dataset.validator.score is rule


def test_a_case_has_its_own_arguments_else_its_groups(tmp_path: Path) -> None:
    changes = {
        "output_validator/check.py": CHECK,
        "data/secret/test_group.yaml": "output_validator_args: [fast, 'a b']\n",
        "data/secret/2.yaml": "output_validator_args: []\n",
    }
    package = a_package(tmp_path, changes)
    assert package.findings == ()
    arguments = {case.name: case.validator_arguments for case in package.dataset.secret.all_cases()}
    assert arguments == {"secret/1": ("fast", "a b"), "secret/2": ()}


def test_an_interactive_tasks_input_is_never_shown(tmp_path: Path) -> None:
    changes = {"problem.yaml": PROBLEM + "type: interactive\n", "output_validator/check.py": CHECK}
    package = a_package(tmp_path, changes)
    assert package.samples == ()
    assert codes(package) == ["interaction-missing"]
    shown = a_package(tmp_path / "b", {**changes, "data/sample/1.interaction": "<1\n>2\n"})
    assert [(one.input, one.interaction) for one in shown.samples] == [("", "<1\n>2\n")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"problem.yaml": PROBLEM.replace("memory: 256", "validation_passes: 3")}, "passes-without-multi-pass"),
        ({"output_validator/a.py": CHECK, "output_validator/b.cpp": "int main(){}\n"}, "languages-mixed"),
        ({"output_validator/a/b/c.py": CHECK}, "program-folders"),
    ],
)
def test_a_fault_of_a_validator_refuses_the_package(tmp_path: Path, changes: Changes, code: str) -> None:
    package = a_package(tmp_path, changes)
    assert package.refused
    assert code in codes(package)


class TestLegacy:
    """What only legacy packages have."""

    SCORING = "source: S\nlicense: cc0\ntype: scoring\nvalidation: custom score\nvalidator_flags: quick\n"

    def test_flags_of_the_package_come_before_those_of_the_group(self, tmp_path: Path) -> None:
        changes = {
            **LEGACY,
            "problem.yaml": self.SCORING,
            "output_validators/v/validate.py": CHECK,
            "data/secret/testdata.yaml": "output_validator_flags: a b\nrange: 0 100\n",
        }
        package = a_package(tmp_path, changes)
        assert not package.refused
        assert package.dataset.validator is not None
        assert package.dataset.validator.score is ValidatorScore.REQUIRED
        assert next(package.dataset.secret.all_cases()).validator_arguments == ("quick", "a", "b")
        assert package.dataset.secret.max_score == 100

    def test_scores_of_a_validator_without_a_range_are_unbounded(self, tmp_path: Path) -> None:
        changes = {**LEGACY, "problem.yaml": self.SCORING, "output_validators/validate.py": CHECK}
        assert "score-unbounded" in codes(a_package(tmp_path, changes))

    def test_scores_are_for_scoring_tasks(self, tmp_path: Path) -> None:
        text = self.SCORING.replace("type: scoring\n", "")
        changes = {**LEGACY, "problem.yaml": text, "output_validators/validate.py": CHECK}
        assert "score-without-scoring" in codes(a_package(tmp_path, changes))

    def test_a_validator_that_nothing_asks_for_is_told(self, tmp_path: Path) -> None:
        package = a_package(tmp_path, {**LEGACY, "output_validators/validate.py": CHECK})
        assert (package.dataset.kind, package.dataset.validator) == (JudgingKind.DEFAULT, None)
        assert "validator-unused" in codes(package)

    def test_only_one_of_several_validators_could_judge(self, tmp_path: Path) -> None:
        text = "source: S\nlicense: cc0\nvalidation: custom\n"
        changes = {**LEGACY, "problem.yaml": text, "output_validators/a.py": CHECK, "output_validators/b.py": CHECK}
        assert "validators-several" in codes(a_package(tmp_path, changes))


def engine(validator: Callable[[bytes], Outcome]) -> ScriptedRunner:
    """An engine whose validator answers so, and whose programs write what they are told to."""

    def script(which: Program, stdin: bytes, _limits: Limits) -> Outcome:
        if which.files[0].name == "check.py":
            return validator(stdin)
        source = which.files[0].content.decode()
        return exited(next(text for text in PROBES.values() if repr(text) in source))

    return ScriptedRunner(script)


def code(number: int, judge_message: bytes = b"") -> Outcome:
    """A validator's answer."""
    return Outcome(Exited(number), Usage(1, 1, 1), b"", b"", files={"judgemessage.txt": judge_message})


async def test_a_validator_must_have_an_answer_to_nonsense(tmp_path: Path) -> None:
    package = a_package(tmp_path, {"output_validator/check.py": CHECK})
    assert await check_validator(engine(lambda _output: code(43)), package.dataset) == ()
    found = await check_validator(engine(lambda output: code(43 if output.strip() else 1)), package.dataset)
    assert [finding.code for finding in found] == ["validator-crashes"] * 2
    assert "writes nothing" in found[0].message


async def test_the_answers_that_candidates_see_must_be_right(tmp_path: Path) -> None:
    package = a_package(tmp_path, {"output_validator/check.py": CHECK, "data/sample/1.out": "seven\n"})
    assert await check_shown_answers(engine(lambda output: code(42 if output == b"seven\n" else 1)), package) == ()
    (found,) = await check_shown_answers(engine(lambda _output: code(43, b"three!")), package)
    assert (found.path, found.code) == ("data/sample/1.ans", "sample-refused")
    assert found.message.endswith("three!")
    (found,) = await check_shown_answers(engine(lambda _output: code(7)), package)
    assert "exited with 7" in found.message


async def test_the_default_checker_needs_no_proof(tmp_path: Path) -> None:
    package, runner = a_package(tmp_path), engine(lambda _output: code(1))
    assert await check_validator(runner, package.dataset) == ()
    assert await check_shown_answers(runner, package) == ()
    assert runner.runs == []


def test_a_solution_can_be_filed_under_what_the_validator_says_of_it(tmp_path: Path) -> None:
    rules = "wrong_answer/difference.py: {message: too small}\n"
    package = a_package(tmp_path, {"output_validator/check.py": CHECK, "submissions/submissions.yaml": rules})
    assert package.findings == ()
    wrong = next(one for one in package.solutions if one.path == "wrong_answer/difference.py")

    def judged(message: str) -> Judged:
        case = CaseResult("secret/1", Verdict.WA, 1, 1, 1, judge_message=message)
        return Judged(Verdict.WA, package.dataset.secret.max_score, package.dataset.secret.max_score, (case,), (), "", {})

    assert as_expected(wrong.rules, judged("9 is too small by 1"))
    assert not as_expected(wrong.rules, judged("too large"))
