# Fills the table that is never emptied.
# expect: Exited 1 or CpuTimeExceeded or MemoryExceeded or Signalled 6
# limits: cpu_time_ms=3000
Enum.each(1..10_000_000, fn number -> String.to_atom("atom#{number}") end)
