# Says that it had no memory and fails: it is believed, for it only harms itself.
# expect: MemoryExceeded
import sys

import hostile

sys.exit("\nMemoryError")
