"""Reference solutions: `submissions/FOLDER/PROGRAM`, a file or a folder of files, and the rules of `submissions.yaml`.

Source: ICPC/Kattis package format 2025-09, "Example submissions" and "Glob patterns".
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

from exams.authoring.expectation import (
    ANY,
    CURRENT_FOLDERS,
    OF_FORMAT,
    OWN_FOLDERS,
    Rule,
    legacy_folders,
    partially_accepted,
    rule,
    verdicts_of,
)
from exams.authoring.fields import NUMBER_MAX, Fields, read_fields
from exams.authoring.finding import Findings
from exams.authoring.metadata import Format, Metadata
from exams.authoring.output_validator import folder_of
from exams.authoring.programs import language_of, read_files
from exams.authoring.tree import Tree
from exams.judging.verdict import Verdict
from sandbox import languages
from sandbox.runner import Program

RULES_PATH: Final = "submissions/submissions.yaml"

SOLUTIONS_MAX: Final = 60
"""Each is judged before a task is published; sixty at twenty cases of two seconds are already half an hour."""


PATTERNS_MAX: Final = 100
STARS_MAX: Final = 2
"""Of `submissions.yaml`, and of one pattern in it. With every star more a pattern that fails takes a path's length longer."""


@dataclass(frozen=True, slots=True)
class ReferenceSolution:
    """A program that comes with a task. `path` is below `submissions/`, e.g. `wrong_answer/off_by_one.py`."""

    path: str
    program: Program
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class SolutionSettings:
    """What `submissions.yaml` says of the programs that a pattern matches."""

    pattern: re.Pattern[str]
    language: str | None
    entry: str | None
    rule: Rule | None


def read_solutions(tree: Tree, metadata: Metadata, max_score: Decimal, findings: Findings) -> tuple[ReferenceSolution, ...]:
    """Every reference solution, with the rules that it must keep."""
    folders = legacy_folders(max_score) if metadata.format.is_legacy else dict(CURRENT_FOLDERS)
    if metadata.format is Format.DRAFT:
        folders["partially_accepted"] = partially_accepted(max_score)
    settings = read_settings(tree, metadata, folders, findings)
    below = [path.removeprefix("submissions/") for path in tree.under("submissions") if path != RULES_PATH]
    programs: dict[str, list[str]] = {}
    for path in below:
        folder, _, rest = path.partition("/")
        if not rest:
            findings.warning(f"submissions/{path}", "stray-file", "solutions lie in folders such as submissions/accepted/")
        else:
            programs.setdefault(f"{folder}/{rest.partition('/')[0]}", []).append(path)
    solutions: list[ReferenceSolution] = []
    if len(programs) > SOLUTIONS_MAX:
        findings.obstacle(
            "submissions/", "too-many-solutions", f"there are {len(programs)} solutions; {SOLUTIONS_MAX} are allowed"
        )
    for path, files in sorted(programs.items())[:SOLUTIONS_MAX]:
        folder = path.partition("/")[0]
        matching = [setting for setting in settings if setting.pattern.fullmatch(path)]
        rules = tuple(setting.rule for setting in matching if setting.rule)
        if folder in folders or folder in OWN_FOLDERS:
            rules = (folders.get(folder) or OWN_FOLDERS[folder], *rules)
        if not rules:
            findings.error(
                f"submissions/{folder}/", "unknown-folder", "the name says no verdict, and submissions.yaml no rule for it"
            )
            continue
        program = read_program(tree, path, files, matching, metadata, findings)
        if program:
            solutions.append(ReferenceSolution(path, program, rules))
    if not any(solution.path.startswith("accepted/") for solution in solutions):
        findings.obstacle(
            "submissions/accepted/", "accepted-missing", "there is no accepted solution in a language that we have"
        )
    return tuple(solutions)


def read_program(
    tree: Tree, path: str, files: list[str], settings: list[SolutionSettings], metadata: Metadata, findings: Findings
) -> Program | None:
    """One program: its language by `submissions.yaml`, else by the endings of its files; its entry point first."""
    where = f"submissions/{path}"
    code = next((setting.language for setting in settings if setting.language), None)
    sources = [f"submissions/{file}" for file in files]
    language = languages.get(code) if code else language_of(where, sources, findings)
    if language is None:
        findings.warning(where, "language-unknown", "we do not have its language: it is not judged")
        return None
    entry = next((setting.entry for setting in settings if setting.entry), None)
    return read_files(tree, where, sources, language, entry, metadata, findings)


def read_settings(tree: Tree, metadata: Metadata, folders: dict[str, Rule], findings: Findings) -> list[SolutionSettings]:
    """The patterns of `submissions.yaml`. One that is just a default folder's name replaces that folder's rule in `folders`."""
    if RULES_PATH not in tree or metadata.format.is_legacy:
        return []
    fields = read_fields(tree, RULES_PATH, findings)
    settings: list[SolutionSettings] = []
    if fields and (len(fields.values) > PATTERNS_MAX or any(pattern.count("*") > STARS_MAX for pattern in fields.values)):
        findings.error(RULES_PATH, "bad-value", f"at most {PATTERNS_MAX} patterns, each with at most {STARS_MAX} stars")
        return []
    for pattern in fields.values if fields else ():
        entry = fields.mapping(pattern) if fields else None
        if entry is None:
            findings.error(RULES_PATH, "bad-value", f"'{pattern}' must be a mapping")
            continue
        replaced = folders.get(pattern)
        message = read_message(tree, metadata, entry, pattern)
        own = read_rule(entry, replaced, message)
        if replaced and own:
            folders[pattern] = own
        settings.append(
            SolutionSettings(glob(pattern), entry.text("language"), entry.text("entrypoint"), None if replaced else own)
        )
        for key in ("authors", "model_solution", "use_for_time_limit"):
            entry.get(key)
        for key in entry.values:
            if key.partition("/")[0] in {"sample", "secret"}:
                entry.get(key)
                findings.warning(
                    RULES_PATH, "rule-not-checked", f"'{pattern}': rules for a part of the cases are not checked yet"
                )
        entry.finish()
    return settings


def read_message(tree: Tree, metadata: Metadata, entry: Fields, pattern: str) -> str:
    """`message`: what the task's own validator must tell examiners. The default checker writes none."""
    message = entry.text("message") or ""
    if message and not tree.has_folder(folder_of(tree, metadata)):
        entry.findings.warning(RULES_PATH, "rule-not-checked", f"'{pattern}': the default checker writes no messages")
        return ""
    return message


def read_rule(entry: Fields, basis: Rule | None, message: str) -> Rule | None:
    """`permitted`, `required` and `score` of one pattern with its message; None if it has none of them."""
    permitted, required = read_verdicts(entry, "permitted"), read_verdicts(entry, "required")
    score = read_score(entry)
    if permitted is None and required is None and score is None and not message:
        return None
    if permitted is None:
        permitted = frozenset(basis.permitted) if basis else ANY
    if required is None:
        required = frozenset(basis.required) if basis else ANY
    if not permitted & required:
        entry.findings.error(entry.path, "rule-impossible", f"'{entry.where}': no verdict is both permitted and required")
    return rule(permitted, required, score, message)


def read_verdicts(entry: Fields, key: str) -> frozenset[Verdict] | None:
    """A sequence of the format's verdicts."""
    names = entry.texts(key)
    if names is None:
        return None
    if not set(names) <= OF_FORMAT.keys():
        entry.wrong(key, f"a sequence of {', '.join(OF_FORMAT)}")
        return ANY
    return verdicts_of(*names)


def read_score(entry: Fields) -> tuple[Decimal, Decimal] | None:
    """A score, or the two ends of a range of scores."""
    value = entry.get("score")
    ends = cast("list[object]", value) if isinstance(value, list) else [value, value]
    if value is None:
        return None
    if len(ends) != 2 or not all(type(end) in {int, float} and abs(cast("float", end)) <= NUMBER_MAX for end in ends):
        entry.wrong("score", "a number, or a sequence of two")
        return None
    low, high = (Decimal(str(end)) for end in ends)
    return low, high


def glob(pattern: str) -> re.Pattern[str]:
    """A pattern of `submissions.yaml`: `*` within one name, `{a,b}` for either; what it matches, it matches with all below."""
    parts = re.split(r"(\*|\{[^{}]*\})", pattern.removesuffix("/"))
    translated = "".join(
        "[^/]*"
        if part == "*"
        else f"(?:{'|'.join(re.escape(choice) for choice in part[1:-1].split(','))})"
        if part.startswith("{") and part.endswith("}")
        else re.escape(part)
        for part in parts
    )
    return re.compile(f"{translated}(?:/.*)?")
