# Forks for ever, whatever the answer.
# expect: CpuTimeExceeded
import os

import hostile

while True:
    hostile.refused(os.fork)
