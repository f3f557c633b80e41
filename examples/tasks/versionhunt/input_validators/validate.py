"""Accepts inputs of our side of the conversation, with exit code 42: the number of versions and the first with the error."""

import re
import sys

text = sys.stdin.buffer.read().decode("ascii")
assert re.fullmatch(r"[1-9][0-9]{0,6} [1-9][0-9]{0,6}\n", text), "form"
n, first = map(int, text.split())
assert n <= 10**6, "n"
assert first <= n, "first"
sys.exit(42)
