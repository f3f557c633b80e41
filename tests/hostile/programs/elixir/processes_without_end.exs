# Processes of its own machine that only wait: they are memory.
# expect: MemoryExceeded or CpuTimeExceeded or Exited 1
# limits: cpu_time_ms=3000
defmodule Main do
  def run do
    spawn(fn -> Process.sleep(:infinity) end)
    run()
  end
end

Main.run()
