"""Lines of the table: percentiles in ms beside those of the smallest route in the same run, what went wrong, the aim."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of times in ms."""

    p50: float
    p95: float
    p99: float

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p95:.1f} / {self.p99:.1f}"


@dataclass(frozen=True, slots=True)
class Row:
    """`took` and `hello` are of one run; `errors` was not answered as it should, `lost` is not in the database.

    `aim` in words, and whether it was met; `more` says what else was measured.
    """

    row: str
    count: int
    took: Percentiles | None
    hello: Percentiles | None
    errors: int
    lost: int | None
    aim: str
    met: bool
    more: dict[str, object] = field(default_factory=dict[str, object])

    def as_json(self) -> dict[str, Any]:
        """Everything."""
        return asdict(self)


def percentiles(took_ms: Sequence[float]) -> Percentiles:
    """Values that half, one in twenty and one in a hundred are above."""
    ordered = sorted(took_ms)

    def at(percent: int) -> float:
        return round(ordered[max(0, -(-len(ordered) * percent // 100) - 1)], 2)

    return Percentiles(at(50), at(95), at(99))


HEADS = ("", "n", "p50 / p95 / p99 ms", "hello in the same run", "errors", "lost", "aim", "met", "")


def cells(row: Row) -> tuple[str, ...]:
    """A row as texts, in the order of `HEADS`."""
    return (
        row.row,
        str(row.count),
        str(row.took or ""),
        str(row.hello or ""),
        str(row.errors),
        "" if row.lost is None else str(row.lost),
        row.aim,
        "yes" if row.met else "no",
        "; ".join(f"{name} {value}" for name, value in row.more.items()),
    )


def markdown(rows: list[Row]) -> str:
    """The table for a document, and for a terminal too."""
    lines = [f"| {' | '.join(line)} |" for line in (HEADS, *(cells(row) for row in rows))]
    return "\n".join([lines[0], "|" + "---|" * len(HEADS), *lines[1:]])
