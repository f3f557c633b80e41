"""Write data/sample and data/secret, the same each time. Run in the package's folder: `python3 generators/generate.py`."""

import random
import string
from pathlib import Path

LETTERS = string.ascii_uppercase


def check_digit(nine: str) -> str:
    """The digit that the statement asks for."""
    total = 0
    for place, character in enumerate(nine, start=1):
        value = LETTERS.index(character) + 1 if character in LETTERS else int(character)
        total += place * value
    return str(total % 10)


def answer(line: str) -> str:
    """What the statement says of one number, step by step."""
    bare = "".join(character for character in line if character not in " -")
    if len(bare) != 10:
        return "LENGTH"
    letters, digits = bare[:2].upper(), bare[2:]
    if any(letter not in LETTERS for letter in letters) or any(digit not in string.digits for digit in digits):
        return "FORMAT"
    if check_digit(letters + digits[:7]) != digits[7]:
        return "CHECK"
    return f"OK {letters}-{digits[:7]}-{digits[7]}"


def number(rng: random.Random) -> str:
    """A right number without separators."""
    nine = "".join(rng.choices(LETTERS, k=2) + rng.choices(string.digits, k=7))
    return nine + check_digit(nine)


def scattered(rng: random.Random, text: str) -> str:
    """The same number as people write it."""
    pieces = [rng.choice(["", "", "", " ", "-", "--", " - "]) + character for character in text]
    written = "".join(pieces) + rng.choice(["", "", " ", "-"])
    return written if len(written) <= 60 else text


def write(name: str, lines: list[str]) -> None:
    """One case with its answer."""
    assert 1 <= len(lines) <= 1000
    assert all(1 <= len(line) <= 60 and line.strip(" -") for line in lines)
    path = Path("data", f"{name}.in")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{len(lines)}\n" + "".join(f"{line}\n" for line in lines))
    path.with_suffix(".ans").write_text("".join(f"{answer(line)}\n" for line in lines))


def main() -> None:
    """Every case; the same each time."""
    rng = random.Random(20260301)
    write("sample/1", ["AB-1234567-1", "ab 123 4567 1", "AB-1234567-2", "AB-123456-1", "A1-1234567-1"])
    write("sample/2", ["  kz--0000001--2  ", "K Z 0 0 0 0 0 0 1 3", "kz0000001b"])
    write("secret/01-plain", [number(rng) for _ in range(20)])
    write("secret/02-small-letters", [number(rng).lower() for _ in range(20)])
    write("secret/03-separators", [scattered(rng, number(rng)) for _ in range(50)])
    wrong = []
    for _ in range(50):
        right = number(rng)
        wrong.append(right[:9] + str((int(right[9]) + rng.randint(1, 9)) % 10))
    write("secret/04-wrong-check", wrong)
    write("secret/05-length", ["A", "AB", "AB12345678901", "AB-123-456-1", "-" * 50 + "x", "0" * 60, "AB 1234567", "1"])
    swapped = ["1234567AB1", "A912345671", "AB12345C71", "9B12345671", "AB1234567X", "ABC2345671", "!B12345671", "AB12345_71"]
    write("secret/06-format", swapped)
    write("secret/07-edges", ["AA00000003", "ZZ99999996", "aa 0000000 3", "zZ-9999999-6", "AZ00000003", "ZA00000008"])
    both = ["@[12345671", "`{12345671", "A`12345671", "/:12345671", "AB123456:1", "AB1234567/", "AB1234567:", "AB.1234567"]
    write("secret/08-neighbours-in-ascii", both)
    noise = [
        "".join(rng.choices(string.ascii_letters + string.digits + string.punctuation + "  --", k=rng.randint(8, 14)))
        for _ in range(200)
    ]
    write("secret/09-noise", [line for line in noise if line.strip(" -")])
    mixed = []
    for _ in range(1000):
        text = number(rng)
        if rng.random() < 0.3:
            place = rng.randrange(10)
            text = text[:place] + rng.choice(string.ascii_letters + string.digits) + text[place + 1 :]
        mixed.append(scattered(rng, text.lower() if rng.random() < 0.5 else text))
    write("secret/10-mixed", mixed)
    write("secret/11-one", [scattered(rng, number(rng).lower())])
    swaps = []
    for _ in range(300):
        text = number(rng)
        place = rng.randrange(2, 8)
        swaps.append(text[:place] + text[place + 1] + text[place] + text[place + 2 :])
    write("secret/12-swapped-neighbours", swaps)


if __name__ == "__main__":
    main()
