# Calls itself, with Python's own bound and then without.
# expect: Signalled 11 or MemoryExceeded
import sys

import hostile


class Deep:
    def __repr__(self):
        return repr(self)


try:
    repr(Deep())
except RecursionError:
    sys.setrecursionlimit(1 << 30)


def deeper(number):
    return deeper(number + 1) + 1


deeper(0)
