"""It keeps the texts in a file and wants to find them there in the second pass: nothing outlives a pass."""

import sys
from pathlib import Path

KEPT = Path("/tmp/kept")

action, _, *words = sys.stdin.read().split()
if action == "encrypt":
    KEPT.write_text("\n".join(words))
    print("\n".join("".join("b" if letter == "a" else "a" for letter in word) for word in words))
else:
    print(KEPT.read_text())
