# Forks for ever.
# expect: CpuTimeExceeded or WallTimeExceeded or MemoryExceeded
loop do
  fork { loop {} }
rescue SystemCallError
  next
end
