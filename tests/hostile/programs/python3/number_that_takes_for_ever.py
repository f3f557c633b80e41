# One expression, in C, which no signal interrupts.
# expect: CpuTimeExceeded
import hostile

print(len(str(9 ** (9**9))))
