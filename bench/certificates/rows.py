"""Lines of the table: how fast, beside raw Ed25519 of the same run, and the aim."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """`value` in `unit`: a rate, a time or a size. `raw` is the rate of bare signatures of the same minute.

    `aim` in words, and whether it was met; `more` says what else was measured.
    """

    row: str
    value: float
    unit: str
    raw: float | None
    aim: str
    met: bool | None
    more: dict[str, object] = field(default_factory=dict[str, object])

    @property
    def ratio(self) -> float | None:
        """Ours by the bare signatures, where that says something."""
        return self.value / self.raw if self.raw else None

    def as_json(self) -> dict[str, Any]:
        """Everything, with the ratio."""
        return asdict(self) | {"ratio": None if self.ratio is None else round(self.ratio, 4)}


HEADS = ("", "measured", "raw Ed25519 in the same run", "ratio", "aim", "met", "")


def cells(row: Row) -> tuple[str, ...]:
    """A row as texts, in the order of `HEADS`."""
    return (
        row.row,
        f"{row.value:,.0f} {row.unit}" if row.value >= 100 else f"{row.value:.3g} {row.unit}",
        "" if row.raw is None else f"{row.raw:,.0f} /s",
        "" if row.ratio is None else f"{row.ratio:.3f}",
        row.aim,
        {True: "yes", False: "no", None: ""}[row.met],
        "; ".join(f"{name} {value}" for name, value in row.more.items()),
    )


def markdown(rows: list[Row]) -> str:
    """The table for a document, and for a terminal too."""
    lines = [f"| {' | '.join(line)} |" for line in (HEADS, *(cells(row) for row in rows))]
    return "\n".join([lines[0], "|" + "---|" * len(HEADS), *lines[1:]])
