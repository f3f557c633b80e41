defmodule Guess do
  def between(low, high) do
    guess = div(low + high, 2)
    IO.puts(guess)

    case IO.gets("") |> String.trim() do
      "lower" -> between(low, guess - 1)
      "higher" -> between(guess + 1, high)
      "correct" -> :ok
    end
  end
end

Guess.between(1, 1000)
