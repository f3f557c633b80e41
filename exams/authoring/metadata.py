"""`problem.yaml` in the three forms that are met: `legacy` (and its subset `legacy-icpc`), `2023-07-draft` and `2025-09`.

Source of the rules: ICPC/Kattis package format, "Problem metadata", each in its version. Unknown keys are errors there and
here.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from exams.authoring.fields import Fields, read_fields
from exams.authoring.finding import Findings
from exams.authoring.limits import PackageLimits, read_limits
from exams.authoring.tree import Tree
from exams.tasks.dataset import JudgingKind, ValidatorScore

PATH: Final = "problem.yaml"

LICENCES: Final = ("unknown", "public domain", "cc0", "cc by", "cc by-sa", "educational", "permission")
"""A closed list in every version of the format."""

CONSTANT_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class Format(StrEnum):
    """Versions of the package format."""

    LEGACY = "legacy"
    LEGACY_ICPC = "legacy-icpc"
    DRAFT = "2023-07-draft"
    CURRENT = "2025-09"

    @property
    def is_legacy(self) -> bool:
        """Before `problem_format_version` was introduced."""
        return self in {Format.LEGACY, Format.LEGACY_ICPC}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What `problem.yaml` says. `names` is by language; a legacy name without a language is filed under the empty string."""

    format: Format
    names: dict[str, str] = field(default_factory=dict[str, str])
    kind: JudgingKind = JudgingKind.DEFAULT
    scoring: bool = False
    validator_score: ValidatorScore = ValidatorScore.NONE
    checker_arguments: tuple[str, ...] = ()
    limits: PackageLimits = field(default_factory=PackageLimits)
    languages: tuple[str, ...] | None = None
    constants: dict[str, str] = field(default_factory=dict[str, str])


def read_metadata(tree: Tree, findings: Findings) -> Metadata:
    """Read `problem.yaml`; what cannot be read has its default, and a finding."""
    if PATH not in tree:
        findings.error(PATH, "file-missing", "every package has a problem.yaml at its root")
        return Metadata(Format.CURRENT)
    fields = read_fields(tree, PATH, findings)
    if fields is None:
        return Metadata(Format.CURRENT)
    version = fields.text("problem_format_version") or Format.LEGACY
    if version not in set(Format):
        findings.error(PATH, "unknown-format", f"'problem_format_version' must be one of {', '.join(Format)}")
        return Metadata(Format.CURRENT)
    package_format = Format(version)
    metadata = read_legacy(fields, package_format) if package_format.is_legacy else read_current(fields, package_format)
    fields.finish()
    return metadata


def read_current(fields: Fields, package_format: Format) -> Metadata:
    """The keys of 2023-07-draft and 2025-09."""
    kind, scoring = read_type(fields)
    read_uuid(fields, required=True)
    fields.text("version")
    authors = read_credits(fields)
    source = read_source(fields)
    read_licence(fields, has_owner=authors or source)
    fields.get("embargo_until")
    fields.texts("keywords")
    if fields.flag("allow_file_writing"):
        fields.findings.obstacle(
            PATH, "file-writing-unsupported", "'allow_file_writing': programs write to nothing but /tmp here"
        )
    languages = fields.texts("languages")
    limits = read_limits(fields, legacy=False)
    if limits.validation_passes and not kind.is_multi_pass:
        fields.findings.error(PATH, "passes-without-multi-pass", "'limits.validation_passes' is for multi-pass tasks only")
    by = ValidatorScore.BY_CASE if package_format is Format.CURRENT else ValidatorScore.BY_GROUP
    return Metadata(
        package_format,
        read_names(fields),
        kind,
        scoring,
        by if scoring else ValidatorScore.NONE,
        limits=limits,
        languages=None if languages == ("all",) else languages,
        constants=read_constants(fields),
    )


def read_legacy(fields: Fields, package_format: Format) -> Metadata:
    """The keys of `legacy` and of `legacy-icpc`, which has neither scores nor grading."""
    findings = fields.findings
    read_uuid(fields, required=False)
    author = fields.text("author")
    source = fields.text("source")
    if fields.text("source_url") and not source:
        findings.error(PATH, "source-missing", "'source_url' must not be given without 'source'")
    read_licence(fields, has_owner=bool(author or source))
    fields.texts("keywords")
    name = fields.text("name")
    scoring = False
    if package_format is Format.LEGACY:
        kind = fields.text("type") or "pass-fail"
        if kind not in {"pass-fail", "scoring"}:
            fields.wrong("type", "pass-fail or scoring")
        scoring = kind == "scoring"
        grading = fields.mapping("grading")
        if grading:
            if (grading.text("objective") or "max") != "max":
                findings.obstacle(
                    PATH, "objective-unsupported", "'grading.objective': only a score to maximise can be an exam's"
                )
            grading.get("show_test_data_groups")
            grading.finish(unknown_is_error=False)
    validation = (fields.text("validation") or "default").split()
    judging_kind, validator_score = JudgingKind.DEFAULT, ValidatorScore.NONE
    if validation[0] == "custom" and set(validation[1:]) <= {"score", "interactive"}:
        judging_kind = JudgingKind.INTERACTIVE if "interactive" in validation else JudgingKind.CUSTOM
        if "score" in validation:
            validator_score = ValidatorScore.REQUIRED
            if not scoring:
                findings.error(
                    PATH, "score-without-scoring", "'validation: custom score' is for tasks of the type scoring only"
                )
    elif validation != ["default"]:
        fields.wrong("validation", "'default', or 'custom' with 'score' and 'interactive'")
    return Metadata(
        package_format,
        {"": name} if name else {},
        judging_kind,
        scoring,
        validator_score,
        tuple((fields.text("validator_flags") or "").split()),
        read_limits(fields, legacy=True),
    )


def read_type(fields: Fields) -> tuple[JudgingKind, bool]:
    """`type`: how outputs are judged, and whether there are scores."""
    types = fields.texts("type") or ("pass-fail",)
    known = {"pass-fail", "scoring", "multi-pass", "interactive", "submit-answer"}
    chosen = set(types)
    if chosen - known or len(chosen) < len(types):
        fields.wrong("type", f"one or several of {', '.join(sorted(known))}, none twice")
    if chosen >= {"pass-fail", "scoring"} or ("submit-answer" in chosen and chosen & {"multi-pass", "interactive"}):
        fields.findings.error(PATH, "types-exclude-each-other", f"'type': {' and '.join(sorted(chosen))} exclude each other")
    kind = JudgingKind.SUBMIT_ANSWER if "submit-answer" in chosen else JudgingKind.DEFAULT
    if "interactive" in chosen:
        kind = JudgingKind.INTERACTIVE_MULTI_PASS if "multi-pass" in chosen else JudgingKind.INTERACTIVE
    elif "multi-pass" in chosen:
        kind = JudgingKind.MULTI_PASS
    return kind, "scoring" in chosen


def read_names(fields: Fields) -> dict[str, str]:
    """`name`: a mapping by language, or a string that is the English name."""
    value = fields.get("name")
    if isinstance(value, str) and value.strip():
        return {"en": value}
    names = fields.mapping("name") if value is not None else None
    if names is None:
        fields.findings.error(PATH, "key-missing", "'name' is required: a string, or a mapping by language")
        return {}
    return {language: name for language in names.values if (name := names.text(language))}


def read_uuid(fields: Fields, *, required: bool) -> None:
    """`uuid` tracks a task through changes of its name."""
    value = fields.text("uuid", required=required)
    if value is not None:
        try:
            UUID(value)
        except ValueError:
            fields.wrong("uuid", "a UUID")


def read_credits(fields: Fields) -> bool:
    """`credits`: who made the task. True if it names an author, who then owns the rights where nobody else is named."""
    if isinstance(fields.get("credits"), str):
        return True
    credits_ = fields.mapping("credits")
    if credits_ is None:
        return False
    for key in ("contributors", "testers", "translators", "packagers", "acknowledgements"):
        credits_.get(key)
    authors = credits_.get("authors")
    credits_.finish()
    return bool(authors)


def read_source(fields: Fields) -> bool:
    """`source`: where the task was first used. True if it names one."""
    return bool(fields.get("source"))


def read_licence(fields: Fields, *, has_owner: bool) -> None:
    """`license` and `rights_owner`: a closed list, and whose rights they are."""
    licence = fields.text("license") or "unknown"
    owner = fields.text("rights_owner")
    if licence not in LICENCES:
        fields.wrong("license", f"one of {', '.join(LICENCES)}")
    elif licence == "unknown":
        fields.findings.obstacle(PATH, "licence-unknown", "'license' is unknown: the task may not be used")
    elif licence == "public domain":
        if owner:
            fields.findings.error(PATH, "owner-of-public-domain", "'rights_owner' must not be given for the public domain")
    elif not owner and not has_owner:
        fields.findings.error(PATH, "owner-missing", f"the licence '{licence}' needs a 'rights_owner', author or source")


def read_constants(fields: Fields) -> dict[str, str]:
    """`constants`: names to numbers or strings, in place of `{{name}}` in statements, programs and group settings."""
    given = fields.mapping("constants")
    constants: dict[str, str] = {}
    for name, value in given.values.items() if given else ():
        if not CONSTANT_NAME.fullmatch(name) or isinstance(value, bool) or not isinstance(value, int | float | str):
            fields.wrong(f"constants.{name}", "a number or a string under a name of letters, digits and '_'")
        else:
            constants[name] = str(value)
    return constants
