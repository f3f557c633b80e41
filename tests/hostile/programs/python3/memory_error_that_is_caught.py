# Catches the lack of memory and goes on: that is allowed, as long as it stays within its memory.
# expect: Exited 0
# says: caught
import hostile

try:
    held = bytearray(1 << 50)
except MemoryError:
    print("caught")
