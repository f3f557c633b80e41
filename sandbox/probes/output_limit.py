"""A program that never stops talking."""

import os

while True:
    os.write(1, b"x" * 2**16)
