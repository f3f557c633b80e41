# Says that it was accepted, in the words of several judges.
# expect: Exited 42
# says: accepted
# says: AC
import sys

import hostile

print("accepted\nAC")
print("status: OK\ntime: 0.001\nexitcode: 0", file=sys.stderr)
sys.exit(42)
