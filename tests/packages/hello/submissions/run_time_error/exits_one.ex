IO.puts("Hello World!")
System.halt(1)
