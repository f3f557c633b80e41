"""Two passes: the texts encrypted, then the program's own output decrypted.

What the texts were is kept in the feedback folder from the first pass to the second.

Copyright 2026 the authors of Sarap. SPDX-License-Identifier: Apache-2.0
"""

import sys
from pathlib import Path
from typing import NoReturn

ACCEPTED, REJECTED = 42, 43
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
FEEDBACK = Path(sys.argv[3])
KEPT = FEEDBACK / "texts.txt"


def reject(why: str) -> NoReturn:
    """Say why, and reject."""
    with (FEEDBACK / "judgemessage.txt").open("a") as message:
        message.write(f"{why}\n")
    sys.exit(REJECTED)


def main() -> int:
    """Check one pass; answers the exit code."""
    action, count, *given = Path(sys.argv[1]).read_text().split()
    said = sys.stdin.read(1 << 20).split()
    if len(said) != int(count):
        reject(f"{action}: {len(said)} texts instead of {count}")
    if not KEPT.exists():
        if action != "encrypt":
            return 1  # the first pass is given the case's own input
        for number, (text, cipher) in enumerate(zip(given, said, strict=True), start=1):
            if len(cipher) != len(text) or not set(cipher) <= LETTERS:
                reject(f"text {number} is encrypted as something else than {len(text)} letters")
            if any(left == right for left, right in zip(text, cipher, strict=True)):
                reject(f"text {number} keeps a letter in its place")
        KEPT.write_text("\n".join(given))
        (FEEDBACK / "nextpass.in").write_text("\n".join(["decrypt", count, *said]) + "\n")
        return ACCEPTED
    if action != "decrypt" or (FEEDBACK / "nextpass.in").exists():
        return 1  # the second pass is given what the first one wrote, which is taken away before it
    if said != KEPT.read_text().split():
        reject("a text is not what it was")
    return ACCEPTED


sys.exit(main())
