defmodule Sarap.Compile do
  @moduledoc """
  Compiles the files of a program into the folder where they lie, as beam files, so that a run begins with running.

  What stands outside of modules is the program. Where nothing does, the program is the function `main` of the module `Main`, or
  else of the first module that has one, with no argument or with the list of arguments. The first file comes last: it may use
  the others, which are compiled in the order given.

  Macros run while they are compiled, as the language has it: the caller sees to it that this happens in the sandbox.
  """

  @modules [:defmodule, :defprotocol, :defimpl]
  @directives [:alias, :import, :require, :use]

  def run do
    {:ok, _} = Application.ensure_all_started(:elixir)
    [folder | [first | others]] = :init.get_plain_arguments() |> Enum.map(&to_string/1)
    Code.compiler_options(ignore_module_conflict: true, docs: false, relative_paths: false)
    System.halt(compile(folder, others ++ [first]))
  end

  defp compile(folder, files) do
    parsed = Enum.map(files, &parse/1)
    compiled = Enum.flat_map(parsed, &modules/1)
    program = program(Enum.map(compiled, &elem(&1, 0)), List.last(parsed), parsed)

    for {module, binary} <- compiled ++ program do
      File.write!(Path.join(folder, "#{module}.beam"), binary)
    end

    0
  rescue
    error ->
      if not compile_error?(error), do: IO.puts(:stderr, Exception.format(:error, error, kept(__STACKTRACE__)))
      if compile_error?(error), do: IO.puts(:stderr, "error: " <> Exception.message(error))
      1
  catch
    kind, reason ->
      IO.puts(:stderr, Exception.format(kind, reason, kept(__STACKTRACE__)))
      1
  end

  defp compile_error?(%module{}), do: module in [CompileError, SyntaxError, TokenMissingError, MismatchedDelimiterError]

  # What is ours is of no use to whoever reads it.
  defp kept(stacktrace), do: Enum.reject(stacktrace, &(elem(&1, 0) == __MODULE__))

  defp parse(path) do
    name = Path.basename(path)
    ast = path |> File.read!() |> Code.string_to_quoted!(file: name, columns: true)

    expressions =
      case ast do
        {:__block__, _, several} -> several
        one -> [one]
      end

    {name, expressions}
  end

  defp modules({name, expressions}) do
    {compiled, _} =
      Enum.flat_map_reduce(expressions, [], fn
        {kind, _, _} = definition, before when kind in @modules ->
          {Code.compile_quoted({:__block__, [], Enum.reverse([definition | before])}, name), before}

        {kind, meta, [what]}, before when kind in [:alias, :import] ->
          {[], [{kind, meta, [what, [warn: false]]} | before]}

        {kind, meta, [what, options]}, before when kind in [:alias, :import] and is_list(options) ->
          {[], [{kind, meta, [what, [{:warn, false} | options]]} | before]}

        {kind, _, _} = directive, before when kind in @directives ->
          {[], [directive | before]}

        _, before ->
          {[], before}
      end)

    compiled
  end

  defp program(modules, {name, expressions}, _parsed) do
    rest = Enum.reject(expressions, &match?({kind, _, _} when kind in @modules, &1))

    if Enum.all?(rest, &match?({kind, _, _} when kind in @directives, &1)) do
      define({:__block__, [], [call(modules, name)]}, name)
    else
      define({:__block__, [], rest}, name)
    end
  end

  defp define(body, name) do
    Code.compile_quoted(
      quote do
        defmodule :sarap_program do
          @moduledoc false
          def run, do: unquote(:"the program")()
          defp unquote(:"the program")(), do: unquote(body)
        end
      end,
      name
    )
  end

  defp call(modules, name) do
    found =
      for module <- Enum.sort_by(modules, &(&1 != Main)), arity <- [0, 1], function_exported?(module, :main, arity) do
        {module, arity}
      end

    case found do
      [{module, 0} | _] -> quote(do: unquote(module).main())
      [{module, 1} | _] -> quote(do: unquote(module).main(System.argv()))
      [] -> raise CompileError, file: name, line: 1, description: "nothing stands outside of the modules, and none has a main"
    end
  end
end
