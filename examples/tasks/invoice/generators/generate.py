"""Write data/sample and data/secret, the same each time. Run in the package's folder: `python3 generators/generate.py`."""

import random
from fractions import Fraction
from pathlib import Path

Row = tuple[int, str, int, int]


def rounded(value: Fraction) -> int:
    """Half and more goes up."""
    return int(value + Fraction(1, 2))


def money(tiyn: int) -> str:
    """An amount in tenge with two digits."""
    return f"{tiyn // 100}.{tiyn % 100:02d}"


def answer(rows: list[Row]) -> str:
    """The three sums, with exact fractions."""
    amounts = taxes = 0
    for quantity, price, discount, rate in rows:
        amount = rounded(quantity * Fraction(price) * 100 * (100 - discount) / 100)
        amounts += amount
        taxes += rounded(Fraction(amount * rate, 100))
    return f"{money(amounts)}\n{money(taxes)}\n{money(amounts + taxes)}\n"


def write(name: str, rows: list[Row]) -> None:
    """One case with its answer."""
    assert 1 <= len(rows) <= 1000
    for quantity, price, discount, rate in rows:
        assert 1 <= quantity <= 10**6
        assert Fraction(1, 100) <= Fraction(price) <= 10**6
        assert 0 <= discount <= 100
        assert 0 <= rate <= 100
    path = Path("data", f"{name}.in")
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{quantity} {price} {discount} {rate}\n" for quantity, price, discount, rate in rows)
    path.write_text(f"{len(rows)}\n{lines}")
    path.with_suffix(".ans").write_text(answer(rows))


def price(rng: random.Random, highest: int, digits: tuple[int, ...] = (0, 1, 2)) -> str:
    """A price with as many digits after the point as one of `digits`."""
    count = rng.choice(digits)
    whole = rng.randint(1, highest)
    return f"{whole}" if count == 0 else f"{whole - 1}.{rng.randint(1, 10**count - 1):0{count}d}"


def rows_of(rng: random.Random, count: int, most: int, highest: int, digits: tuple[int, ...] = (0, 1, 2)) -> list[Row]:
    """Lines at random."""
    return [
        (
            rng.randint(1, most),
            price(rng, highest, digits),
            rng.randint(0, 100),
            rng.choice([0, 5, 12, 16, rng.randint(0, 100)]),
        )
        for _ in range(count)
    ]


def main() -> None:
    """Every case; the same each time."""
    rng = random.Random(20260304)
    write("sample/1", [(2, "1200.50", 0, 10), (1, "99.90", 15, 10)])
    write("sample/2", [(3, "0.35", 50, 0), (1, "1200", 0, 12), (1, "0.5", 1, 100)])
    write("secret/01-one-tiyn", [(1, "0.01", 0, 0)])
    write("secret/02-half-a-tiyn", [(1, f"0.{tiyn:02d}", 50, 50) for tiyn in range(1, 100)])
    write("secret/03-rounding-adds-up", [(1, "0.01", 40, 45)] * 1000)
    write("secret/04-two-digits", rows_of(rng, 200, 100, 10_000, (2,)))
    write("secret/05-whole-tenge", rows_of(rng, 200, 100, 10_000, (0,)))
    write("secret/06-all-kinds-of-prices", rows_of(rng, 500, 1000, 100_000))
    write("secret/07-everything-given-away", [(quantity, "999.99", 100, 16) for quantity in range(1, 50)])
    write("secret/08-no-discount-no-tax", [(quantity, "0.1", 0, 0) for quantity in range(1, 200)])
    write("secret/09-largest", [(10**6, "1000000", 0, 100)] * 1000)
    write(
        "secret/10-large-and-exact",
        [(10**6 - index, f"{999_999 - index}.{index % 100:02d}", index % 37, index % 41) for index in range(1000)],
    )
    write("secret/11-never-half-by-accident", [(3, f"{index}.{(index * 7) % 100:02d}", 33, 33) for index in range(1, 1000)])
    write("secret/12-tax-of-halves", [(1, f"{index}.50", 0, 1) for index in range(1, 500)])
    write("secret/13-random", rows_of(rng, 1000, 10**6, 10**6))


if __name__ == "__main__":
    main()
