"""A task as a folder: the ICPC/Kattis package format in its legacy, legacy-icpc, 2023-07-draft and 2025-09 forms, read at once.

    package = read_package(Path("examples/tasks/membercard"))
    package.findings            # everything wrong with it, the worst first
    package.dataset             # what judge() needs

Reading never raises for a fault of the author's; it reports. Programs of the package are read and never run here.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exams.authoring.certification import read_certification
from exams.authoring.finding import Finding, Findings, refuses
from exams.authoring.limits import honoured
from exams.authoring.metadata import Metadata, read_metadata
from exams.authoring.output_validator import folder_of, read_output_validator
from exams.authoring.solutions import ReferenceSolution, read_solutions
from exams.authoring.statement_files import names_of, read_statements
from exams.authoring.testdata import read_testdata
from exams.authoring.tree import Tree, walk
from exams.tasks.dataset import Dataset, JudgingKind
from exams.tasks.task import Sample, Statement
from sandbox import languages
from sandbox.runner import Program, SourceFile

SHORT_NAME: Final = re.compile(r"[a-z0-9]{1,50}")

FOLDERS: Final = frozenset(
    [
        "attachments",
        "data",
        "generators",
        "include",
        "input_validators",
        "input_visualizer",
        "output_validator",
        "output_visualizer",
        "solution",
        "statement",
        "static_validator",
        "submissions",
    ]
)
LEGACY_FOLDERS: Final = frozenset(
    ["attachments", "data", "graders", "include", "input_validators", "input_format_validators", "output_validators"]
) | {
    "problem_statement",
    "submissions",
    "generators",
    "solution",
}


@dataclass(frozen=True, slots=True)
class InputValidator:
    """A program that accepts well-formed inputs with exit code 42. `path` is in the package."""

    path: str
    program: Program


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that a package says. If `refused`, parts may be missing or have their defaults."""

    short_name: str
    names: dict[str, str]
    statements: dict[str, Statement]
    samples: tuple[Sample, ...]
    content_area: str
    languages: tuple[str, ...]
    dataset: Dataset
    ac_to_time_limit: float
    solutions: tuple[ReferenceSolution, ...]
    input_validators: tuple[InputValidator, ...]
    findings: tuple[Finding, ...]
    sha256: bytes

    @property
    def refused(self) -> bool:
        """Whether it breaks the format: nothing of it may be saved."""
        return refuses(self.findings)


def read_package(folder: Path) -> Package:
    """Read the package in `folder`, whose name is the task's short name. Raises `OSError` if the folder cannot be read."""
    findings = Findings()
    short_name = folder.resolve().name
    if not SHORT_NAME.fullmatch(short_name):
        findings.error("", "package-name", f"the folder's name '{short_name}' must be of small letters and digits only")
    tree = walk(folder, findings)
    metadata = read_metadata(tree, findings)
    check_folders(tree, metadata, findings)
    statements = read_statements(tree, metadata, findings)
    names = names_of(metadata, statements, short_name, findings)
    kind = kind_of(tree, metadata, findings)
    metadata = replace(metadata, kind=kind)
    validator = read_output_validator(tree, metadata, kind, findings)
    data = read_testdata(tree, metadata, findings)
    cpu_time_ms, memory_mib, output_kib = honoured(metadata.limits, tree, findings)
    certification = read_certification(tree, metadata, set(statements), findings)
    solutions = read_solutions(tree, metadata, data.secret.max_score, findings)
    return Package(
        short_name=short_name,
        names=names,
        statements=statements,
        samples=data.shown,
        content_area=certification.content_area,
        languages=certification.languages,
        dataset=Dataset(kind, data.checker, cpu_time_ms, memory_mib, output_kib, data.samples, data.secret, validator),
        ac_to_time_limit=metadata.limits.ac_to_time_limit,
        solutions=solutions,
        input_validators=read_input_validators(tree, findings),
        findings=findings.sorted(),
        sha256=tree.sha256(),
    )


def kind_of(tree: Tree, metadata: Metadata, findings: Findings) -> JudgingKind:
    """How outputs are judged: in 2025-09 an output validator in the package says so by being there."""
    kind = metadata.kind
    if kind is JudgingKind.DEFAULT and tree.has_folder(folder_of(tree, metadata)) and not metadata.format.is_legacy:
        kind = JudgingKind.CUSTOM
    if kind is JudgingKind.SUBMIT_ANSWER:
        reason = "an exam judges programs; a task whose answers are handed in as files cannot be judged"
        findings.obstacle("problem.yaml", "kind-unsupported", reason)
    return kind


def check_folders(tree: Tree, metadata: Metadata, findings: Findings) -> None:
    """Folders of the root that the format does not know are likely misspelt; some that it knows we cannot honour."""
    known = LEGACY_FOLDERS if metadata.format.is_legacy else FOLDERS | {"output_validators"}
    for folder in sorted({path.partition("/")[0] for path in tree.files if "/" in path} - known):
        findings.warning(f"{folder}/", "unknown-folder", "the format has no folder of this name: it is ignored")
    if tree.has_folder("include"):
        findings.obstacle("include/", "include-unsupported", "files that are added to every program are not supported yet")
    if tree.has_folder("static_validator"):
        findings.obstacle("static_validator/", "static-validator-unsupported", "programs are judged by running them only")


def read_input_validators(tree: Tree, findings: Findings) -> tuple[InputValidator, ...]:
    """The validators that are one Python file. Others are legal, and reported since they are not run."""
    validators: list[InputValidator] = []
    python = languages.get("python3")
    for path in tree.under("input_validators"):
        if not python or path.count("/") > 1 or not path.endswith(python.extensions):
            findings.warning(path, "validator-not-run", "only input validators that are a single Python file are run")
            continue
        text = tree.text_of(path, findings)
        if text is not None:
            validators.append(InputValidator(path, Program(python, (SourceFile(path.rpartition("/")[2], text.encode()),))))
    if not tree.has_folder("input_validators") and not tree.has_folder("input_format_validators"):
        findings.obstacle("input_validators/", "validator-missing", "every package has an input validator")
    return tuple(validators)
