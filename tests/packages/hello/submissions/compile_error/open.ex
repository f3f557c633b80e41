IO.puts("Hello World!"
