"""`make bench-judge`: what the judge costs, against bare runs of the same programs in the same run.

Each benchmark runs in a process of its own. The rows of all of them are written as JSON and as a table for people, if asked:

    python -m bench.judging [--write]     # docs/judging-speed.json and docs/judging-speed.md
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.machine import described
from bench.rows import Row, markdown

BENCHES: Final = ("bench.sandbox", "bench.submission", "bench.compiling", "bench.neighbours")
DOCS: Final = Path(__file__).parent.parent / "docs"

HEAD: Final = """\
# How fast judging is

Written by `make bench-judge BENCH=--write`, which measures both sides in the same run, in turn, from the same binaries and
libraries. Times are medians, with the 95th percentile beside them. The baseline is the same work bare: the same program spawned
by `posix_spawn` inside the image's own file system, the plain compiler, the same program on the idle machine. A row whose aim
was not met says so.

Where the CPU time of a case goes and what was tried: [decision 0039](decisions/0039-where-the-time-of-a-case-goes.md).

"""


def main(arguments: Sequence[str]) -> int:
    """Run them one after the other. Returns 1 if one could not run; an aim that was not met is a row, not a failure."""
    rows: list[dict[str, Any]] = []
    status = 0
    machine = described()
    for bench in BENCHES:
        done = subprocess.run([sys.executable, "-m", bench], stdout=subprocess.PIPE, text=True, check=False)
        *table, last = done.stdout.rstrip("\n").split("\n")
        print("\n".join(table), flush=True)
        if done.returncode == 0:
            rows += json.loads(last)["rows"]
        else:
            print(last)
            status = 1
    print(json.dumps({"rows": rows}))
    if "--write" in arguments and status == 0:
        write(rows, machine)
    return status


def write(rows: list[dict[str, Any]], machine: str) -> None:
    """Keep the figures where people read them."""
    measured = {"measured_at": datetime.now(UTC).strftime("%Y-%m-%d"), "machine": machine, "rows": rows}
    (DOCS / "judging-speed.json").write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")
    table = markdown([Row(**{key: value for key, value in row.items() if key != "ratio"}) for row in rows])
    text = f"{HEAD}Measured on {measured['measured_at']}: {machine}.\n\n{table}\n"
    (DOCS / "judging-speed.md").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
