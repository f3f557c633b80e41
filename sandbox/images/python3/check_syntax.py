"""Reads every Python file of /box and says what does not parse; nothing is executed. Exit 1 if something does not.

Example of what a candidate reads:

      File "main.py", line 1
        print(
             ^
    SyntaxError: '(' was never closed

It runs before every program, so it loads nothing that a sound program has no need of and leaves without tidying up: of the time
that the interpreter itself does not take, loading `os` was half and its orderly end a third.
"""

import posix
import sys

BOX = "/box"


def main() -> int:
    """Check them all; answers the exit status."""
    failed = False
    for name in sorted(posix.listdir(BOX)):  # built in; `os`, and pathlib more so, takes longer to load than this takes to run
        if name.endswith((".py", ".py3")):
            with open(f"{BOX}/{name}", "rb") as file:  # noqa: PTH123
                source = file.read()
            try:
                compile(source, name, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                report(error)
                failed = True
    return int(failed)


def report(error: Exception) -> None:
    """Say what is wrong as Python does."""
    import traceback

    sys.stderr.write("".join(traceback.format_exception_only(error)))


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    # No file is open and no thread runs; the public name of this is in `os`.
    posix._exit(status)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
