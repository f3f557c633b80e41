"""The default checker's arguments, e.g. `float_tolerance 1e-6 case_sensitive`, as options.

Source: ICPC/Kattis package format 2025-09, "Default output validator specification".
"""

import math

from exams.authoring.finding import Findings
from exams.judging.checker import number_of
from exams.tasks.dataset import CheckerOptions


def read_checker_options(
    by_case: dict[str, tuple[str, ...]], of_package: tuple[str, ...], findings: Findings
) -> CheckerOptions:
    """The options of a dataset.

    Cases that want different ones keep the task from being published: one dataset has one checker.
    """
    chosen = sorted(set(by_case.values()), key=lambda arguments: (len(arguments), arguments))
    if len(chosen) > 1:
        odd = next(name for name, arguments in by_case.items() if arguments == chosen[0])
        findings.obstacle(
            f"data/{odd}.in", "checker-options-differ", "all cases of a task must have the same output_validator_args"
        )
    arguments = chosen[-1] if chosen else of_package
    where = f"data/{next(name for name, given in by_case.items() if given == arguments)}.in" if chosen else "problem.yaml"
    return parse(arguments, where, findings)


def parse(arguments: tuple[str, ...], path: str, findings: Findings) -> CheckerOptions:
    """Arguments as options; every fault is reported under `path`."""
    words = [word for argument in arguments for word in argument.split()]
    flags: set[str] = set()
    tolerances: dict[str, float] = {}
    while words:
        word = words.pop(0)
        if word in {"case_sensitive", "space_change_sensitive"}:
            flags.add(word)
        elif word in {"float_absolute_tolerance", "float_relative_tolerance", "float_tolerance"}:
            value = number_of(words.pop(0).encode()) if words else None
            if value is None or not math.isfinite(value) or value < 0:
                findings.error(path, "bad-checker-argument", f"'{word}' must be followed by a number of at least 0")
            elif word in tolerances:
                findings.error(path, "bad-checker-argument", f"'{word}' is given twice")
            else:
                tolerances[word] = value
        else:
            findings.error(path, "bad-checker-argument", f"the default checker has no argument '{word}'")
    both = tolerances.get("float_tolerance")
    if both is not None and len(tolerances) > 1:
        findings.error(path, "bad-checker-argument", "'float_tolerance' stands for both tolerances and excludes the others")
    return CheckerOptions(
        case_sensitive="case_sensitive" in flags,
        space_change_sensitive="space_change_sensitive" in flags,
        float_absolute_tolerance=tolerances.get("float_absolute_tolerance", both),
        float_relative_tolerance=tolerances.get("float_relative_tolerance", both),
    )
