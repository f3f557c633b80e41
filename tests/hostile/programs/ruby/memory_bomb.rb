# A string that doubles.
# expect: MemoryExceeded
text = "x" * 1024
loop { text *= 2 }
