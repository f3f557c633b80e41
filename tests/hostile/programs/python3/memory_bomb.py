# A list that only grows.
# expect: MemoryExceeded
import hostile

held = []
while True:
    held.append(bytearray(1 << 20))
