"""Lies beside every hostile program in Python, which imports it first.

On `attack` it gives the program what it needs. On `well` it is a good citizen and says whether the place is as a program must
find it, whoever ran there before: `well`, or one line for everything that is not.
"""

import errno
import os
import signal
import sys
import tempfile


def tell(name, action):
    """Do it and print what came of it: `name done`, or `name EPERM`."""
    try:
        action()
    except OSError as error:
        print(name, errno.errorcode.get(error.errno, error.errno), flush=True)
    else:
        print(name, "done", flush=True)


def refused(action):
    """Whether the system refused it."""
    try:
        action()
    except OSError:
        return True
    return False


def _numbers(folder):
    return [int(name) for name in os.listdir(folder) if name.isdigit()]


def _look_around():
    others = [pid for pid in _numbers("/proc") if pid not in {1, os.getpid()}]
    signals = [number for number in range(1, 32) if signal.getsignal(number) not in {signal.SIG_DFL, None}]
    found = {
        "files in /tmp": os.listdir("/tmp") != [],
        "other processes": others != [],
        "descriptors": sorted(_numbers("/proc/self/fd")) not in ([0, 1, 2, 3], [0, 1, 2, 3, 4]),
        "signals": signals not in ([signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ], [2, 13, 25]),
        "working folder": os.getcwd() != "/tmp",
        "environment": sorted(os.environ) != ["HOME", "LANG", "PATH", "PYTHONHASHSEED", "TMPDIR"],
        "modules from elsewhere": [path for path in sys.path if not path.startswith(("/usr/", "/box"))] != [],
        "user": not 20000 <= os.getuid() < 60000,
    }
    with tempfile.TemporaryFile() as file:
        found["file of its own"] = file.write(b"mine") != 4
    memory = bytearray(b"x" * (24 << 20))
    found["memory"] = len(memory) != 24 << 20
    faults = [name for name, wrong in found.items() if wrong]
    print("\n".join(faults) or "well")


if sys.stdin.readline().strip() == "well":
    _look_around()
    sys.exit()
