"""Write data/sample and data/secret, the same each time. Run in the package's folder: `python3 generators/generate.py`."""

import heapq
import random
from pathlib import Path

Needs = list[tuple[int, int]]


def answer(n: int, needs: Needs) -> str:
    """The order that takes the smallest module that is ready, or the word."""
    after: list[list[int]] = [[] for _ in range(n + 1)]
    missing = [0] * (n + 1)
    for a, b in needs:
        after[a].append(b)
        missing[b] += 1
    ready = [module for module in range(1, n + 1) if missing[module] == 0]
    order: list[int] = []
    while ready:
        module = heapq.heappop(ready)
        order.append(module)
        for other in after[module]:
            missing[other] -= 1
            if missing[other] == 0:
                heapq.heappush(ready, other)
    return " ".join(map(str, order)) + "\n" if len(order) == n else "impossible\n"


def write(name: str, n: int, needs: Needs) -> None:
    """One case with its answer."""
    assert 1 <= n <= 5000
    assert len(needs) == len(set(needs)) <= 20000
    path = Path("data", f"{name}.in")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{n} {len(needs)}\n" + "".join(f"{a} {b}\n" for a, b in needs))
    path.with_suffix(".ans").write_text(answer(n, needs))


def without_cycle(rng: random.Random, n: int, m: int) -> Needs:
    """Dependencies that follow an order at random."""
    order = list(range(1, n + 1))
    rng.shuffle(order)
    found: set[tuple[int, int]] = set()
    while len(found) < m:
        first, second = sorted(rng.sample(range(n), 2))
        found.add((order[first], order[second]))
    needs = sorted(found)
    rng.shuffle(needs)
    return needs


def main() -> None:
    """Every case; the same each time."""
    rng = random.Random(20260411)
    write("sample/1", 5, [(5, 2), (2, 1), (3, 1), (5, 4)])
    write("sample/2", 3, [(1, 2), (2, 3), (3, 1)])
    write("secret/01-one-module", 1, [])
    write("secret/02-free", 50, [])
    write("secret/03-two-that-wait-for-each-other", 2, [(1, 2), (2, 1)])
    write("secret/04-backwards", 200, [(module + 1, module) for module in range(1, 200)])
    write("secret/05-one-needs-all", 300, [(module, 1) for module in range(2, 301)])
    write("secret/06-all-need-one", 300, [(300, module) for module in range(1, 300)])
    write("secret/07-random-small", 30, without_cycle(rng, 30, 60))
    cycle = without_cycle(rng, 400, 900)
    write("secret/08-a-cycle-at-the-end", 403, [*cycle, (401, 402), (402, 403), (403, 401)])
    write("secret/09-a-long-cycle", 1000, [(module, module % 1000 + 1) for module in range(1, 1001)])
    write("secret/10-a-long-chain", 5000, [(module, module + 1) for module in range(1, 5000)])
    write("secret/11-many-dependencies", 1000, without_cycle(rng, 1000, 20000))
    write("secret/12-largest", 5000, without_cycle(rng, 5000, 20000))


if __name__ == "__main__":
    main()
