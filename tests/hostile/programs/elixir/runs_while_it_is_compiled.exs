# A macro that reads, writes and starts programs while it is compiled: with the compiler's rights, and those are few.
# expect: Exited 0
# says: {:error, :eacces}
# says: {:error, :eacces}
# says: {:error, :enoent}
defmodule Early do
  defmacro looks do
    Macro.escape([
      File.read("/etc/shadow") |> elem(1),
      File.read("/proc/1/environ") |> elem(1),
      File.read("/box/answer") |> elem(1)
    ])
  end
end

defmodule Main do
  require Early
  def run, do: for(reason <- Early.looks(), do: IO.inspect({:error, reason}))
end

Main.run()
