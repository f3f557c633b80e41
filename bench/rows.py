"""One line of a benchmark's table: ours, the baseline of the same run, and the aim."""

import statistics
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` and `baseline` are medians in `unit`, each with its 95th percentile; `met` is None where there is no aim."""

    row: str
    ours: float
    ours_p95: float
    baseline: float
    baseline_p95: float
    unit: str
    aim: str
    met: bool | None

    @property
    def ratio(self) -> float | None:
        """Ours by the baseline, where there is one."""
        return self.ours / self.baseline if self.baseline else None

    def as_json(self) -> dict[str, Any]:
        """The row with its ratio, rounded to what was measured."""
        rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(self).items()}
        return rounded | {"ratio": None if self.ratio is None else round(self.ratio, 3)}


def middle(values: list[float]) -> float:
    """The median."""
    return statistics.median(values)


def p95(values: list[float]) -> float:
    """The 95th percentile: the value that one in twenty is above."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


HEADS = ("", "median", "p95", "baseline", "its p95", "difference", "ratio", "aim", "met")


def cells(row: Row) -> tuple[str, ...]:
    """A row as texts, in the order of `HEADS`."""
    unit = f" {row.unit}".rstrip()
    met = {True: "yes", False: "no", None: ""}[row.met]
    numbers = (row.ours, row.ours_p95, row.baseline, row.baseline_p95, row.ours - row.baseline)
    return (
        row.row,
        *(f"{number:.2f}{unit}" for number in numbers),
        "" if row.ratio is None else f"{row.ratio:.2f}",
        row.aim,
        met,
    )


def printed(rows: list[Row]) -> str:
    """The table for a terminal."""
    table = [HEADS, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column in {0, 7} else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in table
    )


def markdown(rows: list[Row]) -> str:
    """The table for a document."""
    lines = [f"| {' | '.join(line)} |" for line in (HEADS, *(cells(row) for row in rows))]
    return "\n".join([lines[0], "|" + "---|" * len(HEADS), *lines[1:]])
