# Writes where there is no memory, from a language that does not let it.
# expect: Signalled 11
import ctypes

import hostile

ctypes.memset(0, 1, 1)
