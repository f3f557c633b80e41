"""`make interop`: ask every verifier, print what each said, and write docs/interop.md from that with `--write`."""

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "interop.md"
MARKS: Final = ("<!-- from a run: begin -->\n", "<!-- from a run: end -->")
VECTORS: Final = "tests/certificates/test_data_integrity.py"
DEMO: Final = ROOT / "var" / "demo"


class Said:
    """Takes down what the tests of this folder found."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.skipped: list[str] = []
        self.vectors = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test recorded, and why one was skipped."""
        if report.skipped and isinstance(report.longrepr, tuple):
            self.skipped.append(f"{report.nodeid.rpartition('::')[2]}: {report.longrepr[2].removeprefix('Skipped: ')}")
        if report.when == "call" and report.passed:
            self.rows += [row for name, row in report.user_properties if name == "interop" and isinstance(row, dict)]
            self.vectors += "w3c" in report.nodeid


def table(said: Said) -> str:
    """What was said, as the page shows it."""
    lines = [
        f"Run on {datetime.now(UTC):%Y-%m-%d}: {len(said.rows)} verifiers, each without a network.",
        "",
        "| verifier | version | reads | accepted | refused | does not look at |",
        "|---|---|---|---|---|---|",
    ]
    for row in said.rows:
        blind = "; ".join(f"{name}: {reason}" for name, reason in row["blind"].items()) or "–"
        accepted = ", ".join(re.sub(r"demo-.*", "one of `make demo`", name) for name in row["accepted"])
        cells = [row["name"], row["version"], row["reads"], accepted, ", ".join(row["refused"]), blind]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"W3C's vectors for both cryptosuites: {said.vectors} tests passed, byte for byte."]
    lines += [f"Skipped: {reason}." for reason in said.skipped]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the tests and tell."""
    said = Said()
    os.environ.setdefault("INTEROP_DEMO", str(DEMO))
    status = pytest.main(["-q", "-p", "no:cacheprovider", "tests/interop", VECTORS], plugins=[said])
    written = table(said)
    sys.stdout.write(f"\n{written}")
    if not said.rows:
        return int(status) or 1
    if "--write" in sys.argv[1:] and status == 0:
        before, begin, rest = PAGE.read_text("utf-8").partition(MARKS[0])
        _old, end, after = rest.partition(MARKS[1])
        PAGE.write_text(f"{before}{begin}\n{written}\n{end}{after}", "utf-8")
    return int(status)


if __name__ == "__main__":
    raise SystemExit(main())
