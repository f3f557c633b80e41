# A macro that fills the container with processes while it is compiled; none of them is there when the program runs.
# expect: Exited 0
# says: 0 sleepers
defmodule Early do
  defmacro bomb do
    :os.cmd(~c"sh -c 'for n in $(seq 300); do setsid sleep 1000 > /dev/null 2>&1 & done'")
    :ok
  end
end

defmodule Main do
  require Early
  Early.bomb()

  def run do
    commands = for pid <- File.ls!("/proc"), pid =~ ~r/^\d+$/, {:ok, name} <- [File.read("/proc/#{pid}/comm")], do: name
    IO.puts("#{Enum.count(commands, &(&1 == "sleep\n"))} sleepers")
  end
end

Main.run()
