# A regular expression that tries everything.
# expect: CpuTimeExceeded
import re

import hostile

re.match(r"(a+)+$", "a" * 64 + "b")
