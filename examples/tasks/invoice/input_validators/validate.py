"""Accepts exactly the inputs that the statement describes, with exit code 42."""

import re
import sys
from decimal import Decimal

PERCENT = r"(0|[1-9][0-9]?|100)"

text = sys.stdin.buffer.read().decode("ascii")
lines = text.split("\n")
assert lines.pop() == "", "the last line does not end"
assert re.fullmatch(r"[1-9][0-9]{0,3}", lines[0]), "n"
n = int(lines[0])
assert 1 <= n <= 1000, "n"
assert len(lines) == n + 1, "the number of lines"
for line in lines[1:]:
    assert re.fullmatch(rf"[1-9][0-9]{{0,6}} (0|[1-9][0-9]{{0,6}})(\.[0-9]{{1,2}})? {PERCENT} {PERCENT}", line), (
        f"form: {line!r}"
    )
    quantity, price = line.split()[:2]
    assert int(quantity) <= 10**6, f"quantity: {line!r}"
    assert Decimal("0.01") <= Decimal(price) <= 10**6, f"price: {line!r}"
sys.exit(42)
