# A macro that never ends, and uses no time.
# expect: Rejected
# says: the compiler waited
defmodule Early do
  defmacro wait, do: Process.sleep(:infinity)
end

defmodule Main do
  require Early
  Early.wait()
end
