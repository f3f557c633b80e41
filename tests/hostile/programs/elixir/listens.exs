# Opens a server, and sends to everybody.
# expect: Exited 0
# says: no server
# says: nothing sent
IO.puts(if match?({:ok, _}, :gen_tcp.listen(0, [])), do: "a server", else: "no server")
IO.puts(if match?({:ok, _}, :gen_udp.open(0, [:binary])), do: "sent", else: "nothing sent")
