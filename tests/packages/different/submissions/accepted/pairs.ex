for line <- IO.stream(:stdio, :line), line = String.trim(line), line != "" do
  [left, right] = line |> String.split() |> Enum.map(&String.to_integer/1)
  IO.puts(abs(left - right))
end
