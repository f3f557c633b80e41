"""Each letter moves by the letter before it, or by one where that would not move it."""

import sys


def moved(word: str, decrypts: bool) -> str:
    plain = "a"
    result = []
    for letter in word:
        shift = (ord(plain) - 96) % 26 or 1
        result.append(chr((ord(letter) - 97 + (-shift if decrypts else shift)) % 26 + 97))
        plain = result[-1] if decrypts else letter
    return "".join(result)


action, _, *words = sys.stdin.read().split()
print("\n".join(moved(word, action == "decrypt") for word in words))
