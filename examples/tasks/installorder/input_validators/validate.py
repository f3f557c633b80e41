"""Accepts exactly the inputs that the statement describes, with exit code 42."""

import re
import sys

NUMBER = r"(0|[1-9][0-9]{0,4})"

lines = sys.stdin.buffer.read().decode("ascii").split("\n")
assert lines.pop() == "", "the last line does not end"
assert re.fullmatch(rf"{NUMBER} {NUMBER}", lines[0]), "n and m"
n, m = map(int, lines[0].split())
assert 1 <= n <= 5000, "n"
assert 0 <= m <= 20000, "m"
assert len(lines) == m + 1, "the number of lines"
assert len(set(lines[1:])) == m, "a line comes twice"
for line in lines[1:]:
    assert re.fullmatch(rf"{NUMBER} {NUMBER}", line), f"form: {line!r}"
    a, b = map(int, line.split())
    assert 1 <= a <= n, f"a: {line!r}"
    assert 1 <= b <= n, f"b: {line!r}"
    assert a != b, f"the same module: {line!r}"
sys.exit(42)
