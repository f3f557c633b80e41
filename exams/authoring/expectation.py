"""What a reference solution must earn: the folder that it is filed in is the expectation.

Source: ICPC/Kattis package format 2025-09, "Example submissions" and "Default directories". The format knows four verdicts;
ours are finer, so its RTE stands for RTE, MLE and OLE. Three folders are Sarap's own, for solutions whose verdict must be
exactly that: `memory_limit_exceeded/`, `output_limit_exceeded/` and `compile_error/`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, assert_never

from exams.judging.judgement import Judged, Judgement, Undetermined
from exams.judging.validator import SCORE_STEP
from exams.judging.verdict import Verdict

OF_FORMAT: Final[dict[str, frozenset[Verdict]]] = {
    "AC": frozenset({Verdict.AC}),
    "WA": frozenset({Verdict.WA}),
    "TLE": frozenset({Verdict.TLE}),
    "RTE": frozenset({Verdict.RTE, Verdict.MLE, Verdict.OLE}),
}
"""The format's verdicts in ours."""


def verdicts_of(*names: str) -> frozenset[Verdict]:
    """Our verdicts for some of the format's: `verdicts_of("AC", "RTE")`."""
    return frozenset(verdict for name in names for verdict in OF_FORMAT[name])


ANY: Final = verdicts_of("AC", "WA", "TLE", "RTE")


@dataclass(frozen=True, slots=True)
class Rule:
    """Every case earns a verdict in `permitted`, at least one a verdict in `required`.

    The score, if given, is in the closed range `score`; the `message`, if given, is part of what the task's own validator tells
    examiners of at least one case. Verdicts are sorted. A program that does not compile has the one verdict CE.
    """

    permitted: tuple[Verdict, ...]
    required: tuple[Verdict, ...]
    score: tuple[Decimal, Decimal] | None = None
    message: str = ""

    def met_by(self, judged: Judged) -> bool:
        """Whether a judgement keeps this rule."""
        verdicts = {case.verdict for case in judged.cases} or {judged.verdict}
        in_range = self.score is None or self.score[0] <= judged.score <= self.score[1]
        told = not self.message or any(self.message in case.judge_message for case in judged.cases)
        return verdicts <= set(self.permitted) and bool(verdicts & set(self.required)) and in_range and told


def rule(
    permitted: Iterable[Verdict],
    required: Iterable[Verdict],
    score: tuple[Decimal, Decimal] | None = None,
    message: str = "",
) -> Rule:
    """A rule with its verdicts in the vocabulary's order."""
    order = list(Verdict)
    return Rule(tuple(sorted(permitted, key=order.index)), tuple(sorted(required, key=order.index)), score, message)


CURRENT_FOLDERS: Final[dict[str, Rule]] = {
    "accepted": rule(verdicts_of("AC"), ANY),
    "rejected": rule(ANY, verdicts_of("RTE", "TLE", "WA")),
    "wrong_answer": rule(verdicts_of("AC", "WA"), verdicts_of("WA")),
    "time_limit_exceeded": rule(verdicts_of("AC", "TLE"), verdicts_of("TLE")),
    "run_time_error": rule(verdicts_of("AC", "RTE"), verdicts_of("RTE")),
    "brute_force": rule(verdicts_of("AC", "RTE", "TLE"), verdicts_of("RTE", "TLE")),
}

OWN_FOLDERS: Final[dict[str, Rule]] = {
    "memory_limit_exceeded": rule({Verdict.AC, Verdict.MLE}, {Verdict.MLE}),
    "output_limit_exceeded": rule({Verdict.AC, Verdict.OLE}, {Verdict.OLE}),
    "compile_error": rule({Verdict.CE}, {Verdict.CE}),
}


def partially_accepted(max_score: Decimal) -> Rule:
    """Some points and not all (legacy and 2023-07-draft, "Example Submissions")."""
    return rule(ANY, ANY, (SCORE_STEP, max_score - SCORE_STEP))


def legacy_folders(max_score: Decimal) -> dict[str, Rule]:
    """The folders of the legacy form, whose rules are looser (its section "Example Submissions")."""
    return {
        "accepted": CURRENT_FOLDERS["accepted"],
        "partially_accepted": partially_accepted(max_score),
        "wrong_answer": CURRENT_FOLDERS["wrong_answer"],
        "time_limit_exceeded": rule(verdicts_of("AC", "WA", "TLE"), verdicts_of("TLE")),
        "run_time_error": rule(ANY, verdicts_of("RTE")),
    }


def as_expected(rules: Iterable[Rule], judgement: Judgement) -> bool:
    """Whether a solution earned what it is filed under. What could not be judged never did."""
    match judgement:
        case Judged():
            return all(one.met_by(judgement) for one in rules)
        case Undetermined():
            return False
        case _:
            assert_never(judgement)


def may_earn(rules: Iterable[Rule]) -> tuple[Verdict, ...]:
    """The overall verdicts that a solution may earn, for people to read: what every rule permits and requires."""
    given = tuple(rules)
    return tuple(
        verdict for verdict in Verdict if given and all(verdict in one.permitted and verdict in one.required for one in given)
    )
