"""Write data/sample and data/secret, the same each time. Run in the package's folder: `python3 generators/generate.py`."""

import random
import string
from pathlib import Path

Line = tuple[str, int, int]


def answer(lines: list[Line], k: int) -> str:
    """The list of the statement: one pass to count, then three stable sorts, the last rule first."""
    rows: dict[str, list[int]] = {}
    for user, status, size in lines:
        row = rows.setdefault(user, [0, 0, 0])
        row[0] += 1
        if status // 100 == 2:
            row[2] += size
        else:
            row[1] += 1
    order = sorted(rows.items(), key=lambda item: item[0])
    order.sort(key=lambda item: item[1][1])
    order.sort(key=lambda item: item[1][2], reverse=True)
    return "".join(f"{user} {requests} {failed} {size}\n" for user, (requests, failed, size) in order[:k])


def write(name: str, k: int, lines: list[Line]) -> None:
    """One case with its answer."""
    assert 1 <= len(lines) <= 20000
    path = Path("data", f"{name}.in")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{len(lines)} {k}\n" + "".join(f"{user} {status} {size}\n" for user, status, size in lines))
    path.with_suffix(".ans").write_text(answer(lines, k))


def users(rng: random.Random, count: int) -> list[str]:
    """Different names."""
    names: set[str] = set()
    while len(names) < count:
        names.add("".join(rng.choices(string.ascii_lowercase, k=rng.randint(1, 12))))
    shuffled = sorted(names)
    rng.shuffle(shuffled)
    return shuffled


def different(rng: random.Random, count: int, requests: int) -> list[Line]:
    """Lines without failures in which no two users receive equally many bytes."""
    while True:
        names = users(rng, count)
        lines = [
            (rng.choice(names), rng.choice([200, 201, 204, 206, 226, 299]), rng.randint(0, 100_000)) for _ in range(requests)
        ]
        sums: dict[str, int] = {}
        for user, _, size in lines:
            sums[user] = sums.get(user, 0) + size
        if len(set(sums.values())) == len(sums):
            return lines


def mixed(rng: random.Random, names: list[str], requests: int, sizes: list[int]) -> list[Line]:
    """Lines with failures and with few sizes, so that many users are equal in something."""
    statuses = [200, 200, 200, 204, 299, 199, 300, 301, 404, 500, 100, 599]
    return [(rng.choice(names), rng.choice(statuses), rng.choice(sizes)) for _ in range(requests)]


def main() -> None:
    """Every case; the same each time."""
    rng = random.Random(20260302)
    write("sample/1", 2, [("aigerim", 200, 5120), ("marat", 200, 700), ("aigerim", 200, 80), ("olga", 201, 900)])
    write(
        "sample/2",
        10,
        [
            ("olga", 200, 100),
            ("marat", 404, 5000),
            ("marat", 200, 100),
            ("dana", 299, 100),
            ("olga", 300, 1),
            ("timur", 500, 9),
        ],
    )
    write("secret/group1/01-one-line", 1, [("a", 200, 0)])
    write("secret/group1/02-few", 3, different(rng, 5, 12))
    write("secret/group1/03-all", 100, different(rng, 30, 100))
    write("secret/group1/04-first", 1, different(rng, 20, 100))
    write("secret/group1/05-each-once", 50, [(user, 200, size) for size, user in enumerate(users(rng, 100), start=1)])
    write("secret/group2/01-all-equal", 20, [(user, 200, 77) for user in users(rng, 20)])
    write("secret/group2/02-failures-decide", 20, [line for user in users(rng, 12) for line in mixed(rng, [user], 6, [10])])
    write("secret/group2/03-only-failures", 20, [(user, rng.choice([199, 300, 404, 503]), 10**9) for user in users(rng, 30)])
    write(
        "secret/group2/04-edges-of-status",
        9,
        [("low", 199, 5), ("first", 200, 5), ("last", 299, 5), ("high", 300, 5), ("top", 599, 5)],
    )
    write(
        "secret/group2/05-names", 100, [(name, 200, 1) for name in ["b", "ab", "aa", "a", "ba", "aaa", "abc", "z", "zz", "aab"]]
    )
    write("secret/group2/06-mixed", 7, mixed(rng, users(rng, 15), 100, [0, 1, 2, 3]))
    write("secret/group2/07-more-asked-than-there", 20000, mixed(rng, users(rng, 8), 100, [0, 1_000_000_000]))
    write("secret/group3/01-many-users", 20000, [(user, 200, rng.randint(0, 10**9)) for user in users(rng, 20000)])
    write("secret/group3/02-one-user", 1, [("whale", 200, 10**9) for _ in range(20000)])
    many = users(rng, 15000)
    write("secret/group3/03-many-ties", 12000, mixed(rng, many, 20000, [0, 1]))
    write("secret/group3/04-few-users", 5, mixed(rng, users(rng, 40), 20000, [1, 999_999_999, 10**9]))


if __name__ == "__main__":
    main()
