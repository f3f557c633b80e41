defmodule Sarap.Start do
  @moduledoc """
  Starts a compiled program as `elixir FILE` would: with the standard library, hooks at its end, and an exit status.
  """

  def run do
    {:ok, _} = Application.ensure_all_started(:elixir)
    Kernel.CLI.run(fn _ -> :sarap_program.run() end)
  end
end
