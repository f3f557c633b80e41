"""Settings of a test group: `test_group.yaml` (2025-09) and `testdata.yaml` (legacy, and drafts that kept it).

Source: ICPC/Kattis package format, "Test data configuration" and, for legacy, "Default Grader Specification".
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from exams.authoring.fields import Fields, read_fields
from exams.authoring.finding import Findings
from exams.authoring.metadata import Format, Metadata
from exams.authoring.tree import Tree
from exams.tasks.dataset import Aggregation, FailureRule, ScoreCondition

CURRENT_AGGREGATIONS: Final = (Aggregation.PASS_FAIL, Aggregation.SUM, Aggregation.MIN)
LEGACY_AGGREGATIONS: Final = (Aggregation.SUM, Aggregation.MIN, Aggregation.MAX, Aggregation.AVERAGE)

CURRENT_NAME: Final = "test_group.yaml"
LEGACY_NAME: Final = "testdata.yaml"


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """What a group's file says. `max_score` is None for unbounded; `case_score` is None where it follows from `max_score`."""

    aggregation: Aggregation
    max_score: Decimal | None
    case_score: Decimal | None
    stop_at_failure: bool
    checker_arguments: tuple[str, ...] = ()
    reject_score: Decimal = Decimal(0)
    condition: ScoreCondition = ScoreCondition.ALWAYS
    failure: FailureRule = FailureRule.FIRST
    requires: tuple[str, ...] = ()


def defaults(group: str, metadata: Metadata) -> GroupSettings:
    """The settings of a group without a file."""
    if not metadata.scoring:
        return GroupSettings(Aggregation.PASS_FAIL, Decimal(1), None, stop_at_failure=True)
    if metadata.format.is_legacy:
        return GroupSettings(
            Aggregation.SUM,
            None,
            Decimal(1),
            stop_at_failure=True,
            condition=ScoreCondition.ALL,
            failure=FailureRule.WORST,
        )
    if group == "secret":
        return GroupSettings(Aggregation.SUM, Decimal(100), None, stop_at_failure=False)
    return GroupSettings(Aggregation.PASS_FAIL, None, None, stop_at_failure=True)


def read_group(
    tree: Tree, group: str, metadata: Metadata, inherited: GroupSettings | None, findings: Findings
) -> GroupSettings:
    """The settings of `group`, a path under `data/`.

    `inherited` are those of the group above, which packages before 2025-09 use.
    """
    folder = f"data/{group}".rstrip("/")
    current, legacy = f"{folder}/{CURRENT_NAME}", f"{folder}/{LEGACY_NAME}"
    if current in tree and not metadata.format.is_legacy:
        fields = read_fields(tree, current, findings, metadata.constants)
        return read_current(fields, group, metadata) if fields else defaults(group, metadata)
    if legacy in tree:
        fields = read_fields(tree, legacy, findings)
        return read_legacy(fields, metadata) if fields else defaults(group, metadata)
    return inherited if inherited and metadata.format is not Format.CURRENT else defaults(group, metadata)


def read_current(fields: Fields, group: str, metadata: Metadata) -> GroupSettings:
    """The keys of `test_group.yaml`."""
    findings = fields.findings
    basis = defaults(group, metadata)
    aggregation, max_score, requires = basis.aggregation, basis.max_score, ()
    scored = ("max_score", "score_aggregation", "require_pass")
    if group == "sample" or not metadata.scoring:
        for key in scored:
            if fields.get(key) is not None:
                findings.error(fields.path, "score-not-allowed", f"'{key}' is for the secret groups of scoring tasks only")
    else:
        chosen = fields.text("score_aggregation")
        if chosen in CURRENT_AGGREGATIONS:
            aggregation = Aggregation(chosen)
        elif chosen is not None:
            fields.wrong("score_aggregation", f"one of {', '.join(CURRENT_AGGREGATIONS)}")
        if fields.get("max_score") == "unbounded":
            max_score = None
        else:
            bound = fields.integer("max_score", least=0)
            max_score = max_score if bound is None else Decimal(bound)
        requires = fields.texts("require_pass") or ()
    read_case_keys(fields)
    for key in ("static_validation_score", "static_validator_args"):
        if fields.get(key) is not None:
            findings.obstacle(fields.path, "static-validator-unsupported", f"'{key}': programs are judged by running them only")
    arguments = fields.texts("output_validator_args") or ()
    fields.finish()
    return GroupSettings(aggregation, max_score, None, aggregation is not Aggregation.SUM, arguments, requires=requires)


def read_case_keys(fields: Fields) -> None:
    """The keys that a group shares with a single case and that do not concern judging by the default checker."""
    if fields.texts("args"):
        fields.findings.obstacle(fields.path, "args-unsupported", "'args': programs get no command-line arguments here")
    for key in ("input_validator_args", "input_visualizer_args", "output_visualizer_args"):
        fields.get(key)
    fields.flag("full_feedback")


def read_legacy(fields: Fields, metadata: Metadata) -> GroupSettings:
    """The keys of `testdata.yaml`."""
    findings = fields.findings
    on_reject = fields.text("on_reject") or "break"
    if on_reject not in {"break", "continue"}:
        fields.wrong("on_reject", "break or continue")
    if (fields.text("grading") or "default") != "default":
        findings.obstacle(fields.path, "grader-unsupported", "'grading: custom': scores follow the default grader here")
    aggregation, condition, failure = read_grader_flags(fields, metadata)
    if aggregation is Aggregation.AVERAGE and on_reject == "break":
        findings.obstacle(
            fields.path, "grader-unsupported", "'avg' with 'on_reject: break': a case more that is right could lower the score"
        )
    accept_score, reject_score = read_case_scores(fields)
    max_score = read_range(fields)
    fields.get("input_validator_flags")
    flags = fields.get("output_validator_flags")
    if flags is not None and not isinstance(flags, str):
        findings.obstacle(fields.path, "validator-choice-unsupported", "'output_validator_flags' may only be a string here")
    fields.finish()
    return GroupSettings(
        aggregation,
        max_score if metadata.scoring else Decimal(1),
        accept_score if metadata.scoring else None,
        on_reject == "break",
        tuple(flags.split()) if isinstance(flags, str) else (),
        reject_score if metadata.scoring else Decimal(0),
        condition if metadata.scoring else ScoreCondition.ALWAYS,
        failure,
    )


def read_grader_flags(fields: Fields, metadata: Metadata) -> tuple[Aggregation, ScoreCondition, FailureRule]:
    """`grader_flags`: how the default grader makes one result of several. Of flags that exclude each other the last one counts.

    `ignore_sample` is always so here: samples earn no points.
    """
    findings = fields.findings
    aggregation = Aggregation.SUM if metadata.scoring else Aggregation.PASS_FAIL
    condition, failure = ScoreCondition.ALL, FailureRule.WORST
    for flag in (fields.text("grader_flags") or "").split():
        if flag in LEGACY_AGGREGATIONS:
            aggregation = Aggregation(flag) if metadata.scoring else aggregation
        elif flag in {"worst_error", "first_error"}:
            failure = FailureRule(flag.removesuffix("_error"))
        elif flag == "accept_if_any_accepted":
            condition = ScoreCondition.ANY
            if not metadata.scoring:
                rule = "'accept_if_any_accepted': a task without scores is all or nothing here"
                findings.obstacle(fields.path, "grader-unsupported", rule)
        elif flag == "always_accept":
            rule = "'grader_flags: always_accept' calls every program accepted: an exam's verdict must say something"
            findings.obstacle(fields.path, "grader-unsupported", rule)
        elif flag != "ignore_sample":
            findings.error(fields.path, "bad-value", f"'grader_flags' has no flag '{flag}'")
    return aggregation, condition, failure


def read_case_scores(fields: Fields) -> tuple[Decimal, Decimal]:
    """`accept_score` and `reject_score`: what a case is worth. A rejected one must earn less, or doing worse would pay."""
    accept, reject = fields.number("accept_score"), fields.number("reject_score")
    accept_score = Decimal(1) if accept is None else Decimal(str(accept))
    reject_score = Decimal(0) if reject is None else Decimal(str(reject))
    if accept_score < 0 or reject_score < 0:
        fields.findings.obstacle(fields.path, "negative-score", "an exam has no negative scores")
    elif reject_score and reject_score >= accept_score:
        fields.findings.obstacle(
            fields.path, "reject-score-unsupported", "'reject_score': a rejected case must earn less than an accepted one"
        )
    return max(accept_score, Decimal(0)), max(reject_score, Decimal(0))


def read_range(fields: Fields) -> Decimal | None:
    """The upper end of legacy `range: 0 100`; None where it is infinite or absent."""
    text = fields.text("range")
    if text is None:
        return None
    try:
        low, high = (Decimal(part) for part in text.split())
    except (InvalidOperation, ValueError):
        fields.wrong("range", "two numbers, e.g. '0 100'")
        return None
    if low.is_nan() or high.is_nan() or low > high:
        fields.wrong("range", "two numbers, the lower first")
        return None
    if low < 0:
        fields.findings.obstacle(fields.path, "negative-score", "'range' begins below 0: an exam has no negative scores")
    return high if high.is_finite() else None
