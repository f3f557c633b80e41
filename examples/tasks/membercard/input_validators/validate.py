"""Accepts exactly the inputs that the statement describes, with exit code 42."""

import re
import sys

text = sys.stdin.buffer.read().decode("ascii")
lines = text.split("\n")
assert lines.pop() == "", "the last line does not end"
assert re.fullmatch(r"[1-9][0-9]{0,3}", lines[0]), "n"
n = int(lines[0])
assert 1 <= n <= 1000, "n"
assert len(lines) == n + 1, "the number of lines"
for line in lines[1:]:
    assert re.fullmatch(r"[ -~]{1,60}", line), f"length or characters: {line!r}"
    assert line.strip(" -"), "nothing but spaces and hyphens"
sys.exit(42)
