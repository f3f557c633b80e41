"""How exact a score is: classical test theory, from the released results of the same scheme, or an honest "cannot be said".

A score is one sample of what a person can do. Had other tasks of the same kind been drawn, it would be somewhat different; the
*standard error of measurement* says by how much, typically:

    SEM = SD · √(1 − α),   α = k/(k−1) · (1 − Σ s²ᵢ / s²)

with s²ᵢ the variance of the points of part i over all sittings, s² that of the totals, SD = s (Cronbach, *Psychometrika* 16,
1951; Lord and Novick, *Statistical Theories of Mental Test Scores*, 1968). A *part* is a row of the blueprint,
whatever task was drawn for it: the draw of the task is a part of the error that is asked for. The test cases of one task are
not parts: they depend on each other and would make any score look exact.

α is a lower bound of the reliability where the parts are of different length or kind, as here (Novick and Lewis,
*Psychometrika* 32, 1967), so the error that is told is rather too large than too small. Nothing is told where it would be a
made-up number: from fewer than `SITTINGS_MIN` sittings, of a single part, or where the parts do not measure together (α ≤ 0).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

SITTINGS_MIN: Final = 100
"""From so many on the standard deviation itself is known to about 7 % (1 / √(2(N − 1)) for normal scores)."""

SITTINGS_MAX: Final = 2_000
"""The newest ones. More would change the third digit, and every report computes them anew."""

PARTS_MIN: Final = 2
"""How another task of the same kind would have gone cannot be told from one."""


@dataclass(frozen=True, slots=True)
class Precision:
    """What was found: from how many `sittings`, the `reliability` α, and the `standard_error` in points."""

    sittings: int
    reliability: float
    standard_error: float


class Unknown(StrEnum):
    """Why nothing is told."""

    TOO_FEW_SITTINGS = "too-few-sittings"
    ONE_PART = "one-part"
    NO_COMMON_MEASURE = "no-common-measure"
    """all scores are equal, or the parts have nothing in common"""


@dataclass(frozen=True, slots=True)
class NoPrecision:
    """Why the error is not told, and how many `sittings` there are."""

    sittings: int
    reason: Unknown


Measured: TypeAlias = Precision | NoPrecision


@dataclass(frozen=True, slots=True)
class Band:
    """One standard error to each side of a score, within what a paper can give."""

    low: float
    high: float


def variance(values: Sequence[float]) -> float:
    """The unbiased variance. Needs two values."""
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def alpha(sittings: Sequence[Sequence[float]]) -> float | None:
    """Cronbach's α of the points by sitting and part; None if there is no spread, or fewer than two of either.

    For example `alpha([[1, 1], [0, 0], [1, 0]])` is 0.666….
    """
    if len(sittings) < PARTS_MIN or len(sittings[0]) < PARTS_MIN:
        return None
    parts = len(sittings[0])
    total = variance([math.fsum(one) for one in sittings])
    if total <= 0:
        return None
    within = math.fsum(variance([one[part] for one in sittings]) for part in range(parts))
    return parts / (parts - 1) * (1 - within / total)


def standard_error(deviation: float, reliability: float) -> float:
    """The standard error of measurement of scores with this standard deviation and reliability (from 0 to 1)."""
    return deviation * math.sqrt(1 - reliability)


def precision(sittings: Sequence[Sequence[float]]) -> Measured:
    """The precision of a sum of parts, from the points of earlier sittings (rows) in each part (columns)."""
    count = len(sittings)
    if count and len(sittings[0]) < PARTS_MIN:
        return NoPrecision(count, Unknown.ONE_PART)
    if count < SITTINGS_MIN:
        return NoPrecision(count, Unknown.TOO_FEW_SITTINGS)
    found = alpha(sittings)
    if found is None or found <= 0:
        return NoPrecision(count, Unknown.NO_COMMON_MEASURE)
    reliability = min(found, 1.0)
    deviation = math.sqrt(variance([math.fsum(one) for one in sittings]))
    return Precision(count, reliability, standard_error(deviation, reliability))


def band(score: float, max_score: float, found: Precision) -> Band:
    """One standard error to each side. Of many candidates about two in three have their lasting score within theirs."""
    return Band(max(0.0, score - found.standard_error), min(max_score, score + found.standard_error))
