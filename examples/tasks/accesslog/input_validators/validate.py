"""Accepts exactly the inputs that the statement describes, with exit code 42."""

import re
import sys

text = sys.stdin.buffer.read().decode("ascii")
lines = text.split("\n")
assert lines.pop() == "", "the last line does not end"
assert re.fullmatch(r"[1-9][0-9]{0,4} [1-9][0-9]{0,4}", lines[0]), "n and k"
n, k = map(int, lines[0].split())
assert 1 <= n <= 20000, "n"
assert 1 <= k <= 20000, "k"
assert len(lines) == n + 1, "the number of lines"
for line in lines[1:]:
    assert re.fullmatch(r"[a-z]{1,12} [1-5][0-9]{2} (0|[1-9][0-9]{0,9})", line), f"form: {line!r}"
    assert int(line.split()[2]) <= 10**9, f"bytes: {line!r}"
sys.exit(42)
