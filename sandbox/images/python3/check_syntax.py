"""Reads every Python file of /box and says what does not parse; nothing is executed. Exit 1 if something does not.

Example of what a candidate reads:

      File "main.py", line 1
        print(
             ^
    SyntaxError: '(' was never closed
"""

import sys
import traceback
import warnings
from pathlib import Path


def main() -> int:
    """Check them all; answers the exit status."""
    warnings.simplefilter("ignore")
    failed = False
    for path in sorted(Path("/box").glob("*.py")):
        try:
            compile(path.read_bytes(), path.name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            sys.stderr.write("".join(traceback.format_exception_only(error)))
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
