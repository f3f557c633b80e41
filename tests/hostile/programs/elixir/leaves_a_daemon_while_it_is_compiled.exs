# A macro that starts a program which outlives the compiler and plants a file for the run.
# expect: Exited 0
# says: []
defmodule Early do
  defmacro start do
    :os.cmd(~c"(setsid sh -c 'while :; do echo x > /box/planted; echo x > /tmp/planted; done' > /dev/null 2>&1 &)")
    :ok
  end
end

defmodule Main do
  require Early
  Early.start()
  def run, do: IO.inspect(File.ls!("/tmp"))
end

Main.run()
