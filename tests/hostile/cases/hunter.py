"""Hunts for an answer whose beginning it knows: in every file that it can read, in the memory of every process, in what it inherits."""

import os
import sys

KNOWN = b"".join([b"the-ans", b"wer-is-"])  # in two parts, so that it does not find its own source
sys.stdin.read()
found = set()


def look_in(data, place):
    at = data.find(KNOWN)
    while at >= 0:
        word = data[at + len(KNOWN) : at + len(KNOWN) + 32]
        if len(word) == 32 and word.isalnum():
            found.add(place)
        at = data.find(KNOWN, at + 1)


def read(path):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return os.read(fd, 1 << 22)
        finally:
            os.close(fd)
    except OSError:
        return b""


for top in ("/box", "/tmp", "/etc", "/run", "/var", "/home", "/opt", "/srv", "/mnt", "/root", "/dev/shm", "/dev/mqueue", "/proc"):
    for folder, folders, names in os.walk(top):
        if folder == "/proc":
            folders[:] = [name for name in folders if name.isdigit() or name == "self"]
        for name in names:
            if name not in {"mem", "clear_refs", "pagemap"} and not name.startswith("kpage"):
                look_in(read(f"{folder}/{name}"), f"{folder}/{name}")
for process in ("1", "self"):
    for line in read(f"/proc/{process}/maps").decode("utf-8", "replace").splitlines():
        first, last = (int(number, 16) for number in line.split()[0].split("-"))
        if "r" in line.split()[1] and last - first < 1 << 26:
            try:
                with open(f"/proc/{process}/mem", "rb", 0) as memory:
                    memory.seek(first)
                    look_in(memory.read(last - first), "memory of " + process)
            except (OSError, ValueError, OverflowError):
                pass
print(sorted(found))
