"""Write data/sample and data/secret, the same each time. Run in the package's folder: `python3 generators/generate.py`."""

import bisect
import random
from pathlib import Path

Lesson = tuple[int, int]
END = 10**9


def answer(lessons: list[Lesson]) -> str:
    """At each beginning, ask how many lessons have begun by then and not ended: two sorted lists and a search in each."""
    begins = sorted(begin for begin, _ in lessons)
    ends = sorted(end for _, end in lessons)
    most, moment = 0, 0
    for begin in begins:
        running = bisect.bisect_right(begins, begin) - bisect.bisect_right(ends, begin)
        if running > most:
            most, moment = running, begin
    return f"{most} {moment}\n"


def write(name: str, lessons: list[Lesson]) -> None:
    """One case with its answer."""
    assert 1 <= len(lessons) <= 20000
    assert all(0 <= begin < end <= END for begin, end in lessons)
    if "group1" in name:
        assert len(lessons) <= 200
        assert not {begin for begin, _ in lessons} & {end for _, end in lessons}
    if "group2" in name:
        assert len(lessons) <= 200
    path = Path("data", f"{name}.in")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{len(lessons)}\n" + "".join(f"{begin} {end}\n" for begin, end in lessons))
    path.with_suffix(".ans").write_text(answer(lessons))


def anyhow(rng: random.Random, count: int, span: int, longest: int, step: int = 1) -> list[Lesson]:
    """Lessons at random; with a `step`, many of them touch."""
    lessons = []
    for _ in range(count):
        begin = rng.randrange(0, span, step)
        lessons.append((begin, min(END, begin + rng.randrange(1, longest + 1) * step)))
    return lessons


def apart(rng: random.Random, count: int, span: int, longest: int) -> list[Lesson]:
    """Lessons that begin at even moments and end at odd ones, so that none begins when another ends."""
    lessons = []
    for _ in range(count):
        begin = 2 * rng.randrange(span)
        lessons.append((begin, begin + 2 * rng.randrange(longest) + 1))
    return lessons


def main() -> None:
    """Every case; the same each time."""
    rng = random.Random(20260303)
    write("sample/1", [(32400, 36000), (33000, 35000), (36600, 40200)])
    write("sample/2", [(0, 10), (10, 20), (20, 30), (5, 25)])
    write("secret/group1/01-one", [(0, 1)])
    write("secret/group1/02-whole-term", [(0, END), (2, END - 2), (4, END - 4)])
    write("secret/group1/03-nested", [(index, 1000 - index) for index in range(200)])
    write("secret/group1/04-few", apart(rng, 20, 50, 20))
    write("secret/group1/05-many", apart(rng, 200, 300, 60))
    write("secret/group1/06-two-peaks", [(10, 21), (12, 23), (100, 121), (102, 123), (200, 203)])
    write("secret/group1/07-all-the-same", [(500, 601)] * 200)
    write("secret/group2/01-chain", [(index * 10, index * 10 + 10) for index in range(200)])
    write("secret/group2/02-chain-backwards", [(index * 10, index * 10 + 10) for index in reversed(range(200))])
    write(
        "secret/group2/03-two-chains",
        [(index * 10, index * 10 + 10) for index in range(100)] + [(index * 10 + 5, index * 10 + 15) for index in range(100)],
    )
    write("secret/group2/04-random", anyhow(rng, 200, 1000, 10, step=10))
    write("secret/group2/05-peak-at-the-end", [(0, 5), (5, 9), (9, END), (END - 1, END), (END - 1, END)])
    write("secret/group2/06-change-of-everybody", [(0, 100)] * 100 + [(100, 200)] * 100)
    write("secret/group3/01-random", anyhow(rng, 20000, END - 10**6, 10**6))
    # Two cases of full size are enough to tell a slow program; on the others it only costs the judge its time limit once more.
    write("secret/group3/02-touching", anyhow(rng, 2000, 10**6, 50, step=100))
    write("secret/group3/03-nested", [(index, END - index) for index in range(2000)])
    write("secret/group3/04-chain", [(index * 50000, index * 50000 + 50000) for index in range(2000)])
    crowd = anyhow(rng, 10000, END - 100, 50) + [(500_000_000 + index, 600_000_000) for index in range(10000)]
    rng.shuffle(crowd)
    write("secret/group3/05-crowd", crowd)


if __name__ == "__main__":
    main()
