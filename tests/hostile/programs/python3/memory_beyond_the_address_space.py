# More than an address can say.
# expect: MemoryExceeded
import hostile

held = bytearray(1 << 50)
