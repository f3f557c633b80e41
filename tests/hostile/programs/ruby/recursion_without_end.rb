# Calls itself for ever: its own error, and an ordinary one, unless the memory ends first.
# expect: Exited 1 or MemoryExceeded or CpuTimeExceeded
def deeper(n) = deeper(n + 1) + 1
deeper(0)
