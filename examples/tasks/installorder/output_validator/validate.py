"""Accepts any order in which every module comes after those that it needs: exit code 42, else 43.

Called as `validate.py INPUT ANSWER FEEDBACK_FOLDER < OUTPUT`. The answer says whether there is an order at all.
"""

import sys
from pathlib import Path
from typing import NoReturn

ACCEPTED, REJECTED = 42, 43


def reject(why: str) -> NoReturn:
    """Say why to examiners; candidates read it for samples only."""
    for name in ("judgemessage.txt", "teammessage.txt"):
        Path(sys.argv[3] + name).write_text(why + "\n", "utf-8")
    sys.exit(REJECTED)


def main() -> NoReturn:
    """Compare what was written with what is needed."""
    numbers = list(map(int, Path(sys.argv[1]).read_text("ascii").split()))
    n, needs = numbers[0], list(zip(numbers[2::2], numbers[3::2], strict=True))
    solvable = Path(sys.argv[2]).read_text("ascii").split() != ["impossible"]
    words = sys.stdin.buffer.read().split()
    if words == [b"impossible"]:
        reject("there is an order") if solvable else sys.exit(ACCEPTED)
    if len(words) != n:
        reject(f"{len(words)} words, and there are {n} modules")
    place: dict[int, int] = {}
    for position, word in enumerate(words):
        if not (word.isdigit() and len(word) <= len(str(n)) and 1 <= int(word) <= n):
            reject(f"no module: {word[:20]!r}")
        if int(word) in place:
            reject(f"module {int(word)} comes twice")
        place[int(word)] = position
    for a, b in needs:
        if place[a] > place[b]:
            reject(f"module {b} comes before module {a}, which it needs")
    sys.exit(ACCEPTED)


main()
