"""Accepts exactly the inputs that the statement describes, with exit code 42."""

import re
import sys

text = sys.stdin.buffer.read().decode("ascii")
lines = text.split("\n")
assert lines.pop() == "", "the last line does not end"
assert re.fullmatch(r"[1-9][0-9]{0,4}", lines[0]), "n"
n = int(lines[0])
assert 1 <= n <= 20000, "n"
assert len(lines) == n + 1, "the number of lines"
for line in lines[1:]:
    assert re.fullmatch(r"(0|[1-9][0-9]{0,9}) [1-9][0-9]{0,9}", line), f"form: {line!r}"
    begin, end = map(int, line.split())
    assert 0 <= begin < end <= 10**9, f"times: {line!r}"
sys.exit(42)
