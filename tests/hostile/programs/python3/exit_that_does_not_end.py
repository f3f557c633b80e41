# Has something to do when it ends, for ever.
# expect: CpuTimeExceeded
import atexit

import hostile


@atexit.register
def last():
    while True:
        pass
