"""Test data: `data/sample` and the tree of groups below `data/secret`.

Source: ICPC/Kattis package format, "Test data". A case is declared by its `.in`; files that belong to no case are reported.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, assert_never

from exams.authoring.checker_arguments import read_checker_options
from exams.authoring.fields import NUMBER_MAX, read_fields
from exams.authoring.finding import Findings
from exams.authoring.groups import CURRENT_NAME, LEGACY_NAME, GroupSettings, read_case_keys, read_group
from exams.authoring.metadata import Format, Metadata
from exams.authoring.tree import Tree
from exams.tasks.dataset import Aggregation, CheckerOptions, JudgingKind, ScoreCondition, TestCase, TestGroup, ValidatorScore
from exams.tasks.task import Sample

CASE_MAX_BYTES: Final = 16 * 1024 * 1024
"""Of one input or answer. Inputs go into the sandbox through a pipe and live in a database row."""

CASES_MAX: Final = 500
"""More cases than that judge the same thing twice, and hold a slot for minutes."""

SAMPLE_SHOWN_MAX_BYTES: Final = 8 * 1024
"""Of a sample's input or answer: what a page can show."""

IN_ALL_FORMATS: Final = (".in", ".ans", ".png", ".jpg", ".jpeg", ".svg", ".interaction")
IN_LEGACY: Final = (".hint", ".desc")
IN_CURRENT: Final = (".yaml", ".out", ".in.statement", ".ans.statement", ".in.download", ".ans.download")


@dataclass(frozen=True, slots=True)
class TestData:
    """What `data/` holds. `shown` are the samples as candidates see them, `samples` as programs get them."""

    shown: tuple[Sample, ...]
    samples: tuple[TestCase, ...]
    secret: TestGroup
    checker: CheckerOptions

    __test__ = False  # pytest: not a test class


class Reader:
    """One reading of `data/`: the package, and the checker arguments met on the way, by case."""

    def __init__(self, tree: Tree, metadata: Metadata, findings: Findings) -> None:
        self.tree = tree
        self.metadata = metadata
        self.findings = findings
        self.arguments: dict[str, tuple[str, ...]] = {}
        self.extensions = (*IN_ALL_FORMATS, *(IN_LEGACY if metadata.format.is_legacy else IN_CURRENT))

    def case(self, name: str, settings: GroupSettings) -> TestCase | None:
        """The case whose input is `data/NAME.in`."""
        path = f"data/{name}.in"
        answer = f"data/{name}.ans"
        if answer not in self.tree:
            self.findings.error(path, "answer-missing", f"there is no {answer.rpartition('/')[2]} beside it")
            return None
        for file in (path, answer):
            if self.tree.files[file].stat().st_size > CASE_MAX_BYTES:
                self.findings.error(file, "case-too-large", f"the file is over {CASE_MAX_BYTES} bytes")
                return None
        if self.tree.has_folder(f"data/{name}.files"):
            self.findings.obstacle(f"data/{name}.files", "files-unsupported", "programs read standard input only here")
        arguments = self.case_arguments(name, settings)
        self.arguments[name] = arguments
        own = arguments if self.metadata.kind.needs_validator else ()
        return TestCase(name, self.tree.bytes_of(path), self.tree.bytes_of(answer), own)

    def case_arguments(self, name: str, settings: GroupSettings) -> tuple[str, ...]:
        """The checker's or validator's arguments for one case: its own file's, else the package's and its group's."""
        path = f"data/{name}.yaml"
        arguments = self.metadata.checker_arguments + settings.checker_arguments
        if path in self.tree and not self.metadata.format.is_legacy:
            fields = read_fields(self.tree, path, self.findings)
            if fields:
                read_case_keys(fields)
                fields.text("hint")
                fields.text("description")
                own = fields.texts("output_validator_args")
                fields.finish()
                return arguments if own is None else own
        return arguments

    def group(self, name: str, inherited: GroupSettings | None) -> TestGroup:
        """The group in the folder `data/NAME`, with its cases and the groups in it."""
        settings = read_group(self.tree, name, self.metadata, inherited, self.findings)
        prefix = f"data/{name}/"
        below = [path.removeprefix(prefix) for path in self.tree.under(f"data/{name}")]
        cases = tuple(
            case
            for path in below
            if path.endswith(".in") and "/" not in path and (case := self.case(f"{name}/{path.removesuffix('.in')}", settings))
        )
        folders = sorted({path.partition("/")[0] for path in below if "/" in path})
        groups = tuple(self.group(f"{name}/{folder}", settings) for folder in folders if not folder.endswith(".files"))
        self.report_strays(name, below)
        return self.scored(name, settings, cases, groups)

    def scored(
        self, name: str, settings: GroupSettings, cases: tuple[TestCase, ...], groups: tuple[TestGroup, ...]
    ) -> TestGroup:
        """Put scores to a group: what is not given follows from the cases and groups in it."""
        aggregation, max_score = settings.aggregation, settings.max_score
        validator_scores = self.metadata.validator_score is ValidatorScore.REQUIRED
        parts = [settings.case_score or Decimal(0)] * len(cases) + [group.max_score for group in groups]
        if settings.case_score is not None and not (validator_scores and cases):
            most = most_of(aggregation, parts)
            if max_score is not None and most > max_score and not name.startswith("sample"):
                rule = f"its parts can earn {most:f}, and its 'range' ends at {max_score:f}: no more is given"
                self.findings.warning(f"data/{name}/", "scores-exceed-range", rule)
            max_score = most if max_score is None else max_score
        if max_score is None:
            if name.startswith("sample"):
                pass  # what the samples would score is looked at by nobody
            elif self.metadata.kind.needs_validator:
                rule = "an exam must know the most that a group can earn: give 'max_score' (legacy: 'range')"
                self.findings.obstacle(f"data/{name}/", "score-unbounded", rule)
            else:
                rule = "only a package's own output validator can score an unbounded group: give 'max_score'"
                self.findings.error(f"data/{name}/", "score-unbounded", rule)
            max_score = Decimal(0)
        case_score = settings.case_score
        if case_score is None:
            case_score = max_score / len(cases) if aggregation is Aggregation.SUM and cases else max_score
        if name == "secret" and self.metadata.scoring and aggregation is Aggregation.PASS_FAIL:
            # The same score, all or nothing; but only a pass-fail task also needs its samples accepted.
            aggregation = Aggregation.MIN
            groups = tuple(replace(group, max_score=max_score, case_score=max_score) for group in groups)
        if not self.metadata.format.is_legacy and groups and aggregation is Aggregation.SUM:
            total = sum((group.max_score for group in groups), Decimal(0))
            if total != max_score:
                report = self.findings.error if total > max_score else self.findings.warning
                report(f"data/{name}/", "scores-do-not-add-up", f"the groups have {total} of {max_score} points")
        stop = settings.stop_at_failure
        if aggregation is Aggregation.MIN and settings.condition is ScoreCondition.ALWAYS:
            # A group that is not accepted can still be worth something, and a later one less.
            stop = stop and all(group.aggregation is Aggregation.PASS_FAIL for group in groups)
        return TestGroup(
            name,
            aggregation,
            max_score,
            case_score,
            stop,
            cases,
            groups,
            settings.reject_score,
            settings.condition,
            settings.failure,
            settings.requires,
        )

    def report_strays(self, name: str, below: list[str]) -> None:
        """Files of a group that belong to no case of it."""
        for path in below:
            if "/" in path or path in {CURRENT_NAME, LEGACY_NAME}:
                continue
            extension = next(
                (ending for ending in sorted(self.extensions, key=len, reverse=True) if path.endswith(ending)), None
            )
            where = f"data/{name}/{path}"
            if extension is None:
                self.findings.warning(where, "unknown-test-file", "no test case has files of this kind")
            elif extension != ".in" and f"data/{name}/{path.removesuffix(extension)}.in" not in self.tree:
                if extension == ".ans":
                    self.findings.error(where, "input-missing", f"there is no {path.removesuffix('.ans')}.in beside it")
                elif extension != ".interaction":
                    self.findings.warning(where, "stray-test-file", "it belongs to no test case")


def read_testdata(tree: Tree, metadata: Metadata, findings: Findings) -> TestData:
    """Read `data/`; what is missing or breaks a rule is reported."""
    reader = Reader(tree, metadata, findings)
    above = read_group(tree, "", metadata, None, findings) if f"data/{LEGACY_NAME}" in tree else None
    sample_metadata = replace(metadata, scoring=metadata.scoring and metadata.format is not Format.CURRENT)
    sample_reader = Reader(tree, sample_metadata, findings)
    sample = sample_reader.group("sample", above)
    secret = reader.group("secret", above)
    check_structure(sample, secret, metadata, findings)
    check_twins([*sample.all_cases(), *secret.all_cases()], findings)
    samples = tuple(sample.all_cases())
    checker = CheckerOptions()
    if metadata.kind is JudgingKind.DEFAULT:
        arguments = {**sample_reader.arguments, **reader.arguments}
        checker = read_checker_options(arguments, metadata.checker_arguments, findings)
    return TestData(shown_samples(tree, samples, metadata.kind, findings), samples, secret, checker)


def most_of(aggregation: Aggregation, parts: list[Decimal]) -> Decimal:
    """The most that a group can earn, from the most that its parts can."""
    match aggregation:
        case Aggregation.SUM | Aggregation.PASS_FAIL:
            return sum(parts, Decimal(0))
        case Aggregation.MIN:
            return min(parts, default=Decimal(0))
        case Aggregation.MAX:
            return max(parts, default=Decimal(0))
        case Aggregation.AVERAGE:
            return sum(parts, Decimal(0)) / len(parts) if parts else Decimal(0)
        case _:
            assert_never(aggregation)


def check_structure(sample: TestGroup, secret: TestGroup, metadata: Metadata, findings: Findings) -> None:
    """Whether groups are where the format allows them, and none is empty."""
    count = sum(1 for _ in secret.all_cases())
    if count == 0:
        findings.error("data/secret/", "secret-missing", "there is no secret test case")
    if count > CASES_MAX:
        findings.error("data/secret/", "too-many-cases", f"there are {count} cases; {CASES_MAX} are allowed")
    if metadata.format is Format.CURRENT:
        if sample.groups:
            findings.error("data/sample/", "sample-groups", "the samples must not be in groups")
        if secret.cases and secret.groups:
            findings.error("data/secret/", "cases-beside-groups", "there must be no cases beside the groups")
        for group in secret.groups:
            if group.groups:
                findings.error(f"data/{group.name}/", "nested-groups", "groups must not hold groups")
    if not 0 <= secret.max_score <= NUMBER_MAX:
        findings.error("data/secret/", "score-too-large", f"a task has at most {NUMBER_MAX} points, and at least none")
    check_requirements(secret, findings)
    for group in secret.groups:
        if not any(group.all_cases()):
            findings.error(f"data/{group.name}/", "group-empty", "the group has no test case")


def check_requirements(secret: TestGroup, findings: Findings) -> None:
    """Whether `require_pass` names what can be known by then (format 2025-09, "Group dependencies")."""
    known = {"sample"}
    for group in (secret, *secret.groups):
        for name in group.requires:
            if name not in known:
                rule = f"'{name}' must be 'sample' or an earlier group that is all or nothing"
                findings.error(f"data/{group.name}/{CURRENT_NAME}", "bad-require-pass", f"'require_pass': {rule}")
        if group is not secret and group.aggregation is Aggregation.PASS_FAIL:
            known.add(group.name)


def check_twins(cases: list[TestCase], findings: Findings) -> None:
    """Two cases with one input judge the same thing twice, or contradict each other."""
    seen: dict[bytes, TestCase] = {}
    for case in cases:
        twin = seen.setdefault(case.input, case)
        if twin is case:
            continue
        if twin.answer != case.answer:
            findings.warning(f"data/{case.name}.ans", "answers-differ", f"{twin.name} has the same input and another answer")
        elif twin.name.rpartition("/")[0] == case.name.rpartition("/")[0]:
            findings.warning(f"data/{case.name}.in", "same-input", f"{twin.name} has the same input")


def shown_samples(tree: Tree, samples: tuple[TestCase, ...], kind: JudgingKind, findings: Findings) -> tuple[Sample, ...]:
    """The samples as candidates see them (format 2025-09, "Priority of test case files").

    A `.interaction` may stand alone, and takes the place of input and answer. The input and answer of an interactive task are
    the validator's: they are never shown.
    """
    names = {case.name for case in samples}
    names |= {path[5:].removesuffix(".interaction") for path in tree.under("data/sample") if path.endswith(".interaction")}
    shown: list[Sample] = []
    for name in sorted(names):
        base = f"data/{name}"
        if f"{base}.interaction" in tree:
            shown.append(Sample(name, "", "", shown_text(tree, f"{base}.interaction", findings)))
            continue
        if kind.is_interactive:
            rule = "candidates see nothing of it: an interactive task shows a .interaction"
            findings.warning(f"{base}.in", "interaction-missing", rule)
            continue
        if f"{base}.ans.statement" in tree and f"{base}.out" in tree:
            findings.error(f"{base}.out", "two-answers-shown", "there must not be both a .out and a .ans.statement")
        given = next(path for path in (f"{base}.in.statement", f"{base}.in") if path in tree)
        answer = next(path for path in (f"{base}.ans.statement", f"{base}.out", f"{base}.ans") if path in tree)
        shown.append(Sample(name, shown_text(tree, given, findings), shown_text(tree, answer, findings)))
    return tuple(shown)


def shown_text(tree: Tree, path: str, findings: Findings) -> str:
    """A sample's text for a page."""
    data = tree.bytes_of(path)
    if len(data) > SAMPLE_SHOWN_MAX_BYTES:
        findings.warning(path, "sample-cut", f"candidates see its first {SAMPLE_SHOWN_MAX_BYTES} bytes")
        data = data[:SAMPLE_SHOWN_MAX_BYTES]
    return data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
