// Recursion until the stack or the memory ends.
// expect: MemoryExceeded or Signalled 11
@inline(never) func deeper(_ n: Int) -> Int { n == Int.max ? 0 : deeper(n &+ 1) &+ deeper(n &+ 2) }
print(deeper(0))
