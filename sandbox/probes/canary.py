"""The first run writes a word wherever it can, leaves a process with it, and finds it. The second finds nothing of it.

Both also look for expected answers. They say where they found any; the second says "nowhere", if all is well.
The words begin as `CANARY` and `ANSWER` do; neither is written out here.
"""

import ctypes
import os
import re
import socket
import sys
import time

CANARY = "-".join(["sarap", "canary", ""])
ANSWER = "-".join(["sarap", "answer", ""])
PLACES = ["/tmp", "/var", "/dev", "/run", "/home", "/root", "/box", "/mnt", "/media", "/srv", "/opt", "/etc", "."]  # noqa: S108
SEEN_MAX_BYTES = 2**20
KEY = 0x5A4A

task, *rest = sys.stdin.readline().split()
libc = ctypes.CDLL(None, use_errno=True)


def plant(word):
    """Leave the word in files, shared memory, a message queue, a socket's name and a process."""
    for place in PLACES:
        for folder, _, _ in os.walk(place):
            try:
                with open(os.path.join(folder, word), "w") as file:
                    file.write(word)
            except OSError:
                pass
    libc.shmget(KEY, 4096, 0o1666)
    libc.msgget(KEY, 0o1666)
    libc.semget(KEY, 1, 0o1666)
    if os.fork() == 0:
        stay(word)
    time.sleep(0.05)


def stay(word):
    """Be a process that nobody waits for, with the word in the name of a socket and among its own arguments."""
    os.setsid()
    try:
        socket.socket(socket.AF_UNIX).bind("\0" + word)
    except OSError:
        pass
    try:
        os.execv("/proc/self/exe", ["python3", "-c", "import time; time.sleep(600)", word])
    except OSError:
        time.sleep(600)
    os._exit(0)


def files():
    """Every file that could hold a word."""
    for place in PLACES:
        for folder, _, names in os.walk(place):
            for name in names:
                yield os.path.join(folder, name)
    own = {"self", "thread-self", str(os.getpid())}
    for process in os.listdir("/proc"):
        if process.isdigit() and process not in own:
            yield "/proc/" + process + "/cmdline"
            yield "/proc/" + process + "/environ"
    yield "/proc/net/unix"


def hunt():
    """Where a word is, or a shared thing that an earlier run made."""
    word = re.compile(b"(" + CANARY.encode() + b"|" + ANSWER.encode() + b")[0-9a-f]{32}")
    found = []
    for path in files():
        try:
            if word.search(os.fsencode(path)):
                found.append(path)
            if not path.startswith("/proc") and not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                if word.search(file.read(SEEN_MAX_BYTES)):
                    found.append(path)
        except OSError:
            pass
    for kind, get in (("shm", libc.shmget(KEY, 1, 0)), ("msg", libc.msgget(KEY, 0)), ("sem", libc.semget(KEY, 1, 0))):
        if get >= 0:
            found.append(kind)
    found += [name for name, value in os.environ.items() if word.search(os.fsencode(value))]
    return found


if task == "plant":
    plant(CANARY + rest[0])
print(" ".join(sorted(set(hunt()))) or "nowhere")
