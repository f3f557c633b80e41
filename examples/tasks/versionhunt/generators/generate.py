"""Write data/sample and data/secret, the same each time. Run in the package's folder: `python3 generators/generate.py`.

Inputs are for our side of the conversation: the number of versions and the first with the error. Candidates see .interaction.
"""

from pathlib import Path


def talk(n: int, first: int) -> str:
    """The conversation of a program that halves."""
    lines, low, high = [f"<{n}"], 1, n
    while low < high:
        middle = (low + high) // 2
        fails = middle >= first
        lines += [f">test {middle}", f"<{'fail' if fails else 'pass'}"]
        low, high = (low, middle) if fails else (middle + 1, high)
    return "\n".join([*lines, f">first {low}"]) + "\n"


def write(name: str, n: int, first: int) -> None:
    """One case; a sample with its conversation."""
    assert 1 <= first <= n <= 10**6
    path = Path("data", f"{name}.in")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{n} {first}\n")
    path.with_suffix(".ans").write_text(f"{first}\n")
    if name.startswith("sample/"):
        path.with_suffix(".interaction").write_text(talk(n, first))


def main() -> None:
    """Every case; the same each time."""
    write("sample/1", 10, 7)
    write("sample/2", 2, 1)
    write("secret/01-one-version", 1, 1)
    write("secret/02-two-versions", 2, 2)
    write("secret/03-always-broken", 1000, 1)
    write("secret/04-only-the-newest", 1000, 1000)
    write("secret/05-in-the-middle", 1023, 512)
    write("secret/06-a-power-of-two", 524_288, 262_145)
    write("secret/07-most-first", 1_000_000, 1)
    write("secret/08-most-second", 1_000_000, 2)
    write("secret/09-most-last", 1_000_000, 1_000_000)
    write("secret/10-most-before-last", 1_000_000, 999_999)
    write("secret/11-somewhere", 999_983, 618_034)


if __name__ == "__main__":
    main()
