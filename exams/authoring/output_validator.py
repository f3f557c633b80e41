"""The package's own output validator: `output_validator/` (legacy: one file or folder below `output_validators/`).

Source: ICPC/Kattis package format 2025-09, "Output validator", and legacy, "Output Validators". It is read here and runs in the
sandbox only.
"""

from typing import Final

from exams.authoring.finding import Findings
from exams.authoring.metadata import Metadata
from exams.authoring.programs import language_of, read_files
from exams.authoring.tree import Tree
from exams.tasks.dataset import VALIDATION_PASSES_DEFAULT, JudgingKind, Validator, ValidatorFile
from sandbox import languages

CURRENT_FOLDER: Final = "output_validator"
LEGACY_FOLDER: Final = "output_validators"

PASSES_MAX: Final = 20
"""Of one case. Each may take the whole time limit, and a slot is held for all of them."""


def folder_of(tree: Tree, metadata: Metadata) -> str:
    """Where this package keeps its validator; drafts of the format had the legacy name."""
    if metadata.format.is_legacy:
        return LEGACY_FOLDER
    return CURRENT_FOLDER if tree.has_folder(CURRENT_FOLDER) or not tree.has_folder(LEGACY_FOLDER) else LEGACY_FOLDER


def read_output_validator(tree: Tree, metadata: Metadata, kind: JudgingKind, findings: Findings) -> Validator | None:
    """The validator of a task of this kind. A kind that needs one and has none cannot be published."""
    folder = folder_of(tree, metadata)
    if not kind.needs_validator:
        if tree.has_folder(folder):
            findings.warning(f"{folder}/", "validator-unused", "outputs are judged by the default checker: it is not run")
        return None
    if not tree.has_folder(folder):
        findings.obstacle(f"{folder}/", "output-validator-missing", f"a task of the kind '{kind}' has its own output validator")
        return None
    where, files = program_in(tree, folder, findings)
    if not files:
        return None
    language = language_of(where, files, findings)
    if language is None:
        findings.obstacle(where, "validator-language", "it is in no language that we have")
        return None
    program = read_files(tree, where, files, language, entry_of(files, language.extensions, language.entry), metadata, findings)
    if program is None:
        return None
    passes = (metadata.limits.validation_passes or VALIDATION_PASSES_DEFAULT) if kind.is_multi_pass else 1
    if passes > PASSES_MAX:
        findings.obstacle(
            "problem.yaml", "limit-too-high", f"'limits.validation_passes' is {passes}; we can promise {PASSES_MAX} at most"
        )
    return Validator(
        language.code,
        tuple(ValidatorFile(file.name, file.content) for file in program.files),
        min(passes, PASSES_MAX),
        metadata.validator_score,
    )


def program_in(tree: Tree, folder: str, findings: Findings) -> tuple[str, list[str]]:
    """The one program below `folder`, as where it lies and its files: a folder in it, or the files directly in it.

    Several programs are legal in legacy packages, where all of them must accept an output.
    """
    below = tree.under(folder)
    inner = sorted({path.removeprefix(f"{folder}/").partition("/")[0] for path in below if path.count("/") > 1})
    direct = [path for path in below if path.count("/") == 1]
    programs = len(inner) + (1 if any(languages.of_file(path) for path in direct) else 0)
    if folder == LEGACY_FOLDER:
        programs = len(inner) + sum(1 for path in direct if languages.of_file(path))
    if programs > 1:
        findings.obstacle(f"{folder}/", "validators-several", "only one output validator judges a task here")
        return folder, []
    if inner and not any(languages.of_file(path) for path in direct):
        return f"{folder}/{inner[0]}", tree.under(f"{folder}/{inner[0]}")
    return folder, direct


def entry_of(files: list[str], endings: tuple[str, ...], usual: str) -> str | None:
    """The file that holds the entry point: called as the language wants it, else the one that calls itself a validator."""
    names = [file.rpartition("/")[2] for file in files if file.endswith(endings)]
    return usual if usual in names else next((name for name in sorted(names) if "valid" in name.lower()), None)
