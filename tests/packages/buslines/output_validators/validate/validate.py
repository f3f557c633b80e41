"""Decides whether a network of bus lines is one: the answer file says only whether there is any.

Copyright 2026 the authors of Sarap. SPDX-License-Identifier: Apache-2.0
"""

import sys
from pathlib import Path
from typing import NoReturn

ACCEPTED, REJECTED = 42, 43


def reject(why: str) -> NoReturn:
    """Say why, and reject."""
    Path(sys.argv[3], "judgemessage.txt").write_text(f"{why}\n")
    sys.exit(REJECTED)


def main() -> int:
    """Read the output and check it line by line; answers the exit code."""
    stations, lines = map(int, Path(sys.argv[1]).read_text().split())
    possible = Path(sys.argv[2]).read_text().split() != ["-1"]
    words = sys.stdin.read(1 << 20).split()
    if words == ["-1"]:
        return reject("a network exists") if possible else ACCEPTED
    if not possible:
        reject("no network exists")
    if len(words) != 2 * lines:
        reject(f"{len(words)} words are not the ends of {lines} lines")
    if not all(word.isascii() and word.isdigit() for word in words):
        reject("a word is not a station")
    numbers = list(map(int, words))
    if not all(1 <= number <= stations for number in numbers):
        reject("there is no such station")
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if any(left == right for left, right in pairs):
        reject("a line ends where it begins")
    if len({left + right for left, right in pairs}) < lines:
        reject("two lines have one sum")
    reached, edge = {1}, [1]
    neighbours: dict[int, list[int]] = {}
    for left, right in pairs:
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    while edge:
        for other in neighbours.get(edge.pop(), []):
            if other not in reached:
                reached.add(other)
                edge.append(other)
    return ACCEPTED if len(reached) == stations else reject("some station cannot be reached")


sys.exit(main())
